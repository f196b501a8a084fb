"""Where a workload's requests went, and what the local server saw of them."""

from collections.abc import Sequence
from statistics import median

from harness.analysis.checks.downloads import server_share
from harness.records import Case, Experiment, Server, Side, Trial, Workload
from harness.report.results import Results
from harness.report.sections.table import MISSING, Table, case_label, cases_of
from harness.report.text.escape import markdown
from harness.report.text.phrases import enumerated


def sites_line(experiment: Experiment, workload: Workload) -> str | None:
    """Return where the requests went; None for a workload that makes none."""
    if workload.latency_seconds is None:
        return None
    sites = experiment.settings.sites
    if not sites:
        latency = f"{1e3 * workload.latency_seconds:g} ms"
        return f"Its requests go to a local server on loopback that answers each after {latency}."
    return (
        f"Its requests go to real sites: {enumerated([markdown(site) for site in sites])}. "
        "What these and the network did is part of every number."
    )


def server_table(results: Results, workload: str) -> Table:
    """Return medians over trials, "requests / peak in flight / percent of a CPU": rows cases, columns arms.

    No rows for a workload of which no local server saw a trial.
    """
    seen: dict[Side, list[tuple[Trial, Server]]] = {}
    for trial in results.usable:
        if trial.workload == workload and trial.server is not None:
            seen.setdefault(trial.side, []).append((trial, trial.server))
    arms = [arm.label for arm in results.experiment.arms]

    def row(case: Case) -> tuple[str, ...]:
        return (case_label(case), *(_medians(seen.get(case.under(arm), ())) for arm in arms))

    rows = tuple(map(row, cases_of(results, workload))) if seen else ()
    return Table(header=("", *map(markdown, arms)), rows=rows)


def _medians(seen: Sequence[tuple[Trial, Server]]) -> str:
    if not seen:
        return MISSING
    requests = median(server.requests for _, server in seen)
    peak = median(server.peak_in_flight for _, server in seen)
    share = median(server_share(trial) or 0.0 for trial, _ in seen)
    return f"{requests:g} / {peak:g} / {100 * share:.0f}"
