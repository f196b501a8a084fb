"""Where a workload's requests went, and what the local server recorded of them."""

from collections.abc import Sequence
from statistics import median

from harness.analysis.checks.downloads import server_share
from harness.records import Experiment, Side, Trial, Workload
from harness.report.results import Results
from harness.report.sections.part import MISSING, NO_NUMBER, Cell, Part, Table, by_arm
from harness.report.text.escape import Markdown, markdown
from harness.report.text.phrases import enumerated

READING = Markdown(
    "Medians over trials: requests / connections accepted / most in flight at once / percent of a CPU that the server "
    "used, warm-up included. A connection that several requests share is counted once. They describe the run and have "
    "no intervals."
)


def sites_line(experiment: Experiment, workload: Workload) -> Markdown | None:
    """Return where the requests went; None for a workload that makes none."""
    if workload.latency_seconds is None:
        return None
    sites = experiment.settings.sites
    if not sites:
        latency = f"{1e3 * workload.latency_seconds:g} ms"
        return Markdown(f"It sends requests to a local server, which answers each one after {latency}.")
    return Markdown(
        f"It sends requests to real sites: {enumerated([markdown(site) for site in sites])}. "
        "Every number includes the behaviour of these sites and of the network."
    )


def server_part(results: Results, workload: Workload) -> Part | None:
    """Return what the local server recorded; None for a workload that did not use it."""
    table = server_table(results, workload)
    title = Markdown("What the local server recorded")
    return Part(title=title, paragraphs=(READING,), table=table, folded=True) if table else None


def server_table(results: Results, workload: Workload) -> Table:
    """Return medians, "requests / connections / peak in flight / percent of a CPU": rows cases, columns arms.

    No rows for a workload of which no local server saw a trial.
    """
    of_workload = results.of(workload)
    arms = [arm.label for arm in results.experiment.arms]
    served = any(trial.server is not None for trial in of_workload.trials)

    def cell(side: Side) -> Cell:
        return _medians([trial for trial in of_workload.by_side.get(side, ()) if trial.server is not None])

    return by_arm(of_workload.cases if served else (), arms, cell)


def _medians(trials: Sequence[Trial]) -> Cell:
    servers = [trial.server for trial in trials if trial.server is not None]
    if not servers:
        return NO_NUMBER
    requests = median(server.requests for server in servers)
    accepted = [server.connections for server in servers if server.connections is not None]
    connections = f"{median(accepted):g}" if accepted else MISSING
    peak = median(server.peak_in_flight for server in servers)
    share = median(server_share(trial) or 0.0 for trial in trials)
    return Cell(Markdown(f"{requests:g} / {connections} / {peak:g} / {100 * share:.0f}"), requests)
