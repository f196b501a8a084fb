"""What the tables share: options, blocks, the file that keeps everything, an early end."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness.errors import UsageError
from harness.selftest import session
from harness.selftest.session import Sitting, Taken
from tests.builders import a_trial
from tests.disturbed import slow, watched


def test_a_block_takes_each_one_once_and_the_seed_fixes_the_order() -> None:
    def order(seed: int) -> Any:
        taken = []
        takers = {name: lambda name=name: taken.append(name) or Taken(1.0, 1.0) for name in "abcdef"}  # type: ignore[func-returns-value]
        Sitting("sample", seed, None).block("part", 1, takers)
        return taken

    assert sorted(order(1)) == list("abcdef")
    assert order(1) == order(1) != order(2)


def test_a_ratio_is_baseline_over_subject_and_incomplete_blocks_do_not_count(
    here: Sitting, taking: Callable[..., Any]
) -> None:
    blocks = here.blocks("part", taking(1.0, 1.0, 2.0, 2.0), taking(2.0, "it broke", 3.0, 3.0), 2)

    assert here.ratios(blocks) == [2.0, 1.5]


def test_marked_blocks_are_left_out_as_in_a_run(here: Sitting) -> None:
    def taken(seconds: float, disturb: Any = watched) -> Any:
        here.trials.append(disturb(a_trial(seconds=seconds)))
        return [Taken(seconds, seconds + 0.1, trial=here.trials[-1])]

    quiet = [{"subject": taken(1.0), "baseline": taken(ratio)} for ratio in (2.0, 2.0, 3.0)]
    marked = {"subject": taken(1.0), "baseline": taken(9.0, slow)}
    repeated = {"subject": taken(1.0), "baseline": taken(9.0, slow) + taken(4.0)}

    assert here.ratios([*quiet, marked, repeated]) == pytest.approx([2.0, 2.0, 3.0, 4.0])
    assert here.ratios([quiet[0], marked, marked]) == pytest.approx([2.0, 9.0, 9.0]), "more than half are marked"


def test_what_fails_three_times_in_a_row_ends_the_sitting(here: Sitting, taking: Callable[..., Any]) -> None:
    with pytest.raises(UsageError, match=r"^part, subject failed 3 times in a row: it broke$"):
        here.blocks("part", taking("it broke", "it broke", "it broke"), taking(1.0, 1.0, 1.0), 1)


def test_every_measurement_is_kept_as_a_line(taking: Callable[..., Any]) -> None:
    file = io.StringIO()
    Sitting("sample", 1, file).block("part", 7, {"one": taking(0.5)})

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


def test_ctrl_c_ends_the_measuring_and_not_the_table(here: Sitting) -> None:
    with here.measuring():
        raise KeyboardInterrupt

    assert here.code == 130


def test_a_failure_is_passed_on_before_the_first_block_and_ends_the_measuring_after_it(
    here: Sitting, taking: Callable[..., Any], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(UsageError), here.measuring():
        raise UsageError("It cannot begin.")
    here.block("part", 1, {"one": taking(0.5)})
    with here.measuring():
        raise UsageError("It went on failing.")

    assert here.code == 2
    assert capsys.readouterr().err == "sample: It went on failing.\n"


def test_the_page_begins_with_its_command_and_ends_with_its_cost_and_names_no_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["--keep", str(tmp_path / "kept.jsonl"), "--seed", "5"]
    with session.opened("sample", words, session.parser("sample", "What it is.").parse_args(words)) as here:
        here.say("| table |")

    said = capsys.readouterr().out.split("\n\n")
    assert said[0].startswith("`nox -s performance -- sample --keep kept.jsonl --seed 5`, 20")
    assert "; seed 5, harness " in said[0]
    assert said[1:] == ["| table |", "It took 0 s.", ""]
    assert json.loads((tmp_path / "kept.jsonl").read_text())["heading"] == said[0]


def test_the_page_of_the_self_test_begins_with_the_command_that_it_has(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["--seed", "5"]
    with session.opened("selftest", words, session.parser("selftest", "What it is.").parse_args(words)):
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
        session.parser("sample", "What it is.").parse_args(words)

    assert str(caught.value) == f"{message} `nox -s performance -- sample --help` explains every option."


def test_a_file_that_cannot_be_written_is_refused_before_anything_is_measured(tmp_path: Path) -> None:
    words = ["--keep", str(tmp_path / "missing" / "kept.jsonl")]
    options = session.parser("sample", None).parse_args(words)

    with (
        pytest.raises(UsageError, match=r"cannot be written \(No such file or directory\)\. Choose another file"),
        session.opened("sample", words, options),
    ):
        pass
