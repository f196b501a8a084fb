"""Answer the driver's questions about a workload file and about this interpreter's environment."""

import importlib.metadata
import inspect
from types import ModuleType
from typing import Any

from harness.worker import workload_file
from harness.worker.orders import DescribeAnswer, DescribeOrder, InstalledDistribution

SIZES = ("quick", "default", "original")


def workload(order: DescribeOrder) -> DescribeAnswer:
    """Describe the workload at `order["path"]`; WorkloadError when it breaks the contract."""
    loaded = workload_file.module(order["path"])
    sizes = getattr(loaded, "SIZES", None)
    obstacles = {mode: workload_file.obstacle(loaded, mode) for mode in order["modes"]}
    service = workload_file.is_service(loaded)
    if not service and not any(callable(getattr(loaded, name, None)) for name in ("run", "run_async")):
        message = (
            "it has none of run(job), run_async(job) and service(executor); "
            "add the function that does one job, or makes the app to be served."
        )
        raise workload_file.WorkloadError(message)
    bound = getattr(loaded, "BOUND", "cpu")
    if bound not in ("cpu", "io"):
        message = f"its BOUND is {bound!r}; it must be 'cpu' or 'io'."
        raise workload_file.WorkloadError(message)
    points = workload_file.points(loaded, order["size"])
    return {
        "summary": (inspect.getdoc(loaded) or "").partition("\n")[0],
        "bound": bound,
        "service": service,
        "group": _text(loaded, "GROUP"),
        "series": _text(loaded, "SERIES"),
        "points": [(point, _job_count(loaded, order, point)) for point in points],
        "sizes": list(SIZES if sizes is None else sizes),
        "needs_sites": callable(getattr(loaded, "jobs", None)),
        "latency_seconds": float(getattr(loaded, "LATENCY_SECONDS", {}).get(order["size"], 0.0)),
        "answers_vary": _text(loaded, "ANSWERS_VARY"),
        "answers_count": _text(loaded, "ANSWERS_COUNT"),
        "libraries": _libraries(loaded),
        "chunk_sizes": {str(point): workload_file.chunk_size(loaded, point) for point in points},
        "obstacles": {mode: reason for mode, reason in obstacles.items() if reason is not None},
    }


def _text(loaded: ModuleType, name: str) -> str | None:
    return str(getattr(loaded, name)) if hasattr(loaded, name) else None


def _libraries(loaded: ModuleType) -> dict[str, str]:
    libraries = getattr(loaded, "LIBRARIES", {})
    if not isinstance(libraries, dict) or not libraries.keys() <= {"run", "run_async"}:
        message = (
            f"its LIBRARIES is {libraries!r}; "
            'name the libraries like LIBRARIES = {"run": "requests", "run_async": "aiohttp"}.'
        )
        raise workload_file.WorkloadError(message)
    return {function: str(library) for function, library in libraries.items()}


def _job_count(loaded: ModuleType, order: DescribeOrder, point: Any) -> int:
    name = None if point is None else str(point)
    return len(workload_file.jobs(loaded, order["size"], order["sites"], name, weak=order["scaling"] == "weak"))


def distributions() -> list[InstalledDistribution]:
    """List what is installed here, by name; a folder without metadata is no distribution."""
    installed = [_distribution(found) for found in importlib.metadata.distributions() if found.metadata["Name"]]
    return sorted(installed, key=lambda distribution: distribution["name"])


def _distribution(found: importlib.metadata.Distribution) -> InstalledDistribution:
    wheel = found.read_text("WHEEL") or ""
    return {
        "name": found.metadata["Name"],
        "version": found.version,
        "tags": [line.partition(":")[2].strip() for line in wheel.splitlines() if line.startswith("Tag:")],
        "requires": found.requires or [],
    }
