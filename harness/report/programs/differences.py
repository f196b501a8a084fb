"""The differences between runs, and tables of their ratios and seconds side by side."""

from collections.abc import Iterator, Mapping

from harness.analysis.results.between_runs import drift, quotient, same_instrument, same_work, widened
from harness.records import Arm, Contrast, Distribution, Experiment, Side, Time
from harness.report.results import Results
from harness.report.sections.part import NO_NUMBER, Cell, Table, estimate_cell, ratio_cell, words
from harness.report.text.escape import Markdown, markdown
from harness.report.text.numbers import time_with_bounds, with_bounds

ResultsByRun = Mapping[str, Results]
SETTINGS = ("profile", "size", "scaling", "start_method", "dependencies", "target", "sites", "variables")


def differences(before: Experiment, after: Experiment) -> Iterator[str]:
    """Yield a sentence for each difference that can change what is measured, as Markdown."""
    yield from instrument_change(before, after)
    yield from _machine(before, after)
    for name in SETTINGS:
        one, other = (getattr(run.settings, name) for run in (before, after))
        if one != other:
            yield f"Setting {name.replace('_', ' ')}: {_shown(one)}, now {_shown(other)}."
    if "other" in same_work(before, after).values():
        yield "Another size or scaling is different work, so nothing else is compared."
    arms, others = ({arm.label: arm for arm in run.arms} for run in (before, after))
    for label in _either(arms, others, "Arm"):
        yield label
    for label in (label for label in arms if label in others):
        yield from _arm(arms[label], others[label])
    files, now = ({w.name: w.sha256 for w in run.workloads} for run in (before, after))
    yield from _either(files, now, "Workload")
    for name in sorted(files.keys() & now.keys()):
        if files[name] != now[name]:
            shown = f"sha256 {files[name][:12]}, now {now[name][:12]}"
            yield f"The file of workload {markdown(name)} has changed ({shown}), so its seconds are not compared."


def instrument_change(before: Experiment, after: Experiment) -> Iterator[Markdown]:
    """Yield a sentence if two runs were measured with different versions of the harness's worker."""
    if not same_instrument(before, after):
        versions = (markdown(_instrument(experiment)) for experiment in (before, after))
        yield Markdown(f"The worker of the harness: {', now '.join(versions)}: these are two measuring instruments.")


def _instrument(experiment: Experiment) -> str:
    code = f"sha256 {experiment.worker_sha256[:12]}" if experiment.worker_sha256 else "no sha256 recorded"
    return f"version {experiment.harness_version}, {code}"


def _machine(before: Experiment, after: Experiment) -> Iterator[str]:
    for name in before.machine.__struct_fields__:
        one, other = (getattr(run.machine, name) for run in (before, after))
        if one != other:
            yield f"Machine, {name.replace('_', ' ')}: {_shown(one)}, now {_shown(other)}."


def _arm(one: Arm, other: Arm) -> Iterator[str]:
    label = markdown(one.label)
    yield from build_changes(one, other)
    installed, now = ({d.name: d for d in arm.distributions} for arm in (one, other))
    for name in sorted(installed.keys() & now.keys()):
        before, after = _distribution(installed[name]), _distribution(now[name])
        if before != after:
            yield f"{label}, {markdown(name)}: {before}, now {after}."
    for names, what in ((installed.keys() - now.keys(), "no longer"), (now.keys() - installed.keys(), "now also")):
        if names:
            yield f"{label}, {what} installed: {', '.join(map(markdown, sorted(names)))}."


def build_changes(one: Arm, other: Arm) -> Iterator[Markdown]:
    """Yield a sentence for each difference between two interpreters, or between their builds."""
    for name in one.build.__struct_fields__:
        before, after = getattr(one.build, name), getattr(other.build, name)
        if before != after:
            change = f"{_shown(before)}, now {_shown(after)}"
            yield Markdown(f"{markdown(one.label)}, {name.replace('_', ' ')}: {change}.")


def _distribution(distribution: Distribution) -> str:
    return f"{markdown(distribution.version)} {'pure Python' if distribution.kind == 'pure' else distribution.kind}"


def _either(before: Mapping[str, object], after: Mapping[str, object], what: str) -> Iterator[str]:
    for name in sorted(before.keys() - after.keys()):
        yield f"{what} {markdown(name)} is only in the first."
    for name in sorted(after.keys() - before.keys()):
        yield f"{what} {markdown(name)} is not in the first."


def _shown(value: object) -> str:
    text = " ".join(map(str, value)) if isinstance(value, tuple) else str(value)
    return markdown(text) or "none"


def table_of_ratios(by_run: ResultsByRun) -> Table:
    """Return declared ratios, primaries first: a column for each run, and one for each quotient with the first's."""
    (_, first), *others = [(name, results.whole_contrasts) for name, results in by_run.items()]
    keys = [key for key in first if any(key in other for _, other in others)]
    rows = []
    for key in sorted(keys, key=lambda key: not first[key].primary):
        ratios = [ratio_cell(first[key]), *(ratio_cell(other.get(key)) for _, other in others)]
        changes = [_change(first[key], other[key]) if key in other else NO_NUMBER for _, other in others]
        rows.append((words(f"{_side(key[0])} / {_side(key[1])}"), *ratios, *changes))
    names = [markdown(name) for name in by_run]
    header = ("ratio", *names, *(f"{name}, change" for name in names[1:]))
    return Table(header=tuple(map(Markdown, header)), rows=tuple(rows))


def _change(before: Contrast, after: Contrast) -> Cell:
    change = quotient(after.estimate, before.estimate)
    return estimate_cell(change, with_bounds(change))


def table_of_seconds(by_run: ResultsByRun) -> Table:
    """Return times of runs from the same machine, and their ratios to the first run, where the workload is the same."""
    first, *others = by_run.values()
    measured = [(other, _times(first, other)) for other in others]
    rows = []
    for side, time in first.whole_times.items():
        later = [(other, times.get(side)) for other, times in measured]
        if any(time for _, time in later):
            times = [_milliseconds(time), *(_milliseconds(after) for _, after in later)]
            ratios = [_ratio(first, time, other, after) if after else NO_NUMBER for other, after in later]
            rows.append((words(_side(side)), *times, *ratios))
    names = [markdown(name) for name in by_run]
    header = ("ms", *names, *(f"ratio to {name}" for name in names[1:]))
    return Table(header=tuple(map(Markdown, header)), rows=tuple(rows))


def _times(first: Results, other: Results) -> dict[Side, Time]:
    work = same_work(first.experiment, other.experiment)
    return {side: time for side, time in other.whole_times.items() if work.get(side.workload) == "same"}


def _milliseconds(time: Time | None) -> Cell:
    return NO_NUMBER if time is None else estimate_cell(time.estimate, time_with_bounds(time, 1e-3))


def _ratio(first: Results, before: Time, other: Results, after: Time) -> Cell:
    ratio = widened(quotient(before.estimate, after.estimate), drift(first.fast, other.fast))
    return estimate_cell(ratio, with_bounds(ratio))


def _side(side: Side) -> str:
    return markdown(str(side))
