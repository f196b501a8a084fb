"""Whether the load on a service left it alone, and was itself on time."""

from collections.abc import Iterator

from harness.analysis.checks.phrases import count
from harness.analysis.checks.phrases import sides as sides_of
from harness.analysis.results.latency import Pings, latencies, lateness
from harness.analysis.samples.evidence import Evidence
from harness.records import Experiment, Finding, Side, Trial

# Of the usable CPUs: what the load takes there, a service that could use all of them has not, so it looks slower by as
# much at least (docs/performance.md). With a ping every 10 ms it takes 4 % of two CPUs.
LOAD_SHARE = 0.05
LATE_SHARE = 0.5  # of the p99: what is sent late is late for a reason of the load's own


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
    late: list[tuple[Side, float]] = []
    for time in latencies(experiment, Pings(seen.first)):
        hundredth = (lateness(seen.first[time.side].values()) or (0.0, 0.0))[1]
        if time.span == "ping p99" and hundredth > LATE_SHARE * time.estimate.point:
            late.append((time.side, hundredth))
    if late:
        named = ", ".join(f"{1000 * seconds:.2g} ms in {side}" for side, seconds in late)
        yield Finding(
            severity="warning",
            check="pings-late",
            sentence="The load generator was late itself: it sent 1 % of the pings so late that this can be more than "
            f"{LATE_SHARE:.0%} of the latency that 1 % exceed ({named}).",
            sides=tuple(side for side, _ in late),
            remedy="Read the latencies from sending, which leave this out. With more than two CPUs the load generator "
            "gets one to itself.",
        )


def load_share(trial: Trial, cpus: int) -> float | None:
    """Return how much of all usable CPUs the load used during the value; None for what is no service."""
    if trial.service is None or not trial.values:
        return None
    return trial.service.load_cpu_seconds / trial.mean_seconds("whole") / cpus
