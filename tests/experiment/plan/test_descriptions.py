"""What a worker answers about its environment and a workload, and what is recorded of that."""

import sys
from pathlib import Path

import pytest

from harness.errors import UsageError
from harness.experiment.plan import descriptions
from harness.records import Distribution
from harness.worker.orders import InstalledDistribution
from tests.shared.driver import WorkloadWriter


@pytest.mark.parametrize(
    ("name", "tags", "recorded"),
    [
        ("ruamel.yaml", ["py3-none-any"], ("ruamel-yaml", "py3-none-any", False)),
        ("zope_interface", ["cp313-cp313-linux"], ("zope-interface", "cp313-cp313-linux", True)),
        ("Both__Kinds", ["py3-none-any", "py3-none-linux"], ("both-kinds", "py3-none-any", True)),
        ("plain", [], ("plain", "unknown", False)),
    ],
)
def test_a_distribution_is_recorded_under_its_normalized_name(
    name: str, tags: list[str], recorded: tuple[str, str, bool]
) -> None:
    installed: InstalledDistribution = {"name": name, "version": "1.0", "tags": tags, "requires": []}
    normalized, tag, compiled = recorded

    assert descriptions.recorded([installed]) == (
        Distribution(name=normalized, version="1.0", tag=tag, compiled=compiled, tags=tuple(tags)),
    )


def test_a_description_that_no_record_can_hold_is_refused_with_the_file_s_name(workload: WorkloadWriter) -> None:
    file = workload("SERIES = 'jobs'\nSIZES = {'quick': {1.5: [1]}}\ndef run(job): return job")

    with pytest.raises(UsageError) as caught:
        descriptions.describe(file, "quick", Path(sys.executable), 60.0)

    assert str(caught.value) == (
        "sample.py cannot be measured: its answer cannot be recorded: "
        "Expected `int | str | null`, got `float` - at `$.points[0][0]`"
    )
