"""Every reason not to believe a number, as findings. A check is a function in CHECKS; nothing else knows its name."""

from collections.abc import Callable, Iterator

from harness.analysis.checks.dependencies import dependencies_differ
from harness.analysis.checks.downloads import (
    client_was_the_limit,
    requests_do_not_fit,
    server_was_the_bottleneck,
    workers_were_not_all_waiting,
)
from harness.analysis.checks.environment import (
    interpreters_not_matched,
    more_workers_than_cpus,
    variables_are_set,
    without_pgo,
)
from harness.analysis.checks.machine import (
    arms_disturbed_unequally,
    canaries_drifted,
    false_alarms,
    kernel_took_time,
    often_disturbed,
    something_else_ran,
    starved,
)
from harness.analysis.checks.measurement import (
    damaged_lines,
    lines_do_not_belong,
    memory_not_measured,
    pinned,
    still_warming_up,
    too_few_blocks,
    trials_failed,
    values_too_short,
)
from harness.analysis.checks.sameness import answers_differ, gil_is_not_what_was_asked
from harness.analysis.checks.services import load_was_in_the_way, pings_were_sent_late
from harness.analysis.checks.suspensions import stood_still
from harness.analysis.samples.evidence import Evidence, evidence
from harness.records import Experiment, Finding, Journal

SEVERITIES = ("error", "warning", "note")

Check = Callable[[Experiment, Evidence], Iterator[Finding]]

CHECKS: tuple[Check, ...] = (
    answers_differ,
    gil_is_not_what_was_asked,
    false_alarms,
    trials_failed,
    requests_do_not_fit,
    pinned,
    something_else_ran,
    starved,
    often_disturbed,
    arms_disturbed_unequally,
    canaries_drifted,
    kernel_took_time,
    still_warming_up,
    server_was_the_bottleneck,
    client_was_the_limit,
    load_was_in_the_way,
    pings_were_sent_late,
    interpreters_not_matched,
    without_pgo,
    variables_are_set,
    dependencies_differ,
    too_few_blocks,
    values_too_short,
    damaged_lines,
    stood_still,
    lines_do_not_belong,
    workers_were_not_all_waiting,
    memory_not_measured,
    more_workers_than_cpus,
)


def findings(experiment: Experiment, journal: Journal) -> list[Finding]:
    """Return what all checks found in a run, errors first."""
    return checked(experiment, evidence(experiment, journal))


def checked(experiment: Experiment, seen: Evidence) -> list[Finding]:
    """Return what all checks found in evidence that was sorted already, errors first."""
    found = [finding for check in CHECKS for finding in check(experiment, seen)]
    return sorted(found, key=lambda finding: SEVERITIES.index(finding.severity))
