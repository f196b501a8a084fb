"""`python -m harness workloads OPTIONS`: print the workload files that the options name, one a line."""

from harness.experiment import resume
from harness.experiment.plan import workload_files


def main(arguments: list[str]) -> int:
    """Print the files; return 0."""
    print(*workload_files.find(resume.requested(arguments).workloads), sep="\n")
    return 0
