"""The gate: a condition holds, fails or stays open by its interval, on the committed run and on made ones."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from harness import ROOT
from harness.__main__ import main
from harness.report.programs.conditions import parse
from tests.builders import a_workload, an_experiment, like_fib, settings, trials_like, write_run
from tests.disturbed import watched

REFERENCE = ROOT / "results" / "reference"
CASE = {"workload": "fib", "mode": "threads", "workers": 2}


def made(tmp_path: Path, name: str = "run", factor: float = 1.0, canary: float | None = None, **fields: Any) -> Path:
    times = {spot: seconds * factor for spot, seconds in like_fib().items()}
    trials = trials_like(times, 12)
    if canary is not None:
        trials = [watched(trial, *[canary] * (len(trial.values) + 1)) for trial in trials]
    return write_run(tmp_path / name, an_experiment(**fields), trials)


@pytest.fixture
def contrast(tmp_path: Path) -> dict[str, Any]:
    """A real contrast, of the committed run."""
    run = tmp_path / "reference"
    shutil.copytree(REFERENCE, run)
    main(["report", str(run)])
    contrasts: list[dict[str, Any]] = json.loads((run / "contrasts.json").read_text(encoding="utf-8"))
    sides = ({**CASE, "arm": "3.13t"}, {**CASE, "arm": "3.13t-gil"})
    return next(contrast for contrast in contrasts if (contrast["subject"], contrast["baseline"]) == sides)


def test_conditions_on_a_real_run_hold_fail_and_stay_open(
    contrast: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    outcomes = {
        limit: main(["gate", str(REFERENCE), "--limit", f"fib/threads/2 3.13t/3.13t-gil >= {limit:.6f}"])
        for limit in (contrast["low"] - 0.01, contrast["ratio"], contrast["high"] + 0.01)
    }

    assert list(outcomes.values()) == [0, 3, 1]
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == ["holds", "undecided", "fails"]


def test_a_real_run_is_held_against_another_real_run(capsys: pytest.CaptureFixture[str]) -> None:
    """The same two ratios of fib in two committed runs, whose quotient is 1.018 [0.937, 1.080]."""
    words = [str(REFERENCE), "--against", str(ROOT / "results" / "reference-scaling"), "--limit"]
    condition = "fib/threads/2 3.13t/3.13t-gil >= {} of baseline"
    outcomes = [main(["gate", *words, condition.format(limit)]) for limit in (0.8, 1.0, 1.2)]

    assert outcomes == [0, 3, 1]
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == ["holds", "undecided", "fails"]


def test_a_summary_of_many_conditions_fits_into_a_comment(tmp_path: Path) -> None:
    words = [
        word for limit in range(2000) for word in ("--limit", f"fib/threads/2 3.13t/3.13t-gil >= {1 + limit / 1000}")
    ]
    text = tmp_path / "summary.md"

    assert main(["gate", str(made(tmp_path)), *words, "--summary", str(text)]) == 1

    lines = text.read_text(encoding="utf-8").splitlines()
    assert len(text.read_text(encoding="utf-8")) < 65_536
    assert lines[4].startswith("| fails | ")
    assert lines[-1] == f"and {2000 - (len(lines) - 6)} more."


def test_one_that_fails_outweighs_one_that_is_open(contrast: dict[str, Any]) -> None:
    limits = [f"fib/threads/2 3.13t/3.13t-gil >= {limit:.6f}" for limit in (contrast["ratio"], contrast["high"] + 0.01)]

    assert main(["gate", str(REFERENCE), "--limit", limits[0], "--limit", limits[1]]) == 1


def test_upper_limits_are_judged_by_the_upper_end(tmp_path: Path) -> None:
    run = str(made(tmp_path))

    assert main(["gate", run, "--limit", "fib/threads/2:fib/serial 3.13 <= 1.1"]) == 0
    assert main(["gate", run, "--limit", "fib/threads/2:fib/serial 3.13t <= 1.1"]) == 1


def test_a_ratio_is_held_against_the_same_ratio_of_another_run(tmp_path: Path) -> None:
    run, before = str(made(tmp_path)), str(made(tmp_path, "before", factor=3.0))
    relative = "fib/threads/2 3.13t/3.13t-gil {} 0.95 of baseline"

    assert main(["gate", run, "--against", before, "--limit", relative.format(">=")]) == 0
    assert main(["gate", run, "--against", before, "--limit", relative.format("<=")]) == 1


def test_seconds_are_compared_on_the_same_machine_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run, limit = str(made(tmp_path)), "fib/serial 3.13 >= 0.9 of baseline"
    other = an_experiment(usable_cpus=64).machine

    assert main(["gate", run, "--against", str(made(tmp_path, "slower", factor=1.3)), "--limit", limit]) == 0
    assert main(["gate", run, "--against", str(made(tmp_path, "faster", factor=0.5)), "--limit", limit]) == 1
    assert main(["gate", run, "--against", str(made(tmp_path, "elsewhere", machine=other)), "--limit", limit]) == 2
    assert "the two runs are from different machines" in capsys.readouterr().err


def test_other_work_is_no_baseline_and_a_changed_file_is_one_for_ratios_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run, ratio = str(made(tmp_path)), "fib/threads/2 3.13t/3.13t-gil >= 0.9 of baseline"
    smaller = str(made(tmp_path, "smaller", settings=settings(size="quick")))
    changed = str(made(tmp_path, "changed", workloads=[a_workload(sha256="f" * 64)]))

    assert main(["gate", run, "--against", smaller, "--limit", ratio]) == 2
    assert "is about work that" in capsys.readouterr().err
    assert main(["gate", run, "--against", changed, "--limit", ratio]) == 0
    assert capsys.readouterr().out.endswith("(the workload's file has changed since)\n")
    assert main(["gate", run, "--against", changed, "--limit", "fib/serial 3.13 >= 0.9 of baseline"]) == 2
    assert "the workload's file has changed since" in capsys.readouterr().err


def test_a_baseline_of_another_worker_is_one_for_ratios_alone_and_the_gate_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run, before = str(made(tmp_path, worker_sha256=64 * "a")), str(made(tmp_path, "before", worker_sha256=64 * "b"))

    assert main(["gate", run, "--against", before, "--limit", "fib/threads/2 3.13t/3.13t-gil >= 0.9 of baseline"]) == 0
    assert capsys.readouterr().out.endswith("(the harness's worker has changed since)\n")
    assert main(["gate", run, "--against", before, "--limit", "fib/serial 3.13 >= 0.9 of baseline"]) == 2
    assert "compares seconds, but the harness's worker has changed since." in capsys.readouterr().err


def test_canaries_widen_what_is_said_of_seconds_or_forbid_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run, limit = str(made(tmp_path, canary=0.001)), "fib/serial 3.13 >= 0.97 of baseline"

    assert main(["gate", run, "--against", str(made(tmp_path, "same", canary=0.001)), "--limit", limit]) == 0
    assert main(["gate", run, "--against", str(made(tmp_path, "moved", canary=0.00105)), "--limit", limit]) == 3
    assert main(["gate", run, "--against", str(made(tmp_path, "far", canary=0.002)), "--limit", limit]) == 3
    printed = capsys.readouterr().out.splitlines()
    assert printed[1].endswith("(the machine itself changed by 5.0 %)")
    assert printed[2].endswith("(the machine itself changed by 100.0 %, too far to compare)")


def test_conditions_come_from_a_file_and_go_into_a_summary(tmp_path: Path) -> None:
    limits, text = tmp_path / "limits.toml", tmp_path / "summary.md"
    limits.write_text(
        'limits = ["fib/threads/2:fib/serial 3.13t >= 1.5", "fib/serial 3.13t/3.13 >= 1"]', encoding="utf-8"
    )

    assert main(["gate", str(made(tmp_path)), "--limits", str(limits), "--summary", str(text)]) == 1

    lines = text.read_text(encoding="utf-8").splitlines()
    assert lines[0] == "**run**: a condition holds only when its whole 95 % interval does."
    assert lines[4].startswith("| fails | fib/serial 3.13t/3.13 \\>= 1 | 0.4")
    assert lines[5].startswith("| holds | fib/threads/2:fib/serial 3.13t \\>= 1.5 | 1.990 [1.980, 2.000] |")


@pytest.mark.parametrize(
    ("limit", "sentence"),
    [
        ("fib is fast", "The condition 'fib is fast' cannot be read: write it like"),
        ("fib/threads 3.13t/3.13 >= 1", "names 'fib/threads', which is not a case"),
        ("fib/serial/2 3.13t/3.13 >= 1", "names 'fib/serial/2', which is not a case"),
        ("fib/serial 3.13 >= 1", "compares fib/serial on 3.13 with itself"),
        ("fib/serial 3.13 >= 1 of baseline", "is about a baseline: name its run with --against."),
        ("tree/serial 3.13t/3.13 >= 1", "no block has both sides. It has fib/serial, fib/threads/1,"),
    ],
)
def test_a_condition_that_makes_no_sense_is_refused_in_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], limit: str, sentence: str
) -> None:
    assert main(["gate", str(made(tmp_path)), "--limit", limit]) == 2

    printed = capsys.readouterr().err
    assert sentence in printed
    assert printed.count("\n") == 1


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "cannot be read (No such file or directory)."),
        (b"\xff", "is not a TOML file ("),
        (b"=", "is not a TOML file ("),
    ],
)
def test_a_file_of_limits_that_cannot_be_read_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes | None, reason: str
) -> None:
    limits = tmp_path / "limits.toml"
    if content is not None:
        limits.write_bytes(content)

    assert main(["gate", str(tmp_path), "--limits", str(limits)]) == 2

    printed = capsys.readouterr().err
    assert printed.startswith(f"{limits} {reason}")
    assert printed.count("\n") == 1


def test_a_condition_reads_what_its_words_say() -> None:
    condition = parse("grain@40/threads/2:grain@40/processes/2   3.13t/3.13 >= 0.95 of baseline")

    assert str(condition.subject) == "grain@40/threads/2 on 3.13t"
    assert str(condition.baseline) == "grain@40/processes/2 on 3.13"
    assert (condition.sign, condition.limit, condition.relative) == (">=", 0.95, True)
