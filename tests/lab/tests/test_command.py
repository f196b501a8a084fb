"""The command, and small sessions with real processes under the interpreter that runs the tests."""

import json
from pathlib import Path

import pytest

from harness.errors import UsageError
from harness.selftest import subjects
from tests.lab import __main__ as command
from tests.lab.tables import fidelity


def test_an_unknown_table_lists_the_known_ones(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["nonsense"]) == 2

    first, *listed = capsys.readouterr().err.splitlines()
    assert first == "There is no table 'nonsense'. Name one of these, as in `nox -s performance -- time-to-target`:"
    assert "  detection        How often ten blocks detect a true +5 %, next to what" in "\n".join(listed)
    assert {"time-to-target", "false-positives", "fidelity", "overhead", "scale"} <= {
        line.split()[0] for line in listed
    }


def test_no_name_lists_them_and_is_no_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main([]) == 0
    assert capsys.readouterr().out.startswith("Name a table, as in `nox -s performance -- time-to-target`:\n  time-to")


@pytest.mark.usefixtures("own_lock")
@pytest.mark.parametrize("table", ["detection", "false-positives", "fidelity", "overhead", "time-to-target"])
def test_nothing_prepared_is_one_sentence(table: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main([table, "--prepared", str(tmp_path)]) == 2
    assert capsys.readouterr().err == (
        "No interpreter is prepared. Prepare it with `nox -s bench -- --plan`, which measures one job of each workload.\n"
    )


def test_a_table_measures_nothing_next_to_another_run(
    other_run: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.main(["detection", "--prepared", str(tmp_path)]) == 2
    assert capsys.readouterr().err.startswith(
        f"Another run is measuring on this machine (process {other_run}), and two would measure each other."
    )


def test_an_arm_that_is_not_prepared_is_named_with_those_that_are(environments: Path, label: str) -> None:
    with pytest.raises(UsageError) as caught:
        subjects.chosen(subjects.prepared(environments), ["4.0t"])

    assert str(caught.value) == (
        f"4.0t is not prepared; there are {label}. Prepare it with `nox -s bench -- --plan`, which measures one job of each workload."
    )


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["detection", "--blocks", "0"], "Argument --blocks: '0' is not a whole number from 1 up."),
        (["time-to-target", "--minutes", "ten"], "Argument --minutes: 'ten' is not a number of minutes above 0."),
    ],
)
def test_a_number_that_makes_no_sense_is_one_sentence(
    words: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.main(words) == 2
    assert capsys.readouterr().err == f"{message} `nox -s performance -- {words[0]} --help` explains every option.\n"


def test_a_small_session_measures_keeps_and_prints(
    environments: Path, label: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = tmp_path / "kept.jsonl"
    words = [
        "--prepared",
        str(environments),
        "--arm",
        label,
        "--repetitions",
        "1",
        "--blocks",
        "2",
        "--keep",
        str(kept),
    ]

    assert command.main(["detection", *words]) == 0
    assert "| contrasts | 1 of 2 blocks each |" in capsys.readouterr().out
    lines = [json.loads(line) for line in kept.read_text().splitlines()[1:]]
    # Where the machine was disturbed a place has more than one line, so places are counted and not lines.
    assert sorted({(line["block"], line["name"], line["part"], len(line["raw"]["values"])) for line in lines}) == [
        (block, name, "repetition 1", 2) for block in (1, 2) for name in ("baseline", "subject")
    ]


def test_a_plain_script_takes_as_many_rounds_as_a_trial_takes_values(environments: Path, label: str) -> None:
    (arm,) = subjects.chosen(subjects.prepared(environments), [label])
    measured = subjects.settings([arm], "--workload", "fib", "--size", "quick")
    with subjects.workload("fib", arm, measured) as source:
        (subject,) = subjects.calibrated([arm], "serial", 1, source, measured)
        measurement = fidelity.plain(subject, "serial")()

    assert len(measurement.raw["round_milliseconds"]) == subject.counts.values == 2
    assert measurement.seconds == pytest.approx(sum(measurement.raw["round_milliseconds"]) / 2000)
