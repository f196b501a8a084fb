"""All pictures of a report, in one tuple."""

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from harness.records import Workload
from harness.report.pictures.break_even import series_picture
from harness.report.pictures.decomposition import decomposition_picture
from harness.report.pictures.latency import latency_picture
from harness.report.pictures.scaling import scaling_picture
from harness.report.pictures.times import times_picture
from harness.report.pictures.vega import Spec, svg
from harness.report.results import Results
from harness.report.text.file_names import picture_names, series_names
from harness.runs import replacing

Draw = Callable[[Results, Workload], Spec | None]

# The kind is in the file's name; a function returns None where there is nothing to draw.
PICTURES: tuple[tuple[str, Draw], ...] = (
    ("", times_picture),
    ("decomposition", decomposition_picture),
    ("scaling", scaling_picture),
    ("latency", latency_picture),
)


@lru_cache(maxsize=1)
def drawings(results: Results) -> dict[str, Spec]:
    """Return the pictures by the name of their file: one specification for the file and for report.html."""
    specs: dict[str, Spec | None] = {}
    for kind, draw in PICTURES:
        names = picture_names(results.experiment, kind)
        for workload in results.experiment.workloads:
            # A series has a picture of its own, so each of its points has only that of its times.
            specs[names[workload.name]] = None if kind and workload.is_point else draw(results, workload)
    for file, name in series_names(results.experiment).items():
        specs[name] = series_picture(results, file)
    return {name: spec for name, spec in specs.items() if spec is not None}


def write_pictures(results: Results, run: Path) -> None:
    """Draw all pictures; older ones are removed first, so that none is out of date."""
    for name in _names(results):
        (run / name).unlink(missing_ok=True)
    for name, spec in drawings(results).items():
        with replacing(run / name) as file:
            file.write(svg(spec).encode())


def drawn_pictures(results: Results, run: Path) -> set[str]:
    """Return the file names of the pictures that are in the run directory."""
    return {name for name in _names(results) if (run / name).is_file()}


def _names(results: Results) -> set[str]:
    names = {name for kind, _ in PICTURES for name in picture_names(results.experiment, kind).values()}
    return names | set(series_names(results.experiment).values())
