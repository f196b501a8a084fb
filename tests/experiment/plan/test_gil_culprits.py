"""A real run without the GIL tells which extension module brought it back."""

import json
from pathlib import Path

import pytest

from harness import ROOT
from harness.analysis.checks import findings
from harness.experiment.plan import gil_culprits
from harness.experiment.process import worker_process
from harness.experiment.process.worker_process import PreparedArm, WorkerResult
from harness.records import Culprit, Distribution
from harness.runs import read_journal
from harness.worker.orders import CulpritsAnswer
from tests.builders import an_arm
from tests.shared.driver import Bench, WorkloadWriter
from tests.worker import extension

FREE = next((ROOT / ".nox").glob("*-3-13t/bin/python"), None)


@pytest.fixture
def environments(tmp_path: Path) -> Path:
    folder = tmp_path / "prepared"
    folder.mkdir()
    (folder / "bench-3-13t.json").write_text(json.dumps({"interpreter": "3.13t", "python": str(FREE)}))
    return folder


@pytest.mark.skipif(FREE is None, reason="no environment of 3.13t was prepared by nox -s bench or nox -s tests")
@pytest.mark.skipif(extension.compiler() is None, reason="there is no C compiler to build an extension with")
def test_every_module_that_switches_the_gil_on_is_named_in_the_finding(
    bench: Bench, workload: WorkloadWriter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONWARNINGS", "ignore")
    assert FREE is not None
    extension.build(tmp_path, "undeclared", FREE)
    extension.build(tmp_path, "another", FREE)
    source = """
        import sys
        from pathlib import Path
        sys.path.append(str(Path(__file__).parent))
        import undeclared, another
        JOBS = [1, 2]
        def run(job): return sum(range(20_000))
    """
    outcome = bench("--workload", workload(source), "--quick", "--blocks", "1", "--modes", "serial,processes")
    (finding,) = [
        finding for finding in findings(outcome.experiment, read_journal(outcome.run)) if finding.check == "gil"
    ]

    assert outcome.experiment.culprits == tuple(
        Culprit(arm="3.13t", workload="sample", module=module) for module in ("undeclared", "another")
    )
    assert "sample switches the GIL of 3.13t on: it imports undeclared." in outcome.output
    assert finding.sentence == (
        "The GIL was not off throughout in 2 trials of 3.13t: "
        "importing the workload switched it, because it loads another, undeclared."
    )
    assert {str(side) for side in finding.sides} == {"sample/serial on 3.13t", "sample/processes/2 on 3.13t"}
    assert finding.remedy.startswith("Take a newer version of the module that declares support")
    assert "it loads another, undeclared" in outcome.report


def test_a_culprit_has_the_version_of_its_distribution_whose_name_has_a_dot(monkeypatch: pytest.MonkeyPatch) -> None:
    zope = Distribution(name="zope-interface", version="7.0", tag="cp313-cp313t-linux_x86_64", compiled=True)
    arm = PreparedArm(an_arm("3.13t", distributions=(zope,)), Path("python"), "3.13t", {})
    answer: CulpritsAnswer = {
        "switched_on": True,
        "named": [{"module": "zope.interface._coptimizations", "distribution": "zope.interface"}],
        "extensions": [],
        "folders": [],
    }
    monkeypatch.setattr(worker_process, "run", lambda *_: WorkerResult("ok", 0.1, answer=answer))

    assert gil_culprits.culprits({"sample": Path("sample.py")}, [arm]) == [
        Culprit(
            arm="3.13t",
            workload="sample",
            module="zope.interface._coptimizations",
            distribution="zope.interface",
            version="7.0",
        )
    ]
