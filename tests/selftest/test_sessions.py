"""What the tables share: options, blocks, the file that keeps everything, an early end."""

import io
import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from harness.errors import UsageError
from harness.selftest import sessions
from harness.selftest.sessions import Measurement, Session
from tests.builders import a_trial
from tests.disturbed import slow, watched


def test_a_block_runs_each_timer_once_and_the_seed_fixes_the_order() -> None:
    def order(seed: int) -> list[str]:
        names: list[str] = []

        def named(name: str) -> Measurement:
            names.append(name)
            return Measurement(1.0, 1.0)

        timers = {name: partial(named, name) for name in "abcdef"}
        Session("sample", seed, None).block("part", 1, timers)
        return names

    assert sorted(order(1)) == list("abcdef")
    assert order(1) == order(1) != order(2)


def test_a_ratio_is_baseline_over_subject_and_incomplete_blocks_do_not_count(
    session: Session, a_timer: Callable[..., Any]
) -> None:
    blocks = session.blocks("part", a_timer(1.0, 1.0, 2.0, 2.0), a_timer(2.0, "it broke", 3.0, 3.0), 2)

    assert session.ratios(blocks) == [2.0, 1.5]


def test_blocks_count_whatever_the_machine_did_and_follow_its_canaries_as_in_a_run(session: Session) -> None:
    def measurement(seconds: float, disturb: Any = watched) -> Any:
        return Measurement(seconds, seconds + 0.1, trial=disturb(a_trial(seconds=seconds)))

    blocks = [
        {
            "subject": measurement(1.0 + 0.01 * (number % 3)),
            "baseline": measurement(2.0 * (1.6 if number % 4 == 0 else 1.0), slow if number % 4 == 0 else watched),
        }
        for number in range(20)
    ]

    ratios = session.ratios(blocks)
    assert len(ratios) == 20
    assert 1.9 < min(ratios) <= max(ratios) < 2.1
    few = session.ratios(blocks[:2])
    assert few == pytest.approx([3.2, 2.0 / 1.01]), "two blocks cannot show what follows the canaries"


def test_what_fails_three_times_in_a_row_ends_the_session(session: Session, a_timer: Callable[..., Any]) -> None:
    with pytest.raises(UsageError, match=r"^part, subject failed 3 times in a row: it broke$"):
        session.blocks("part", a_timer("it broke", "it broke", "it broke"), a_timer(1.0, 1.0, 1.0), 1)


def test_every_measurement_is_kept_as_a_line(a_timer: Callable[..., Any]) -> None:
    file = io.StringIO()
    Session("sample", 1, file).block("part", 7, {"one": a_timer(0.5)})

    kept = json.loads(file.getvalue())
    assert kept.pop("at")
    assert kept == {
        "table": "sample",
        "part": "part",
        "block": 7,
        "name": "one",
        "seconds": 0.5,
        "elapsed_seconds": 0.6,
        "raw": {},
        "failed": None,
    }


def test_ctrl_c_ends_the_measuring_and_not_the_table(session: Session) -> None:
    with session.measuring():
        raise KeyboardInterrupt

    assert session.code == 130


def test_a_failure_is_passed_on_before_the_first_block_and_ends_the_measuring_after_it(
    session: Session, a_timer: Callable[..., Any], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(UsageError), session.measuring():
        raise UsageError("It cannot begin.")
    session.block("part", 1, {"one": a_timer(0.5)})
    with session.measuring():
        raise UsageError("It went on failing.")

    assert session.code == 2
    assert capsys.readouterr().err == "sample: It went on failing.\n"


def test_the_page_begins_with_its_command_and_ends_with_its_cost_and_names_no_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["--keep", str(tmp_path / "kept.jsonl"), "--seed", "5"]
    with sessions.opened("sample", words, sessions.parser("sample", "What it is.").parse_args(words)) as session:
        session.say("| table |")

    parts = capsys.readouterr().out.split("\n\n")
    assert parts[0].startswith("`nox -s performance -- sample --keep kept.jsonl --seed 5`, 20")
    assert "; seed 5, harness " in parts[0]
    assert parts[1:] == ["| table |", "It took 0 s.", ""]
    assert json.loads((tmp_path / "kept.jsonl").read_text())["heading"] == parts[0]


def test_the_page_of_the_self_test_begins_with_the_command_that_it_has(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["--seed", "5"]
    with sessions.opened("selftest", words, sessions.parser("selftest", "What it is.").parse_args(words)):
        pass

    assert capsys.readouterr().out.startswith("`nox -s selftest -- --seed 5`, 20")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--nothing"], "Unrecognized arguments: --nothing."),
        (["--seed", "x"], "Argument --seed: invalid int value: 'x'."),
    ],
)
def test_an_option_that_makes_no_sense_gets_one_sentence(words: list[str], message: str) -> None:
    with pytest.raises(UsageError) as caught:
        sessions.parser("sample", "What it is.").parse_args(words)

    assert str(caught.value) == f"{message} `nox -s performance -- sample --help` explains every option."


def test_a_file_that_cannot_be_written_is_refused_before_anything_is_measured(tmp_path: Path) -> None:
    words = ["--keep", str(tmp_path / "missing" / "kept.jsonl")]
    options = sessions.parser("sample", None).parse_args(words)

    with (
        pytest.raises(UsageError, match=r"cannot be written \(No such file or directory\)\. Choose another file"),
        sessions.opened("sample", words, options),
    ):
        pass
