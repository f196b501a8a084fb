"""Questions to the interpreters being measured, each answered by a worker process of its own."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal

import msgspec
from packaging.utils import canonicalize_name

from harness.errors import UsageError
from harness.experiment.process import worker_process
from harness.experiment.process.limits import Watch
from harness.experiment.process.scrub import scrubbed
from harness.records import MODES, Count, Distribution
from harness.worker.orders import DescribeOrder, DistributionsOrder, InstalledDistribution

TIMEOUT_SECONDS = 120.0
PLACES = ("http://127.0.0.1/first", "http://127.0.0.1/second")  # to count jobs with; nothing is fetched


class Description(msgspec.Struct, frozen=True):
    """What a workload file declares.

    `obstacles` maps the modes that cannot measure it to the reason, `libraries` the function that does one job to the
    library that it does it with. `points` are those of its series with the count of their jobs; a file without a series
    has one, which is None. `chunk_sizes` maps each, as text, to how many jobs a pool process is sent at once.
    """

    summary: str
    bound: Literal["cpu", "io"]
    group: str | None
    series: str | None
    points: tuple[tuple[int | str | None, Count], ...]
    sizes: tuple[str, ...]
    needs_sites: bool
    service: bool
    latency_seconds: float
    answers_vary: str | None
    answers_count: str | None
    libraries: dict[str, str]
    chunk_sizes: dict[str, Count]
    obstacles: dict[str, str]


def installed(python: Path) -> list[InstalledDistribution]:
    """List what is installed in an environment, as its metadata has it."""
    order: DistributionsOrder = {"task": "distributions", "path": ""}
    result = worker_process.run(python, None, order, list[InstalledDistribution], Watch(TIMEOUT_SECONDS))
    if result.answer is None:
        message = f"The environment of {python.name} cannot be listed: {result.reason}. Run `nox -s bench` again."
        raise UsageError(message)
    return result.answer


def distributions(python: Path) -> tuple[Distribution, ...]:
    """Return the records of what is installed in an environment."""
    return recorded(installed(python))


def recorded(described: Iterable[InstalledDistribution]) -> tuple[Distribution, ...]:
    """Return the records of installed distributions, ordered by their normalized names."""
    return tuple(sorted(map(_recorded, described), key=lambda distribution: distribution.name))


def _recorded(distribution: InstalledDistribution) -> Distribution:
    tags = distribution["tags"]
    return Distribution(
        name=canonicalize_name(distribution["name"]),
        version=distribution["version"],
        tag=tags[0] if tags else "unknown",
        compiled=any(not tag.endswith("-none-any") for tag in tags),
        tags=tuple(tags),
    )


def describe(file: Path, size: str, python: Path, timeout_seconds: float, scaling: str = "strong") -> Description:
    """Describe a workload at one size; UsageError when it cannot be loaded or breaks the contract."""
    order: DescribeOrder = {
        "task": "describe",
        "path": str(file),
        "size": size,
        "sites": list(PLACES),
        "modes": list(MODES),
        "scaling": scaling,
    }
    watch = Watch(min(TIMEOUT_SECONDS, timeout_seconds))
    result = worker_process.run(python, None, order, Description, watch)
    if result.answer is None:
        message = f"{file.name} cannot be measured: {result.reason}"
        raise UsageError(message)
    return msgspec.convert(_scrubbed(msgspec.to_builtins(result.answer)), Description)


def _scrubbed(value: Any) -> Any:
    """Scrub every text: what a file declares is published, whatever it was put together from when it was loaded."""
    if isinstance(value, str):
        return scrubbed(value)
    if isinstance(value, list | tuple):
        return [_scrubbed(item) for item in value]
    return {name: _scrubbed(item) for name, item in value.items()} if isinstance(value, dict) else value
