"""Answer the driver's questions about a workload file and about this interpreter's environment."""

import importlib.metadata
import inspect
from typing import Any

from harness.worker import loading

SIZES = ("quick", "default", "original")


def workload(order: dict[str, Any]) -> dict[str, Any]:
    """Describe the workload at `order["path"]`; WorkloadError when it breaks the contract."""
    loaded = loading.module(order["path"])
    sizes = getattr(loaded, "SIZES", None)
    obstacles = {mode: loading.obstacle(loaded, mode) for mode in order["modes"]}
    if not callable(getattr(loaded, "run", None)) and not callable(getattr(loaded, "run_async", None)):
        message = "it has neither run(job) nor run_async(job); add the function that does one job."
        raise loading.WorkloadError(message)
    bound = getattr(loaded, "BOUND", "cpu")
    if bound not in ("cpu", "io"):
        message = f"its BOUND is {bound!r}; it must be 'cpu' or 'io'."
        raise loading.WorkloadError(message)
    vary = getattr(loaded, "ANSWERS_VARY", None)
    return {
        "summary": (inspect.getdoc(loaded) or "").partition("\n")[0],
        "bound": bound,
        "jobs": len(loading.jobs(loaded, order["size"], order["sites"], weak=order.get("scaling") == "weak")),
        "sizes": list(SIZES if sizes is None else sizes),
        "needs_sites": callable(getattr(loaded, "jobs", None)),
        "latency_seconds": float(getattr(loaded, "LATENCY_SECONDS", {}).get(order["size"], 0.0)),
        "answers_vary": None if vary is None else str(vary),
        "obstacles": {mode: reason for mode, reason in obstacles.items() if reason is not None},
    }


def distributions() -> list[dict[str, Any]]:
    """List what is installed here: name, version, wheel tag, and whether the wheel is compiled."""
    return sorted(map(_distribution, importlib.metadata.distributions()), key=lambda found: str(found["name"]))


def _distribution(found: importlib.metadata.Distribution) -> dict[str, Any]:
    wheel = found.read_text("WHEEL") or ""
    tags = [line.partition(":")[2].strip() for line in wheel.splitlines() if line.startswith("Tag:")]
    return {
        "name": found.metadata["Name"].lower().replace("_", "-"),
        "version": found.version,
        "tag": tags[0] if tags else "unknown",
        "compiled": any(not tag.endswith("-none-any") for tag in tags),
    }
