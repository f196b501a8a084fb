"""What others published, from published.toml, and which of our contrasts is the same as one of theirs."""

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Literal, NamedTuple

import msgspec

from harness.records import Experiment, Mode, Pair, Side

FILE = Path(__file__).with_name("published.toml")
ACROSS = (("3.13t", "3.13"), ("3.13t-gil", "3.13"), ("3.13t", "3.13t-gil"))  # arms that are compared at the same case


class Published(msgspec.Struct, frozen=True, kw_only=True):
    """One published comparison of modes; `times` are as published, without intervals."""

    source: str
    conditions: str
    bound: Literal["cpu", "io"]
    workload: str
    first: Mode
    work: str
    times: tuple[tuple[str, str], ...]


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """Published seconds by arm and case, and the case that the others of the same arm are compared with."""

    source: str
    machine: str
    workload: str
    work: str
    scaling: Literal["strong", "weak"]
    baseline: str
    seconds: Mapping[str, Mapping[str, float]]


class Stated(msgspec.Struct, frozen=True, kw_only=True):
    """What free threading was said to cost, as fractions more than with a GIL, from least to most."""

    source: str
    quantity: Literal["time", "memory"]
    free_threaded: str
    with_gil: str
    more: tuple[float, float]


class Literature(msgspec.Struct, frozen=True, kw_only=True):
    """All of published.toml."""

    orders: tuple[Published, ...]
    measured: tuple[Measured, ...]
    stated: tuple[Stated, ...]


class Quote(NamedTuple):
    """The same ratio, time(baseline) / time(subject), theirs as shown and the pair that is ours."""

    pair: Pair
    source: str
    work: str
    machine: str
    theirs: str


@cache
def literature() -> Literature:
    """Read published.toml."""
    return msgspec.convert(tomllib.loads(FILE.read_text(encoding="utf-8")), Literature)


def quotes(experiment: Experiment) -> list[Quote]:
    """Return the published ratios whose two sides are planned here, in the order of the file.

    A case against another one is the same ratio only when the work grows with the workers in both or in neither; the
    same case under two arms is the same ratio either way.
    """
    every = [*(q for m in literature().measured for q in _measured(experiment, m)), *_stated(experiment)]
    return [quote for quote in every if {quote.pair.subject, quote.pair.baseline} <= experiment.sides]


def _measured(experiment: Experiment, theirs: Measured) -> Iterator[Quote]:
    for arm, seconds in theirs.seconds.items():
        if theirs.scaling == experiment.settings.scaling:
            for case in seconds:
                if case != theirs.baseline:
                    ratio = seconds[theirs.baseline] / seconds[case]
                    for label in _labels(experiment, arm):
                        yield _quote(experiment, theirs, (case, label), (theirs.baseline, label), ratio)
    for subject, baseline in ACROSS:
        there, other = theirs.seconds.get(subject, {}), theirs.seconds.get(baseline, {})
        for case in there:
            if case in other:
                yield _quote(experiment, theirs, (case, subject), (case, baseline), other[case] / there[case])


def _labels(experiment: Experiment, arm: str) -> list[str]:
    """Return our arms that theirs stands for."""
    return [each.label for each in experiment.arms if not each.build.free_threaded] if arm == "gil" else [arm]


def _quote(
    experiment: Experiment, theirs: Measured, subject: tuple[str, str], baseline: tuple[str, str], ratio: float
) -> Quote:
    ours = [_side(experiment, theirs.workload, case, arm) for case, arm in (subject, baseline)]
    pair = Pair(subject=ours[0], baseline=ours[1], primary=False)
    return Quote(pair, theirs.source, theirs.work, theirs.machine, f"{ratio:.2f}")


def _side(experiment: Experiment, workload: str, case: str, arm: str) -> Side:
    mode, _, count = case.partition(" ")
    workers = experiment.machine.usable_cpus if count == "cpus" else int(count or 1)
    return msgspec.convert({"workload": workload, "mode": mode, "workers": workers, "arm": arm}, Side)


def _stated(experiment: Experiment) -> Iterator[Quote]:
    """A published cost in time, shown next to that of our serial CPU-bound workloads, which are other work."""
    for each in literature().stated:
        for workload in experiment.workloads:
            if each.quantity == "time" and workload.bound == "cpu" and not workload.is_point:
                sides = [_side(experiment, workload.name, "serial", arm) for arm in (each.free_threaded, each.with_gil)]
                least, most = (f"{1 / (1 + more):.2f}" for more in sorted(each.more, reverse=True))
                theirs = least if least == most else f"{least} to {most}"
                pair = Pair(subject=sides[0], baseline=sides[1], primary=False)
                yield Quote(pair, each.source, "other programs", "machine not stated", theirs)
