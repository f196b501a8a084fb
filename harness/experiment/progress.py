"""The progress of a run: a bar on a terminal, one line for each block elsewhere."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, TextColumn
from rich.progress import Progress as Bar

from harness.records import Contrast, Experiment, Side


class Progress(Protocol):
    """The events of the measuring loop."""

    def trial(self, side: Side) -> None:
        """A trial of this side starts."""

    def block_done(self, blocks: int, contrasts: Sequence[Contrast], elapsed_seconds: float) -> None:
        """So many blocks are complete, with these contrasts."""


class Lines:
    """One line for each block, for logs and pipes."""

    def __init__(self, experiment: Experiment, console: Console) -> None:
        self._experiment, self._console = experiment, console

    def trial(self, side: Side) -> None:
        """Print nothing: a line for each trial would be a wall."""

    def block_done(self, blocks: int, contrasts: Sequence[Contrast], elapsed_seconds: float) -> None:
        """Print how far the run is."""
        if blocks:
            text = f"block {blocks}: {spent(self._experiment, blocks, elapsed_seconds)}; {widest(contrasts)}"
            self._console.print(text, highlight=False, markup=False, soft_wrap=True)


class Bars:
    """A progress bar for a terminal."""

    def __init__(self, experiment: Experiment, bar: Bar) -> None:
        self._experiment, self._bar = experiment, bar
        self._task = bar.add_task("block 1", total=1.0, widest="")
        self._per_block = len(experiment.sides)
        self._blocks = self._trials = 0

    def trial(self, side: Side) -> None:
        """Show which side is being measured."""
        self._trials += 1
        place = f"block {self._blocks + 1}, trial {self._trials} of {max(self._trials, self._per_block)}: {side}"
        self._bar.update(self._task, description=place)
        self._bar.refresh()

    def block_done(self, blocks: int, contrasts: Sequence[Contrast], elapsed_seconds: float) -> None:
        """Move the bar."""
        self._blocks, self._trials = blocks, 0
        settings = self._experiment.settings
        share = blocks / settings.blocks if settings.blocks else elapsed_seconds / settings.budget_seconds
        width = widest(contrasts).partition(" (")[0]  # on one line there is no room for the sides
        text = f"{spent(self._experiment, blocks, elapsed_seconds)}; {width}"
        self._bar.update(self._task, completed=min(1.0, share), widest=text)
        self._bar.refresh()


@contextmanager
def watching(experiment: Experiment, console: Console) -> Iterator[Progress]:
    """Yield the progress that suits the console; a bar is drawn between trials only, never while one runs."""
    if not console.is_terminal:
        yield Lines(experiment, console)
        return
    columns = (BarColumn(20), TextColumn("{task.fields[widest]}"), TextColumn("{task.description}"))
    with Bar(*columns, console=console, auto_refresh=False, transient=True) as bar:
        yield Bars(experiment, bar)


def spent(experiment: Experiment, blocks: int, elapsed_seconds: float) -> str:
    """Return the time that is left, or the number of blocks where it is fixed."""
    settings = experiment.settings
    if settings.blocks is not None:
        left = elapsed_seconds / blocks * (settings.blocks - blocks) if blocks else 0.0
        return f"{settings.blocks - blocks} blocks left" + (f", about {clock(left)}" if blocks else "")
    return f"{clock(max(0.0, settings.budget_seconds - elapsed_seconds))} left at most"


def widest(contrasts: Sequence[Contrast]) -> str:
    """Return the primary contrast whose interval is the widest so far, as text."""
    widths = [
        (contrast.estimate.interval[1] / contrast.estimate.point - 1, contrast)
        for contrast in contrasts
        if contrast.primary and contrast.estimate.interval
    ]
    if not widths:
        return "no intervals yet"
    width, which = max(widths, key=lambda pair: pair[0])
    reached = sum(contrast.target_reached for _, contrast in widths)
    return (
        f"widest interval +{width:.1%} ({which.subject} against {which.baseline}); {reached} of {len(widths)} on target"
    )


def clock(seconds: float) -> str:
    """Return minutes and seconds, as in 14:20."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"
