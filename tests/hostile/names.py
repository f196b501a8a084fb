"""A run whose every word from outside means harm: names, reasons, summaries, versions, commands, addresses."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec

from harness.records import Experiment, Trial
from tests.builders import write_run

HOSTILE = (
    "<script>alert(1)</script></details></td></table><img src=x onerror=alert(1)>",
    "a|b`c`|d",
    "line\nend\r\n\n# heading\n\n- item",
    "\x1b[2J\x1b]0;title\x07\x9b31m\u202egnp.exe\u2066\u200b",
    "[x](javascript:alert(1)) ![y](http://example.invalid/y.png)",
    "<!-- --> ]]> <![CDATA[ &lt; &#x3c; %3C \" ' \\",
    "../../../../etc/x",
    "-rf",
    "\x00\ufffe",
    "x" * 3000,
    "{{ 7 * 7 }} {% raw %} ${x} $(id) datum.x'+\"",
)
# Words of a fixed set, and what has to be read as something else: a date, a place in the workloads' folder.
FIXED = {
    "mode",
    "bound",
    "profile",
    "size",
    "start_method",
    "scaling",
    "dependencies",
    "python_gil",
    "status",
    "purpose",
}


def renamed(document: Any, hostile: str, key: str = "") -> Any:
    """Return the document with every free word behind a hostile one, the same word always behind the same."""
    if isinstance(document, dict):
        return {name: renamed(value, hostile, name) for name, value in document.items()}
    if isinstance(document, list | tuple):
        return [renamed(value, hostile, key) for value in document]
    return f"{hostile}{document}" if isinstance(document, str) and key not in FIXED else document


def hostile_run(path: Path, experiment: Experiment, trials: Iterable[Trial], hostile: str) -> Path:
    """Write a run like that one."""
    renamed_experiment = msgspec.convert(renamed(msgspec.to_builtins(experiment), hostile), Experiment)
    renamed_trials = [msgspec.convert(renamed(msgspec.to_builtins(trial), hostile), Trial) for trial in trials]
    return write_run(path, renamed_experiment, renamed_trials)
