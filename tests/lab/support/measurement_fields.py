"""What is read from a measurement beyond its seconds, and the order that another program carries out for a subject."""

from collections.abc import Sequence
from typing import Any

from harness.experiment.measure import trial
from harness.records import Trial
from harness.selftest.sessions import Measurement
from harness.selftest.subjects import Subject
from harness.worker.orders import CaseOrder


def order(subject: Subject) -> CaseOrder:
    """Return what a worker is asked to do for a subject."""
    return trial.case_order(subject.source, subject.case, subject.settings, subject.counts)


def whole_seconds(value: dict[str, Any]) -> float:
    """Return what a script pays for one loop; by name, because a value may hold more than its spans."""
    return float(value["start_seconds"] + value["work_seconds"] + value["stop_seconds"])


def canaries(measurement: Measurement) -> list[float]:
    """Return the readings of the canary before and after each value, where the worker takes them."""
    return [
        float(reading) for value in measurement.raw.get("values") or () for reading in value.get("canary_seconds") or ()
    ]


def canaries_of(trials: Sequence[Trial]) -> list[float]:
    """Return the canaries of trials, in seconds."""
    return [reading for trial in trials for value in trial.values for reading in value.canary_seconds or ()]
