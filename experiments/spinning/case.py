"""Run one case under this interpreter and print, as JSON, what it took: `case.py NAME PINNING LOOPS`.

spinning.py starts it with yields.c preloaded. It needs the standard library, and for a service what that declares. A
service first prints its port, and serves until SIGTERM.
"""

import contextlib
import json
import mmap
import os
import resource
import signal
import socket
import struct
import sys
import threading
import time
from pathlib import Path
from types import ModuleType
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from harness.worker import workload_file  # noqa: E402 - only now can it be found
from harness.worker.executors import EXECUTORS  # noqa: E402
from harness.worker.modes import MODES  # noqa: E402

SERVICE = "compute_service"
RECORD = struct.Struct("5q")  # struct thread of yields.c
WAITS = 200
SMALL, BUSY, WAITING = [1] * 200, [18] * 200, [0.002] * 200


class Taken:
    """What this process has taken so far: yields by thread's process, and switches of itself and of its children."""

    def __init__(self) -> None:
        own, pool = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
        self.numbers = {
            "parent_involuntary": own.ru_nivcsw,
            "pool_involuntary": pool.ru_nivcsw,
            "parent_voluntary": own.ru_nvcsw,
            "pool_voluntary": pool.ru_nvcsw,
            **yields(),
        }

    def since(self, before: "Taken") -> dict[str, int]:
        """Return how much was taken since then."""
        return {name: number - before.numbers[name] for name, number in self.numbers.items()}


def yields() -> dict[str, int]:
    """Read what yields.c counted: all processes but this one are the pool's."""
    numbers = dict.fromkeys(
        [f"{who}_{what}" for who in ("parent", "pool") for what in ("yields", "internal", "switches")], 0
    )
    descriptor = os.open(os.environ["YIELDS_FILE"], os.O_RDONLY)
    with mmap.mmap(descriptor, 0, prot=mmap.PROT_READ) as counts:
        threads = struct.unpack_from("q", counts)[0]
        for place in range(1, threads + 1):
            process, _, *columns = RECORD.unpack_from(counts, place * RECORD.size)
            who = "parent" if process == os.getpid() else "pool"
            for what, number in zip(("yields", "internal", "switches"), columns, strict=True):
                numbers[f"{who}_{what}"] += number
    os.close(descriptor)
    return numbers


def pin(how: str) -> None:
    """Leave this process where it is, or put it and its pool on one CPU, or on two different ones."""
    cpus = sorted(os.sched_getaffinity(0))
    if how != "anywhere":
        os.sched_setaffinity(0, cpus[:1])
    if how == "apart":
        os.register_at_fork(after_in_child=lambda: os.sched_setaffinity(0, cpus[1:2]))


def waits() -> int:
    """Wait for events that another thread sets a millisecond later."""
    events = [threading.Event() for _ in range(WAITS)]

    def occur() -> None:
        for event in events:
            time.sleep(0.001)
            event.set()

    thread = threading.Thread(target=occur)
    thread.start()
    for event in events:
        event.wait()
    thread.join()
    return WAITS


def spread(workload: ModuleType, jobs: list[Any], mode: str, workers: int) -> int:
    """Do the jobs once, in the harness's own mode."""
    MODES[mode](workload, jobs, workers, "fork")
    return len(jobs)


def case(name: str) -> Any:
    """Return a function that runs one loop of the case and returns how many jobs it did."""
    if name == "event":
        return waits
    kind, mode, workers = name.split("/")
    file, _, point = kind.partition("@")
    jobs_of = {"small": ("fib", SMALL), "busy": ("fib", BUSY), "waiting": ("sleep", WAITING)}
    file, jobs = jobs_of.get(kind, (file, None))
    workload = workload_file.module(str(ROOT / "workloads" / f"{file}.py"))
    if jobs is None:
        jobs = workload_file.jobs(workload, "default", [], point)
    return lambda: spread(workload, jobs, mode, int(workers))


def serve(mode: str, workers: int) -> None:
    """Serve compute_service until SIGTERM, and print the port, and at the end what it took."""
    import uvicorn  # noqa: PLC0415 - the other cases need nothing that is installed

    workload = workload_file.module(str(ROOT / "workloads" / f"{SERVICE}.py"))
    signal.signal(signal.SIGTERM, lambda *_: None)  # uvicorn has a handler of its own, and raises the signal once more
    # asyncio sets TCP_NODELAY only where the protocol is named.
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.bind(("127.0.0.1", 0))
    listening.listen()
    with EXECUTORS[mode](workload, workers, "fork", []) as executor:
        app = workload.service(executor)
        before = Taken()
        print(listening.getsockname()[1], flush=True)
        config = uvicorn.Config(app, http="h11", ws="none", loop="asyncio", log_level="warning")
        with contextlib.suppress(SystemExit):
            uvicorn.Server(config).run(sockets=[listening])
    print(json.dumps(Taken().since(before)))


def main(name: str, how: str, loops: int) -> None:
    """Run the case and print its account."""
    pin(how)
    if name.startswith(SERVICE):
        _, mode, workers = name.split("/")
        serve(mode, int(workers))
        return
    loop = case(name)
    loop()  # a mode imports what it needs, and a class that is made enters its own critical sections again
    before, began = Taken(), time.perf_counter()
    jobs = sum(loop() for _ in range(loops))
    seconds = time.perf_counter() - began
    print(json.dumps({"jobs": jobs, "seconds": seconds, **Taken().since(before)}))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
