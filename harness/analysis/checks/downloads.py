"""Whether the local sites saw what each case should have asked of them, and kept up."""

from collections.abc import Iterator
from statistics import median

from harness.analysis.checks.phrases import count
from harness.analysis.checks.phrases import sides as sides_of
from harness.analysis.samples.evidence import Evidence
from harness.analysis.samples.filter import work
from harness.records import Experiment, Finding, Trial

# Of all usable CPUs, and of the one CPU that a GIL lets run bytecode: beyond these the work waits for CPUs, not for the
# sites, and modes are compared by what their libraries cost.
CLIENT_BOUND_SHARE, GIL_BOUND_SHARE = 0.8, 0.9
BUSY_SHARE = 0.8  # of one CPU: the server is one process with one thread, and waits for it then are no latency


def requests_do_not_fit(experiment: Experiment, seen: Evidence) -> Iterator[Finding]:
    """The server saw more or fewer requests than the case makes, or more at once than it has workers."""
    jobs = {workload.name: workload.jobs for workload in experiment.workloads}
    warmups = {each.case: each.warmups for each in experiment.cases}
    odd: list[Trial] = []
    for trial in seen.measured:
        if trial.server is None:
            continue
        loops = warmups.get(trial.side.case, 0) + trial.loops * len(trial.values)
        expected = jobs.get(trial.workload, 0) * loops * work(experiment, trial)[1]
        if trial.server.requests != expected or trial.server.peak_in_flight > trial.workers:
            odd.append(trial)
    if odd:
        yield Finding(
            severity="error",
            check="requests-do-not-fit",
            sentence=f"{count(odd)}: the local server did not see as many requests as the case makes, "
            "or saw more at once than it has workers.",
            sides=sides_of(odd),
            remedy="Look for retries, redirects or other visitors of the server.",
        )


def server_was_the_bottleneck(experiment: Experiment, seen: Evidence) -> Iterator[Finding]:
    """The local server was busy nearly all the time, so its own speed was measured."""
    busy = [trial for trial in seen.usable if (server_share(trial) or 0.0) > BUSY_SHARE]
    if busy:
        yield Finding(
            severity="warning",
            check="server-bottleneck",
            sentence=f"{count(busy)}: the local server used more than {BUSY_SHARE:.0%} of a CPU, "
            "so these cases measure the server as well.",
            sides=sides_of(busy),
            remedy="Compare modes at fewer workers, or name sites that answer sooner with --sites.",
        )


def workers_were_not_all_waiting(experiment: Experiment, seen: Evidence) -> Iterator[Finding]:
    """Far fewer requests were in flight than there are workers: the client's own work was the limit."""
    jobs = {workload.name: workload.jobs for workload in experiment.workloads}
    few = []
    for side, blocks in sorted(seen.first.items(), key=lambda item: item[0]):
        peaks = [trial.server.peak_in_flight for trial in blocks.values() if trial.server is not None]
        if peaks and median(peaks) < min(side.workers, jobs.get(side.workload, 0)) / 2:
            few.append(side)
    if few:
        yield Finding(
            severity="note",
            check="few-in-flight",
            sentence="In some cases fewer than half of the workers ever waited at the same time, so more workers "
            f"cannot help: the client's own work is the limit ({', '.join(map(str, few))}).",
            sides=tuple(few),
        )


def client_was_the_limit(experiment: Experiment, seen: Evidence) -> Iterator[Finding]:
    """Client and server used nearly all that the CPUs have, or the client all that a GIL allows: few were waiting."""
    downloads = {workload.name for workload in experiment.workloads if workload.latency_seconds is not None}
    under_gil = {arm.label for arm in experiment.arms if arm.gil_expected}
    cpus = experiment.machine.usable_cpus
    bound = []
    for side, blocks in sorted(seen.first.items(), key=lambda item: item[0]):
        shares = [(share, server_share(trial) or 0.0) for trial in blocks.values() if (share := client_share(trial))]
        if side.workload not in downloads or not shares:
            continue
        client, together = (median(client for client, _ in shares), median(map(sum, shares)))
        one_gil = side.arm in under_gil and side.mode != "processes"
        if together > CLIENT_BOUND_SHARE * cpus or (one_gil and client > GIL_BOUND_SHARE):
            bound.append(side)
    if bound:
        yield Finding(
            severity="warning",
            check="client-bound",
            sentence=f"Client and server used more than {CLIENT_BOUND_SHARE:.0%} of the CPUs, or a client with a GIL "
            f"more than {GIL_BOUND_SHARE:.0%} of one, so these cases measure what a library costs, not how a mode "
            f"waits: {', '.join(map(str, bound))}.",
            sides=tuple(bound),
            remedy="Compare modes where none of these cases is a side: at fewer workers, or with a longer "
            "LATENCY_SECONDS. `--workload download_plain` has the same client in all modes.",
        )


def client_share(trial: Trial) -> float | None:
    """Return how many CPUs a trial's process and its children used on average during the values.

    None where that was not recorded, or, with a fork server, was recorded for another process.
    """
    if trial.cpu_seconds is None or trial.start_method == "forkserver":
        return None
    return trial.cpu_seconds / (sum(value.whole_seconds for value in trial.values) * trial.loops)


def server_share(trial: Trial) -> float | None:
    """Return how much of one CPU the local server used during a trial; None where there was no local server."""
    if trial.server is None:
        return None
    seconds = sum(value.whole_seconds for value in trial.values) * trial.loops + (trial.warmup_seconds or 0.0)
    return trial.server.cpu_seconds / seconds
