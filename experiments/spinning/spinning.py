"""Count how often free-threaded builds call sched_yield, and how many context switches that makes.

    .nox/driver/bin/python experiments/spinning/spinning.py [NAME=PYTHON ...] [--runs N] [--time]

The interpreters are those of `nox -s bench`; a free-threaded one gives a second arm with its GIL on. It writes
results.json and the tables of README.md, both next to this file. `--tables` makes the tables from results.json again.
`--time` instead prints ratios of times, with and without the system call; run it on an otherwise idle machine.
"""

import argparse
import http.client
import json
import os
import platform
import signal
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(ROOT))

from experiments.spinning import tables  # noqa: E402 - only now can they be found
from harness.analysis.statistics.signed_rank import pseudomedian  # noqa: E402

BYTES = 40 * (65536 + 1)  # struct counts of yields.c
LOOPS = {"queue_pipeline@private/threads/2": 5, "queue_pipeline@written/threads/2": 5}
MODES = (
    "event",
    "busy/serial/1",
    "small/threads/2",
    "busy/threads/2",
    "waiting/threads/5",
    "small/processes/2",
    "busy/processes/2",
    "waiting/processes/5",
    *LOOPS,
    "compute_service/threads/2",
    "compute_service/processes/2",
)
PINNED = ("event", "small/processes/2", "busy/processes/2", "queue_pipeline@written/threads/2")
PROCESSES = 20  # in which queue_pipeline@private is counted on its own, because its mode is one of the process
TIMED = ("busy/processes/2", "waiting/processes/5", *LOOPS)
REQUESTS, CLIENTS, PINGS = 64, 2, 200
PING_EVERY_SECONDS = 0.01
SECONDS = 120  # for one process; the longest case takes a few
ASK = "import sys, platform; print(platform.python_version(), 't' in sys.abiflags)"


@dataclass(frozen=True)
class Arm:
    """A build, with its own default for the GIL or with `PYTHON_GIL=1`."""

    name: str
    python: Path
    version: str
    free_threaded: bool
    gil: bool = False


def arms(name: str, python: Path) -> list[Arm]:
    """Return the arms of one interpreter."""
    answer = subprocess.run([python, "-I", "-c", ASK], check=True, capture_output=True, text=True).stdout.split()
    arm = Arm(name, python, answer[0], free_threaded=answer[1] == "True")
    return [arm, Arm(f"{name}-gil", python, arm.version, free_threaded=True, gil=True)] if arm.free_threaded else [arm]


@dataclass(frozen=True)
class Bench:
    """The compiled library, and where it writes its counts."""

    folder: Path

    def library(self) -> Path:
        """Compile yields.c."""
        library = self.folder / "yields.so"
        options = ("-shared", "-fPIC", "-O2", "-Wall", "-Wextra", "-Werror")
        subprocess.run([os.environ.get("CC", "cc"), *options, "-o", library, HERE / "yields.c", "-ldl"], check=True)
        return library

    def run(self, arm: Arm, case: str, pinning: str, action: str) -> dict[str, Any]:
        """Run one process with the library preloaded, and return its account."""
        counts = self.folder / "counts"
        counts.write_bytes(b"")
        os.truncate(counts, BYTES)
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
        preloaded = {"LD_PRELOAD": str(self.folder / "yields.so"), "YIELDS_FILE": str(counts), "YIELDS_DO": action}
        command = [arm.python, HERE / "case.py", case, pinning, str(LOOPS.get(case, 1))]
        gil = {"PYTHON_GIL": "1"} if arm.gil else {}
        with subprocess.Popen(command, env=kept | preloaded | gil, stdout=subprocess.PIPE, text=True) as process:
            clock = threading.Timer(SECONDS, process.kill)
            clock.start()
            try:
                load = loaded(process) if case.startswith("compute_service") else {}
                account = process.communicate()[0]
            finally:
                process.kill()
                clock.cancel()
        return {**json.loads(account), **load}


def loaded(process: "subprocess.Popen[str]") -> dict[str, Any]:
    """Send a service its requests, and meanwhile pings; return how many jobs that were and the pings' seconds."""
    assert process.stdout is not None
    port = int(process.stdout.readline())
    pings: list[float] = []

    def request(path: str, times: int, every_seconds: float, seconds: list[float]) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)
        for _ in range(times):
            began = time.perf_counter()
            connection.request("GET", path)
            connection.getresponse().read()
            seconds.append(time.perf_counter() - began)
            time.sleep(every_seconds)
        connection.close()

    compute = ("/compute/200000", REQUESTS // CLIENTS, 0.0, [])
    clients = [threading.Thread(target=request, args=compute) for _ in range(CLIENTS)]
    clients.append(threading.Thread(target=request, args=("/ping", PINGS, PING_EVERY_SECONDS, pings)))
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    process.send_signal(signal.SIGTERM)
    return {"jobs": REQUESTS, "seconds": sorted(pings)[len(pings) // 2]}


def counted(bench: Bench, chosen: list[Arm], runs: int) -> list[dict[str, Any]]:
    """Run everything that the tables show; rounds are the outer loop, so that a cell's runs are minutes apart."""
    cells = [(arm, case, "anywhere") for case in MODES for arm in chosen]
    cells += [(arm, case, how) for case in PINNED for how in ("one", "apart") for arm in chosen]
    cells = [cell for cell in cells if cell[2] != "apart" or "/processes/" in cell[1]]
    rows = []
    for number in range(runs):
        for arm, case, pinning in cells:
            for action in ("watch", "free") if arm.free_threaded else ("watch",):
                account = bench.run(arm, case, pinning, action)
                del account["seconds"]  # of a machine that others use too
                rows.append({"arm": arm.name, "case": case, "pinning": pinning, "action": action, **account})
        print(f"round {number + 1} of {runs} is done", flush=True)
    return rows


def processes(bench: Bench, arm: Arm) -> list[dict[str, Any]]:
    """Count in many processes of one case, whose numbers differ from process to process."""
    case = next(iter(LOOPS))
    cell = {"arm": arm.name, "case": case, "pinning": "anywhere", "action": "count"}
    rows = [{**cell, **bench.run(arm, case, "anywhere", "count")} for _ in range(PROCESSES)]
    return [{name: number for name, number in row.items() if name != "seconds"} for row in rows]


def timed(bench: Bench, chosen: list[Arm], runs: int) -> None:
    """Print for each arm and case the time as it is over the time with free yields, of pairs run back to back."""
    for case in (*TIMED, "compute_service/threads/2", "compute_service/processes/2"):
        for arm in filter(lambda arm: arm.free_threaded, chosen):
            pairs = [
                [bench.run(arm, case, "anywhere", action)["seconds"] for action in ("count", "free")]
                for _ in range(runs)
            ]
            ratio = pseudomedian([as_it_is / free for as_it_is, free in pairs])
            interval = "" if ratio.low is None else f" [{ratio.low:.2f}, {ratio.high:.2f}]"
            what = "median ping" if case.startswith("compute_service") else "time"
            print(f"{case:34} {arm.name:14} {what} as it is / with free yields: {ratio.point:.2f}{interval}")


def surroundings(chosen: list[Arm]) -> dict[str, Any]:
    """Return what the counts depend on."""
    return {
        "kernel": platform.release().split("-")[0],
        "cpus": len(os.sched_getaffinity(0)),
        "versions": {arm.name: arm.version for arm in chosen},
    }


def main() -> None:
    """Measure, and write the results and the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("builds", nargs="*", metavar="NAME=PYTHON", help="default: the environments of nox -s bench")
    parser.add_argument("--runs", type=int, default=5, help="processes for each cell, or pairs for each ratio")
    parser.add_argument("--time", action="store_true", help="print ratios of times")
    parser.add_argument("--tables", action="store_true", help="make the tables from results.json again")
    options = parser.parse_args()
    results = HERE / "results.json"
    if not options.tables:
        default = [
            f"{name}={ROOT}/.nox/bench-{name.replace('.', '-')}/bin/python" for name in ("3.12", "3.13", "3.13t")
        ]
        named = [build.split("=", 1) for build in options.builds or default]
        chosen = [arm for name, python in named for arm in arms(name, Path(python))]
        with tempfile.TemporaryDirectory() as folder:
            bench = Bench(Path(folder))
            bench.library()
            if options.time:
                timed(bench, chosen, options.runs)
                return
            runs = counted(bench, chosen, options.runs)
            runs += processes(bench, next(arm for arm in chosen if arm.free_threaded))
            record = {**surroundings(chosen), "runs": runs}
        results.write_text(tables.one_line_each(record), encoding="utf-8")
    page = HERE / "README.md"
    page.write_text(tables.filled(page.read_text(encoding="utf-8"), json.loads(results.read_text("utf-8"))), "utf-8")


if __name__ == "__main__":
    main()
