"""Options say what they do, and nonsense gets one sentence with a remedy."""

import sys

import pytest

from harness.errors import UsageError
from harness.experiment.options import parse, parser

HELP = "`nox -s bench -- --help` explains every option."


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--modes", "serial,fibres"], "Argument --modes: there is no mode 'fibres'; the modes are serial, serial-after-thread, threads, processes, asyncio."),
        (["--workers", "1,two"], "Argument --workers: 'two' is not a whole number from 1 up."),
        (["--workers", "0"], "Argument --workers: '0' is not a whole number from 1 up."),
        (["--budget", "soon"], "Argument --budget: 'soon' is not a time; write it like 90s, 15m or 2h."),
        (["--budget", "0"], "Argument --budget: '0' is not a time; write it like 90s, 15m or 2h."),
        (["--blocks", "-3"], "Argument --blocks: '-3' is not a whole number from 1 up."),
        (["--size", "huge"], "Argument --size: invalid choice: 'huge' (choose from 'quick', 'default', 'original')."),
        (["--quick", "--precise"], "Argument --precise: not allowed with argument --quick."),
        (["--seed", "9007199254740993"], "Argument --seed: '9007199254740993' is not a whole number from -9007199254740992 to 9007199254740992."),
        (["--seed", "x"], "Argument --seed: 'x' is not a whole number from -9007199254740992 to 9007199254740992."),
        (["--memory-limit", "9999T"], "Argument --memory-limit: '9999T' is more memory than any machine has."),
        (["--fast"], "Unrecognized arguments: --fast."),
    ],
)  # fmt: skip
def test_nonsense_is_refused_in_one_sentence(words: list[str], sentence: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse(words)

    assert str(caught.value) == f"{sentence} {HELP}"


@pytest.mark.parametrize(("text", "seconds"), [("90s", 90), ("15m", 900), ("2h", 7200), ("1.5m", 90), ("45", 45)])
def test_times_are_written_with_a_unit_or_in_seconds(text: str, seconds: int) -> None:
    assert parse(["--budget", text]).the_budget_seconds == seconds


@pytest.mark.parametrize(
    ("words", "size", "budget"),
    [([], "default", 900), (["--quick"], "quick", 75), (["--precise"], "default", 3600), (["--quick", "--size", "default"], "default", 75)],
)  # fmt: skip
def test_a_profile_settles_size_and_budget(words, size: str, budget: int) -> None:
    options = parse(words)

    assert (options.the_size, options.the_budget_seconds) == (size, budget)


def test_modes_and_worker_counts_are_put_in_order_once() -> None:
    options = parse(["--modes", "processes,serial,processes", "--workers", "4,1,4"])

    assert (options.modes, options.workers) == (("serial", "processes"), (1, 4))


def test_the_original_size_runs_once_unless_more_is_asked_for() -> None:
    assert parse(["--size", "original"]).blocks == 1
    assert parse(["--size", "original", "--blocks", "3"]).blocks == 3
    assert parse(["--size", "original", "--budget", "1h"]).blocks is None


def test_dependencies_are_matched_where_there_is_a_compiler(monkeypatch: pytest.MonkeyPatch) -> None:
    assert parse(["--dependencies", "wheels"]).the_dependencies == "wheels"
    monkeypatch.setenv("CC", sys.executable)
    assert parse([]).the_dependencies == "matched"


def test_dependencies_cannot_be_matched_without_a_compiler(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CC", "/there/is/none")

    assert parse([]).the_dependencies == "wheels"
    with pytest.raises(UsageError, match=r"^--dependencies matched builds from source, and there is no C compiler"):
        parse(["--dependencies", "matched"])


def test_every_option_is_explained() -> None:
    assert all(action.help for action in parser()._actions)
