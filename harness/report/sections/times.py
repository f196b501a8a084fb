"""The times of one workload: a row per case, a column per arm, and below each time its speed-up over serial."""

from harness.records import Side, Workload
from harness.report.results import Results
from harness.report.sections.part import NO_NUMBER, Cell, Part, Picture, Table, by_arm
from harness.report.sections.scaling import OVER_SERIAL, jobs_of
from harness.report.text.escape import Markdown, markdown
from harness.report.text.numbers import bounds, plain_ratio, time_with_bounds, unit_for

NO_PICTURE = Markdown("The picture is missing because it could not be drawn.")


def times_part(results: Results, workload: Workload, file: str | None) -> Part:
    """Return the times with their picture; `file` is None where it could not be drawn."""
    unit, table = times_table(results, workload)
    over = OVER_SERIAL[results.experiment.settings.scaling]
    jobs = jobs_of(results.experiment, workload)
    shows = f"Time of {markdown(workload.name)} by mode, workers and arm, and {over} under the same arm"
    return Part(
        paragraphs=(Markdown(f"Time for {jobs} in {unit}, whole span; below it, with ×, {over} under the same arm:"),),
        table=table,
        picture=Picture(file, Markdown(shows)) if file else None,
        notes=() if file else (NO_PICTURE,),
    )


def times_table(results: Results, workload: Workload) -> tuple[str, Table]:
    """Return the unit and the table of times: rows mode × workers, columns arms, whole span."""
    of_workload = results.of(workload)
    unit, unit_seconds = unit_for(of_workload.times.values())

    def cell(side: Side) -> Cell:
        time, speed_up = of_workload.times.get(side), results.speed_ups.get(side)
        if time is None:
            return Cell(NO_NUMBER.text, anchor=results.anchors.get(side))
        text = time_with_bounds(time, unit_seconds)
        text += f"<br>{plain_ratio(speed_up.estimate)}× {bounds(speed_up.estimate)}" if speed_up else ""
        return Cell(Markdown(text), time.estimate.point, results.anchors.get(side))

    return unit, by_arm(of_workload.cases, [arm.label for arm in results.experiment.arms], cell)
