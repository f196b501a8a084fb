"""The tables of README.md, made from the record that spinning.py writes."""

import json
import re
import statistics
from collections.abc import Callable, Iterable
from typing import Any

Run = dict[str, Any]
SPINS = 40  # MAX_SPIN_COUNT in CPython's Python/lock.c
PLACES = {
    "anywhere": "where the kernel puts them",
    "one": "all on one CPU",
    "apart": "pool and parent on different CPUs",
}


def filled(page: str, record: dict[str, Any]) -> str:
    """Return the page with each part between `<!-- table NAME -->` and `<!-- end -->` made from the record."""

    def made(match: re.Match[str]) -> str:
        return f"{match[1]}\n\n{TABLES[match[2]](record)}\n\n<!-- end -->"

    return re.sub(r"(<!-- table (\w+) -->).*?<!-- end -->", made, page, flags=re.DOTALL)


def one_line_each(record: dict[str, Any]) -> str:
    """Return the record as JSON with a line for each run, so that a difference can be read."""
    head = ",\n".join(f'"{name}": {json.dumps(part)}' for name, part in record.items() if name != "runs")
    runs = ",\n".join(json.dumps(run) for run in record["runs"])
    return f'{{{head},\n"runs": [\n{runs}\n]}}\n'


def both(run: Run, what: str) -> float:
    """Return the parent's and the pool's together, per job."""
    return float(run[f"parent_{what}"] + run[f"pool_{what}"]) / float(run["jobs"])


def spread(numbers: Iterable[float]) -> str:
    """Return the median, and the smallest and the largest in brackets where they differ."""
    ordered = sorted(numbers)
    if not ordered:
        return "–"
    middle, low, high = (f"{number:.2f}" for number in (statistics.median(ordered), ordered[0], ordered[-1]))
    return middle if low == high else f"{middle} [{low}, {high}]"


def share(run: Run) -> float:
    """Return the involuntary switches in relation to the calls."""
    return both(run, "involuntary") / both(run, "yields")


def _cells(runs: list[Run]) -> list[str]:
    counted = [run for run in runs if run["action"] == "watch"]
    free = [run for run in runs if run["action"] == "free"]
    calls = [both(run, "yields") for run in counted]
    return [
        spread(calls),
        spread(call / SPINS for call in calls),
        spread(both(run, "involuntary") for run in counted),
        spread(both(run, "switches") for run in counted),
        spread(both(run, "involuntary") for run in free),
        spread(share(run) for run in counted) if all(calls) else "–",
    ]


HEADER = (
    "calls",
    "lock waits: calls / 40",
    "involuntary switches",
    "of these, in a call",
    "involuntary switches, calls free",
    "involuntary switches / calls",
)


def _table(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    header = tuple(header)
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _grouped(runs: Iterable[Run], *names: str) -> dict[tuple[str, ...], list[Run]]:
    groups: dict[tuple[str, ...], list[Run]] = {}
    for run in runs:
        groups.setdefault(tuple(run[name] for name in names), []).append(run)
    return groups


def _modes(record: dict[str, Any]) -> str:
    groups = _grouped((run for run in record["runs"] if run["pinning"] == "anywhere"), "case", "arm")
    order = list(dict.fromkeys(case for case, _ in groups))
    rows = [
        [f"`{case}`", arm, *_cells(runs)]
        for (case, arm), runs in sorted(groups.items(), key=lambda group: order.index(group[0][0]))
    ]
    return _table(("case", "arm", *HEADER), rows)


def _pinned(record: dict[str, Any]) -> str:
    cases = {run["case"] for run in record["runs"] if run["pinning"] != "anywhere"}
    groups = _grouped((run for run in record["runs"] if run["case"] in cases), "case", "arm", "pinning")
    order = list(dict.fromkeys(case for case, _, _ in groups))
    rows = [
        [f"`{case}`", arm, PLACES[pinning], *_cells(runs)]
        for (case, arm, pinning), runs in sorted(
            groups.items(), key=lambda group: (order.index(group[0][0]), group[0][1])
        )
    ]
    return _table(("case", "arm", "where", *HEADER), rows)


def _processes(record: dict[str, Any]) -> str:
    """Return a row for each process in which queue_pipeline@private was only counted, by what its own locks took."""
    runs = [run for run in record["runs"] if run["action"] == "count"]
    rows = [
        [str(number), *(f"{both(run, what):.1f}" for what in ("yields", "internal", "involuntary", "voluntary"))]
        for number, run in enumerate(sorted(runs, key=lambda run: both(run, "internal")), 1)
    ]
    header = (
        "process",
        "calls",
        "of these, by the interpreter's own locks",
        "involuntary switches",
        "voluntary switches",
    )
    return _table(header, rows)


def _surroundings(record: dict[str, Any]) -> str:
    versions = ", ".join(f"{arm} is CPython {version}" for arm, version in record["versions"].items())
    return f"Linux {record['kernel']}, {record['cpus']} CPUs. {versions}."


TABLES: dict[str, Callable[[dict[str, Any]], str]] = {
    "surroundings": _surroundings,
    "modes": _modes,
    "pinned": _pinned,
    "processes": _processes,
}
