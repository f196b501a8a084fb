"""Two runs are two moments: what may be said of one against the other."""

import math
from collections.abc import Mapping
from typing import Literal, NamedTuple

from harness.records import Estimate, Experiment, Machine

# Beyond these 10 % the machine itself was another one, and what is left after widening would say nothing.
MOST_DRIFT = math.log(1.1)


class Drift(NamedTuple):
    """How far canaries' fast modes of two runs are apart: the largest |log ratio| of a kind; None if none is common."""

    log_ratio: float | None

    @property
    def too_far(self) -> bool:
        """Whether seconds of the two runs must not be compared."""
        return self.log_ratio is not None and self.log_ratio > MOST_DRIFT


def quotient(one: Estimate, other: Estimate) -> Estimate:
    """Return one / other of two independent positive estimates, with an interval made from their two.

    Squares are added of the logarithms' distances to the ends that push the quotient the same way, which needs no
    standard errors and no symmetry. Source: Zou and Donner, "Construction of confidence limits about effect measures: a
    general approach", Statistics in Medicine 27 (2008) 1693–1702.
    """
    point = math.log(one.point / other.point)
    blocks = min(one.blocks, other.blocks)
    if one.interval is None or other.interval is None:
        return Estimate(math.exp(point), None, None, blocks)
    (low, high), (other_low, other_high) = one.interval, other.interval
    down = math.hypot(math.log(one.point / low), math.log(other_high / other.point))
    up = math.hypot(math.log(high / one.point), math.log(other.point / other_low))
    return Estimate(math.exp(point), math.exp(point - down), math.exp(point + up), blocks)


def drift(before: Mapping[str, float], after: Mapping[str, float]) -> Drift:
    """Compare the canaries' fast modes, seconds by kind, of two runs."""
    common = before.keys() & after.keys()
    return Drift(max((abs(math.log(after[kind] / before[kind])) for kind in common), default=None))


def widened(estimate: Estimate, by: Drift) -> Estimate:
    """Return the estimate with an interval that leaves room for what the machine itself changed."""
    if estimate.interval is None:
        return estimate
    low, high = estimate.interval
    factor = math.exp(by.log_ratio or 0.0)
    return estimate._replace(low=low / factor, high=high * factor)


SameWork = Literal["same", "other file", "other"]


def same_work(one: Experiment, other: Experiment) -> dict[str, SameWork]:
    """Return for each workload of both whether it is the same work: sizes and scaling make another one of it.

    A file that has changed may do the same work or not, so its seconds do not compare, its ratios with that in mind.
    """
    alike = all(getattr(one.settings, name) == getattr(other.settings, name) for name in ("size", "scaling"))
    files, others = ({each.name: each.sha256 for each in run.workloads} for run in (one, other))
    return {
        name: "other" if not alike else "same" if files[name] == others[name] else "other file"
        for name in files.keys() & others.keys()
    }


def same_machine(one: Machine, other: Machine) -> bool:
    """Whether two runs were made on the same kind of machine, as far as a run shows without naming it."""
    return traits(one) == traits(other)


def same_instrument(one: Experiment, other: Experiment) -> bool:
    """Whether two runs were measured with the same worker's code; with the same version where it was not recorded."""
    return (one.worker_sha256 or one.harness_version) == (other.worker_sha256 or other.harness_version)


def traits(machine: Machine) -> tuple[object, ...]:
    """Return the facts by which kinds of machines differ."""
    return machine.system, machine.architecture, machine.cpu_model, machine.usable_cpus, machine.memory_bytes
