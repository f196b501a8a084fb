"""Which contrasts are estimated, declared before anything is measured: only the primaries get a verdict.

The primaries are the questions that a kind of work raises, in the order of their weight. A group of workloads has about
twelve: one workload all of its ranking, each of several the first of theirs. `docs/method.md` has the rule.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Literal

from harness.analysis.main_case import main_case
from harness.experiment.plan.arms import counterpart
from harness.records import ONE_BY_ONE, Arm, Case, Kind, Mode, Pair, Side, Workload

Sides = tuple[Side, Side]
Role = Literal["free", "twin", "sibling", "newer", "older"]
Roles = Mapping[Role, Arm | None]
Question = tuple[Mode, Role, Mode, Role]  # subject's mode and arm, baseline's mode and arm

MOST = 12  # primaries of a group of workloads, unless its workloads are so many that each has LEAST
MOST_OF_ONE = 10
LEAST = 2

# `free` is an arm without the GIL, `twin` the same build with it, `sibling` the build that always has one.
COMPUTING: tuple[Question, ...] = (
    ("threads", "free", "threads", "sibling"),
    ("threads", "free", "processes", "free"),
    ("serial", "free", "serial", "sibling"),
    ("serial", "twin", "serial", "sibling"),  # the build tax
    ("threads", "free", "threads", "twin"),  # the gain
    ("threads", "free", "serial", "sibling"),
    ("threads", "free", "processes", "sibling"),
    ("threads", "free", "serial-after-thread", "free"),
)
WAITING: tuple[Question, ...] = (
    ("threads", "free", "threads", "sibling"),
    ("asyncio", "free", "threads", "free"),
    ("threads", "free", "processes", "free"),
    ("asyncio", "free", "asyncio", "sibling"),
    ("asyncio", "sibling", "threads", "sibling"),
    ("serial", "free", "serial", "sibling"),
    ("threads", "free", "threads", "twin"),
    ("threads", "sibling", "processes", "sibling"),
)
SERVING: tuple[Question, ...] = (
    ("threads", "free", "threads", "sibling"),
    ("threads", "free", "processes", "free"),
    ("threads", "free", "threads", "twin"),
    ("threads", "free", "processes", "sibling"),
    ("serial", "free", "serial", "sibling"),
    ("threads", "free", "serial", "sibling"),
    ("processes", "free", "processes", "sibling"),
    ("serial", "twin", "serial", "sibling"),
)
# What is left to ask where some modes or arms are not measured.
REST: tuple[Question, ...] = (
    ("processes", "free", "processes", "sibling"),
    ("processes", "free", "processes", "twin"),
    ("asyncio", "free", "asyncio", "sibling"),
    ("asyncio", "free", "asyncio", "twin"),
    ("serial", "free", "serial", "twin"),
)
RANKINGS: Mapping[Kind, tuple[Question, ...]] = {"cpu": COMPUTING, "io": WAITING, "service": SERVING}
# Without a free-threaded arm: an arm, and the one before it.
WITH_GIL: tuple[Question, ...] = (
    ("threads", "newer", "processes", "newer"),
    ("threads", "newer", "threads", "older"),
    ("asyncio", "newer", "threads", "newer"),
    ("asyncio", "newer", "asyncio", "older"),
    ("processes", "newer", "processes", "older"),
    ("serial", "newer", "serial", "older"),
)


def declare(
    workloads: Sequence[Workload],
    cases: Iterable[Case],
    arms: Sequence[Arm],
    usable_cpus: int,
    *,
    weak: bool = False,
) -> list[Pair]:
    """Return every contrast once, primaries first; the subject stands before the baseline.

    `weak`: the work grows with the workers, so no concurrent case does the work of a serial one.
    """
    every = sorted(cases)
    primary = dict.fromkeys(_primaries(workloads, every, arms, usable_cpus, weak=weak))
    others = [sides for sides in dict.fromkeys(_others(every, arms)) if sides not in primary]
    return [
        Pair(subject=subject, baseline=baseline, primary=(subject, baseline) in primary)
        for subject, baseline in [*primary, *others]
    ]


def _primaries(
    workloads: Sequence[Workload], cases: Sequence[Case], arms: Sequence[Arm], usable_cpus: int, *, weak: bool
) -> Iterator[Sides]:
    measured = [workload for workload in workloads if any(case.workload == workload.name for case in cases)]
    in_group = Counter(workload.primary_group for workload in measured)
    for workload in measured:
        of_workload = [case for case in cases if case.workload == workload.name]
        main = main_case(of_workload, workload.bound, usable_cpus)
        by_mode = {case.mode: case for case in of_workload if case.mode in ONE_BY_ONE}
        by_mode |= {case.mode: case for case in of_workload if main is not None and case.workers == main.workers}
        questions = dict.fromkeys(_ranked(workload, by_mode, arms, weak=weak))
        yield from list(questions)[: min(MOST_OF_ONE, max(LEAST, MOST // in_group[workload.primary_group]))]


def _ranked(workload: Workload, by_mode: Mapping[Mode, Case], arms: Sequence[Arm], *, weak: bool) -> Iterator[Sides]:
    """Yield what can be asked of a workload, the weightiest first: each question of every arm before the next one."""
    free, with_gil = _free(arms), [arm for arm in arms if not arm.build.free_threaded]
    ranking = (*RANKINGS[workload.kind], *REST) if free else WITH_GIL
    older = dict(zip(with_gil[1:], with_gil, strict=False))
    roles: list[Roles] = [
        {"free": arm, "twin": _twin(arm, arms), "sibling": counterpart(arm, arms)} for arm in free
    ] or [{"newer": arm, "older": older.get(arm)} for arm in reversed(with_gil or list(arms))]
    for mode, role, other_mode, other_role in ranking:
        if weak and other_mode in ONE_BY_ONE and mode not in ONE_BY_ONE:
            continue  # not the same work
        for of_arm in roles:
            subject, baseline = of_arm[role], of_arm[other_role]
            if subject is not None and baseline is not None and mode in by_mode and other_mode in by_mode:
                yield by_mode[mode].under(subject.label), by_mode[other_mode].under(baseline.label)


def _others(cases: Sequence[Case], arms: Sequence[Arm]) -> Iterator[Sides]:
    for free in _free(arms):
        for other in (counterpart(free, arms), _twin(free, arms)):
            if other is not None:
                yield from _same_case(cases, free, other)
    for arm in arms:
        yield from _modes(cases, arm, "threads", arm, "processes")
        yield from _against(cases, arm, arm, "serial")
        yield from _after_thread(cases, arm)
        yield from _modes(cases, arm, "asyncio", arm, "threads")
        yield from _modes(cases, arm, "asyncio", arm, "processes")
    for free in _free(arms):
        twin, other = _twin(free, arms), counterpart(free, arms)
        if other is None:
            continue
        if twin is not None:
            yield from _same_case(cases, twin, other)  # what the free-threaded build costs with its GIL on
        yield from _modes(cases, free, "threads", other, "processes")
        yield from _against(cases, free, other, "serial")
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


def _against(cases: Sequence[Case], subject: Arm, baseline: Arm, mode: Mode) -> Iterator[Sides]:
    """Yield all other cases against the one of a mode that has one worker."""
    single = {case.workload: case for case in cases if case.mode == mode}
    for case in (case for case in cases if case.mode != mode and case.workload in single):
        yield case.under(subject.label), single[case.workload].under(baseline.label)


def _after_thread(cases: Sequence[Case], arm: Arm) -> Iterator[Sides]:
    """Threads run in the state that starting one leaves behind, so serial in that state is what they add to."""
    for subject, baseline in _against(cases, arm, arm, "serial-after-thread"):
        if subject.mode == "threads":
            yield subject, baseline
