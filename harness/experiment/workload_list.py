"""`python -m harness workloads OPTIONS`: print the workload files that the options name, one a line.

It refuses wrong options before an interpreter is built for them. With `--list` it shows a table of all workloads.
"""

from rich.console import Console

from harness.experiment import resume
from harness.experiment.plan import workload_files, workload_source


def main(arguments: list[str]) -> int:
    """Print the files, or with --list the table; return 0."""
    options = resume.requested(arguments)
    files = workload_files.find(options.workloads)
    if options.list_only:
        Console().print(workload_source.table(list(dict.fromkeys([*workload_files.built_in().values(), *files]))))
    else:
        print(*files, sep="\n")
    return 0
