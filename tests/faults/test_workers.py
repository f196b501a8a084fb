"""What a worker may do, and really does here: one failed trial with its reason, and nothing of it is left."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.experiment.measure.answers import TrialAnswer, TrialResult
from harness.experiment.measure.sites import Sites, Source
from harness.experiment.measure.trial import Counts, as_measure_order, case_order
from harness.experiment.process import captured_output, limits, worker_process
from harness.experiment.process.limits import Watch
from harness.records import Case, Mode
from tests.builders import settings
from tests.faults.conftest import processes_with, state, wait_for
from tests.shared.driver import Bench, WorkloadWriter

PYTHON = Path(sys.executable)
ONCE = Counts(loops=1, values=1, warmups=0)
GROWS = """
    import time
    JOBS = [1]
    held = []
    def run(job):
        for _ in range(300):
            held.append(b"x" * 10_000_000)
            time.sleep(0.01)
"""
LEAVES = """
    import subprocess, sys
    from pathlib import Path
    JOBS = [1]
    CHILD = "import os, time; {daemonize}; open({pid!r}, 'a').write(f'{{os.getpid()}} '); time.sleep(600)"
    def run(job):
        pid = Path(__file__).with_name("pids")
        code = CHILD.format(daemonize=DAEMONIZE, pid=str(pid))
        subprocess.Popen([sys.executable, "-c", code], start_new_session=NEW_SESSION).returncode = 0
        while not pid.exists() or not pid.read_text():
            pass
"""


@pytest.fixture
def measured(workload: WorkloadWriter) -> Callable[..., TrialResult]:
    """Return a function that measures a file once, and sees to it that none of its processes is left."""

    def measure(
        source: str,
        mode: Mode = "serial",
        workers: int = 1,
        timeout: float = 60.0,
        memory_limit_bytes: int | None = None,
    ) -> TrialResult:
        file = workload(source)
        case = Case(workload="sample", mode=mode, workers=workers)
        order = as_measure_order(case_order(Source(file, Sites(())), case, settings(), ONCE))
        outcome = worker_process.run(PYTHON, None, order, TrialAnswer, Watch(timeout, memory_limit_bytes))
        assert processes_with(str(file)) == []
        return outcome

    return measure


@pytest.mark.parametrize(
    ("body", "mode", "reason"),
    [
        ("import ctypes; ctypes.string_at(0)", "serial", "the worker was killed by SIGSEGV"),
        ("import os; os.abort()", "serial", "the worker was killed by SIGABRT"),
        ("import os; os._exit(3)", "processes", "BrokenProcessPool: A process in the process pool was terminated abru"),
        # By its number: the parent of one whose worker is gone is the process that runs this test.
        (
            "import multiprocessing, os; os.kill(multiprocessing.parent_process().pid, 9)",
            "processes",
            "the worker was killed by SIGKILL",
        ),
        ("raise KeyboardInterrupt", "serial", "KeyboardInterrupt:  (line 2 of the workload)"),
    ],
)
def test_a_worker_that_dies_says_how(measured: Callable[..., TrialResult], body: str, mode: str, reason: str) -> None:
    outcome = measured(f"JOBS = [1, 2]\ndef run(job): {body}", mode)

    assert (outcome.status, outcome.answer) == ("failed", None)
    assert outcome.reason is not None
    assert outcome.reason.startswith(reason)


@pytest.mark.parametrize(
    ("body", "mode"),
    [
        ("\n    while True: pass", "threads"),
        ("import ctypes; ctypes.PyDLL(None).sleep(600)  # it keeps the GIL", "serial"),
        ("import ctypes; ctypes.PyDLL(None).sleep(600)", "processes"),
        ("import signal; signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65)); signal.pause()", "serial"),
    ],
)
def test_a_hang_in_python_and_in_c_is_killed(measured: Callable[..., TrialResult], body: str, mode: str) -> None:
    outcome = measured(f"JOBS = [1]\ndef run(job): {body}", mode, timeout=2.0)

    assert (outcome.status, outcome.reason) == ("timed-out", "no end within 2 s; it was killed")


def test_threads_by_the_thousand_that_nobody_joins_are_named_and_not_taken_for_a_hang(
    measured: Callable[..., TrialResult], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "ENDING_SECONDS", 1.0)
    outcome = measured("""
        import threading
        JOBS = [1]
        never = threading.Event()
        def run(job):
            for _ in range(2000):
                threading.Thread(target=never.wait).start()
    """)

    assert (outcome.status, outcome.reason) == (
        "timed-out",
        "its work was done, but it did not end within 1 s: something that it started, a thread that nobody joins for "
        "example, kept it; it was killed",
    )


@pytest.mark.parametrize("mode", ["serial", "processes"])
def test_a_worker_that_grows_beyond_its_limit_is_killed_with_its_pool(
    measured: Callable[..., TrialResult], mode: str
) -> None:
    outcome = measured(GROWS, mode, memory_limit_bytes=300_000_000)

    assert (outcome.status, outcome.reason) == ("failed", "it took more than 300 MB of memory; it was killed")


def test_address_space_and_threads_are_no_memory(measured: Callable[..., TrialResult]) -> None:
    outcome = measured(
        """
        import mmap, threading
        JOBS = [1]
        def run(job):
            with mmap.mmap(-1, 2**33):
                threads = [threading.Thread(target=int) for _ in range(200)]
                [thread.start() for thread in threads]
                [thread.join() for thread in threads]
        """,
        memory_limit_bytes=300_000_000,
    )

    assert outcome.status == "ok", outcome.reason


def test_the_kernel_takes_the_worker_before_the_driver_when_memory_runs_out(
    measured: Callable[..., TrialResult],
) -> None:
    outcome = measured("JOBS = [1]\ndef run(job): return open('/proc/self/oom_score_adj').read() == '1000\\n' or 1 / 0")

    assert outcome.status == "ok", outcome.reason


@pytest.mark.parametrize("ignoring", [True, False])
def test_a_gigabyte_of_output_is_a_failure_and_fills_no_disk(
    measured: Callable[..., TrialResult], ignoring: bool
) -> None:
    outcome = measured(f"""
        import contextlib, os
        JOBS = [1]
        PIECE = b"x" * 2**20
        def run(job):
            for _ in range(1024):
                with contextlib.suppress(*{"[OSError]" if ignoring else "[]"}):
                    os.write(1, PIECE)
    """)

    assert (outcome.status, outcome.reason) == ("failed", captured_output.TOO_MUCH)


def test_output_that_looks_like_pyperf_s_is_not_taken_for_values(measured: Callable[..., TrialResult]) -> None:
    outcome = measured("""
        import json
        JOBS = [1]
        def run(job):
            suite = {"version": "1.0", "benchmarks": [{"runs": [{"values": [1e-9, 1e-9]}]}], "metadata": {"name": "x"}}
            print(json.dumps(suite), json.dumps({"done": {"values": []}}), sep="\\n", flush=True)
    """)

    assert outcome.answer is not None
    assert (outcome.status, len(outcome.answer.values)) == ("ok", 1)


@pytest.mark.parametrize("mode", ["serial", "processes"])
def test_closing_descriptors_that_were_inherited_is_harmless_or_a_failure_with_a_reason(
    measured: Callable[..., TrialResult], mode: str
) -> None:
    outcome = measured("import os\nJOBS = [1]\ndef run(job): os.closerange(0, 4096)", mode, timeout=10.0)

    assert outcome.status == "ok" or outcome.reason
    assert outcome.status in ("ok", "failed")


@pytest.mark.parametrize(
    ("new_session", "daemonize"), [(False, "1"), (True, "1"), (True, "os.fork() and os._exit(0); os.setsid()")]
)
def test_a_process_that_outlives_the_trial_is_found_and_ended_wherever_it_hides(
    measured: Callable[..., TrialResult], tmp_path: Path, new_session: bool, daemonize: str
) -> None:
    outcome = measured(f"NEW_SESSION, DAEMONIZE = {new_session}, {daemonize!r}\n" + LEAVES.replace("\n    ", "\n"))

    assert (outcome.status, outcome.reason) == ("failed", "it left a process running, which had to be killed")
    assert [state(pid) for pid in (tmp_path / "pids").read_text().split()] == [""]


def test_a_process_that_ends_a_moment_after_its_worker_is_no_fault(measured: Callable[..., TrialResult]) -> None:
    outcome = measured("""
        import subprocess
        JOBS = [1]
        def run(job):
            subprocess.Popen(["sleep", "0.1"], start_new_session=True).returncode = 0
    """)

    assert outcome.status == "ok", outcome.reason


@pytest.mark.parametrize("method", ["forkserver", "spawn"])
def test_what_multiprocessing_starts_for_itself_is_no_process_left_behind(
    workload: WorkloadWriter, method: str
) -> None:
    file = workload("JOBS = [1, 2]\ndef run(job): return job")
    case = Case(workload="sample", mode="processes", workers=2)
    order = case_order(Source(file, Sites(())), case, settings(start_method=method), ONCE)
    outcome = worker_process.run(PYTHON, None, as_measure_order(order), TrialAnswer, Watch(60.0))

    assert outcome.status == "ok", outcome.reason


def test_an_interpreter_that_is_gone_is_a_failed_trial() -> None:
    outcome = worker_process.run(Path("/nowhere/python"), None, {"path": ""}, TrialAnswer, Watch(10.0))

    assert (outcome.status, outcome.reason) == (
        "failed",
        "its interpreter could not be started (No such file or directory); prepare it again with `nox -s bench`",
    )


def test_a_driver_that_is_killed_takes_its_worker_and_its_pool_with_it(
    workload: WorkloadWriter, tmp_path: Path
) -> None:
    file = workload("""
        import os, time
        from pathlib import Path
        JOBS = [1, 2]
        def run(job):
            Path(__file__).with_name(f"pid-{job}").write_text(str(os.getpid()))
            time.sleep(600)
    """)
    case = Case(workload="sample", mode="processes", workers=2)
    order = as_measure_order(case_order(Source(file, Sites(())), case, settings(), ONCE))
    program = f"""
from pathlib import Path
from harness.experiment.measure.answers import TrialAnswer, TrialResult
from harness.experiment.process.limits import Watch
from harness.experiment.process.worker_process import run
run(Path({sys.executable!r}), None, {order!r}, TrialAnswer, Watch(600.0))
"""
    driver = subprocess.Popen([sys.executable, "-c", program], env={**os.environ, "PYTHONPATH": ":".join(sys.path)})
    wait_for(lambda: len([p for p in tmp_path.glob("pid-*") if p.read_text()]) == 2, driver)
    pids = [int(path.read_text()) for path in tmp_path.glob("pid-*")]
    driver.kill()
    driver.wait()

    wait_for(lambda: all(state(pid) in ("", "Z") for pid in pids))
    wait_for(lambda: processes_with(str(file)) == [])


def test_a_run_with_broken_workloads_measures_the_others_and_says_why(bench: Bench, workload: WorkloadWriter) -> None:
    bodies = {
        "segfaults": "import ctypes; ctypes.string_at(0)",
        "aborts": "import os; os.abort()",
        "hangs": "import time; time.sleep(600)",
        "floods": "[print('x' * 10**6) for _ in range(100)]",
        "fine": "sum(range(20_000))",
    }
    files = [workload(f"JOBS = [1]\ndef run(job): {body}", name) for name, body in bodies.items()]
    options = [word for file in files for word in ("--workload", file)]
    outcome = bench(*options, "--quick", "--blocks", "2", "--modes", "serial", "--timeout", "5s")

    assert outcome.code == 0, outcome.output
    reasons: dict[str, list[str | None]] = {}
    for trial in outcome.trials:
        reasons.setdefault(trial.workload, []).append(trial.reason and trial.reason[:32])
    assert reasons == {
        "segfaults": ["the worker was killed by SIGSEGV"],
        "aborts": ["the worker was killed by SIGABRT"],
        "hangs": ["no end within 5 s; it was killed"],
        "floods": [captured_output.TOO_MUCH[:32]],
        "fine": [None] * 2,
    }
