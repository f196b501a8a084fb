"""A worker process ends within its time, leaves nothing behind, and says why it failed."""

import os
import sys
import time
from pathlib import Path

import pytest

from harness.experiment.measure.answers import TrialAnswer, TrialResult
from harness.experiment.measure.sites import Sites, Source
from harness.experiment.measure.trial import Counts, as_measure_order, case_order
from harness.experiment.process import worker_process
from harness.experiment.process.environment import environment
from harness.experiment.process.limits import Watch
from harness.records import Case, Mode
from tests.builders import settings
from tests.shared.driver import WorkloadWriter

PYTHON = Path(sys.executable)


def measure(file: Path, mode: Mode = "serial", workers: int = 1, timeout: float = 60.0) -> TrialResult:
    case = Case(workload="sample", mode=mode, workers=workers)
    order = case_order(Source(file, Sites(())), case, settings(), Counts(loops=1, values=1, warmups=0))
    return worker_process.run(PYTHON, None, as_measure_order(order), TrialAnswer, Watch(timeout))


def test_a_hang_is_killed_with_its_pool(workload: WorkloadWriter, tmp_path: Path) -> None:
    file = workload("""
        import os, time
        from pathlib import Path
        JOBS = [1, 2]
        def run(job):
            Path(__file__).with_name(f"pid-{job}").write_text(str(os.getpid()))
            time.sleep(600)
    """)
    outcome = measure(file, "processes", 2, timeout=3.0)

    assert (outcome.status, outcome.reason) == ("timed-out", "no end within 3 s; it was killed")
    pids = [int(path.read_text()) for path in tmp_path.glob("pid-*")]
    assert len(pids) == 2
    assert not any(alive(pid) for pid in pids)


def test_a_signal_is_named(workload: WorkloadWriter) -> None:
    file = workload("import os, signal\nJOBS = [1]\ndef run(job): os.kill(os.getpid(), signal.SIGSEGV)")

    assert (measure(file).reason or "").startswith("the worker was killed by SIGSEGV")


def test_leaving_without_an_outcome_is_a_failure_with_its_last_words(workload: WorkloadWriter) -> None:
    file = workload("import os\nJOBS = [1]\ndef run(job): print('so long', flush=True); os._exit(7)")
    outcome = measure(file)

    assert (outcome.status, outcome.reason) == (
        "failed",
        "the worker exited with code 7 and left no outcome; its last words: so long",
    )


def test_a_process_that_the_workload_left_behind_fails_the_trial_and_is_gone_with_it(
    workload: WorkloadWriter, tmp_path: Path
) -> None:
    file = workload("""
        import subprocess, sys
        from pathlib import Path
        JOBS = [1]
        def run(job):
            child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
            Path(__file__).with_name("child").write_text(str(child.pid))
    """)
    assert measure(file).reason == "it left a process running, which had to be killed"
    assert not alive(int((tmp_path / "child").read_text()))


def test_output_of_the_workload_is_not_taken_for_an_outcome(workload: WorkloadWriter) -> None:
    file = workload("""JOBS = [1]\ndef run(job): print('{"done": {"values": []}}')""")

    answer = measure(file).answer

    assert answer is not None
    assert len(answer.values) == 1


def test_settings_of_python_outside_do_not_reach_the_worker(
    workload: WorkloadWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHON_GIL", "1")
    monkeypatch.setenv("PYTHONWARNINGS", "error")
    monkeypatch.setenv("PYTHONHASHSEED", "0")
    file = workload(
        "import os, warnings\nJOBS = [1]\ndef run(job): warnings.warn('x'); assert 'PYTHON_GIL' not in os.environ"
    )

    assert measure(file).status == "ok"
    assert environment("1")["PYTHON_GIL"] == "1"


def test_folders_of_this_machine_do_not_get_into_a_reason(
    workload: WorkloadWriter, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    file = workload(f"open('{tmp_path}/nothing')\nJOBS = [1]\ndef run(job): pass")

    reason = measure(file).reason

    assert reason is not None
    assert str(tmp_path) not in reason


def alive(pid: int) -> bool:
    """Whether a process runs; one that has ended and only waits to be reaped does not."""
    for _ in range(100):
        try:
            os.kill(pid, 0)
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except (ProcessLookupError, FileNotFoundError):
            return False
        if state == "Z":
            return False
        time.sleep(0.02)
    return True


@pytest.mark.parametrize(
    ("code", "text"), [(-9, "killed by SIGKILL"), (-99, "killed by signal 99"), (3, "exited with code 3")]
)
def test_how_a_worker_ended_is_said_in_words(code: int, text: str) -> None:
    assert text in worker_process.cause(code)


def test_a_message_that_cannot_be_written_is_written_all_the_same(workload: WorkloadWriter) -> None:
    file = workload("JOBS = [1]\ndef run(job): raise ValueError('\\udcff here')")

    assert measure(file).reason == "ValueError: \\udcff here (line 2 of the workload)"
