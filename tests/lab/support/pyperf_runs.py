"""pyperf as it is ordinarily used: one default run of a script, and two runs judged by its own `compare_to`."""

import json
import sys
from pathlib import Path

import pyperf

from harness.experiment.process.environment import environment
from harness.selftest.sessions import Measurement
from harness.selftest.subjects import Subject
from tests.lab.support import child_process, measurement_fields

SCRIPT = Path(__file__).with_name("pyperf_script.py")
HIDDEN = "Benchmark hidden because not significant"


def default_run(subject: Subject, file: Path, *more: str) -> Measurement:
    """Run the subject with pyperf's default numbers of processes and values, which end in a new file."""
    # pyperf's workers get almost nothing of the environment unless told; with all of it PYTHON_GIL reaches them too.
    options = ["--quiet", "--copy-env", f"--output={file}", *more]
    command = [str(subject.arm.python), str(SCRIPT), "--order", json.dumps(measurement_fields.order(subject)), *options]
    end = child_process.run(command, environment(subject.arm.arm.python_gil))
    if end.failed is not None:
        return Measurement(0.0, end.elapsed_seconds, failed=end.failed)
    benchmark = pyperf.Benchmark.load(str(file))
    return Measurement(
        benchmark.mean(), end.elapsed_seconds, {"values": [], "pyperf_values": list(benchmark.get_values())}
    )


def called_different(first: Path, second: Path) -> bool:
    """Whether `pyperf compare_to` shows the two runs as different."""
    command = [sys.executable, "-m", "pyperf", "compare_to", str(first), str(second)]
    end = child_process.run(command, environment(None))
    if end.failed is not None:
        message = f"pyperf compare_to failed: {end.failed}"
        raise RuntimeError(message)
    return shows_difference(end.output)


def shows_difference(output: str) -> bool:
    """Read what `compare_to` printed about one benchmark: a line with both means, or that it hides them."""
    lines = [line for line in output.splitlines() if line.strip()]
    if any(line.startswith(HIDDEN) for line in lines):
        return False
    if any(" -> " in line and line.endswith(("faster", "slower", "no change")) for line in lines):
        return True
    message = f"pyperf compare_to printed nothing that is understood: {output!r}"
    raise RuntimeError(message)
