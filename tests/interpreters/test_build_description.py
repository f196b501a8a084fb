import json
import platform
import re
import sys
import sysconfig
from pathlib import Path

import pytest

from harness.errors import UsageError
from harness.interpreters import build_description, describe
from tests.interpreters.fakes import facts, python, script


def test_the_running_interpreter_is_described_as_it_knows_itself() -> None:
    build = describe(Path(sys.executable))
    assert build.implementation == "CPython"
    assert build.version == platform.python_version()
    assert build.compiler == platform.python_compiler().strip()
    assert build.free_threaded == bool(sysconfig.get_config_var("Py_GIL_DISABLED"))
    assert build.debug == hasattr(sys, "gettotalrefcount")
    assert build.minor == f"{sys.version_info.major}.{sys.version_info.minor}"
    assert build.optimization in f"{sysconfig.get_config_var('CFLAGS')}"


def test_no_path_of_the_running_interpreter_is_among_its_configure_arguments() -> None:
    arguments = " ".join(describe(Path(sys.executable)).configure_args)
    assert "/" not in arguments


def test_variables_of_the_user_do_not_reach_an_interpreter_that_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONHOME", "/nonsense")
    assert describe(Path(sys.executable)).version == platform.python_version()


def test_a_path_that_does_not_exist_is_named_with_a_remedy(tmp_path: Path) -> None:
    absent = tmp_path / "python3.13"
    with pytest.raises(UsageError) as caught:
        describe(absent)
    assert str(caught.value) == (
        f"{absent} cannot be run as a Python interpreter (No such file or directory); repair it or name another one."
    )


def test_the_first_line_of_what_a_refusing_shim_says_is_reported(tmp_path: Path) -> None:
    shim = script(tmp_path / "python3.13", "echo 'pyenv: python3.13: command not found\nmore' >&2; exit 127")
    with pytest.raises(UsageError, match=re.escape("(pyenv: python3.13: command not found)")):
        describe(shim)


def test_the_last_line_of_a_traceback_is_reported(tmp_path: Path) -> None:
    broken = script(tmp_path / "python3.13", "echo 'Traceback (most recent call last):\nImportError: json' >&2; exit 1")
    with pytest.raises(UsageError, match=re.escape("(ImportError: json)")):
        describe(broken)


def test_an_interpreter_that_never_answers_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build_description, "PROBE_TIMEOUT_SECONDS", 0.1)
    hanging = script(tmp_path / "python3.13", "exec sleep 600")
    with pytest.raises(UsageError, match=re.escape("(no answer within 0.1 s)")):
        describe(hanging)


@pytest.mark.parametrize("printed", ["echo hello", "true", "echo '{}'", "echo '[]'"])
def test_a_program_that_is_no_python_is_refused(tmp_path: Path, printed: str) -> None:
    other = script(tmp_path / "python3.13", printed)
    with pytest.raises(UsageError) as caught:
        describe(other)
    assert str(caught.value) == f"{other} is not a CPython interpreter; name another one."


def test_pypy_is_refused(tmp_path: Path) -> None:
    pypy = python(tmp_path / "python3.13", "3.13.5", implementation="PyPy")
    with pytest.raises(UsageError, match="is not a CPython interpreter"):
        describe(pypy)


@pytest.mark.parametrize(
    ("mapped", "config", "shared"),
    [
        (True, {}, True),
        (False, {"Py_ENABLE_SHARED": 1}, False),  # Debian's: configured so, but the program has all in itself
        (None, {"Py_ENABLE_SHARED": 1}, True),
        (None, {"Py_ENABLE_SHARED": 0, "PYTHONFRAMEWORK": "Python"}, True),
        (None, {"Py_ENABLE_SHARED": 0, "PYTHONFRAMEWORK": ""}, False),
    ],
)
def test_shared_means_that_a_libpython_is_mapped_and_configuration_counts_only_where_that_cannot_be_seen(
    *,
    tmp_path: Path,
    mapped: bool | None,
    config: dict[str, object],
    shared: bool,
) -> None:
    file = python(tmp_path / "python3.13", "3.13.5", libpython_is_mapped=mapped, config=config)
    assert describe(file).shared is shared


def test_what_the_probe_prints_has_the_keys_that_the_fakes_have() -> None:
    printed = build_description.ask(Path(sys.executable), str(build_description.PROBE))
    assert set(facts("3.13.5")) == set(json.loads(printed))
