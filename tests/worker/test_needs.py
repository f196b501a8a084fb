"""What a workload needs is what it declares and what that needs in turn, as far as it is installed."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness.worker.needs import needs

INSTALLED = {
    "outer": ["inner>=2", "absent; sys_platform == 'win32'", "more; extra == 'fast'"],
    "inner": ["Deep.Est"],
    "deep_est": ["outer"],
    "more": [],
    "unused": [],
}


@pytest.fixture
def declared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    for name, requires in INSTALLED.items():
        folder = tmp_path / f"{name}-1.0.dist-info"
        folder.mkdir()
        lines = [
            "Metadata-Version: 2.1",
            f"Name: {name}",
            "Version: 1.0",
            *(f"Requires-Dist: {each}" for each in requires),
        ]
        (folder / "METADATA").write_text("\n".join(lines) + "\n")
    monkeypatch.syspath_prepend(str(tmp_path))

    def write(*requirements):
        file = tmp_path / "sample.py"
        file.write_text(f"# /// script\n# dependencies = {list(requirements)!r}\n# ///\nJOBS = [1]\n")
        return str(file)

    return write


@pytest.mark.parametrize(
    ("requirements", "found"),
    [
        ([], []),
        (["inner"], ["deep-est", "inner", "outer"]),
        (["Outer == 1.0"], ["deep-est", "inner", "outer"]),
        (["outer[fast]"], ["deep-est", "inner", "more", "outer"]),
        (["absent"], []),
    ],
)
def test_needs_are_followed_through_what_is_installed(declared: Callable[..., Any], requirements, found) -> None:
    assert needs(declared(*requirements)) == found


def test_a_file_without_a_block_needs_nothing(tmp_path: Path) -> None:
    file = tmp_path / "plain.py"
    file.write_text("JOBS = [1]\n")

    assert needs(str(file)) == []
