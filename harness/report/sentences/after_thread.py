"""What the state that the start of a thread leaves behind costs by itself."""

from harness.report.sentences.facts import Facts, case_of, serial_case
from harness.report.text import phrases


def after_thread(facts: Facts) -> str | None:
    """Return serial-after-thread against serial: on each free-threaded arm, on the others where they differ.

    None where it was not measured. Source: 3.13t makes functions and code immortal when the first thread starts.
    """
    after, before = case_of(facts, "serial-after-thread", 1), serial_case(facts)
    if after is None or before is None:
        return None
    contrasts = [(arm, facts.contrast((after, arm), (before, arm))) for arm in facts.experiment.arms]
    told = [
        (facts.shown(arm.label), contrast)
        for arm, contrast in contrasts
        if contrast and (not arm.gil_expected or phrases.manner(contrast) in ("faster", "slower"))
    ]
    if not told:
        return None
    said = phrases.per_arm(told, phrases.manner, phrases.OVER_PROCESSES)
    return f"Serial {facts.shown(facts.workload.name)} after a thread has been started, against before: {said}."
