"""What holds for the whole run: provisional or not, what to doubt, what chance can do."""

from typing import Literal

import pytest

from harness.records import Contrast, Finding, Verdict
from harness.report.sentences.first_screen import arms_line, provisional_line, title
from harness.report.sentences.trust import all_clear, chance_line, doubts
from tests.builders import a_contrast, a_trial, a_workload, an_experiment, settings
from tests.report.built_results import built_results

FIVE_BLOCKS = [a_trial(block=block) for block in range(1, 6)]
PROVISIONAL = a_contrast(provisional=True)


def finding(severity: Literal["error", "warning", "note"], sentence: str) -> Finding:
    return Finding(severity=severity, check="x", sentence=sentence)


@pytest.mark.parametrize(
    ("started_at", "date"),
    [
        ("2025-11-22T12:14:00+00:00", "2025-11-22 12:14 UTC"),
        ("2025-11-22T13:14:00+01:00", "2025-11-22 12:14 UTC"),
        ("2025-11-22T12:14:00", "2025-11-22 12:14"),
        ("yester|day", r"yester\|day"),
    ],
)
def test_the_title_names_workloads_arms_and_date(started_at: str, date: str) -> None:
    experiment = an_experiment(arms=("3.12", "3.13"), started_at=started_at)

    assert title(experiment) == f"fib on 3.12 and 3.13, {date}"


def test_many_workloads_are_counted() -> None:
    experiment = an_experiment(arms=("3.13",), workloads=[a_workload(name) for name in "abcd"])

    assert title(experiment) == "4 workloads on 3.13, 2025-11-22 12:14 UTC"


def test_the_arms_are_explained() -> None:
    assert arms_line(an_experiment()) == (
        "3.12 is CPython 3.12.5, 3.13 is CPython 3.13.5, 3.13t-gil is free-threaded CPython 3.13.5 with its GIL on "
        "and 3.13t is free-threaded CPython 3.13.5 without the GIL."
    )


def test_a_quick_run_is_provisional_whatever_its_contrasts_say() -> None:
    quick = an_experiment(settings=settings(profile="quick"))

    assert provisional_line(built_results(quick, contrasts=[a_contrast()], usable=FIVE_BLOCKS)) == (
        "All numbers are provisional: this quick run has 5 blocks, and quick runs give no verdicts."
    )


@pytest.mark.parametrize(
    ("contrasts", "line"),
    [
        ([a_contrast()], None),
        ([PROVISIONAL, PROVISIONAL], "All numbers are provisional: 5 blocks are too few for verdicts."),
        ([PROVISIONAL, a_contrast()], "1 of 2 contrasts are provisional, because too few blocks have both sides."),
        ([], None),
    ],
)
def test_provisional_contrasts_are_announced_once(contrasts: list[Contrast], line: str | None) -> None:
    assert provisional_line(built_results(contrasts=contrasts, usable=FIVE_BLOCKS)) == line


def test_a_run_without_a_usable_trial_says_so() -> None:
    nothing = built_results(usable=(), times=())

    assert provisional_line(nothing) == "No trial was usable, so there are no results."
    assert all_clear(nothing) == "There are no numbers to believe."
    assert all_clear(built_results()) == "No check found a problem."


def test_errors_and_warnings_are_doubts_and_notes_are_not() -> None:
    found = [finding("error", "a|b"), finding("warning", "c"), finding("note", "d")]

    assert doubts(built_results(findings=found)) == (r"a\|b", "c")


def test_many_doubts_are_counted_and_long_ones_shortened() -> None:
    found = [finding("error", "word " * 100), *(finding("warning", str(number)) for number in range(7))]

    shown = doubts(built_results(findings=found))

    assert shown[0] == " ".join(["word"] * 47) + " …"
    assert shown[1:] == ("0", "1", "2", "3", "4", "2 more: see Findings below.")


def test_the_families_of_verdicts_and_their_error_are_named() -> None:
    verdicts: tuple[Verdict, ...] = ("faster", "faster", "slower", "equivalent", "undecided")
    contrasts = [
        *(a_contrast(verdict=verdict, target_reached=verdict != "undecided") for verdict in verdicts),
        a_contrast(primary=False),
        a_contrast(span="work", primary=False, target_reached=True),
    ]

    assert chance_line(built_results(contrasts=contrasts)) == (
        "10 primary contrasts declared before measuring, 5 of them estimated; 4 reached the target of ±2 %. "
        "5 verdicts: 2 faster, 1 slower, 1 equivalent and 1 undecided. The primaries of one kind of work in a group of "
        "workloads are a family, here of 10: the chance of even one false difference in it is at most 5 % (Holm's "
        "correction). Equivalence is not corrected. No effect of 1 % or less is called a difference."
    )


def test_without_verdicts_chance_is_not_spoken_of() -> None:
    assert chance_line(built_results(contrasts=[PROVISIONAL])) == (
        "10 primary contrasts declared before measuring, 1 of them estimated; 0 reached the target of ±2 %. "
        "No verdicts are given."
    )
