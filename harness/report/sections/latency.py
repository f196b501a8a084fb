"""A service: how many computes it answers, and how long pings wait in the meantime."""

from collections.abc import Iterator, Mapping, Sequence

from harness.analysis.arm_roles import free_threaded_arms, rivals
from harness.analysis.results.latency import LEAST_PINGS, POOLED, lateness
from harness.records import Arm, Case, Quantity, Side, Time, Trial, Workload
from harness.report.results import Results
from harness.report.sections.part import (
    NO_NUMBER,
    Cell,
    Part,
    Table,
    blocks_cell,
    case_label,
    count_cell,
    estimate_cell,
    ratio_cell,
    side_label,
    words,
)
from harness.report.text.build_notes import build_notes
from harness.report.text.escape import Markdown, markdown
from harness.report.text.numbers import time_with_bounds, with_bounds
from harness.report.text.phrases import enumerated
from harness.report.workload_results import WorkloadResults

MILLISECOND = 1e-3
Latencies = Mapping[Side, Mapping[Quantity, Time]]

HEADER = (
    "",
    "arm",
    "computes per second",
    "× serial",
    *(f"{name}, ms" for name in POOLED),
    "sent late by, ms",
    "pings",
)
READING_CONTRASTS = Markdown(
    "A ratio is latency(baseline) / latency(subject), of the pings of all blocks that both have: above 1 the subject "
    "answers sooner. Latencies get no verdicts. contrasts.json has all of these contrasts."
)


def latency_part(results: Results, workload: Workload) -> Part | None:
    """Return a row per case and arm of a service: computes per second and latencies; None for what is no service."""
    of_workload, latencies = results.of(workload), _latencies(results, workload)
    if workload.clients is None or not latencies:
        return None
    rows = tuple(
        (
            words(case_label(case)),
            Cell(markdown(arm.label)),
            _rate(of_workload.times[side], workload.jobs),
            ratio_cell(results.speed_ups.get(side)),
            *(_milliseconds(latencies[side].get(name)) for name in POOLED),
            *_sending(of_workload.by_side.get(side, ())),
        )
        for case in of_workload.cases
        for arm in results.experiment.arms
        if (side := case.under(arm.label)) in latencies and side in of_workload.times
    )
    return Part(
        title=Markdown("Computing and answering"),
        kind="latency",
        paragraphs=(Markdown(_reading(of_workload)),),
        table=Table(header=tuple(map(Markdown, HEADER)), rows=rows),
    )


def latency_contrasts_part(results: Results, workload: Workload) -> Part | None:
    """Return the contrasts of latencies, those that are primary for times; None for what is no service."""
    primaries = [
        spans
        for spans in results.of(workload).spans.values()
        if "whole" in spans and spans["whole"].primary and spans.keys() & set(POOLED)
    ]
    rows = tuple(
        (
            *(words(side_label(side)) for side in (spans["whole"].subject, spans["whole"].baseline)),
            *(ratio_cell(spans.get(name)) for name in POOLED),
            blocks_cell(spans["whole"]),
        )
        for spans in primaries
    )
    if not rows:
        return None
    header = tuple(map(Markdown, ("subject", "baseline", *POOLED, "blocks")))
    return Part(
        title=Markdown("Contrasts of latencies"),
        paragraphs=(READING_CONTRASTS,),
        table=Table(header=header, rows=rows),
        notes=build_notes(results.experiment, (spans["whole"] for spans in primaries)),
    )


def latency_sentences(results: Results, workload: Workload) -> tuple[Markdown, ...]:
    """Return how long a ping waits in each mode, with the GIL and without it; none for what is no service."""
    if not workload.clients:
        return ()
    latencies = _latencies(results, workload)
    sentences = (_waiting(results.of(workload), latencies, arm) for arm in free_threaded_arms(results.experiment))
    return tuple(Markdown(sentence) for sentence in sentences if sentence is not None)


def _latencies(results: Results, workload: Workload) -> Latencies:
    latencies: dict[Side, dict[Quantity, Time]] = {}
    for time in results.latencies:
        if time.side.workload == workload.name:
            latencies.setdefault(time.side, {})[time.span] = time
    return latencies


def _waiting(results: WorkloadResults, latencies: Latencies, arm: Arm) -> str | None:
    sibling = rivals(results.experiment, arm).sibling
    workers = max((case.workers for case in results.cases if case.mode == "threads"), default=0)
    threads = results.case_of("threads", workers)
    cases = [case for case in (results.serial, threads, results.case_of("processes", workers)) if case]
    waits = [(each, [*_p99s(latencies, cases, each)]) for each in (sibling, arm) if each is not None]
    clauses = [f"on {markdown(each.label)}, {enumerated(p99s)}" for each, p99s in waits if p99s]
    if not clauses:
        return None
    return (
        f"While {results.workload.clients} clients had {markdown(results.workload.name)} compute, the p99 of a ping "
        f"was, from when it was due, {'; '.join(clauses)}."
    )


def _p99s(latencies: Latencies, cases: list[Case], arm: Arm) -> Iterator[str]:
    for case in cases:
        time = latencies.get(case.under(arm.label), {}).get("ping p99")
        if time is not None:
            where = "inside the event loop" if case.mode == "serial" else f"with {case_label(case)}"
            yield f"{time_with_bounds(time, MILLISECOND, 'ms')} {where}"


def _reading(results: WorkloadResults) -> str:
    few = any(_pings(trials) < LEAST_PINGS for trials in results.by_side.values())
    return (
        f"{results.workload.clients} clients send {results.workload.jobs} computes; each client sends one when its "
        "last one was answered. Meanwhile a ping is sent every 10 ms, whether or not earlier ones were answered. Its "
        "latency counts from the moment it was due, and, *from sending*, from the moment it was sent. *Sent late by* "
        "is how late the load itself sent half of the pings and, at least, 1 % of them. Quantiles "
        "are those of the pings of all blocks together, with "
        f"intervals from a bootstrap over blocks.{f' Fewer than {LEAST_PINGS:,} pings: no p99.' if few else ''} The "
        "load comes from one process on the same machine, always under the same interpreter; where there are more than "
        "two CPUs it has one to itself."
    )


def _pings(trials: Sequence[Trial]) -> int:
    return sum(len(trial.service.ping_seconds) for trial in trials if trial.service is not None)


def _sending(trials: Sequence[Trial]) -> tuple[Cell, Cell]:
    """Return how late half of the pings and 1 % of them were sent, and how many there were."""
    late = lateness(trials)
    shown = NO_NUMBER if late is None else Cell(Markdown(" / ".join(f"{s / MILLISECOND:.2g}" for s in late)), late[0])
    return shown, count_cell(_pings(trials))


def _rate(time: Time, jobs: int) -> Cell:
    low, high = (None if end is None else jobs / end for end in (time.estimate.high, time.estimate.low))
    rate = time.estimate._replace(point=jobs / time.estimate.point, low=low, high=high)
    return estimate_cell(rate, with_bounds(rate))


def _milliseconds(time: Time | None) -> Cell:
    return NO_NUMBER if time is None else estimate_cell(time.estimate, time_with_bounds(time, MILLISECOND))
