"""What one environment has built from source is built for the others too, and a failing build stops nothing.

A small program stands in for uv, which needs an index: without --no-binary it installs a wheel of the index, and from
source `fast` is compiled, `lazy` is not, and `broken` fails.
"""

import json
import sys
import venv
from pathlib import Path

import pytest

from harness.experiment.plan import alike_dependencies
from harness.experiment.plan.compiled_dependencies import install
from harness.experiment.plan.descriptions import distributions

UV = """
import sys
from pathlib import Path

words = sys.argv[3:]
command, python = words[0], Path(words[words.index("--python") + 1])
folder = next(python.parents[1].glob("lib/*/site-packages"))
if command == "uninstall":
    next(folder.glob(words[-1] + "-*/WHEEL")).unlink()
    sys.exit()
built = "--no-binary" in words
for name in [word for word in words if "==" in word]:
    if built and name.startswith("broken"):
        sys.exit("Failed to build\\n  core.c:26:2: error: too old")
    info = folder / (name.replace("==", "-") + ".dist-info")
    info.mkdir(exist_ok=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\\nName: %s\\nVersion: %s\\n" % tuple(name.split("==")))
    pure = built and name.startswith("lazy") or name.startswith("plain")
    tag = "py3-none-any" if pure else "cp313-cp313-" + ("linux_x86_64" if built else "manylinux_2_17_x86_64")
    (info / "WHEEL").write_text("Tag: " + tag + "\\n")
"""
NAMES = ("broken", "fast", "lazy", "plain", "same")


@pytest.fixture
def uv(tmp_path: Path) -> list[str]:
    script = tmp_path / "uv.py"
    script.write_text(UV)
    return [sys.executable, str(script)]


@pytest.fixture
def pythons(tmp_path: Path, uv: list[str]) -> dict[str, Path]:
    """An environment with wheels of everything, and one that had to build some of it."""
    folders = {"3.13": tmp_path / "wheels", "3.13t": tmp_path / "builds"}
    for folder in folders.values():
        venv.create(folder)
        install(uv, folder / "bin" / "python", *(f"{name}==1.0" for name in NAMES))
    for name in ("fast", "lazy"):
        install(uv, folders["3.13t"] / "bin" / "python", "--no-binary", name, f"{name}==1.0")
    (wheel,) = folders["3.13t"].glob("lib/*/site-packages/broken-1.0.dist-info/WHEEL")
    wheel.write_text("Tag: cp313-cp313t-linux_x86_64\n")  # it does build there
    return {name: folder / "bin" / "python" for name, folder in folders.items()}


def test_what_one_environment_has_built_is_built_for_the_others_or_stays_with_a_reason(
    uv: list[str], pythons: dict[str, Path]
) -> None:
    assert list(alike_dependencies.build_alike(uv, pythons)) == [
        "broken 1.0 stays a wheel of the index for 3.13: its source distribution does not build (too old).",
        "fast 1.0 was built from its source distribution for 3.13, as it is for another interpreter.",
        "lazy 1.0 was built from its source distribution for 3.13, as it is for another interpreter.",
    ]
    kinds = {installed.name: installed.kind for installed in distributions(pythons["3.13"])}
    assert kinds == {"broken": "wheel", "fast": "built here", "lazy": "pure", "plain": "pure", "same": "wheel"}
    again = [line for line in alike_dependencies.build_alike(uv, pythons) if not line.startswith("broken")]
    assert again == []


def test_wheels_are_left_as_they_are_where_the_options_ask_for_them(
    uv: list[str], pythons: dict[str, Path], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    records = tmp_path / "prepared"
    records.mkdir()
    for name, python in pythons.items():
        (records / f"{name}.json").write_text(json.dumps({"interpreter": name, "python": str(python)}))
    assert alike_dependencies.main([uv[0], str(records), "--dependencies", "wheels"]) == 0
    assert capfd.readouterr().out == ""
