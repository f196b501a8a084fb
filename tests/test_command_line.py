"""`python -m harness`: one table of commands, and one place for exit statuses and signals."""

import subprocess
import sys

import pytest

from harness.__main__ import COMMANDS, command, main


def test_a_command_line_without_a_command_names_them_all(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert capsys.readouterr().err == (
        f"No command is named. Use one of {', '.join(COMMANDS)}, as in `python -m harness report`.\n"
    )


def test_an_unknown_command_is_quoted(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["nonsense"]) == 2
    assert capsys.readouterr().err.startswith("There is no command 'nonsense'. Use one of options, workloads, ")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_its_program(name: str) -> None:
    assert callable(command([name]))


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("measure", "No folder of prepared environments is named. `nox -s bench` prepares one and measures.\n"),
        (
            "dependencies",
            "Name a Python that has uv and the Python to install into, as `nox -s bench` does for each interpreter.\n",
        ),
    ],
)
def test_a_command_without_its_arguments_is_one_sentence(
    capsys: pytest.CaptureFixture[str], name: str, sentence: str
) -> None:
    assert main([name]) == 2
    assert capsys.readouterr().err == sentence


def test_measuring_loads_nothing_that_draws() -> None:
    script = (
        "import sys, harness.__main__ as h; h.command(['measure']); print({'vl_convert', 'jinja2'} & {*sys.modules})"
    )

    assert subprocess.check_output([sys.executable, "-c", script], text=True) == "set()\n"


def test_an_interrupted_command_has_the_status_of_ctrl_c(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_: list[str]) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("harness.report.programs.gate.main", interrupted)

    assert main(["gate"]) == 130
