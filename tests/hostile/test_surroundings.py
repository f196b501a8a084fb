"""Odd surroundings: what is measured stays the same, or a finding says what does not."""

import json
import os
import resource
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from msgspec.structs import replace

from harness import ROOT
from harness.analysis.checks import findings
from harness.errors import UsageError
from harness.experiment import resume
from harness.experiment.measure.sites import check
from harness.experiment.options import Options, parse
from harness.experiment.plan.workload_files import find
from harness.experiment.process.environment import influences
from harness.records import Distribution, Journal, Surroundings
from harness.runs import read_run
from tests.builders import an_experiment, settings, trials_like
from tests.hostile.conftest import Measure
from tests.shared.driver import Outcome

# Says what it was given: a run in which something of the surroundings reached it has failed trials.
PLAIN_WORKER = """
    import os, sys, warnings
    JOBS = [1, 2, 3, 4]

    def run(job):
        warnings.warn("nothing is made of it")
        strange = {name for name in os.environ if name.startswith("PYTHON")} - {"PYTHONPATH"}
        proxies = {name for name in os.environ if name.lower().endswith("_proxy")} - {"no_proxy", "NO_PROXY"}
        flags = sys.flags.hash_randomization, sys.flags.dev_mode, sys.flags.optimize, sys.flags.safe_path
        if strange or proxies or flags != (1, False, 0, False) or hasattr(sys, "started_up"):
            raise ValueError(f"{strange} {proxies} {flags}")
        return sum(range(20_000))
"""
ODD = "odd 'name' \"ünï\" $x `y` %s ; # é" + " long" * 20


def fine(outcome: Outcome, count: int = 3) -> dict[str, str]:
    """Every trial succeeded, and no check has anything to say of the surroundings."""
    assert outcome.code == 0, outcome.output
    assert [trial.status for trial in outcome.trials] == ["ok"] * count, [trial.reason for trial in outcome.trials]
    assert "Traceback" not in outcome.output
    return {finding.check: finding.sentence for finding in findings(*read_run(outcome.run))}


def test_folders_with_spaces_quotes_other_letters_and_200_characters(measured: Measure, tmp_path: Path) -> None:
    folder = tmp_path / ODD / ("x" * 200)
    folder.mkdir(parents=True)
    outcome = measured(
        source=PLAIN_WORKER, file=folder / f"{ODD[:60]}.py", results=folder / "results -- 1", report=True
    )

    fine(outcome)
    assert (outcome.run / "report.md").exists()
    assert {path.suffix for path in outcome.run.iterdir()} == {".html", ".json", ".jsonl", ".md", ".svg"}


def test_settings_of_python_reach_neither_the_driver_s_processes_nor_what_is_measured(
    measured: Measure, tmp_path: Path
) -> None:
    (tmp_path / "startup.py").write_text("import sys\nsys.started_up = True\nraise SystemExit('started up')\n")
    (tmp_path / "stray").mkdir()
    for module in ("sitecustomize", "statistics", "pyperf", "harness"):
        (tmp_path / "stray" / f"{module}.py").write_text("raise SystemExit('a stray module was imported')\n")
    strange = {
        "PYTHONSTARTUP": str(tmp_path / "startup.py"),
        "PYTHONHASHSEED": "0",
        "PYTHONWARNINGS": "error",
        "PYTHON_GIL": "1",
        "PYTHONDEVMODE": "1",
        "PYTHONOPTIMIZE": "2",
        "PYTHONMALLOC": "debug",
        "PYTHONINSPECT": "1",
    }
    started = {name: value for name, value in strange.items() if name != "PYTHONINSPECT"}
    fine(measured(source=PLAIN_WORKER, variables=started))
    environment = _as_a_worker({**strange, "PYTHONPATH": str(tmp_path / "stray")})
    assert {name for name in environment if name.startswith("PYTHON")} == {"PYTHONPATH"}
    assert environment["PYTHONPATH"] == str(ROOT)


def _as_a_worker(variables: Mapping[str, str]) -> dict[str, str]:
    """Return a worker's environment where these variables are set."""
    code = "import json; from harness.experiment.process.environment import environment; print(json.dumps(environment(None)))"
    command = [sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r}); {code}"]
    output = subprocess.run(command, env={**os.environ, **variables}, check=True, capture_output=True, text=True).stdout
    environment: dict[str, str] = json.loads(output)
    return environment


def test_the_noxfile_takes_python_s_settings_out_before_any_session(tmp_path: Path) -> None:
    """Loaded as nox does, under settings with which no session's python would start."""
    nox = "import sys, types; m = types.ModuleType('nox'); m.session = lambda *a, **k: (a[0] if a else lambda f: f); m.options = types.SimpleNamespace(); m.Session = object; sys.modules['nox'] = m"
    load = (
        "import runpy, os; runpy.run_path('noxfile.py'); print(sorted(n for n in os.environ if n.startswith('PYTHON')))"
    )
    strange = {
        "PYTHONHOME": "",
        "PYTHON_GIL": "1",
        "PYTHONSAFEPATH": "1",
        "PYTHONWARNINGS": "error",
        "PYTHONUNBUFFERED": "1",
    }
    ended = subprocess.run(
        [sys.executable, "-c", f"{nox}; {load}"],
        cwd=ROOT,
        env={**os.environ, **strange},
        check=True,
        capture_output=True,
        text=True,
    )

    assert ended.stdout == "['PYTHONIOENCODING', 'PYTHONUNBUFFERED']\n"


@pytest.mark.parametrize("home", ["unset", "read-only"])
def test_without_a_home_that_can_be_written_to(measured: Measure, tmp_path: Path, home: str) -> None:
    there = tmp_path / "home"
    there.mkdir(mode=0o500)
    place = {} if home == "unset" else {"HOME": str(there)}

    fine(measured("--modes", "serial", source=PLAIN_WORKER, unset=("HOME", "XDG_CACHE_HOME"), variables=place), 1)
    assert list(there.iterdir()) == []


@pytest.mark.parametrize("locale", ["LC_ALL", "LANG"])
def test_in_the_c_locale_names_keep_their_letters_and_a_umask_leaves_files_to_their_owner(
    measured: Measure, tmp_path: Path, locale: str
) -> None:
    outcome = measured(
        *("--modes", "serial"),
        source=PLAIN_WORKER,
        file=tmp_path / "wörk.py",
        unset=("LC_ALL", "LANG", "PYTHONUTF8"),
        before=lambda: os.umask(0o077),
        variables={locale: "C"},
    )

    fine(outcome, 1)
    assert outcome.trials[0].workload == "wörk"
    assert {path.stat().st_mode & 0o777 for path in outcome.run.iterdir()} == {0o600}


def test_in_a_locale_in_which_even_python_has_ascii_only_nothing_fails_for_what_it_prints(
    measured: Measure,
) -> None:
    """With the error handler that the noxfile sets."""
    ascii_only = {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0", "PYTHONIOENCODING": ":backslashreplace"}
    outcome = measured("--modes", "serial,threads", source=PLAIN_WORKER, variables=ascii_only)

    fine(outcome, 2)
    assert outcome.output.isascii()


@pytest.mark.parametrize("words", [["--workload", "w\udcff.py"], ["--workload", "w\n.py"], ["--results", "r\udcff"]])
def test_paths_that_are_no_text_are_refused_in_a_sentence(words: list[str]) -> None:
    with pytest.raises(UsageError, match="text in one line") as refused:
        find(parse(words).workloads)
    assert str(refused.value).isprintable()


def test_160_downloads_at_once_need_no_more_than_256_descriptors(measured: Measure) -> None:
    source = (ROOT / "workloads" / "download.py").read_text(encoding="utf-8").replace('"quick": 20', '"quick": 160')
    outcome = measured("--modes", "threads,asyncio", "--workers", "160", source=source, before=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (256, 256)))  # fmt: skip

    assert [trial.status for trial in outcome.trials] == ["ok", "ok"], outcome.output


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="this system pins no process to a CPU")
def test_with_one_usable_cpu_the_machine_has_one_and_two_workers_are_said_to_be_more(
    measured: Measure,
) -> None:
    one = min(os.sched_getaffinity(0))
    outcome = measured(before=lambda: os.sched_setaffinity(0, {one}))
    sentences = fine(outcome)

    assert outcome.experiment.machine.usable_cpus == 1
    assert {trial.usable_cpus for trial in outcome.trials} == {1}
    assert sentences["oversubscribed"] == "CPU-bound cases with more workers than there are usable CPUs (1): 2."


def test_with_half_a_cpu_as_quota_throttling_is_told(measured: Measure, tmp_path: Path) -> None:
    group, quota = _cgroup(tmp_path.name)
    try:
        for name, text in quota.items():
            (group / name).write_text(text)
        busy = "JOBS = [1, 2]\n\ndef run(job):\n    return sum(range(3_000_000))\n"
        outcome = measured(source=busy, before=lambda: (group / "cgroup.procs").write_text(str(os.getpid())))
        sentences = fine(outcome)
    finally:
        group.rmdir()

    assert outcome.experiment.machine.usable_cpus == 1
    assert "the cgroup's quota stopped it (throttling)" in sentences["throttled"]


QUOTAS = {
    "/sys/fs/cgroup": {"cpu.max": "50000 100000"},
    "/sys/fs/cgroup/cpu": {"cpu.cfs_period_us": "100000", "cpu.cfs_quota_us": "50000"},
}


def _cgroup(name: str) -> tuple[Path, dict[str, str]]:
    """Make a cgroup, and say how its quota becomes half a CPU; skipped where the system lets nobody."""
    reason = "this system has no cgroups"
    for folder, quota in QUOTAS.items():
        group = Path(folder) / f"test-{os.getpid()}-{name}"
        try:
            group.mkdir()
        except OSError as error:
            reason = f"no cgroup can be made here: {error.strerror}"
            continue
        if all((group / file).exists() for file in quota):
            return group, quota
        group.rmdir()
        reason = "this cgroup has no CPU controller"
    pytest.skip(reason)


def test_a_quota_that_stopped_trials_is_a_finding_by_the_kernel_s_own_count() -> None:
    stopped = Surroundings(throttled_seconds=0.1)
    trials = trials_like({("3.13", "serial", 1): 0.2}, 10, surroundings=stopped)
    throttled = [
        finding for finding in findings(an_experiment(), Journal(trials=tuple(trials))) if finding.check == "throttled"
    ]
    (finding,) = throttled
    assert finding.sentence.startswith("For 33% of the time in trials the cgroup's quota stopped it")


def test_proxies_reach_no_worker_and_no_site_and_are_named_where_a_site_cannot_be_reached(
    measured: Measure, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxies = {"HTTP_PROXY": "http://127.0.0.1:9/", "all_proxy": "socks5://127.0.0.1:9/"}
    fine(measured("--modes", "serial", source=PLAIN_WORKER, variables=proxies), 1)
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9/")

    with pytest.raises(UsageError, match=r"cannot be reached .*; no proxy is used"):
        check("http://127.0.0.1:1/")


def test_an_address_with_a_password_is_refused_because_addresses_are_published() -> None:
    with pytest.raises(UsageError, match="has a user or a password in it, and addresses are published"):
        parse(["--sites", "http://somebody:secret@127.0.0.1/"])


def test_variables_that_change_speed_are_named_in_the_run_and_never_what_they_are_set_to(
    measured: Measure,
) -> None:
    planted = {"MALLOC_ARENA_MAX": "planted-1", "AIOHTTP_NO_EXTENSIONS": "planted-2", "LD_BIND_NOW": ""}
    outcome = measured("--modes", "serial", variables=planted)

    assert fine(outcome, 1)["variables"] == (
        "Environment variables that can change speed were set: AIOHTTP_NO_EXTENSIONS, MALLOC_ARENA_MAX."
    )
    assert b"planted" not in b"".join(path.read_bytes() for path in outcome.run.iterdir())


@pytest.mark.usefixtures("_undisturbed")
def test_a_run_is_not_resumed_where_such_variables_differ(monkeypatch: pytest.MonkeyPatch) -> None:
    experiment = an_experiment(settings=settings(variables=("OMP_NUM_THREADS",)))

    with pytest.raises(UsageError, match="variables that change speed: OMP_NUM_THREADS; now: none"):
        resume.options_of(experiment, Options())
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    assert resume.options_of(experiment, Options()).workloads == ("fib",)


def test_variables_of_libraries_of_numbers_matter_only_where_there_is_one() -> None:
    numbers = an_experiment(settings=settings(variables=("OMP_NUM_THREADS",)))
    (arm, *others), numpy = numbers.arms, Distribution(name="numpy", version="2.3", tag="x", compiled=True)

    assert "variables" not in {finding.check for finding in findings(numbers, Journal(trials=()))}
    numbers = replace(numbers, arms=(replace(arm, distributions=(numpy,)), *others))
    assert "variables" in {finding.check for finding in findings(numbers, Journal(trials=()))}


@pytest.mark.parametrize(
    ("name", "speaks"),
    [
        ("LD_PRELOAD", True),
        ("GLIBC_TUNABLES", True),
        ("OMP_NUM_THREADS", True),
        ("MALLOC_CONF", True),
        ("HOME", False),
        ("PATH", False),
        ("MY_LD_PATH", False),
    ],
)
def test_which_variables_change_speed(name: str, speaks: bool) -> None:
    assert influences({name: "1"}) == ((name,) if speaks else ())
    assert influences({name: ""}) == ()


@pytest.mark.usefixtures("_undisturbed")
def test_a_resumed_run_names_no_workload_that_is_not_ours() -> None:
    strange = an_experiment()
    workload = strange.workloads[0]
    for file in ("workloads/../../x.py", "/etc/x.py", "workloads/group:contention.py", "workloads/evil.py.py"):
        options = resume.options_of(replace(strange, workloads=(replace(workload, file=file),)), Options())
        assert options.workloads == ()


def test_folders_that_are_nobody_s_are_refused_in_a_sentence() -> None:
    with pytest.raises(UsageError, match="is no folder"):
        parse(["--results", "~nobody-of-this-name/x"])
