"""Peak memory of each side, and how sides compare within their memory blocks, with the same discipline as times."""

from collections.abc import Iterable, Mapping

from harness.analysis.statistics.signed_rank import pseudomedian
from harness.records import Estimate, Experiment, Side, Trial

Peaks = Mapping[Side, Mapping[int, int]]  # bytes by side and memory block


def peaks(experiment: Experiment, trials: Iterable[Trial]) -> Peaks:
    """Return the peaks of the memory trials that succeeded, of planned sides."""
    planned = experiment.sides
    bytes_by_side: dict[Side, dict[int, int]] = {}
    for trial in trials:
        if trial.purpose == "memory" and trial.status == "ok" and trial.peak_pss_bytes and trial.side in planned:
            bytes_by_side.setdefault(trial.side, {}).setdefault(trial.block, trial.peak_pss_bytes)
    return bytes_by_side


def peak(bytes_by_side: Peaks, side: Side) -> Estimate | None:
    """Estimate a side's peak in bytes over its blocks; None where there is none."""
    return pseudomedian(list(bytes_by_side[side].values())) if side in bytes_by_side else None


def ratio(bytes_by_side: Peaks, subject: Side, baseline: Side) -> Estimate | None:
    """Estimate memory(subject) / memory(baseline), paired within blocks; below 1 the subject takes less."""
    subject_bytes, baseline_bytes = bytes_by_side.get(subject, {}), bytes_by_side.get(baseline, {})
    common = sorted(subject_bytes.keys() & baseline_bytes.keys())
    return pseudomedian([subject_bytes[block] / baseline_bytes[block] for block in common]) if common else None
