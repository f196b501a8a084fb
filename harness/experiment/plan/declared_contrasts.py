"""Which contrasts are estimated, declared before anything is measured: only the primaries get a verdict."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from harness.experiment.plan.arms import counterpart
from harness.records import Arm, Case, Pair, Side

Sides = tuple[Side, Side]


def declare(cases: Iterable[Case], arms: Sequence[Arm]) -> list[Pair]:
    """Return every contrast once, primaries first; the subject stands before the baseline."""
    every = sorted(cases)
    primary = dict.fromkeys(_primaries(every, arms))
    others = [sides for sides in dict.fromkeys(_others(every, arms)) if sides not in primary]
    return [
        Pair(subject=subject, baseline=baseline, primary=(subject, baseline) in primary)
        for subject, baseline in [*primary, *others]
    ]


def _primaries(cases: Sequence[Case], arms: Sequence[Arm]) -> Iterator[Sides]:
    for free in _free(arms):
        for other in (counterpart(free, arms), _twin(free, arms)):
            if other is not None:
                yield from _same_case(cases, free, other)
    for arm in arms:
        yield from _modes(cases, arm, "threads", arm, "processes")


def _others(cases: Sequence[Case], arms: Sequence[Arm]) -> Iterator[Sides]:
    for arm in arms:
        yield from _against_serial(cases, arm, arm)
        yield from _modes(cases, arm, "asyncio", arm, "threads")
        yield from _modes(cases, arm, "asyncio", arm, "processes")
    for free in _free(arms):
        twin, other = _twin(free, arms), counterpart(free, arms)
        if other is None:
            continue
        if twin is not None:
            yield from _same_case(cases, twin, other)  # what the free-threaded build costs with its GIL on
        yield from _modes(cases, free, "threads", other, "processes")
        yield from _against_serial(cases, free, other)
    with_gil = [arm for arm in arms if not arm.build.free_threaded]
    for older, newer in pairwise(with_gil):
        yield from _same_case(cases, newer, older)


def _free(arms: Sequence[Arm]) -> list[Arm]:
    return [arm for arm in arms if arm.build.free_threaded and arm.python_gil is None]


def _twin(free: Arm, arms: Sequence[Arm]) -> Arm | None:
    return next((arm for arm in arms if arm.interpreter == free.interpreter and arm.python_gil == "1"), None)


def _same_case(cases: Sequence[Case], subject: Arm, baseline: Arm) -> Iterator[Sides]:
    return ((case.under(subject.label), case.under(baseline.label)) for case in cases)


def _modes(cases: Sequence[Case], subject: Arm, mode: str, baseline: Arm, other: str) -> Iterator[Sides]:
    for case in (case for case in cases if case.mode == mode):
        for against in cases:
            if (against.workload, against.mode, against.workers) == (case.workload, other, case.workers):
                yield case.under(subject.label), against.under(baseline.label)


def _against_serial(cases: Sequence[Case], subject: Arm, baseline: Arm) -> Iterator[Sides]:
    serial = {case.workload: case for case in cases if case.mode == "serial"}
    for case in (case for case in cases if case.mode != "serial" and case.workload in serial):
        yield case.under(subject.label), serial[case.workload].under(baseline.label)
