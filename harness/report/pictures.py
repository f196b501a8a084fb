"""All pictures of a report, in one tuple."""

from collections.abc import Callable
from pathlib import Path

from harness.records import Workload
from harness.report.break_even import series_picture
from harness.report.decomposition import decomposition_picture
from harness.report.drawing import Spec, svg
from harness.report.latency_picture import latency_picture
from harness.report.names import picture_names, series_names
from harness.report.outcome import Outcome
from harness.report.picture import picture
from harness.report.scaling import scaling_picture
from harness.runs import replacing

Draw = Callable[[Outcome, Workload], Spec | None]

# The kind is in the file's name; a function returns None where there is nothing to draw.
PICTURES: tuple[tuple[str, Draw], ...] = (
    ("", picture),
    ("decomposition", decomposition_picture),
    ("scaling", scaling_picture),
    ("latency", latency_picture),
)


def write_pictures(outcome: Outcome, run: Path) -> None:
    """Draw the pictures of every workload; those from before are removed first, so none is out of date."""
    for kind, draw in PICTURES:
        names = picture_names(outcome.experiment, kind)
        for name in names.values():
            (run / name).unlink(missing_ok=True)
        for workload in outcome.experiment.workloads:
            # What a series is about is in its own picture, so its points have but one each.
            drawn = None if kind and workload.is_point else draw(outcome, workload)
            if drawn is not None:
                _write(run / names[workload.name], drawn)
    for file, name in series_names(outcome.experiment).items():
        (run / name).unlink(missing_ok=True)
        drawn = series_picture(outcome, file)
        if drawn is not None:
            _write(run / name, drawn)


def _write(path: Path, drawn: Spec) -> None:
    with replacing(path) as file:
        file.write(svg(drawn).encode())


def drawn_pictures(outcome: Outcome, run: Path) -> set[str]:
    """Return the file names of those that are in the run directory."""
    names = {name for kind, _ in PICTURES for name in picture_names(outcome.experiment, kind).values()}
    names |= set(series_names(outcome.experiment).values())
    return {name for name in names if (run / name).is_file()}
