"""The sentences about CPU-bound work: what running without the GIL brings, and what the free-threaded build costs."""

from harness.analysis.results.arm_roles import free_threaded_arms, rivals
from harness.records import Arm, Case, Contrast
from harness.report.text import phrases
from harness.report.text.escape import Markdown, markdown
from harness.report.text.numbers import ratio_with_bounds
from harness.report.workload_results import WorkloadResults

GIL_ON = "the same build with its GIL on"


def computing(results: WorkloadResults) -> tuple[Markdown, ...]:
    """Return the sentences, the most important first; none where nothing can be compared."""
    arms = free_threaded_arms(results.experiment)
    sentences = [
        *(headline(results, results.main, arm) for arm in arms if results.main is not None),
        _over_serial(results),
        _over_processes(results),
        *(serial_cost(results, arm) for arm in arms),
        after_thread(results),
    ]
    return tuple(Markdown(sentence) for sentence in sentences if sentence is not None)


def headline(results: WorkloadResults, case: Case, arm: Arm) -> str | None:
    """Return what a free-threaded arm does in a concurrent case; None where there is nothing to compare it with.

    Against itself with the GIL on, then against its sibling's same case and its sibling's processes.
    """
    with_gil, sibling = rivals(results.experiment, arm)
    gain = results.contrast((case, arm), (case, with_gil)) if with_gil else None
    same_mode = results.contrast((case, arm), (case, sibling)) if sibling else None
    doing = f"{phrases.with_workers(results, case)}, {phrases.running(case.mode, markdown(results.workload.name))}"
    here = markdown(arm.label)
    if gain is not None:
        rest = _payment(results, case, arm, gain) or _comparison(results, case, arm, skip=None)
        return f"{phrases.between(gain, doing, here, GIL_ON)}{rest}."
    if same_mode is not None and sibling is not None:
        rest = _comparison(results, case, arm, skip=case)
        return f"{phrases.between(same_mode, doing, here, markdown(sibling.label))}{rest}."
    return None


def serial_cost(results: WorkloadResults, arm: Arm) -> str | None:
    """Return what the free-threaded build costs where nothing is concurrent; None where that was not measured."""
    serial = results.serial
    with_gil, sibling = rivals(results.experiment, arm)
    other = sibling or with_gil
    contrast = results.contrast((serial, arm), (serial, other)) if serial and other else None
    if contrast is None:
        return None
    there = markdown(sibling.label) if sibling else GIL_ON
    doing = phrases.running("serial", markdown(results.workload.name))
    return phrases.sentence(phrases.between(contrast, doing, markdown(arm.label), there))


def after_thread(results: WorkloadResults) -> str | None:
    """Return serial-after-thread against serial: on each free-threaded arm, on the others where they differ.

    None where it was not measured. Source: 3.13t makes functions and code immortal when the first thread starts.
    """
    after, before = results.case_of("serial-after-thread", 1), results.serial
    if after is None or before is None:
        return None
    contrasts = [
        (markdown(arm.label), contrast)
        for arm in results.experiment.arms
        if (contrast := results.contrast((after, arm), (before, arm)))
        and (not arm.gil_expected or phrases.manner(contrast) in ("faster", "slower"))
    ]
    if not contrasts:
        return None
    groups = phrases.grouped(contrasts, phrases.manner, phrases.OVER_PROCESSES)
    return f"Serial {markdown(results.workload.name)} after a thread has started, compared with before: {groups}."


def _over_serial(results: WorkloadResults) -> str | None:
    """What the main case does in every arm, against the same arm's serial."""
    contrasts = _in_each_arm(results, results.serial)
    if results.main is None or not contrasts:
        return None
    groups = phrases.grouped(contrasts, phrases.speed_up, phrases.OVER_SERIAL)
    return f"{_case(results, results.main)} compared with serial under the same arm: {groups}."


def _over_processes(results: WorkloadResults) -> str | None:
    """What the main case does in every arm, against the same arm's processes at as many workers."""
    processes = results.case_of("processes", results.main.workers) if results.main else None
    contrasts = _in_each_arm(results, processes)
    if results.main is None or not contrasts:
        return None
    groups = phrases.grouped(contrasts, phrases.manner, phrases.OVER_PROCESSES)
    return f"{_case(results, results.main)} compared with processes under the same arm: {groups}."


def _case(results: WorkloadResults, case: Case) -> str:
    return f"{phrases.with_workers(results, case)}, {case.mode}"


def _in_each_arm(results: WorkloadResults, baseline: Case | None) -> list[tuple[str, Contrast]]:
    """The contrast of the main case with another one within each arm that has it."""
    main = results.main
    if main is None or baseline is None:
        return []
    return [
        (markdown(arm.label), contrast)
        for arm in results.experiment.arms
        if (contrast := results.contrast((main, arm), (baseline, arm)))
    ]


def _payment(results: WorkloadResults, case: Case, arm: Arm, gain: Contrast) -> str | None:
    """Return what follows the semicolon where a gain can be set off against a cost; else None."""
    serial, sibling = results.serial, rivals(results.experiment, arm).sibling
    if serial is None or sibling is None or phrases.manner(gain) != "faster":
        return None
    cost = results.contrast((serial, arm), (serial, sibling))
    same_mode = results.contrast((case, arm), (case, sibling))
    if cost is None or same_mode is None or phrases.manner(cost) != "slower":
        return None
    paid = phrases.payment(same_mode)
    if paid is None:
        return None
    factors = results.decompositions.get(case.under(arm.label))  # so that gain, tax and net stand in one sentence
    tax = f" (build tax {ratio_with_bounds(factors.tax.estimate)})" if factors else ""
    return f"; {paid}{tax}: {phrases.enumerated(_compared(results, case, arm, skip=None))}"


def _comparison(results: WorkloadResults, case: Case, arm: Arm, skip: Case | None) -> str:
    compared = _compared(results, case, arm, skip)
    return f"; that is {phrases.enumerated(compared)}" if compared else ""


def _compared(results: WorkloadResults, case: Case, arm: Arm, skip: Case | None) -> list[str]:
    """The case against the sibling's same case and its processes at as many workers, without `skip`."""
    sibling = rivals(results.experiment, arm).sibling
    if sibling is None:
        return []
    others = dict.fromkeys((case, results.case_of("processes", case.workers)))
    return [
        phrases.compared_with(contrast, f"{markdown(sibling.label)}'s {other.mode}")
        for other in others
        if other is not None and other != skip
        if (contrast := results.contrast((case, arm), (other, sibling)))
    ]
