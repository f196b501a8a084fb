"""`<workload>.svg`: times and speed-ups of one workload in one picture."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import altair as alt

from harness.records import Workload
from harness.report.amounts import counted, unit_for
from harness.report.axis import Row, cut
from harness.report.names import picture_names
from harness.report.outcome import Outcome, speed_ups, whole_times
from harness.report.table import case_label, cases_of
from harness.report.text import one_line

# Okabe and Ito, "Color Universal Design" (2008), without black and yellow, which the panel swallows; then two greys.
COLOURS = ("#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7", "#56B4E9", "#666666", "#AAAAAA")
# A panel of its own: a transparent picture with grey text is readable on white and on dark, but on neither well.
PANEL, INK, GRID = "#FFFFFF", "#24292F", "#E4E7EB"
PALE = 0.35  # a bar that is cut, so that its time can be read on it
BAR_HEIGHT, GAP, PANEL_WIDTH, LEGEND_COLUMNS = 12, 10, 320, 6


@dataclass(frozen=True)
class Layout:
    """The rows of both panels, from the top: cases, and in each of them arms."""

    cases: tuple[str, ...]
    arms: tuple[str, ...]


def write_pictures(outcome: Outcome, run: Path) -> None:
    """Draw one picture per workload that has times; pictures from before are removed first, so none is out of date."""
    names = picture_names(outcome.experiment)
    for name in names.values():
        (run / name).unlink(missing_ok=True)
    for workload in outcome.experiment.workloads:
        chart = picture(outcome, workload)
        if chart is not None:
            chart.save(str(run / names[workload.name]), format="svg")


def picture(outcome: Outcome, workload: Workload) -> alt.HConcatChart | None:
    """Return times beside speed-ups, a row per case and arm; None when there is no time."""
    unit, unit_seconds = unit_for(time for side, time in whole_times(outcome).items() if side.workload == workload.name)
    rows = picture_rows(outcome, workload.name, unit_seconds)
    if not rows:
        return None
    layout = Layout(
        cases=tuple(case_label(case) for case in cases_of(outcome, workload.name)),
        arms=tuple(one_line(arm.label) for arm in outcome.experiment.arms),
    )
    panels = [_times(rows, layout, f"{one_line(workload.name)}: time for {counted(workload.jobs, 'job')}", unit)]
    compared = [row for row in rows if row["ratio"] is not None]
    if compared:
        panels.append(_speed_ups(compared, layout))
    return _styled(alt.hconcat(*panels, spacing=28))


def picture_rows(outcome: Outcome, workload: str, unit_seconds: float) -> list[Row]:
    """Return what is drawn: case, arm, time and ratio with their bounds (None where there is none)."""
    faster = speed_ups(outcome)
    arms = {arm.label for arm in outcome.experiment.arms}
    rows: list[Row] = []
    for side, time in whole_times(outcome).items():
        if side.workload != workload or side.arm not in arms:
            continue
        speed_up = faster.get(side)
        rows.append(
            {
                "case": case_label(side),
                "arm": one_line(side.arm),
                "time": time.seconds / unit_seconds,
                "time_low": None if time.low is None else time.low / unit_seconds,
                "time_high": None if time.high is None else time.high / unit_seconds,
                "ratio": speed_up.ratio if speed_up else None,
                "ratio_low": speed_up.low if speed_up else None,
                "ratio_high": speed_up.high if speed_up else None,
            }
        )
    return rows


def _times(rows: Sequence[Row], layout: Layout, title: str, unit: str) -> alt.LayerChart | alt.FacetChart:
    """Bars from zero, so that lengths compare, with their intervals; a far longer serial is cut and says its time."""
    drawn, end = cut(rows, "serial", unit)
    base = _rows(drawn, layout, labels=True)
    pale = alt.condition("isValid(datum.beyond)", alt.value(PALE), alt.value(1))
    position = _scale("drawn", f"{unit} (less is better)", end)
    bars = base.mark_bar().encode(x=position, yOffset=_offset(layout), opacity=pale)
    said = base.transform_filter("isValid(datum.beyond)").mark_text(align="right", dx=-4, fontSize=9.5)
    beyond = said.encode(x="drawn:Q", text="beyond:N", color=alt.value(INK))
    return _panel([bars, *_intervals(base, "time"), *([beyond] if end else [])], layout, title)


def _speed_ups(rows: Sequence[Row], layout: Layout) -> alt.LayerChart | alt.FacetChart:
    """Points with their intervals, because what counts is where they are beside the line at 1."""
    base = _rows(rows, layout, labels=False)
    serial = alt.Chart(alt.InlineData(values=[{"one": 1, "case": "serial"}]))
    line = serial.mark_rule(color=INK, strokeDash=[4, 3]).encode(x="one:Q")
    note = serial.mark_text(align="left", dx=6, color=INK, text="1 by definition").encode(x="one:Q", y="case:N")
    position = _scale("ratio", "times as fast (more is better)")
    points = base.mark_point(filled=True, size=45, opacity=1).encode(x=position)
    return _panel([line, note, *_intervals(base, "ratio"), points], layout, "compared with serial on the same arm")


def _rows(rows: Sequence[Row], layout: Layout, *, labels: bool) -> alt.Chart:
    """A band per case, in it a row per arm, in the arm's colour."""
    cases, arms = list(layout.cases), list(layout.arms)
    # Labels are emptied and not left out, because both titles stand at the same height only if both panels have some.
    words = alt.Undefined if labels else "''"
    axis = alt.Axis(
        title=None, ticks=False, domain=False, grid=True, tickBand="extent", labelPadding=8, labelExpr=words
    )
    legend = alt.Legend(title=None, orient="top", direction="horizontal", symbolType="square", columns=LEGEND_COLUMNS)
    colours = [COLOURS[number % len(COLOURS)] for number in range(len(arms))]
    return alt.Chart(alt.InlineData(values=list(rows))).encode(
        y=alt.Y("case:N", axis=axis, scale=alt.Scale(domain=cases, padding=0)),
        yOffset=_offset(layout).bandPosition(0.5),
        color=alt.Color("arm:N", legend=legend, scale=alt.Scale(domain=arms, range=colours)),
    )


def _offset(layout: Layout) -> alt.YOffset:
    """The arm's row within its case."""
    return alt.YOffset("arm:N", scale=alt.Scale(domain=list(layout.arms), paddingInner=0.15, paddingOuter=0.5))


def _scale(field: str, title: str, end: float | None = None) -> alt.X:
    axis = alt.Axis(title=title, tickCount=6, labelFlush=False)
    scale = alt.Scale(zero=True, nice=True) if end is None else alt.Scale(domain=[0, end], nice=False)
    return alt.X(f"{field}:Q", scale=scale, axis=axis)


def _intervals(base: alt.Chart, field: str) -> list[alt.Chart]:
    """Dark on a light casing, so that an interval is seen inside a dark bar too."""
    return [
        base.mark_rule(strokeWidth=width).encode(x=f"{field}_low:Q", x2=f"{field}_high:Q", color=alt.value(colour))
        for width, colour in ((3, PANEL), (1.5, INK))
    ]


def _panel(layers: Sequence[alt.Chart], layout: Layout, title: str) -> alt.LayerChart | alt.FacetChart:
    height = len(layout.cases) * (len(layout.arms) * BAR_HEIGHT + GAP)
    return alt.layer(*layers, width=PANEL_WIDTH, height=height, title=title)


def _styled(chart: alt.HConcatChart) -> alt.HConcatChart:
    styled: alt.HConcatChart = (
        chart.configure(background=PANEL, padding=16, font="sans-serif")
        .configure_view(stroke=None)
        .configure_title(anchor="start", fontSize=13, color=INK, fontWeight=600)
        .configure_axis(labelColor=INK, titleColor=INK, titleFontWeight="normal", titleFontSize=12, gridColor=GRID)
        .configure_axisX(domain=False, ticks=False, labelFontSize=11)
        .configure_axisY(labelFontSize=13)
        .configure_legend(labelColor=INK, labelFontSize=13)
    )
    return styled
