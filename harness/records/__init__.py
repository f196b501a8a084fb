"""The record types that the rooms share: frozen, and validated when they are read from a run directory."""

from harness.records.cases import Case, Pair, PlannedCase, Side, Skipped
from harness.records.estimates import Choice, Contrast, Finding, Noise, Time
from harness.records.setting import Arm, Build, Culprit, Distribution, Experiment, Machine, Settings, Shadow, Workload
from harness.records.trials import Gil, Journal, ProcessGil, Server, Surroundings, Trial, Value
from harness.records.values import FORMAT, MODES, ONE_BY_ONE, SPANS, Count, Mode, Seconds, Size, Span, Verdict

__all__ = [
    "FORMAT",
    "MODES",
    "ONE_BY_ONE",
    "SPANS",
    "Arm",
    "Build",
    "Case",
    "Choice",
    "Contrast",
    "Count",
    "Culprit",
    "Distribution",
    "Experiment",
    "Finding",
    "Gil",
    "Journal",
    "Machine",
    "Mode",
    "Noise",
    "Pair",
    "PlannedCase",
    "ProcessGil",
    "Seconds",
    "Server",
    "Settings",
    "Shadow",
    "Side",
    "Size",
    "Skipped",
    "Span",
    "Surroundings",
    "Time",
    "Trial",
    "Value",
    "Verdict",
    "Workload",
]
