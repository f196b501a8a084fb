"""Which arm is measured a second time under another label, and in which cases."""

from collections.abc import Iterable, Sequence

from harness.records import Arm, Case, Shadow

SUFFIX = "-shadow"


def declare(cases: Iterable[Case], arms: Sequence[Arm]) -> Shadow:
    """Return the shadow of the arm that everything is about: the free-threaded one, or else the last.

    It has one case for each workload and mode: noise differs from mode to mode (one thread, several threads, processes
    that start and stop) more than from one worker count to the next, and every further case would cost the run two
    hundredths of its blocks. The worker count is the largest that all concurrent modes of the workload have.
    """
    free = [arm for arm in arms if not arm.gil_expected]
    of = (free or list(arms))[-1].label
    chosen: dict[tuple[str, str], Case] = {}
    listed = sorted(cases)
    for case in listed:
        counts = [{c.workers for c in listed if (c.workload, c.mode) == key} for key in _modes(listed, case.workload)]
        common = set.intersection(*counts) if counts else set()
        if case.mode == "serial" or case.workers <= max(common, default=case.workers):
            chosen[case.workload, case.mode] = case
    return Shadow(label=f"{of}{SUFFIX}", of=of, cases=tuple(chosen.values()))


def _modes(cases: Sequence[Case], workload: str) -> set[tuple[str, str]]:
    return {(case.workload, case.mode) for case in cases if case.workload == workload and case.mode != "serial"}
