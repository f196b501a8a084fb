"""Peak memory of each side, and how sides compare within their memory blocks, with the same discipline as times."""

from collections.abc import Iterable, Mapping

from harness.analysis.statistics.signed_rank import pseudomedian
from harness.records import Estimate, Experiment, Side, Trial

Peaks = Mapping[Side, Mapping[int, int]]  # bytes by side and memory block


def peaks(experiment: Experiment, trials: Iterable[Trial]) -> Peaks:
    """Return the peaks of the memory trials that succeeded, of planned sides."""
    planned = experiment.sides
    found: dict[Side, dict[int, int]] = {}
    for trial in trials:
        if trial.purpose == "memory" and trial.status == "ok" and trial.peak_pss_bytes and trial.side in planned:
            found.setdefault(trial.side, {}).setdefault(trial.block, trial.peak_pss_bytes)
    return found


def peak(found: Peaks, side: Side) -> Estimate | None:
    """Estimate a side's peak in bytes over its blocks; None where there is none."""
    return pseudomedian(list(found[side].values())) if side in found else None


def ratio(found: Peaks, subject: Side, baseline: Side) -> Estimate | None:
    """Estimate memory(subject) / memory(baseline), paired within blocks; below 1 the subject takes less."""
    one, other = found.get(subject, {}), found.get(baseline, {})
    common = sorted(one.keys() & other.keys())
    return pseudomedian([one[block] / other[block] for block in common]) if common else None
