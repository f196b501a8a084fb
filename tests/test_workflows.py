"""The workflows to copy: pinned, with few permissions, and of commands that exist."""

import ast
import re
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from harness import ROOT
from harness.__main__ import main
from harness.experiment.options import parse
from harness.report.programs import gate, site

FOLDER = ROOT / "docs" / "workflows"
WORKFLOWS = sorted(FOLDER.glob("*.yml"))
READ: dict[str, Callable[[list[str]], object]] = {
    "bench": parse,
    "gate": gate._parser().parse_args,
    "site": site._parser().parse_args,
}


def steps(text: str) -> list[str]:
    return re.split(r"\n      - ", text)


def commands(text: str) -> Iterator[list[str]]:
    """Each nox command as words; what a shell would put in stays as it is written."""
    for line in text.splitlines():
        command = re.search(r"nox\"? (-s .*?)('| \|\| .*)?$", line)
        if command and not line.lstrip().startswith("#"):
            yield shlex.split(command[1])


def sessions() -> set[str]:
    tree = ast.parse((ROOT / "noxfile.py").read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef) and node.decorator_list}


def test_there_is_one_for_each_thing_that_is_told_of_them() -> None:
    names = re.findall(r"^\| `(.+?)` \|", (FOLDER / "README.md").read_text(encoding="utf-8"), flags=re.MULTILINE)

    assert sorted(names) == sorted(path.name for path in FOLDER.iterdir() if path.name != "README.md")


def test_every_action_is_pinned_to_one_commit_with_its_release_beside_it() -> None:
    pins: dict[str, set[tuple[str, ...]]] = {}
    for path in WORKFLOWS:
        for line in re.findall(r"uses: (?!\./)(.*)", path.read_text(encoding="utf-8")):
            action = re.fullmatch(r"([a-z/-]+)@([0-9a-f]{40}) # (v\d+\.\d+\.\d+)", line)
            assert action, line
            pins.setdefault(action[1], set()).add(action.groups()[1:])

    assert len(pins) == 6
    assert {len(commits) for commits in pins.values()} == {1}


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_nothing_is_permitted_but_what_a_job_names_and_no_job_runs_without_end(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    assert "\npermissions: {}\n" in text
    assert "\nconcurrency:\n" in text
    assert text.count("runs-on:") == text.count("timeout-minutes:") >= 1
    assert text.count("\n    permissions:\n") == text.count("runs-on:") + text.count("uses: ./")


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_no_checkout_leaves_its_token_behind(path: Path) -> None:
    checkouts = [step for step in steps(path.read_text(encoding="utf-8")) if "actions/checkout@" in step]

    assert all("persist-credentials: false" in step for step in checkouts)


def test_what_strangers_can_start_runs_on_no_machine_of_ours_and_may_only_read() -> None:
    text = (FOLDER / "gate.yml").read_text(encoding="utf-8")

    assert "pull_request:" in text
    assert "pull_request_target" not in text
    assert "self-hosted" not in text
    assert re.findall(r"^ +([a-z-]+): write", text, flags=re.MULTILINE) == []
    assert "secrets" not in text


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_no_script_has_a_word_of_github_s_put_into_it(path: Path) -> None:
    """What a stranger chose, a branch's name say, reaches a shell as an environment variable or not at all."""
    scripts = re.findall(r"run: (\|\n(?: {10}.*\n)+|.*)", path.read_text(encoding="utf-8"))

    assert all("${{" not in script for script in scripts)


def test_their_commands_are_sessions_and_options_that_exist() -> None:
    lines = [words for path in WORKFLOWS for words in commands(path.read_text(encoding="utf-8"))]

    assert sorted(words[1] for words in lines) == ["bench", "bench", "gate", "gate", "site"]
    for _, session, _, *options in lines:
        assert session in sessions()
        READ[session](options)


def test_the_conditions_hold_on_the_committed_run(capsys: pytest.CaptureFixture[str]) -> None:
    reference = str(ROOT / "results" / "reference")

    assert main(["gate", reference, "--limits", str(FOLDER / "limits.toml")]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == ["holds"] * 3
