"""What a workload needs is what it declares and what that needs in turn, as far as it is installed."""

from pathlib import Path

import pytest

from harness.experiment.plan.needs import needs
from harness.experiment.process.worker_process import PreparedArm
from tests.builders import an_arm

REQUIRES = {
    "outer": ("inner>=2", "absent; sys_platform == 'win32'", "more; extra == 'fast'", "not a requirement ("),
    "inner": ("Deep.Est",),
    "deep-est": ("outer",),
    "more": (),
    "ruamel-yaml": ("ruamel.yaml.clib; python_version < '3.14'",),
    "ruamel-yaml-clib": (),
    "unused": (),
}
ARM = PreparedArm(an_arm("3.13"), Path("python"), "3.13", REQUIRES)


def declared(folder: Path, *requirements: str) -> Path:
    file = folder / "sample.py"
    file.write_text(f"# /// script\n# dependencies = {list(requirements)!r}\n# ///\nJOBS = [1]\n")
    return file


@pytest.mark.parametrize(
    ("requirements", "names"),
    [
        ([], ()),
        (["inner"], ("deep-est", "inner", "outer")),
        (["Outer == 1.0"], ("deep-est", "inner", "outer")),
        (["outer[fast]"], ("deep-est", "inner", "more", "outer")),
        (["absent"], ()),
        (["more; python_version < '3.13'"], ()),
        (["more; python_version >= '3.13'"], ("more",)),
        (["ruamel.yaml"], ("ruamel-yaml", "ruamel-yaml-clib")),
        (["Ruamel__Yaml"], ("ruamel-yaml", "ruamel-yaml-clib")),
    ],
)
def test_needs_are_followed_through_what_is_installed(
    tmp_path: Path, requirements: list[str], names: tuple[str, ...]
) -> None:
    assert needs(declared(tmp_path, *requirements), ARM) == names


@pytest.mark.parametrize("source", ["JOBS = [1]\n", "# /// script\n# dependencies = [\n# ///\n"])
def test_a_file_without_a_readable_block_needs_nothing(tmp_path: Path, source: str) -> None:
    file = tmp_path / "plain.py"
    file.write_text(source)

    assert needs(file, ARM) == ()
