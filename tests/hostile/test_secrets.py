"""A run holds no secrets: what names a person or a machine, or stands in the environment, is in none of its files."""

import getpass
import os
import shutil
import socket
import zipfile
from pathlib import Path

import pytest

from harness import ROOT
from harness.__main__ import main
from harness.experiment.process.scrub import scrubbed
from harness.report.programs import bundle
from tests.hostile.conftest import Measure

USER, HOST, TOKEN, PASSWORD, PLACE = "quentin-planted", "host-planted", "tkn4planted", "pw-planted", "place-planted"

# It puts what it finds into every word that a workload has: its summary, its reasons, its series, its last words.
NOSY = """
import os, sys
__doc__ = "Nosy: " + os.environ["HOME"] + " " + os.environ["USER"] + " " + os.environ["API_TOKEN"]
JOBS = [1, 2]
ANSWERS_VARY = os.environ["ORDINARY"] + " of " + os.environ["USER"]
GROUP = os.environ["API_TOKEN"]
LATENCY_SECONDS = {"quick": 0.0}

def run(job):
    return os.environ["HOME"]

def leave(job):
    words = "; ".join(f"{name}={value}" for name, value in sorted(os.environ.items()))
    raise ValueError(f"{__file__} {os.getcwd()} {os.uname().nodename} {words}"[-440:])

if "threads" in sys.argv[-1]:
    run = leave

if '"mode": "processes"' in sys.argv[-1]:
    def run(job):
        print("my last words:", os.environ["HOME"], os.environ["API_TOKEN"], os.environ["USER"], flush=True)
        os._exit(1)
"""


def test_nothing_planted_in_the_surroundings_is_in_any_file_of_the_run(measured: Measure, tmp_path: Path) -> None:
    home = tmp_path / USER
    (home / PLACE).mkdir(parents=True)
    outcome = measured(
        source=NOSY,
        file=home / PLACE / "nosy.py",
        results=home / PLACE / "results",
        cwd=_checkout(home / PLACE / "checkout"),
        report=True,
        variables={
            "HOME": str(home),
            "USER": USER,
            "LOGNAME": USER,
            "HOSTNAME": HOST,
            "API_TOKEN": TOKEN,
            "ORDINARY": "an ordinary-planted value",
            "HTTPS_PROXY": f"http://{USER}:{PASSWORD}@proxy-planted.example:3128",
            "DATABASE_URL": f"postgres://{USER}:{PASSWORD}@database-planted/x",
            "PLANTED": PLACE,
        },
    )
    assert {trial.status for trial in outcome.trials} == {"ok", "failed"}, outcome.output
    main(["csv", str(outcome.run)])
    shutil.copytree(outcome.run, tmp_path / "other")
    page = tmp_path / "page.html"
    assert main(["compare", str(outcome.run), str(tmp_path / "other"), "--output", str(page)]) == 0
    with zipfile.ZipFile(bundle.bundle(outcome.run)) as archive:
        packed = [archive.read(name) for name in archive.namelist()]

    files = {path.name: path.read_bytes() for path in outcome.run.iterdir()}
    assert {"trials.jsonl", "report.md", "trials.csv", "3.12.json", "nosy.svg"} <= files.keys()
    everything = b"\n".join([*files.values(), page.read_bytes(), *packed])
    for planted in (
        USER,
        HOST,
        TOKEN,
        PASSWORD,
        PLACE,
        "ordinary-planted",
        "proxy-planted",
        "database-planted",
        str(tmp_path),
    ):
        assert planted.encode() not in everything, planted
    host = socket.gethostname()
    assert len(host) < 5 or host.encode() not in everything  # a shorter one is part of words


def _checkout(folder: Path) -> Path:
    """A working copy in a place that tells who works there, as far as measuring needs one."""
    folder.mkdir(parents=True)
    root = ROOT
    for name in ("harness", "workloads"):
        (folder / name).symlink_to(root / name)
    return folder


@pytest.fixture
def surroundings(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in list(os.environ):
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", "/home/quentin")
    monkeypatch.setenv("USER", "quentin")
    return monkeypatch


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("no /home/quentin/x", "no ~/x"),
        ("of quentin, not of quentins or of squentin", "of …, not of quentins or of squentin"),
        ("http://somebody:secret@host.example/x", "http://…@host.example/x"),
        ("it exited with code 1", "it exited with code 1"),
        (f"{ROOT}/workloads/fib.py", "workloads/fib.py"),
    ],
)
def test_homes_users_and_passwords_are_replaced_and_all_else_is_left(
    surroundings: pytest.MonkeyPatch, text: str, expected: str
) -> None:
    assert scrubbed(text) == expected


def test_values_of_variables_become_their_names_the_longest_first(surroundings: pytest.MonkeyPatch) -> None:
    surroundings.setenv("LONG", "value-of-something")
    surroundings.setenv("LONGER", "value-of-something-else")
    surroundings.setenv("SHORT", "value")
    surroundings.setenv("SIGNING_KEY", "k3y5\nl1n35")

    assert scrubbed("value-of-something-else value-of-something value") == "$LONGER $LONG value"
    assert scrubbed("-----k3y5 l1n35-----") == "-----$SIGNING_KEY $SIGNING_KEY-----"


@pytest.mark.parametrize("value", ["processes", "Processes", "PROCESSES", "it left 2"])
def test_a_word_that_any_sentence_may_hold_is_no_secret_even_if_a_variable_has_it(
    surroundings: pytest.MonkeyPatch, value: str
) -> None:
    surroundings.setenv("X", value)

    assert scrubbed("left 2 processes running") == "left 2 processes running"


def test_a_value_is_replaced_where_it_is_no_part_of_a_longer_word(surroundings: pytest.MonkeyPatch) -> None:
    surroundings.setenv("SITE", "rack-no7")
    surroundings.setenv("HOSTS_TOKEN", "rack-no8")

    assert scrubbed("rack-no7 rack-no77 trackrack-no7 (rack-no7)") == "$SITE rack-no77 trackrack-no7 ($SITE)"
    assert scrubbed("trackrack-no88") == "track$HOSTS_TOKEN8"


def test_a_home_that_is_the_root_or_not_there_takes_nothing_out_of_a_text(surroundings: pytest.MonkeyPatch) -> None:
    surroundings.setenv("HOME", "/")
    assert scrubbed("/usr/bin and 1/2") == "/usr/bin and 1/2"
    surroundings.delenv("HOME")
    assert scrubbed("/usr/bin and 1/2") == "/usr/bin and 1/2"


def test_a_secret_at_the_end_of_what_is_kept_is_not_cut_in_half(measured: Measure) -> None:
    source = """
        import os, sys
        JOBS = [1]
        def run(job):
            text = "x" * (470 if "serial" in sys.argv[-1] else 290) + " " + os.environ["API_TOKEN"] * 9
            if "serial" in sys.argv[-1]:
                raise ValueError(text)
            print(text, flush=True)
            os._exit(1)
    """
    outcome = measured("--modes", "serial,threads", source=source, variables={"API_TOKEN": "planted-" * 5})

    assert len(outcome.trials) == 2, outcome.output
    reasons = [trial.reason or "" for trial in outcome.trials]
    assert not [reason for reason in reasons if "planted" in reason]
    assert all("x $API" in reason for reason in reasons)


def test_the_user_that_the_system_knows_is_one_even_if_no_variable_says_so(
    surroundings: pytest.MonkeyPatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(getpass, "getuser", lambda: "quentin2")
    monkeypatch.setattr(socket, "gethostname", lambda: "tower.example.org")

    assert scrubbed("quentin2 at tower.example.org, tower") == "… at …, …"
