"""How long a site of many runs takes to build, and how long to add a run to it."""

import json
import os
import random
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from harness.errors import UsageError
from harness.experiment.process.environment import environment
from harness.runs import CONTRASTS, EXPERIMENT, TRIALS
from harness.runs.checksum import sealed_document
from harness.selftest import markdown_table, session
from harness.selftest.session import Parser, Taken
from tests.lab.support import child_process, synthetic_runs
from tests.lab.tables.scale import spread

TABLE = "site"
BLOCKS = 12  # of the run that all others are made from: enough for verdicts
PATCHES = 10  # how often the interpreters change over the runs
FIRST = datetime(2025, 1, 1, tzinfo=UTC)
STEPS = ("all of them, from nothing", "again, with nothing new", "one run more")


def main(arguments: list[str]) -> int:
    """Write synthetic runs, build a site of them, again, and with one more, and print how long each took."""
    options = _parser().parse_args(arguments)
    found: dict[str, list[Taken]] = {step: [] for step in STEPS}
    with session.opened(TABLE, arguments, options) as here, tempfile.TemporaryDirectory() as folder:
        with here.measuring():
            runs = Runs(Path(folder), options.runs)
            here.progress(f"{options.runs} runs are written")
            for number in range(1, options.repetitions + 1):
                for step, taker in _steps(runs, number):
                    for taken in (here.block(TABLE, number, {step: taker}) or {}).values():
                        found[step].append(taken)
                here.progress(f"repetition {number} of {options.repetitions}")
        here.say(table(found))
        here.say(
            f"A site of {options.runs} synthetic runs of {synthetic_runs.WORKLOADS} workloads, each in a fresh process."
        )
    return here.code


def _parser() -> Parser:
    made = session.parser(TABLE, __doc__)
    add = made.add_argument
    add("--runs", type=session.positive, default=500, metavar="N", help="in the site (default: %(default)s)")
    add("--repetitions", type=session.positive, default=3, metavar="N", help="of each build (default: %(default)s)")
    return made


class Runs:
    """Synthetic run directories: one that was reported on, and others like it with other dates and ratios."""

    def __init__(self, folder: Path, count: int) -> None:
        """Write so many of them."""
        self.folder, self.count = folder, count
        self._draw = random.Random(1)
        self._one = folder / "one"
        synthetic_runs.write(self._one, BLOCKS)
        ended = child_process.run([sys.executable, "-m", "harness", "report", self._one], environment(None))
        if ended.failed is not None:
            message = f"The report of a synthetic run failed: {ended.failed}"
            raise UsageError(message)
        self._experiment = json.loads((self._one / EXPERIMENT).read_bytes())
        self._contrasts = json.loads((self._one / CONTRASTS).read_bytes())
        for number in range(count):
            self.add(number)

    @property
    def results(self) -> Path:
        """Where they are."""
        return self.folder / "results"

    def add(self, number: int) -> Path:
        """Write one of them: a day later than the one before, each ratio moved a little."""
        run = self.results / f"run-{number:05}"
        run.mkdir(parents=True)
        for file in self._one.iterdir():
            if file.name not in (EXPERIMENT, CONTRASTS, TRIALS):
                os.link(file, run / file.name)
        version = f"3.13.{number * PATCHES // self.count}"
        arms = [{**arm, "build": {**arm["build"], "version": version}} for arm in self._experiment["arms"]]
        experiment = {**self._experiment, "arms": arms, "started_at": (FIRST + timedelta(days=number)).isoformat()}
        experiment.pop("crc32")  # that of the one it was made from
        (run / EXPERIMENT).write_bytes(sealed_document(msgspec.json.encode(experiment)))
        (run / CONTRASTS).write_text(json.dumps([*map(self._moved, self._contrasts)]), encoding="utf-8")
        return run

    def _moved(self, contrast: dict[str, Any]) -> dict[str, Any]:
        factor = self._draw.lognormvariate(0.0, 0.03)
        return {**contrast, **{name: factor * contrast[name] for name in ("ratio", "low", "high")}}


def _steps(runs: Runs, number: int) -> Iterator[tuple[str, Callable[[], Taken]]]:
    """Each builds on the one before, so their order is not random."""
    out = runs.folder / f"site-{number}"
    yield STEPS[0], _build(runs, out)
    yield STEPS[1], _build(runs, out)
    added = runs.add(runs.count)
    yield STEPS[2], _build(runs, out)
    shutil.rmtree(added)
    shutil.rmtree(out)


def _build(runs: Runs, out: Path) -> Callable[[], Taken]:
    def run() -> Taken:
        words = ["-m", "harness", "site", "--results", str(runs.results), "--out", str(out)]
        ended = child_process.run([sys.executable, *words], environment(None))
        written = ended.output.rpartition(", ")[2].partition(" file")[0]  # "12 of 900"
        kept = {"cpu_seconds": ended.cpu_seconds, "peak_rss_bytes": ended.peak_rss_bytes, "written": written}
        return Taken(ended.elapsed_seconds, ended.elapsed_seconds, kept, ended.failed)

    return run


def table(found: Mapping[str, Sequence[Taken]]) -> str:
    """Return wall and CPU seconds, files and peak memory, one line for each step."""
    rows = []
    for step, taken in found.items():
        if taken:
            peak = spread([each.raw["peak_rss_bytes"] / 1e6 for each in taken], 0)
            seconds = spread([each.seconds for each in taken], 2)
            cpu = spread([each.raw["cpu_seconds"] for each in taken], 2)
            rows.append((step, seconds, cpu, taken[0].raw["written"], peak))
    return markdown_table.table(
        ("what", "seconds, median [range]", "CPU seconds", "files written", "peak memory, MB"), rows
    )
