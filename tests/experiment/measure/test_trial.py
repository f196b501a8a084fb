"""A trial's answer is checked before it is recorded, and both sides of the protocol name the same fields."""

from typing import get_type_hints

import msgspec
import pytest

from harness.experiment.measure.answers import ServerAnswer, TrialAnswer
from harness.experiment.plan.descriptions import Description
from harness.records import Trial
from harness.worker import orders
from tests.shared.driver import Bench, WorkloadWriter


@pytest.mark.parametrize(
    ("answer", "by_the_load", "order"),
    [
        (TrialAnswer, {"service"}, orders.MeasureAnswer),
        (ServerAnswer, set(), orders.ServeAnswer),
        (Description, set(), orders.DescribeAnswer),
    ],
)
def test_the_driver_reads_the_fields_that_a_worker_answers(
    answer: type[msgspec.Struct], by_the_load: set[str], order: type
) -> None:
    assert set(answer.__struct_fields__) - by_the_load == set(get_type_hints(order))


def test_what_a_trial_answers_has_the_names_of_the_record() -> None:
    assert set(TrialAnswer.__struct_fields__) <= set(Trial.__struct_fields__)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (
            "import harness.worker.gil as gil; gil.enabled = lambda: 'perhaps'",
            "its answer cannot be recorded: Expected `bool`, got `str` - at `$.gil.at_end`",
        ),
        (
            "import harness.worker.canary as canary; canary.seconds = lambda *_: -1.0",
            "its answer cannot be recorded: Expected `float` >= 0.0 - at `$.values[0].canary_seconds[1]`",
        ),
        (
            "import harness.worker.canary as canary; canary.seconds = lambda *_: float('nan')",
            "its answer cannot be recorded: NaN is not a number in JSON",
        ),
        (
            "import json; json.dump = lambda _, file: file.write('[]')",
            "its answer cannot be recorded: Expected `object`, got `array`",
        ),
    ],
)
def test_an_answer_that_no_record_can_hold_is_a_failed_trial_and_the_run_goes_on(
    bench: Bench, workload: WorkloadWriter, body: str, reason: str
) -> None:
    # Calibration measures once; the blocks after it come across what changed.
    bad = workload(f"JOBS = [1]\ndef run(job):\n    {body}\n    return job", "bad")
    good = workload(name="good")
    outcome = bench("--workload", bad, "--workload", good, "--quick", "--blocks", "1", "--modes", "serial")

    assert outcome.code == 0, outcome.output
    assert [(trial.status, trial.reason) for trial in outcome.trials if trial.workload == "bad"] == [("failed", reason)]
    assert [trial.status for trial in outcome.trials if trial.workload == "good"] == ["ok"]
