"""The noxfile and the commands that the harness prints name the same interpreters."""

import os
import runpy
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from harness import ROOT
from harness.experiment import run_settings
from harness.experiment.process.worker_process import PreparedArm
from tests.builders import an_arm

type Interpreters = Sequence[str] | bool


@pytest.fixture
def interpreters(monkeypatch: pytest.MonkeyPatch) -> dict[str, Interpreters]:
    """The interpreters of each session of the noxfile, read with a nox that only writes them down."""
    sessions: dict[str, Interpreters] = {}

    def session(*, python: Interpreters, **_: object) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        def declared(function: Callable[..., Any]) -> Callable[..., Any]:
            sessions[function.__name__] = python
            return function

        return declared

    nox = ModuleType("nox")
    vars(nox).update(session=session, options=SimpleNamespace(), Session=object)
    monkeypatch.setitem(sys.modules, "nox", nox)
    monkeypatch.setattr(os, "environ", dict(os.environ))  # the noxfile removes Python's variables
    monkeypatch.setattr(sys, "path", [*sys.path])
    runpy.run_path(str(ROOT / "noxfile.py"))
    return sessions


def test_a_run_of_all_interpreters_of_the_bench_sessions_is_repeated_by_their_common_name(
    interpreters: dict[str, Interpreters],
) -> None:
    names = interpreters["bench"]
    assert isinstance(names, Sequence)
    prepared = [PreparedArm(an_arm(name), Path("python"), name, {}) for name in names]

    assert run_settings.nox(prepared) == "nox -s bench"
    assert run_settings.nox(prepared[1:]) == "nox -s " + " ".join(f"bench-{name}" for name in names[1:])


def test_the_tests_run_under_the_interpreters_that_are_measured(interpreters: dict[str, Interpreters]) -> None:
    assert interpreters["tests"] == interpreters["bench"]
