"""All contrasts at a glance: a row per case or pair of cases, a column per pair of arms or arm."""

from dataclasses import dataclass

from harness.records import Contrast
from harness.report.results import Results
from harness.report.sections.part import case_label
from harness.report.text.build_notes import build_notes, dagger
from harness.report.text.escape import Markdown, one_line
from harness.report.text.numbers import bounds, counted, plain_ratio
from harness.report.text.phrases import word

# An effect's size is the number of these factors that it reaches, in either direction.
STEPS = (1.25, 2.0)
SIGNS = {1: "▲", 0: "·", -1: "▼"}
DIRECTIONS = {1: "above 1", 0: "1 is in the interval", -1: "below 1"}


@dataclass(frozen=True)
class Square:
    """One contrast. `effect` is from −3 to 3; `sign` shows its direction without colour, `text` all of it in words."""

    ratio: str
    sign: str
    effect: int
    verdict: str
    primary: bool
    text: str


@dataclass(frozen=True)
class Matrix:
    """Rows of a label and a square for each column; None where there is no such contrast. `notes` explain marks."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Square | None, ...]], ...]
    notes: tuple[Markdown, ...]


def matrices(results: Results) -> tuple[Matrix, ...]:
    """Return the contrasts between arms, and those between cases within an arm, whole span."""
    contrasts = list(results.whole_contrasts.values())
    between = [contrast for contrast in contrasts if contrast.subject.arm != contrast.baseline.arm]
    within = [contrast for contrast in contrasts if contrast.subject.arm == contrast.baseline.arm]
    both = (_matrix(results, "Between arms", between), _matrix(results, "Between cases, within an arm", within))
    return tuple(matrix for matrix in both if matrix.rows)


def _matrix(results: Results, title: str, contrasts: list[Contrast]) -> Matrix:
    columns = tuple(dict.fromkeys(map(_arms, contrasts)))
    rows: dict[str, dict[str, Square]] = {}
    for contrast in contrasts:
        rows.setdefault(_cases(contrast), {})[_arms(contrast)] = square(contrast)
    return Matrix(
        title=title,
        header=columns,
        rows=tuple((label, tuple(squares.get(column) for column in columns)) for label, squares in rows.items()),
        notes=build_notes(results.experiment, contrasts),
    )


def _arms(contrast: Contrast) -> str:
    subject, baseline = one_line(contrast.subject.arm), one_line(contrast.baseline.arm)
    return subject if subject == baseline else f"{subject} / {baseline}{dagger(contrast)}"


def _cases(contrast: Contrast) -> str:
    subject, baseline = contrast.subject, contrast.baseline
    over = "" if subject.case == baseline.case else f" / {case_label(baseline)}"
    return f"{one_line(subject.workload)}: {case_label(subject)}{over}"


def square(contrast: Contrast) -> Square:
    """Return the square that shows a contrast."""
    effect = _effect(contrast)
    direction = (effect > 0) - (effect < 0)
    verdict = word(contrast)
    blocks = counted(contrast.estimate.blocks, "block")
    return Square(
        ratio=plain_ratio(contrast.estimate),
        sign=SIGNS[direction],
        effect=effect,
        verdict=verdict.replace(" ", "-"),
        primary=contrast.primary is not None,
        text=f"{bounds(contrast.estimate)}, {blocks}, {DIRECTIONS[direction]}; {verdict}",
    )


def _effect(contrast: Contrast) -> int:
    ratio = contrast.estimate
    if not ratio.excludes_one:
        return 0
    factor = max(ratio.point, 1 / ratio.point)
    size = 1 + sum(factor >= step for step in STEPS)
    return size if ratio.point > 1 else -size
