"""Whether the load on a service left it alone, and was itself on time."""

from collections.abc import Iterator

import numpy as np

from harness.analysis.checks.phrases import count
from harness.analysis.checks.phrases import sides as sides_of
from harness.analysis.results.latency import quantiles
from harness.analysis.samples.evidence import Evidence
from harness.records import Experiment, Finding, Trial

# Of the usable CPUs: what the load takes there, a service that could use all of them has not, so it looks slower by as
# much at least (docs/performance.md). With a ping every 10 ms it takes 4 % of two CPUs.
LOAD_SHARE = 0.05
LATE_SHARE = 0.5  # of a trial's p99: a ping that was sent late is late for a reason of the load's own


def load_was_in_the_way(experiment: Experiment, seen: Evidence) -> Iterator[Finding]:
    """The load used so much of the CPUs that the service was slower for it, where it could use all of them."""
    cpus = experiment.machine.usable_cpus
    heavy = [trial for trial in seen.usable if trial.workers >= cpus and (load_share(trial, cpus) or 0.0) > LOAD_SHARE]
    if heavy:
        yield Finding(
            severity="warning",
            check="load-in-the-way",
            sentence=f"{count(heavy)}: the load generator used more than {LOAD_SHARE:.0%} of the CPUs that the service "
            "could have used, so the service would take less time alone.",
            sides=sides_of(heavy),
            remedy="Give each request more to compute, or measure on more CPUs.",
        )


def pings_were_sent_late(experiment: Experiment, seen: Evidence) -> Iterator[Finding]:
    """Much of the p99 is time before the ping was sent: the load waited for a CPU, not for the service."""
    late = [trial for trial in seen.usable if _is_late(trial)]
    if late:
        yield Finding(
            severity="warning",
            check="pings-late",
            sentence=f"{count(late)}: more than {LATE_SHARE:.0%} of the latency that 1 % of pings exceed can come "
            "from the load generator, which sent that many pings so late.",
            sides=sides_of(late),
            remedy="Do not compare these latencies across machines. With more CPUs, the load generator gets one to "
            "itself.",
        )


def load_share(trial: Trial, cpus: int) -> float | None:
    """Return how much of all usable CPUs the load used during the value; None for what is no service."""
    if trial.service is None or not trial.values:
        return None
    return trial.service.load_cpu_seconds / trial.mean_seconds("whole") / cpus


def _is_late(trial: Trial) -> bool:
    p99 = dict(quantiles(trial.service)).get("ping p99")
    if trial.service is None or p99 is None or not trial.service.late_seconds:
        return False
    return float(np.quantile(trial.service.late_seconds, 0.99, method="inverted_cdf")) > LATE_SHARE * p99
