"""A service: how many computes it answers, and how long pings wait meanwhile."""

from collections.abc import Iterator, Mapping
from statistics import median

from harness.analysis.results.arm_roles import free_threaded_arms, rivals
from harness.analysis.statistics.signed_rank import Estimate
from harness.records import QUANTILES, Arm, Case, Contrast, Quantile, Quantity, Side, Time, Workload
from harness.report.results import Results, speed_ups
from harness.report.sections.table import MISSING, Part, Table, blocks_cell, case_label, cases_of
from harness.report.sentences.facts import Facts, case_of, facts_of, serial_case
from harness.report.text.escape import markdown
from harness.report.text.numbers import bounds, plain_ratio, ratio_with_bounds, time_with_bounds, with_bounds
from harness.report.text.phrases import enumerated

MILLISECOND = 1e-3
Latencies = Mapping[Side, Mapping[Quantity, Time]]


def latency_part(results: Results, workload: Workload) -> Part | None:
    """Return a row per case and arm of a service: computes per second and latencies; None for what is no service."""
    found, rates = _latencies(results, workload), {time.side: time for time in results.times if time.span == "whole"}
    if workload.clients is None or not found:
        return None
    faster = speed_ups(results)
    rows = [
        (
            case_label(case),
            markdown(arm.label),
            _rate(rates[side], workload.jobs),
            _faster(faster.get(side)),
            *(_milliseconds(found[side].get(name)) for name in QUANTILES),
        )
        for case in cases_of(results, workload.name)
        for arm in results.experiment.arms
        if (side := case.under(arm.label)) in found and side in rates
    ]
    header = ("", "arm", "computes per second", "× serial", *(f"{name}, ms" for name in QUANTILES))
    return Part(
        title="Computing and answering",
        kind="latency",
        sentences=(_meaning(results, workload),),
        table=Table(header=header, rows=tuple(rows)),
    )


def latency_contrasts_part(results: Results, workload: Workload) -> Part | None:
    """Return the contrasts of latencies, those that are primary for times; None for what is no service."""
    by_pair: dict[tuple[Side, Side], dict[Quantity, Contrast]] = {}
    for contrast in results.contrasts:
        if contrast.subject.workload == workload.name:
            by_pair.setdefault((contrast.subject, contrast.baseline), {})[contrast.span] = contrast
    rows = tuple(
        (
            *(f"{case_label(side)} on {markdown(side.arm)}" for side in pair),
            *_ratios(spans),
            blocks_cell(spans["whole"]),
        )
        for pair, spans in by_pair.items()
        if "whole" in spans and spans["whole"].primary and spans.keys() & set(QUANTILES)
    )
    if not rows:
        return None
    said = (
        "A ratio is latency(baseline) / latency(subject), from each block's own quantiles: above 1 the subject answers "
    )
    said += "sooner. There are no verdicts about latencies; contrasts.json has all of these contrasts."
    table = Table(header=("subject", "baseline", *QUANTILES, "blocks"), rows=rows)
    return Part(title="Contrasts of latencies", kind="latency-contrasts", sentences=(said,), table=table)


def latency_sentences(results: Results, workload: Workload) -> tuple[str, ...]:
    """Return how long a ping waits in each mode, with the GIL and without it; none for what is no service."""
    facts, found = facts_of(results, workload, markdown), _latencies(results, workload)
    arms = free_threaded_arms(results.experiment)
    return tuple(text for arm in arms for text in _waiting(facts, found, arm)) if workload.clients else ()


def _latencies(results: Results, workload: Workload) -> Latencies:
    found: dict[Side, dict[Quantity, Time]] = {}
    for time in results.latencies:
        if time.side.workload == workload.name:
            found.setdefault(time.side, {})[time.span] = time
    return found


def _waiting(facts: Facts, found: Latencies, arm: Arm) -> Iterator[str]:
    sibling = rivals(facts.experiment, arm).sibling
    workers = max((case.workers for case in facts.cases if case.mode == "threads"), default=0)
    cases = [serial_case(facts), case_of(facts, "threads", workers), case_of(facts, "processes", workers)]
    told = [
        f"on {facts.shown(each.label)}, {enumerated(said)}"
        for each in (sibling, arm)
        if each is not None and (said := [*_p99s(found, [case for case in cases if case], each)])
    ]
    if not told:
        return
    yield (
        f"While {facts.workload.clients} clients had {facts.shown(facts.workload.name)} compute, p99 of a ping was, "
        f"{'; '.join(told)}{_throughput(facts, cases[1], arm, sibling)}."
    )


def _p99s(found: Latencies, cases: list[Case], arm: Arm) -> Iterator[str]:
    for case in cases:
        time = found.get(case.under(arm.label), {}).get("ping p99")
        if time is not None:
            where = "inside the event loop" if case.mode == "serial" else f"with {case_label(case)}"
            yield f"{time_with_bounds(time, MILLISECOND, 'ms')} {where}"


def _throughput(facts: Facts, threads: Case | None, arm: Arm, sibling: Arm | None) -> str:
    contrast = facts.contrast((threads, arm), (threads, sibling)) if threads and sibling else None
    if threads is None or sibling is None or contrast is None:
        return ""
    return (
        f"; {case_label(threads)} on {facts.shown(arm.label)} computed {ratio_with_bounds(contrast)} times as much per "
        f"second as on {facts.shown(sibling.label)}"
    )


def _meaning(results: Results, workload: Workload) -> str:
    pings = [
        len(each.service.ping_seconds) for each in results.usable if each.workload == workload.name and each.service
    ]
    return (
        f"{workload.clients} clients send the {workload.jobs} computes, each the next when its last one was answered; "
        "meanwhile a ping is sent every 10 ms, whether or not earlier ones were answered, and its latency counts from "
        "when it was due. The latencies are quantiles of one trial's pings (in the median "
        f"{median(pings):g} of them; of fewer than 100, p99 is the largest), estimated over blocks with their "
        "intervals; the picture pools all trials. The load comes from one process beside the server, under one and the "
        "same interpreter."
    )


def _side(side: Side) -> str:
    return f"{case_label(side)} on {markdown(side.arm)}"


def _rate(time: Time, jobs: int) -> str:
    low, high = (None if end is None else jobs / end for end in (time.high, time.low))
    return with_bounds(Estimate(jobs / time.seconds, low, high), time.blocks)


def _faster(contrast: Contrast | None) -> str:
    return f"{plain_ratio(contrast)} {bounds(contrast)}" if contrast else MISSING


def _milliseconds(time: Time | None) -> str:
    return MISSING if time is None else time_with_bounds(time, MILLISECOND)


def _ratios(spans: Mapping[Quantity, Contrast]) -> list[str]:
    names: tuple[Quantile, ...] = QUANTILES
    return [ratio_with_bounds(spans[name]) if name in spans else MISSING for name in names]
