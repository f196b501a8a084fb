"""What the processes of a trial answer, checked against the limits of the records when it is read."""

from typing import Annotated

from msgspec import Meta, Struct

from harness.experiment.process.worker_process import WorkerResult
from harness.records import Count, Gil, Seconds, Service, Value
from harness.records.values import Number


class ServerAnswer(Struct, frozen=True, kw_only=True):
    """What the server of a service reports of itself; see `harness.worker.orders.ServeAnswer`."""

    canary: str
    canaries_seconds: Seconds
    canary_seconds: tuple[Seconds, Seconds]
    gil: Gil
    usable_cpus: Count
    start_method: str | None


class TrialAnswer(Struct, frozen=True, kw_only=True):
    """What a trial measured, by the names of its record's fields; see `harness.worker.orders.MeasureAnswer`."""

    values: Annotated[tuple[Value, ...], Meta(min_length=1)]
    answer: str
    gil: Gil
    usable_cpus: Count
    start_method: str | None
    canary: str
    canaries_seconds: Seconds
    cpu_seconds: Seconds | None
    warmup_seconds: Seconds | None = None
    user_cpu_seconds: Seconds | None = None
    system_cpu_seconds: Seconds | None = None
    run_delay_seconds: Seconds | None = None
    minor_faults: Count | None = None
    major_faults: Count | None = None
    voluntary_switches: Count | None = None
    involuntary_switches: Count | None = None
    counted: Number | None = None
    service: Service | None = None


TrialResult = WorkerResult[TrialAnswer]
