"""The whole command with real worker processes: what a run leaves, survives and refuses."""

import json
import os
from pathlib import Path

import pytest
from msgspec.structs import replace

from harness.__main__ import main
from harness.errors import UsageError
from harness.records import Case
from harness.runs import TRIALS, read_journal
from harness.runs.journal import write_experiment
from harness.runs.validate import refuse_unreadable
from tests.builders import an_experiment, text_in
from tests.shared.driver import Bench, WorkloadWriter

ONE_BLOCK = ("--quick", "--blocks", "1")


def test_a_run_leaves_its_experiment_its_journal_and_its_report(bench: Bench, workload: WorkloadWriter) -> None:
    outcome = bench("--workload", workload(), *ONE_BLOCK, "--workers", "2", "--seed", "5", report=True)

    assert outcome.code == 0, outcome.output
    assert {"experiment.json", "trials.jsonl", "contrasts.json", "report.md", "3.12.json"} <= {
        path.name for path in outcome.run.iterdir()
    }
    assert [planned.case for planned in outcome.experiment.cases] == [
        Case(workload="sample", mode="serial", workers=1),
        Case(workload="sample", mode="threads", workers=2),
        Case(workload="sample", mode="processes", workers=2),
    ]
    assert sorted((trial.mode, trial.status) for trial in outcome.trials) == [
        ("processes", "ok"),
        ("serial", "ok"),
        ("threads", "ok"),
    ]
    assert outcome.experiment.settings.command == (
        "nox -s bench-3.12 -- --workload sample.py --workers 2 --quick --blocks 1 --seed 5"
    )


def test_every_field_of_a_trial_that_readers_rely_on_is_there(bench: Bench, workload: WorkloadWriter) -> None:
    run = bench("--workload", workload(), *ONE_BLOCK, "--modes", "processes", "--workers", "2").run
    trial = json.loads((run / TRIALS).read_text())

    assert {"arm", "workload", "mode", "workers", "block", "order", "attempt", "loops", "values", "cpu_seconds"} <= set(
        trial
    )
    assert {"canary", "surroundings"} <= set(trial)
    assert set(trial["values"][0]) == {"start_seconds", "work_seconds", "stop_seconds", "canary_seconds"}
    on = {"before_import": True, "after_import": True, "at_end": True}
    pool = trial["gil"].pop("pool")
    assert trial["gil"] == {"free_threaded_build": False, **on}
    assert pool in ([on], [on, on])  # a process that is slow to start may find no job left
    assert (trial["start_method"], trial["status"], trial["reason"], len(trial["answer"])) == ("fork", "ok", None, 64)


def test_a_mode_that_cannot_run_a_workload_says_why(bench: Bench, workload: WorkloadWriter) -> None:
    outcome = bench("--workload", workload(), *ONE_BLOCK, "--modes", "serial,asyncio")

    assert [(skipped.mode, skipped.reason) for skipped in outcome.experiment.skipped] == [
        ("asyncio", "it has no run_async, so the asyncio mode would only run its jobs one after the other")
    ]


def test_a_case_that_fails_is_recorded_and_the_others_go_on(bench: Bench, workload: WorkloadWriter) -> None:
    source = """
        import os
        PARENT = os.environ.setdefault("SAMPLE_PARENT", str(os.getpid()))
        JOBS = [1, 2]
        def run(job):
            assert str(os.getpid()) == PARENT, "only in the first process"
    """
    outcome = bench("--workload", workload(source), "--quick", "--blocks", "2", "--modes", "serial,processes")

    assert outcome.code == 0
    assert {(trial.mode, trial.status, trial.block) for trial in outcome.trials} == {
        ("processes", "failed", 0),
        ("serial", "ok", 1),
        ("serial", "ok", 2),
    }
    assert "only in the first process" in outcome.report


def test_a_case_that_fails_three_times_in_a_row_leaves_the_run(bench: Bench, workload: WorkloadWriter) -> None:
    source = """
        from pathlib import Path
        CALIBRATED = Path(__file__).with_name("calibrated")
        JOBS = [1]
        def run(job):
            if not CALIBRATED.exists():
                return sum(range(1000))
            raise OSError("later")
    """
    file = workload(source)
    (file.parent / "other.py").write_text(
        "from pathlib import Path\nJOBS = [1]\ndef run(job): Path(__file__).with_name('calibrated').touch()\n"
    )
    words = ("--workload", file, "--workload", file.parent / "other.py")
    outcome = bench(*words, "--quick", "--blocks", "5", "--modes", "serial")

    assert [t.reason for t in outcome.trials if t.workload == "sample"] == [
        "OSError: later (line 8 of the workload)"
    ] * 3
    assert [t.block for t in outcome.trials if t.workload == "other"] == [1, 2, 3, 4, 5]
    said = "Failed three times in a row and left the run: sample/serial on "
    assert said in outcome.report


def test_a_hang_costs_its_own_case_alone(bench: Bench, workload: WorkloadWriter) -> None:
    source = """
        import threading, time
        JOBS = [1]
        def run(job):
            if threading.current_thread() is not threading.main_thread():
                time.sleep(600)
    """
    outcome = bench("--workload", workload(source), *ONE_BLOCK, "--modes", "serial,threads", "--timeout", "2s")

    assert {(t.mode, t.status, t.reason) for t in outcome.trials} == {
        ("serial", "ok", None),
        ("threads", "timed-out", "no end within 2 s; it was killed"),
    }


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--workload", "fibb"], "Unknown workload 'fibb': no workload has that name. The workloads are compress, "),
        (["--workload", "nowhere/fib.py"], "Unknown workload 'nowhere/fib.py': that file does not exist."),
        (
            ["--workload", "fib", "--modes", "asyncio"],
            "Nothing is left to measure: fib in mode asyncio: it has no run_async",
        ),
    ],
)
def test_what_cannot_be_measured_is_refused_before_anything_is(bench: Bench, words: list[str], sentence: str) -> None:
    outcome = bench(*words)

    assert outcome.output.startswith(sentence)
    assert (outcome.code, outcome.runs) == (2, [])


def test_a_workload_that_cannot_be_loaded_is_refused_with_its_reason(bench: Bench, workload: WorkloadWriter) -> None:
    outcome = bench("--workload", workload("JOBS = [1]\nimport nothing_of_this_name"))

    assert outcome.output == (
        "sample.py cannot be measured: ModuleNotFoundError: No module named 'nothing_of_this_name' (line 2 of the workload)\n"
    )
    assert (outcome.code, outcome.runs) == (2, [])


def test_a_list_measures_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["options", "--list"]) == 0
    assert "download" in capfd.readouterr().out


def test_a_plan_measures_nothing(bench: Bench) -> None:
    outcome = bench("--plan", "--quick")

    assert (outcome.code, outcome.runs) == (0, [])
    assert "One block is 7 trials" in outcome.output


def test_a_resumed_run_has_the_blocks_of_an_undisturbed_one(bench: Bench, workload: WorkloadWriter) -> None:
    words = ("--workload", workload(), "--quick", "--blocks", "4", "--seed", "3", "--workers", "2")
    outcome = bench(*words)
    undisturbed = [(trial.order, trial.side, trial.block) for trial in outcome.trials]
    journal = outcome.run / TRIALS
    whole = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(b"".join(whole[:7]) + whole[7][:30])

    resumed = bench("--resume", outcome.run, "--workload", workload())

    read = read_journal(outcome.run)
    assert resumed.code == 0, resumed.output
    assert [(trial.order, trial.side, trial.block) for trial in read.trials] == undisturbed
    assert read.damaged_lines == 1
    assert journal.read_bytes().startswith(b"".join(whole[:7])), "what was measured is kept as it was"


def test_every_point_of_a_series_is_a_workload_of_its_own_and_can_be_resumed(
    bench: Bench, workload: WorkloadWriter
) -> None:
    source = 'SERIES = "jobs"\nSIZES = {"quick": {1: [1], 20: [1] * 20}}\ndef run(job): return sum(range(20_000))'
    outcome = bench("--workload", workload(source), "--quick", "--blocks", "2", "--modes", "serial")
    journal = outcome.run / TRIALS
    journal.write_bytes(b"".join(journal.read_bytes().splitlines(keepends=True)[:-1]))
    resumed = bench("--resume", outcome.run, "--workload", workload(source), report=True)

    assert [(entry.name, entry.series, entry.point, entry.jobs) for entry in outcome.experiment.workloads] == [
        ("sample@1", "jobs", 1, 1),
        ("sample@20", "jobs", 20, 20),
    ]
    assert resumed.code == 0, resumed.output
    assert sorted((t.workload, t.block, t.status) for t in resumed.trials) == [
        (name, block, "ok") for name in ("sample@1", "sample@20") for block in (1, 2)
    ]
    assert {"sample-1.svg", "sample-20.svg"} <= {path.name for path in outcome.run.iterdir()}


def test_a_finished_run_has_nothing_to_resume(bench: Bench, workload: WorkloadWriter) -> None:
    outcome = bench("--workload", workload(), *ONE_BLOCK, "--modes", "serial")
    resumed = bench("--resume", outcome.run, "--workload", workload())

    assert resumed.code == 0
    assert "all 1 blocks that were asked for are measured" in resumed.output
    assert len(resumed.trials) == 1


@pytest.mark.parametrize(
    ("change", "words", "sentence"),
    [
        ("workload", [], "sample.py has changed since the run began."),
        (None, ["--blocks", "9"], "The run was started with `--blocks 1`; drop `--blocks 9` to resume it."),
        (
            None,
            ["--dependencies", "matched"],
            "The run was started with `--dependencies wheels`; drop `--dependencies matched` to resume it.",
        ),
        (None, ["--modes", "serial"], "A resumed run has its cases already."),
        ("worker", [], "The run was measured with the worker of harness 0.1.0, and this one's is not the same"),
        ("experiment", [], "3.12 has changed since the run began: its compiler was Borland"),
    ],
)
def test_resuming_refuses_what_has_changed_and_names_it(
    bench: Bench, workload: WorkloadWriter, change: str | None, words: list[str], sentence: str
) -> None:
    file = workload()
    outcome = bench("--workload", file, *ONE_BLOCK, "--modes", "serial", "--dependencies", "wheels")
    if change == "workload":
        file.write_text(file.read_text() + "\n# changed\n")
    if change == "worker":
        older = replace(outcome.experiment, worker_sha256="0" * 64, harness_version="0.1.0")
        write_experiment(outcome.run, older)
    if change == "experiment":
        (arm,) = outcome.experiment.arms
        other = replace(arm, build=replace(arm.build, compiler="Borland"))
        write_experiment(outcome.run, replace(outcome.experiment, arms=(other,)))

    resumed = bench("--resume", outcome.run, "--workload", file, *words)

    assert resumed.output.startswith(sentence)
    assert resumed.code == 2


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        (
            'LATENCY_SECONDS = {"quick": -1}\nSIZES = {"quick": 4}\ndef jobs(size, sites): return sites\ndef run(job): return 1',
            "sample.py cannot be measured: its latency_seconds is impossible (Expected `float` >= 0.0). Change the file.",
        ),
        (
            'SERIES = "jobs"\nSIZES = {"quick": {4: [1], "4": [1]}}\ndef run(job): return 1',
            "sample.py cannot be measured: it has two points that are both called sample@4. Rename one.",
        ),
    ],
)
def test_what_a_run_directory_cannot_hold_is_refused_before_anything_is_measured(
    bench: Bench, workload: WorkloadWriter, source: str, sentence: str
) -> None:
    outcome = bench("--workload", workload(source), "--quick")

    assert (outcome.code, outcome.output, outcome.runs) == (2, f"{sentence}\n", [])


def test_an_experiment_that_could_not_be_read_again_is_refused_before_anything_is_calibrated(
    bench: Bench, workload: WorkloadWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("harness.experiment.run_settings.TARGET", {"quick": -1.0})

    outcome = bench("--workload", workload(), "--quick", "--modes", "serial")

    assert (outcome.code, outcome.runs) == (2, [])
    assert outcome.output.startswith(
        "This run could not be read again: Expected `float` > 0.0 - at `$.settings.target`."
    )


def test_what_could_not_be_read_again_is_named() -> None:
    seed = replace(an_experiment().settings, seed=2**53 + 1)

    with pytest.raises(UsageError, match=r"^This run could not be read again: Expected `int` <= 9007199254740992"):
        refuse_unreadable(replace(an_experiment(), settings=seed))
    refuse_unreadable(an_experiment())


def test_results_that_cannot_be_written_are_refused_before_anything_is_measured(
    environments: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    words = ["measure", str(environments), "--quick", "--results", "/proc/nothing"]

    assert main(words) == 2
    assert capfd.readouterr().err == (
        "No run directory can be made in /proc/nothing: No such file or directory. Choose another with --results.\n"
    )


def test_a_folder_that_is_no_run_cannot_be_resumed(bench: Bench, tmp_path: Path) -> None:
    outcome = bench("--resume", tmp_path)

    assert outcome.output.startswith(f"{tmp_path} is not a run directory: experiment.json cannot be read")
    assert outcome.code == 2


def test_a_run_names_neither_this_machine_nor_its_user(
    bench: Bench, workload: WorkloadWriter, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("SECRET", "of-nobodys-business")
    source = "import os\nJOBS = [1]\ndef run(job):\n    open(os.environ['HOME'] + '/x' + os.environ['SECRET'])"
    run = bench("--workload", workload(source), *ONE_BLOCK, "--modes", "serial").run
    text = text_in(run)

    assert str(tmp_path) not in text
    assert os.uname().nodename not in text


def running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
