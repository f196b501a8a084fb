"""The first sentence about a workload: what running without the GIL brings, and whether that pays for the build."""

from harness.analysis.results.arm_roles import rivals
from harness.records import Arm, Case, Contrast
from harness.report.sentences.facts import Facts, case_of, serial_case
from harness.report.text import phrases
from harness.report.text.numbers import ratio_with_bounds

GIL_ON = "the same build with its GIL on"


def headline(facts: Facts, case: Case, arm: Arm) -> str | None:
    """Return what a free-threaded arm does in a concurrent case; None where there is nothing to compare it with.

    Against itself with the GIL on, then against its sibling's same case and its sibling's processes.
    """
    with_gil, sibling = rivals(facts.experiment, arm)
    gain = facts.contrast((case, arm), (case, with_gil)) if with_gil else None
    same_mode = facts.contrast((case, arm), (case, sibling)) if sibling else None
    doing = f"{phrases.with_workers(facts, case)}, {phrases.running(case.mode, facts.shown(facts.workload.name))}"
    here = facts.shown(arm.label)
    if gain is not None:
        rest = _payment(facts, case, arm, gain) or _comparison(facts, case, arm, skip=None)
        return f"{phrases.between(gain, doing, here, GIL_ON)}{rest}."
    if same_mode is not None and sibling is not None:
        rest = _comparison(facts, case, arm, skip=case)
        return f"{phrases.between(same_mode, doing, here, facts.shown(sibling.label))}{rest}."
    return None


def serial_cost(facts: Facts, arm: Arm) -> str | None:
    """Return what the free-threaded build costs where nothing is concurrent; None where that was not measured."""
    serial = serial_case(facts)
    with_gil, sibling = rivals(facts.experiment, arm)
    other = sibling or with_gil
    contrast = facts.contrast((serial, arm), (serial, other)) if serial and other else None
    if contrast is None:
        return None
    there = facts.shown(sibling.label) if sibling else GIL_ON
    doing = phrases.running("serial", facts.shown(facts.workload.name))
    return phrases.sentence(phrases.between(contrast, doing, facts.shown(arm.label), there))


def _payment(facts: Facts, case: Case, arm: Arm, gain: Contrast) -> str | None:
    """What stands behind the semicolon when there are a gain and a cost that can be set off; else None."""
    serial, sibling = serial_case(facts), rivals(facts.experiment, arm).sibling
    if serial is None or sibling is None or phrases.manner(gain) != "faster":
        return None
    cost = facts.contrast((serial, arm), (serial, sibling))
    same_mode = facts.contrast((case, arm), (case, sibling))
    if cost is None or same_mode is None or phrases.manner(cost) != "slower":
        return None
    paid = phrases.payment(same_mode)
    if paid is None:
        return None
    first = phrases.plain_times_as_fast(same_mode, f"{facts.shown(sibling.label)}'s {case.mode}")
    made_of = facts.decompositions.get(case.under(arm.label))  # so that gain, tax and net stand in one sentence
    build = f" (build tax {ratio_with_bounds(made_of.tax)})" if made_of else ""
    return f"; {paid}{build}: {', '.join([first, *_compared(facts, case, arm, skip=case)])}"


def _comparison(facts: Facts, case: Case, arm: Arm, skip: Case | None) -> str:
    compared = _compared(facts, case, arm, skip)
    return f"; that is {phrases.enumerated(compared)}" if compared else ""


def _compared(facts: Facts, case: Case, arm: Arm, skip: Case | None) -> list[str]:
    """The case against the sibling's same case and its processes at as many workers, without one of them."""
    sibling = rivals(facts.experiment, arm).sibling
    found = []
    for other in dict.fromkeys((case, case_of(facts, "processes", case.workers))):
        if sibling is None or other is None or other == skip:
            continue
        contrast = facts.contrast((case, arm), (other, sibling))
        if contrast is not None:
            found.append(phrases.times_as_fast(contrast, f"{facts.shown(sibling.label)}'s {other.mode}"))
    return found
