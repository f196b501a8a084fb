# /// script
# requires-python = ">=3.11"
# dependencies = ["nox[uv]>=2026.10"]
# ///
"""The sessions: each prepares its environment and runs one command of the harness, or a set of tests."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nox

ROOT = Path(__file__).resolve().parent
sys.path.insert(0, str(ROOT))  # the plain nox command does not look for `harness` here

from harness import INTERPRETERS  # noqa: E402
from harness import interpreters as cpython  # noqa: E402
from harness.errors import UsageError  # noqa: E402

for name in [name for name in os.environ if name.startswith("PYTHON") and name != "PYTHONUNBUFFERED"]:
    del os.environ[name]  # meant for the user's own programs: PYTHON_GIL would keep some interpreters from starting
os.environ["PYTHONIOENCODING"] = ":backslashreplace"  # where the locale has no "×", printing it must not fail

AXE = "axe-core@4.14.1"  # finds barriers for people with disabilities
DRIVER_PYTHON = "3.12"  # one fixed interpreter for everything that is not measured

nox.needs_version = ">=2026.10"
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.error_on_missing_interpreters = True
nox.options.stop_on_first_error = True
nox.options.download_python = "never"  # `interpreters` finds and provides them, and says from where
nox.options.sessions = ["lint", "tests"]

DAMAGE = "hostile/test_damage.py"  # ten times as many damaged runs in the faults session
# What the faults session is for.
LONG = ("faults/test_kills.py", "faults/test_interrupts.py", "faults/test_standstill.py")
AT_ONCE = ("-n", "auto", "--maxprocesses", "4", "--dist", "worksteal")
ELSEWHERE = ("worker", "workloads", "browser", *LONG)  # tests that the driver's own session does not run

DRIVER = ROOT / ".nox" / "driver"
PREPARED = ROOT / ".nox" / "prepared"
PINNED = ["--constraint", "constraints.txt"]
UV = (sys.executable, "-m", "uv", "--quiet")


@nox.session(python=INTERPRETERS, requires=["driver", "options", "interpreters"])
def bench(session: nox.Session) -> None:
    """Measure the workloads under all interpreters, interleaved, and write the report (`-- --help` for the options)."""
    files = harness(session, "workloads", *session.posargs, silent=True)
    record_environment(session, None)
    install(session, "worker", *requirements(session, str(files).splitlines()))
    harness(session, "dependencies", sys.executable, f"{session.bin}/python", *session.posargs)
    record_environment(session, f"{session.bin}/python")
    session.notify("measure", session.posargs)


@nox.session(python=False, requires=["driver"], default=False)
def measure(session: nox.Session) -> None:
    """Started by bench, once, when all its interpreters are prepared."""
    harness(session, "alike", sys.executable, str(PREPARED), *session.posargs)
    harness(session, "measure", str(PREPARED), *session.posargs)


@nox.session(python=False, requires=["driver"])
def report(session: nox.Session) -> None:
    """Make a run's report and everything else that follows from its trials (`-- RUN`; default: the newest run)."""
    harness(session, "report", *session.posargs)


@nox.session(python=False, requires=["driver"], default=False)
def compare(session: nox.Session) -> None:
    """Compare runs with the first one: differences, ratios, and seconds of the same machine (`-- RUN RUN ...`)."""
    harness(session, "compare", *session.posargs)


@nox.session(python=False, requires=["driver"], default=False)
def gate(session: nox.Session) -> None:
    """Check conditions on a run's contrasts; status 1: one fails, 3: one is undecided (`-- RUN --limit ...`)."""
    command = [str(DRIVER / "bin" / "python"), "-m", "harness", "gate", *session.posargs]
    code = subprocess.call(command, cwd=ROOT)
    if code:
        raise SystemExit(code)  # nox itself has one status for every failure


@nox.session(python=False, requires=["driver"], default=False)
def site(session: nox.Session) -> None:
    """Make a static site over all runs: an index, a page per run, and each workload's history (`-- --out DIR`)."""
    harness(session, "site", *session.posargs)


@nox.session(python=False, requires=["driver"], default=False)
def csv(session: nox.Session) -> None:
    """Write a run's trials and contrasts as CSV, for notebooks (`-- RUN`; without it the newest of results/)."""
    harness(session, "csv", *session.posargs)


@nox.session(python=False, requires=["driver"], default=False)
def bundle(session: nox.Session) -> None:
    """Pack a run into one zip file to cite or send (`-- RUN`; without it the newest of results/)."""
    harness(session, "bundle", *session.posargs)


@nox.session(python=False, requires=["driver"], default=False)
def verify(session: nox.Session) -> None:
    """Check a bundle: its files have not changed, and its journal gives its contrasts (`-- BUNDLE`)."""
    harness(session, "verify", *session.posargs)


@nox.session(python=False)
def interpreters(session: nox.Session) -> None:
    """Find, download or build the interpreters and show how they were built; measures nothing."""
    for record in PREPARED.glob("*.json"):
        record.unlink()  # an earlier call may have prepared other interpreters
    try:
        builds = cpython.provide(INTERPRETERS, session.log, recipe=cpython.requested(session.posargs))
    except UsageError as error:
        session.error(str(error))
    os.environ["PATH"] = cpython.search_path(builds, os.environ["PATH"])
    print(cpython.table(builds))


@nox.session(python=False)
def driver(session: nox.Session) -> None:
    """Prepare the one environment of everything that is not measured; never builds an interpreter."""
    if not (DRIVER / "bin" / "python").exists():
        present = cpython.present(DRIVER_PYTHON)
        python = str(present[0]) if present else DRIVER_PYTHON
        session.run(*UV, "venv", "--clear", "--python", python, str(DRIVER), external=True)
    equip(session, "driver")


@nox.session(python=False, requires=["driver"], default=False)
def options(session: nox.Session) -> None:
    """Started by bench: refuse wrong options, and a machine that measures already, before an interpreter is built."""
    shows = {"-h", "--help", "--list"} & {*session.posargs}
    harness(session, "options", *session.posargs)
    if shows:
        raise SystemExit(0)


@nox.session(python=INTERPRETERS, requires=["driver", "interpreters"])
def tests(session: nox.Session) -> None:
    """Run the tests: the worker's and the workloads' under every interpreter, the rest under the driver's."""
    files = [str(file) for file in sorted((ROOT / "workloads").glob("*.py"))]
    install(session, "test", *requirements(session, files))
    session.run("pytest", *AT_ONCE, "tests/worker", "tests/workloads", *session.posargs)
    if session.python == INTERPRETERS[0]:
        equip(session, "test", "properties")
        elsewhere = [f"--ignore=tests/{folder}" for folder in ELSEWHERE]
        measured = () if session.posargs else ("--cov", "--cov-report=term:skip-covered")  # some tests cover some code
        drive(session, "pytest", "tests", *AT_ONCE, *measured, *elsewhere, *session.posargs)


@nox.session(python=False, requires=["driver"], default=False)
def browser(session: nox.Session) -> None:
    """Open report.html in Chromium, without network: its content, its behaviour and its accessibility."""
    if not any(map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))):
        session.error("There is no Chromium. Install it (on Debian: `apt-get install chromium`) and start this again.")
    equip(session, "test", "browser")
    npm = ("npm", "install", "--silent", "--no-save", "--prefix", str(ROOT / ".nox" / "browser"))
    session.run(*npm, AXE, external=True)
    drive(session, "pytest", "tests/browser", *session.posargs)


@nox.session(python=False, requires=["driver"], default=False)
def faults(session: nox.Session) -> None:
    """Kill the driver at fifty random moments and resume it; interrupt it, set its clocks, damage its runs."""
    equip(session, "test", "properties")
    os.environ["FAULT_MOMENTS"] = "50"
    drive(session, "pytest", *(f"tests/{file}" for file in (*LONG, DAMAGE)), *session.posargs)


@nox.session(python=False, requires=["driver"], default=False)
def performance(session: nox.Session) -> None:
    """Measure the harness itself, one table of docs/performance.md (`-- TABLE`; without it the list of tables)."""
    drive(session, "tests.lab", *session.posargs)


@nox.session(python=False, requires=["driver"], default=False)
def selftest(session: nox.Session) -> None:
    """Check the harness against controls with a known answer, about 5 minutes (`-- --minutes N`)."""
    harness(session, "selftest", *session.posargs)


@nox.session(python=False, requires=["driver"])
def lint(session: nox.Session) -> None:
    """Check format, style, types and spelling."""
    equip(session, "lint", "test", "properties")
    drive(session, "ruff", "check")
    drive(session, "ruff", "format", "--check")
    drive(session, "mypy")
    drive(session, "codespell_lib")


def equip(session: nox.Session, *groups: str) -> None:
    """Install dependency groups into the driver's environment; other sessions do not have to fetch them."""
    named = [word for group in groups for word in ("--group", group)]
    session.run(*UV, "pip", "install", "--python", str(DRIVER), "--compile-bytecode", *PINNED, *named, external=True)


def harness(session: nox.Session, command: str, *arguments: str, silent: bool = False) -> object:
    """Run a command of the harness's command line (harness/__main__.py)."""
    return drive(session, "harness", command, *arguments, silent=silent)


def drive(session: nox.Session, module: str, *arguments: str, silent: bool = False) -> object:
    """Run a module in the driver's environment; after Ctrl-C it has all the time it needs to write its report."""
    python = str(DRIVER / "bin" / "python")
    return session.run(
        python, "-m", module, *arguments, external=True, silent=silent, interrupt_timeout=None, terminate_timeout=None
    )


def requirements(session: nox.Session, files: list[str]) -> list[str]:
    """Return the requirements in the PEP 723 blocks of the workload files."""
    needs: list[str] = []
    for file in files:
        try:
            declared = nox.project.load_toml(file, missing_ok=True).get("dependencies", [])
        except ValueError as error:
            session.error(f"The script block of {file} cannot be read: {error}. Fix it or remove it.")
        if not isinstance(declared, list) or any(not isinstance(n, str) or n.startswith("-") for n in declared):
            session.error(f"The dependencies in the script block of {file} must be a list of requirements.")
        needs += declared
    return needs


def install(session: nox.Session, group: str, *needs: str) -> None:
    """Install into the session's environment, byte-compiled, the worker's own modules included."""
    compiled = ["--compile-bytecode"] if session.venv_backend == "uv" else []  # pip does so unasked
    session.install(*compiled, *PINNED, "--group", "worker", "--group", group, *needs)
    session.run("python", "-m", "compileall", "-q", "harness/worker", "workloads", silent=True)


def record_environment(session: nox.Session, python: str | None) -> None:
    """Record for `measure` where this session's python is; None until its environment is ready."""
    PREPARED.mkdir(parents=True, exist_ok=True)
    record = PREPARED / f"{session.env_dir.name}.json"
    record.write_text(json.dumps({"interpreter": session.python, "python": python}), encoding="utf-8")


if __name__ == "__main__":
    nox.main()
