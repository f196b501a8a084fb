"""Questions to the interpreters being measured, each answered by a worker process of its own."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import msgspec

from harness.errors import UsageError
from harness.experiment.process import worker_environment, worker_process
from harness.records import MODES, Distribution

TIMEOUT_SECONDS = 120.0
PLACES = ("http://127.0.0.1/first", "http://127.0.0.1/second")  # to count jobs with; nothing is fetched


class Description(msgspec.Struct, frozen=True):
    """What a workload file says of itself; `obstacles` maps the modes that cannot measure it to the reason.

    `points` are those of its series with the count of their jobs; one that is None for a file without a series.
    """

    summary: str
    bound: Literal["cpu", "io"]
    group: str | None
    series: str | None
    points: tuple[tuple[int | str | None, int], ...]
    sizes: tuple[str, ...]
    needs_sites: bool
    service: bool
    latency_seconds: float
    answers_vary: str | None
    needs: tuple[str, ...]
    answers_count: str | None
    obstacles: dict[str, str]


def distributions(python: Path) -> Sequence[Distribution]:
    """List what is installed in an environment."""
    outcome = worker_process.run(python, None, {"task": "distributions", "path": ""}, TIMEOUT_SECONDS)
    if outcome.status != "ok":
        message = f"The environment of {python.name} cannot be listed: {outcome.reason}. Start `nox -s bench` again."
        raise UsageError(message)
    return msgspec.convert(outcome.done, tuple[Distribution, ...])


def describe(file: Path, size: str, python: Path, timeout_seconds: float, scaling: str = "strong") -> Description:
    """Describe a workload at one size; UsageError when it cannot be loaded or breaks the contract."""
    order: dict[str, Any] = {"task": "describe", "path": str(file), "size": size, "sites": list(PLACES), "modes": MODES}
    order["scaling"] = scaling
    outcome = worker_process.run(python, None, order, min(TIMEOUT_SECONDS, timeout_seconds))
    if outcome.status != "ok":
        message = f"{file.name} cannot be measured: {outcome.reason}"
        raise UsageError(message)
    return msgspec.convert(_scrubbed(outcome.done), Description)


def _scrubbed(said: Any) -> Any:
    """What a file says of itself is published, whatever it put together when it was loaded."""
    if isinstance(said, str):
        return worker_environment.scrubbed(said)
    if isinstance(said, list):
        return [_scrubbed(each) for each in said]
    return {name: _scrubbed(each) for name, each in said.items()} if isinstance(said, dict) else said
