"""`python -m harness options OPTIONS`: refuse a wrong option and a busy machine before an interpreter is built.

With `--list` it shows a table of all workloads and measures nothing.
"""

from rich.console import Console

from harness.experiment import resume
from harness.experiment.machine.lock import until_free
from harness.experiment.plan import workload_files, workload_source


def main(arguments: list[str]) -> int:
    """Return 0 when a run with these options could begin now; with --wait that may take as long as another run."""
    options = resume.requested(arguments)
    files = workload_files.find(options.workloads)
    if options.list_only:
        Console().print(workload_source.table(list(dict.fromkeys([*workload_files.built_in().values(), *files]))))
    else:
        until_free(wait=options.wait, show=print)
    return 0
