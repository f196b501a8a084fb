"""What memory is said to be bought with time, from peaks that are known."""

from typing import Any

from harness.records import Journal, Mode
from harness.report.results import Results
from harness.report.sections.memory import memory_sentences, memory_table
from tests.builders import a_trial, an_experiment
from tests.report.built_results import between, built_results, texts

MEBIBYTE = 2**20
CASES: tuple[tuple[str, int], ...] = (("serial", 1), ("threads", 2), ("processes", 2))
EXPERIMENT = an_experiment(("3.13", "3.13t"), CASES)
PEAKS: dict[tuple[str, Mode], int] = {
    ("3.13", "serial"): 20,
    ("3.13t", "serial"): 25,
    ("3.13t", "threads"): 30,
    ("3.13", "processes"): 60,
}
FIB = EXPERIMENT.workloads[0]


def results(blocks: int = 2, **fields: Any) -> Results:
    """Both sides of a ratio grow alike from block to block, so that paired ratios have no width at all."""
    trials = [
        a_trial(
            arm, mode, 1 if mode == "serial" else 2, block, purpose="memory", peak_pss_bytes=size * MEBIBYTE * block
        )
        for block in range(1, blocks + 1)
        for (arm, mode), size in PEAKS.items()
    ]
    speed = between(("3.13t", "threads", 2), ("3.13", "processes", 2), 1.24, 1.2, 1.28, primary=False)
    return built_results(EXPERIMENT, contrasts=[speed], usable=(), journal=Journal(trials=tuple(trials)), **fields)


def test_speed_and_memory_stand_together_and_the_build_beside_what_was_published() -> None:
    assert memory_sentences(results(), FIB) == (
        "The peak memory of fib with threads 2 on 3.13t is 0.5000 [0.5000, 0.5000] times that with processes 2 on "
        "3.13; the ratio of their times is 1.24 [1.20, 1.28].",
        "The peak memory of serial fib on 3.13t is 1.250 [1.250, 1.250] times that on 3.13 "
        "(PEP 779 reports 15 to 20 % more for 3.14t).",
    )


def test_peaks_are_in_mebibytes_with_their_ratio_to_serial() -> None:
    assert texts(memory_table(results(blocks=1), FIB)) == (
        ("serial", "20.0 (1 block, no interval)", "25.0 (1 block, no interval)"),
        ("threads 2", "–", "30.0 (1 block, no interval)<br>1.20 (1 block, no interval)×"),
        ("processes 2", "60.0 (1 block, no interval)<br>3.00 (1 block, no interval)×", "–"),
    )


def test_without_memory_trials_nothing_is_said() -> None:
    plain = built_results(EXPERIMENT)

    assert not memory_table(plain, FIB)
    assert memory_sentences(plain, FIB) == ()
