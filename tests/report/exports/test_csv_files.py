"""The CSV files: a row for each value and contrast, and a description of each column."""

import csv
import re
from pathlib import Path

from harness import ROOT
from harness.__main__ import main
from tests.builders import a_trial, a_value, an_experiment, like_fib, trials_like, write_run
from tests.disturbed import SLOW, watched


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_each_value_has_a_row_and_a_failed_trial_one_without_values(tmp_path: Path) -> None:
    good = watched(a_trial("3.13", "serial", 1, values=(a_value(), a_value())), 0.0015, 0.0015, SLOW, steal_seconds=0.5)
    fast = [watched(a_trial("3.13", "serial", 1, block)) for block in range(2, 12)]
    failed = a_trial("3.13t", "serial", 1, status="failed", values=(), reason="it exited with code 1, alas")
    run = write_run(tmp_path / "run", an_experiment(), [good, failed, *fast])

    assert main(["csv", str(run)]) == 0

    first, second, third, *_ = rows(run / "trials.csv")
    assert (first["value"], first["marked"], second["value"], second["marked"]) == ("1", "0", "2", "1")
    assert (first["steal_seconds"], first["canary_after_seconds"]) == ("0.5", "0.0015")
    assert float(first["whole_seconds"]) == sum(float(first[f"{span}_seconds"]) for span in ("start", "work", "stop"))
    assert (third["status"], third["reason"], third["value"]) == ("failed", "it exited with code 1, alas", "")


def test_contrasts_are_those_of_contrasts_json(tmp_path: Path) -> None:
    run = write_run(tmp_path / "run", an_experiment(), trials_like(like_fib(), 12))

    main(["csv", str(run)])

    first = rows(run / "contrasts.csv")[0]
    sides = [first[f"{side}_{name}"] for side in ("subject", "baseline") for name in ("mode", "workers", "arm")]
    assert sides == ["threads", "2", "3.13t", "threads", "2", "3.13"]
    assert (first["span"], first["blocks"], first["primary"], first["verdict"]) == ("whole", "12", "1", "equivalent")


def test_every_column_is_described(tmp_path: Path) -> None:
    run = write_run(tmp_path / "run", an_experiment(), trials_like(like_fib(), 2))
    main(["csv", str(run)])
    described = set(re.findall(r"`([a-z0-9_…]+)`", (ROOT / "docs" / "csv.md").read_text(encoding="utf-8")))

    columns = {name for file in ("trials.csv", "contrasts.csv") for name in rows(run / file)[0]}
    sides = {name for name in columns if name.startswith(("subject_", "baseline_"))}
    assert columns - sides <= described
    assert {"subject_…", "baseline_…"} <= described
