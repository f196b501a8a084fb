"""How strong and weak scaling are told apart: under weak scaling the work grows with the workers."""

from harness.records import Experiment, Workload
from harness.report.amounts import counted

OVER_SERIAL = {
    "strong": "the speed-up over serial",
    "weak": "the efficiency, time(serial) / time(n workers with n times serial's jobs),",
}
RATIO_AXIS = {"strong": "times as fast (more is better)", "weak": "efficiency (1 is ideal)"}


def scaling_line(experiment: Experiment) -> str | None:
    """Return what has to be known of a run with weak scaling; None where the workers share the work."""
    if experiment.settings.scaling == "strong":
        return None
    return (
        "Weak scaling: the work grows with the workers. A case with n workers does serial's jobs n times, so in the "
        "tables of times and contrasts its ratio over serial is an efficiency: 1 means n times the work in the same "
        "time; sentences and the table of scaling say it per unit of work, n times that. Cases with as many workers "
        "have the same work and compare as ever; which mode to choose is not asked."
    )


def jobs_of(experiment: Experiment, workload: Workload) -> str:
    """Return "16 jobs", or "16 jobs for each worker"."""
    jobs = counted(workload.jobs, "job")
    return f"{jobs} for each worker" if experiment.settings.scaling == "weak" else jobs
