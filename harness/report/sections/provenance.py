"""What the numbers were made with: interpreters, machine, installed distributions, blocks and trials."""

from collections import Counter
from collections.abc import Sequence

from harness.analysis.results.arm_roles import rivals
from harness.analysis.results.contrasts import MINIMUM_BLOCKS
from harness.analysis.values_per_process import PILOT_BLOCKS
from harness.records import Arm, Experiment, Machine, Side, Trial
from harness.report.results import Results
from harness.report.sections.table import MISSING, Table
from harness.report.text.escape import markdown
from harness.report.text.numbers import counted
from harness.report.text.phrases import enumerated


def interpreters_table(experiment: Experiment) -> Table:
    """Return one row per arm."""
    header = ("arm", "version", "GIL asked for", "PGO", "LTO", "debug", "shared", "compiler", "optimization", "origin")
    return Table(header=header, rows=tuple(_interpreter_row(arm) for arm in experiment.arms))


def _interpreter_row(arm: Arm) -> tuple[str, ...]:
    build = arm.build
    gil = "on (`PYTHON_GIL=1`)" if arm.python_gil == "1" else "off" if build.free_threaded else "on (always)"
    return (
        markdown(arm.label),
        markdown(f"{build.implementation} {build.version}"),
        gil,
        *("yes" if flag else "no" for flag in (build.pgo, build.lto, build.debug, build.shared)),
        *(markdown(text) or MISSING for text in (build.compiler, build.optimization, arm.origin)),
    )


def dependencies_table(experiment: Experiment) -> Table:
    """Return name × arm: version and whether it is compiled. No rows when nothing is installed."""
    installed = {
        arm.label: {distribution.name: distribution for distribution in arm.distributions} for arm in experiment.arms
    }

    def cell(arm: str, name: str) -> str:
        distribution = installed[arm].get(name)
        if distribution is None:
            return MISSING
        return f"{markdown(distribution.version)} {'compiled' if distribution.compiled else 'pure'}"

    names = sorted({name for of_arm in installed.values() for name in of_arm}, key=str.casefold)
    rows = tuple((markdown(name), *(cell(arm, name) for arm in installed)) for name in names)
    return Table(header=("distribution", *map(markdown, installed)), rows=rows)


def matched_line(experiment: Experiment) -> str:
    """Return that the builds that are compared match; for where no mismatch was found."""
    if any(rivals(experiment, arm).sibling for arm in experiment.arms if not arm.gil_expected):
        return "The free-threaded build and the build it is compared with match in all of this but the GIL."
    return "No free-threaded build was compared with another build."


def machine_line(machine: Machine) -> str:
    """Return the machine in one sentence."""
    governor = f"CPU frequency governor {markdown(machine.governor)}" if machine.governor else "governor not known"
    return (
        f"{markdown(machine.cpu_model) or 'Unknown CPU'}, {counted(machine.usable_cpus, 'usable CPU')}, "
        f"{machine.memory_bytes / 2**30:.1f} GiB of memory, {markdown(machine.system)} {markdown(machine.kernel)} "
        f"({markdown(machine.architecture)}), {governor}."
    )


def making_lines(results: Results) -> tuple[str, ...]:
    """Return how the numbers came to be, a sentence each."""
    experiment = results.experiment
    trials = [
        trial for trial in results.journal.trials if trial.block > 0 and trial.purpose == "time"
    ]  # 0: calibration
    settings = experiment.settings
    blocks: dict[int, set[Side]] = {}
    for trial in trials:
        blocks.setdefault(trial.block, set()).add(trial.side)
    planned = experiment.sides
    complete = sum(sides >= planned for sides in blocks.values())
    bad = Counter(trial.status for trial in trials if trial.status != "ok")
    unusable = len(trials) - len(results.usable) - sum(bad.values())
    complete_blocks = "all complete" if complete == len(blocks) else f"{complete} of them complete"
    if settings.blocks is None and MINIMUM_BLOCKS <= complete < len(blocks):
        complete_blocks += " (what had reached the target left the others)"
    how = f"in each block every case runs once under every arm, in random order ({_places(experiment)})"
    asked = "blocks until the target is reached" if settings.blocks is None else f"exactly {settings.blocks} blocks"
    size = f"Profile {settings.profile}, size {settings.size}, budget {settings.budget_seconds / 60:g} minutes"
    lines = [
        f"{counted(len(trials), 'trial')} in {counted(len(blocks), 'block')}, {complete_blocks}; {how}.",
        f"Seed of the order: {settings.seed}. Processes are started by `{settings.start_method}`.",
        f"{size}, {asked}, a trial may take {settings.timeout_seconds:g} s.",
        *(f"{counted(count, 'trial')} {status}: left out." for status, count in sorted(bad.items())),
    ]
    lines += _replanned(experiment, trials)
    if unusable:
        lines.append(f"{counted(unusable, 'trial')} ended well but could not be used: left out, see the findings.")
    if results.journal.damaged_lines:
        lines.append(f"{counted(results.journal.damaged_lines, 'line')} of the journal damaged: left out.")
    return (*lines, f"Made by harness {markdown(experiment.harness_version)}.")


def _replanned(experiment: Experiment, trials: Sequence[Trial]) -> list[str]:
    """Say what the pilot changed, if it changed anything."""
    later = {trial.side.case: len(trial.values) for trial in trials if trial.block > PILOT_BLOCKS and trial.values}
    planned = {each.case: each.values for each in experiment.cases}
    changed = {case: values for case, values in later.items() if values != planned.get(case)}
    if not changed:
        return []
    said = enumerated([f"{markdown(str(case))} {values}" for case, values in sorted(changed.items())])
    line = (
        f"From block {PILOT_BLOCKS + 1} on, by the variances and costs of the blocks before, processes gave another "
        f"number of values: {said}."
    )
    return [line]


def _places(experiment: Experiment) -> str:
    shadow = experiment.shadow
    if shadow is None:
        return str(len(experiment.sides))
    again = len(shadow.cases)
    return f"{len(experiment.sides) - again}, and {counted(again, 'case')} once more under {markdown(shadow.of)}"
