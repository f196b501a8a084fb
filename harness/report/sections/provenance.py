"""What the numbers were made with: interpreters, machine, installed distributions, blocks and trials."""

from collections import Counter
from collections.abc import Iterator, Sequence

from harness.analysis.results.build_mismatches import declared_mismatches
from harness.analysis.results.contrasts import MINIMUM_BLOCKS
from harness.analysis.values_per_process import PILOT_BLOCKS
from harness.records import Arm, Experiment, Machine, Side, Trial
from harness.report.results import Results
from harness.report.sections.part import MISSING, Cell, Part, Table, words
from harness.report.sentences.trust import adjustment_line, canary_line, disturbed_table
from harness.report.text.escape import Markdown, fenced, markdown
from harness.report.text.numbers import counted
from harness.report.text.phrases import enumerated

OF_TRIAL = {
    "system_cpu_seconds": "the CPU time of the kernel",
    "run_delay_seconds": "the time in which threads waited for a CPU",
    "minor_faults": "page faults",
}
OF_MACHINE = {
    "other_cpu_seconds": "the CPU time of other processes",
    "steal_seconds": "what the hypervisor took",
    "pressure_seconds": "pressure on the CPUs (PSI)",
    "throttled_seconds": "throttling by a cgroup",
    "megahertz": "the frequency of the CPUs",
}
INTERPRETERS = (
    "arm",
    "version",
    "GIL requested",
    "PGO",
    "LTO",
    "debug",
    "shared",
    "compiler",
    "optimization",
    "origin",
)


def provenance_parts(results: Results) -> tuple[Part, ...]:
    """Return the last parts of the report, in their order."""
    experiment = results.experiment
    mismatches = tuple(Markdown(f"{markdown(one.sentence)}.") for one in declared_mismatches(experiment))
    dependencies = dependencies_table(experiment)
    return (
        Part(
            title=Markdown("Interpreters and machine"),
            table=interpreters_table(experiment),
            notes=(*(mismatches or (matched_line(experiment),)), machine_line(experiment.machine)),
        ),
        Part(
            title=Markdown("Dependencies"),
            paragraphs=() if dependencies else (Markdown("No arm has any distributions installed."),),
            table=dependencies,
        ),
        Part(
            title=Markdown("How the numbers were measured"),
            bullets=making_lines(results),
            table=disturbed_table(results),
            notes=(
                canary_line(results),
                *filter(None, [adjustment_line(results)]),
                Markdown("Run it again:"),
                fenced(experiment.settings.command),
            ),
        ),
    )


def interpreters_table(experiment: Experiment) -> Table:
    """Return one row per arm."""
    return Table(header=tuple(map(Markdown, INTERPRETERS)), rows=tuple(map(_interpreter_row, experiment.arms)))


def _interpreter_row(arm: Arm) -> tuple[Cell, ...]:
    build = arm.build
    gil = "on (`PYTHON_GIL=1`)" if arm.python_gil == "1" else "off" if build.free_threaded else "on (always)"
    return (
        Cell(markdown(arm.label)),
        Cell(markdown(f"{build.implementation} {build.version}")),
        words(gil),
        *(words("yes" if flag else "no") for flag in (build.pgo, build.lto, build.debug, build.shared)),
        *(Cell(markdown(text) or MISSING) for text in (build.compiler, build.optimization, arm.origin)),
    )


def dependencies_table(experiment: Experiment) -> Table:
    """Return name × arm: version, and who compiled it, if anyone. No rows when nothing is installed."""
    installed = {
        arm.label: {distribution.name: distribution for distribution in arm.distributions} for arm in experiment.arms
    }

    def cell(arm: str, name: str) -> Cell:
        distribution = installed[arm].get(name)
        if distribution is None:
            return Cell(MISSING)
        return words(f"{markdown(distribution.version)} {distribution.kind}")

    names = sorted({name for of_arm in installed.values() for name in of_arm}, key=str.casefold)
    rows = tuple((Cell(markdown(name)), *(cell(arm, name) for arm in installed)) for name in names)
    return Table(header=(Markdown("distribution"), *map(markdown, installed)), rows=rows)


def matched_line(experiment: Experiment) -> Markdown:
    """Return that the builds that are compared match; for where no mismatch was found."""
    if len({arm.interpreter for arm in experiment.arms}) > 1:
        return Markdown("Apart from version and GIL, the builds that are compared match.")
    return Markdown("No build was compared with another build.")


def machine_line(machine: Machine) -> Markdown:
    """Return the machine in one sentence."""
    governor = f"CPU frequency governor {markdown(machine.governor)}" if machine.governor else "governor unknown"
    return Markdown(
        f"{markdown(machine.cpu_model) or 'Unknown CPU'}, {counted(machine.usable_cpus, 'usable CPU')}, "
        f"{machine.memory_bytes / 2**30:.1f} GiB of memory, {markdown(machine.system)} {markdown(machine.kernel)} "
        f"({markdown(machine.architecture)}), {governor}."
    )


def making_lines(results: Results) -> tuple[Markdown, ...]:
    """Return how the numbers were measured, a sentence each."""
    experiment, settings, journal = results.experiment, results.experiment.settings, results.journal
    # Block 0 is calibration.
    trials = [trial for trial in journal.trials if trial.block > 0 and trial.purpose == "time"]
    failed = Counter(trial.status for trial in trials if trial.status != "ok")
    unusable = len(trials) - len(results.usable) - failed.total()
    blocks = "blocks until the target is reached" if settings.blocks is None else f"exactly {settings.blocks} blocks"
    size = f"Profile {settings.profile}, size {settings.size}, budget {settings.budget_seconds / 60:g} minutes"
    lines = [
        _blocks_line(experiment, trials),
        f"Seed of the order: {settings.seed}. Processes are started by `{settings.start_method}`.",
        f"{size}, {blocks}, at most {settings.timeout_seconds:g} s per trial.",
        *(f"{counted(count, 'trial')} {status}: left out." for status, count in sorted(failed.items())),
        *_replanned(experiment, trials),
        *_unknown(results.usable),
    ]
    if unusable:
        lines.append(f"{counted(unusable, 'trial')} ended well but could not be used: left out, see the findings.")
    if journal.damaged_lines:
        lines.append(f"{counted(journal.damaged_lines, 'line')} of the journal damaged: left out.")
    return tuple(map(Markdown, (*lines, f"Rendered from a run of harness {markdown(experiment.harness_version)}.")))


def _blocks_line(experiment: Experiment, trials: Sequence[Trial]) -> str:
    sides: dict[int, set[Side]] = {}
    for trial in trials:
        sides.setdefault(trial.block, set()).add(trial.side)
    planned = experiment.sides
    complete = sum(of_block >= planned for of_block in sides.values())
    blocks = "all complete" if complete == len(sides) else f"{complete} of them complete"
    if experiment.settings.blocks is None and MINIMUM_BLOCKS <= complete < len(sides):
        blocks += " (cases that reached the target left the other blocks)"
    return (
        f"{counted(len(trials), 'trial')} in {counted(len(sides), 'block')}, {blocks}. In each block every case runs "
        f"once under every arm, in random order ({_places(experiment)})."
    )


def _unknown(trials: Sequence[Trial]) -> Iterator[str]:
    """What no trial has a number for; the columns about it are left out."""
    around = [trial.surroundings for trial in trials]
    unknown = [name for field, name in OF_TRIAL.items() if all(getattr(trial, field) is None for trial in trials)]
    unknown += [name for field, name in OF_MACHINE.items() if all(getattr(one, field, None) is None for one in around)]
    if trials and unknown:
        yield (
            f"The report has no numbers for {enumerated(unknown)}: the system, or the harness that measured, did not "
            "count them."
        )


def _replanned(experiment: Experiment, trials: Sequence[Trial]) -> Iterator[str]:
    """What the pilot blocks changed, if they changed anything."""
    later = {trial.side.case: len(trial.values) for trial in trials if trial.block > PILOT_BLOCKS and trial.values}
    planned = {case.case: case.values for case in experiment.cases}
    changed = {case: values for case, values in later.items() if values != planned.get(case)}
    if changed:
        counts = enumerated([f"{markdown(str(case))} {values}" for case, values in sorted(changed.items())])
        yield (
            f"From block {PILOT_BLOCKS + 1} on, these cases take another number of values per process, planned from "
            f"the variances and costs of the blocks before: {counts}."
        )


def _places(experiment: Experiment) -> str:
    control = experiment.control
    if control is None:
        return str(len(experiment.sides))
    repeated = len(control.cases)
    return f"{len(experiment.sides) - repeated}, and {counted(repeated, 'case')} once more under {markdown(control.of)}"
