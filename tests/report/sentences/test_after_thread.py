"""What the start of a thread costs by itself is said where it is asked, and where it shows."""

from harness.report.sentences.cpu_bound import after_thread
from tests.builders import an_experiment
from tests.report.built_results import between, built_results, of_first_workload

ARMS = ("3.12", "3.13", "3.13t")
CASES: tuple[tuple[str, int], ...] = (("serial", 1), ("serial-after-thread", 1), ("threads", 2))


def sentence(ratios: dict[str, float], cases: tuple[tuple[str, int], ...] = CASES) -> str | None:
    contrasts = [
        between((arm, "serial-after-thread", 1), (arm, "serial", 1), ratio, ratio - 0.01, ratio + 0.01, primary=False)
        for arm, ratio in ratios.items()
    ]
    experiment = an_experiment(ARMS, cases)
    return after_thread(of_first_workload(built_results(experiment, contrasts=contrasts)))


def test_the_free_threaded_arm_is_always_told_and_others_where_they_differ() -> None:
    assert sentence({"3.12": 1.0, "3.13": 0.95, "3.13t": 1.0}) == (
        "Serial fib after a thread has started, compared with before: "
        "no difference shown on 3.13t (1.00 [0.99, 1.01]); slower on 3.13 by 1.05× (0.95 [0.94, 0.96])."
    )


def test_a_state_that_was_not_measured_is_not_told() -> None:
    assert sentence({}) is None
    assert sentence({}, cases=(("serial", 1), ("threads", 2))) is None
