"""What the report's template shows, as text that is Markdown already."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from harness.records import Experiment, Finding, Side, Skipped, Workload
from harness.report.results import Results
from harness.report.sections.break_even import series_files, series_part
from harness.report.sections.downloads import server_table, sites_line
from harness.report.sections.latency import latency_sentences
from harness.report.sections.memory import memory_sentences, memory_table
from harness.report.sections.parts import parts_of
from harness.report.sections.provenance import (
    dependencies_table,
    interpreters_table,
    machine_line,
    making_lines,
    matched_line,
)
from harness.report.sections.published import published_part
from harness.report.sections.scaling import OVER_SERIAL, jobs_of, scaling_line
from harness.report.sections.sharing import counted_table, settings_table
from harness.report.sections.summary import all_clear, arms_line, chance_line, doubts, provisional_line, title
from harness.report.sections.table import Part, Table, case_label, cases_of, contrast_tables, times_table
from harness.report.sections.time_use import usage_table
from harness.report.sections.which_mode import PICKED, beside_literature, decision_table
from harness.report.sentences.conclusions import conclusions
from harness.report.sentences.facts import facts_of
from harness.report.sentences.first_screen import Said, below, top
from harness.report.sentences.trust import canary_line, disturbed_table, noise_line
from harness.report.text.escape import fenced, html, markdown
from harness.report.text.file_names import picture_names, series_names, side_anchors

FEW_SIDES = 6


@dataclass(frozen=True)
class Section:
    """One workload. `picture` is a file name, or None; `sentences` are those that are not on the first screen.

    Beside an HTML tag nothing is Markdown, so the name is needed as HTML too; `anchors` are the names of the cells of
    `times` on a page, without its first column.
    """

    name: str
    html_name: str
    folded: bool
    about: str
    sentences: tuple[str, ...]
    measured: bool
    jobs: str
    unit: str
    times: Table
    anchors: tuple[tuple[str, ...], ...]
    picture: str | None
    primary: Table
    others: Table
    usage: Table
    memory: Table
    server: Table
    counts: str
    counted: Table
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Reason:
    """One finding: its sentence and what helps to act on it; `links` are all its sides with their anchors."""

    severity: str
    sentence: str
    sides: str
    remedy: str
    links: tuple[tuple[str, str | None], ...]


@dataclass(frozen=True)
class View:
    """The whole report, in its order."""

    title: str
    arms: str
    scaling: str | None
    over_serial: str
    provisional: str | None
    top: tuple[tuple[str, tuple[str, ...]], ...]
    decision: Table
    picked: str
    literature: tuple[str, ...]
    doubts: tuple[str, ...]
    all_clear: str
    chance: str
    noise: str | None
    sections: tuple[Section, ...]
    settings: Table
    series: tuple[Part, ...]
    published: Part | None
    skipped: tuple[str, ...]
    findings: tuple[Reason, ...]
    interpreters: Table
    mismatches: tuple[str, ...]
    matched: str
    machine: str
    dependencies: Table
    making: tuple[str, ...]
    canaries: str
    disturbed: Table
    command: str


def view(results: Results, pictures: Collection[str]) -> View:
    """Return the view of a run; `pictures` are the file names of those that exist."""
    experiment = results.experiment
    said = {
        w.name: Said(
            conclusions(facts_of(results, w, markdown)), memory_sentences(results, w), latency_sentences(results, w)
        )
        for w in experiment.workloads
    }
    names = {name: file for name, file in picture_names(experiment).items() if file in pictures}
    series = {file: name for file, name in series_names(experiment).items() if name in pictures}
    return View(
        title=title(results, markdown),
        arms=arms_line(experiment, markdown),
        scaling=scaling_line(experiment),
        over_serial=OVER_SERIAL[experiment.settings.scaling],
        provisional=provisional_line(results),
        top=top(results, said),
        decision=decision_table(results, markdown),
        picked=PICKED,
        literature=beside_literature(results, markdown),
        doubts=doubts(results, markdown),
        all_clear=all_clear(results),
        chance=chance_line(results),
        noise=noise_line(results, markdown),
        sections=tuple(
            _section(results, w, below(results, w, said), names.get(w.name), parts_of(results, w, pictures))
            for w in sorted(experiment.workloads, key=lambda each: each.is_point)
        ),
        settings=settings_table(results),
        series=tuple(series_part(results, file, series.get(file)) for file in series_files(results)),
        published=published_part(results),
        skipped=tuple(dict.fromkeys(_skipped(experiment, each) for each in experiment.skipped)),
        findings=tuple(_reason(each, side_anchors(experiment)) for each in results.findings),
        interpreters=interpreters_table(experiment),
        mismatches=tuple(map(markdown, experiment.mismatches)),
        matched=matched_line(experiment),
        machine=machine_line(experiment.machine),
        dependencies=dependencies_table(experiment),
        making=making_lines(results),
        canaries=canary_line(results),
        disturbed=disturbed_table(results),
        command=fenced(experiment.settings.command),
    )


def _section(
    results: Results, workload: Workload, sentences: tuple[str, ...], picture: str | None, parts: tuple[Part, ...]
) -> Section:
    unit, times = times_table(results, workload.name)
    primary, others = contrast_tables(results, workload.name)
    anchors = side_anchors(results.experiment)
    return Section(
        name=markdown(workload.name),
        html_name=html(workload.name),
        folded=workload.is_point,
        about=_about(results.experiment, workload),
        sentences=sentences,
        measured=any(time.side.workload == workload.name for time in results.times),
        jobs=jobs_of(results.experiment, workload),
        unit=unit,
        times=times,
        anchors=tuple(
            tuple(anchors[case.under(arm.label)] for arm in results.experiment.arms)
            for case in cases_of(results, workload.name)
        ),
        picture=picture,
        primary=primary,
        others=others,
        usage=usage_table(results, workload.name),
        memory=memory_table(results, workload.name),
        server=server_table(results, workload.name),
        counts=markdown(workload.answers_count or ""),
        counted=counted_table(results, workload),
        parts=parts,
    )


def _about(experiment: Experiment, workload: Workload) -> str:
    bound = "CPU-bound" if workload.bound == "cpu" else "I/O-bound"
    vary = f" Its answers may differ: {markdown(workload.answers_vary)}" if workload.answers_vary else ""
    sites = sites_line(experiment, workload)
    return (
        f"{markdown(workload.summary)} ({bound}, {jobs_of(experiment, workload)}, "
        f"{markdown(workload.file)}, sha256 {markdown(workload.sha256[:12])}.){f' {sites}' if sites else ''}{vary}"
    )


def _skipped(experiment: Experiment, skipped: Skipped) -> str:
    families = {workload.name: workload.family for workload in experiment.workloads}
    name = families.get(skipped.workload, skipped.workload)
    count = "" if skipped.workers is None else f" {skipped.workers}"
    return f"{markdown(name)}, {skipped.mode}{count}: {markdown(skipped.reason)}"


def _reason(finding: Finding, anchors: Mapping[Side, str]) -> Reason:
    sides = [f"{markdown(side.workload)} {case_label(side)} on {markdown(side.arm)}" for side in finding.sides]
    more = f" and {len(sides) - FEW_SIDES} more" if len(sides) > FEW_SIDES else ""
    return Reason(
        severity=finding.severity,
        sentence=markdown(finding.sentence),
        sides=", ".join(sides[:FEW_SIDES]) + more,
        remedy=markdown(finding.remedy),
        links=tuple(zip(sides, (anchors.get(side) for side in finding.sides), strict=True)),
    )
