import sys
from pathlib import Path

import pytest

from harness.interpreters import download as room
from harness.interpreters.download import command, download
from tests.interpreters.fakes import python, script

# As uv words it; the name of the machine is made up.
UNREACHABLE = """\
error: Failed to install cpython-3.13.8
  cause: Failed to download `over://there/cpython-3.13.8.tar.gz`
  cause: client error (Connect)
  cause: dns error
  cause: failed to lookup address information: Name or service not known
"""


@pytest.fixture
def uv(machine: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of a uv that writes how it was called into the file `calls` next to it and does what `then` says."""
    file = machine / "tool/uv"
    script(file, f'echo "$@ $UV_HTTP_RETRIES $UV_HTTP_CONNECT_TIMEOUT" >> {machine}/tool/calls\n. {machine}/tool/then')
    (machine / "tool/then").touch()
    monkeypatch.setattr(room, "command", lambda: [str(file)])
    monkeypatch.delenv("UV_HTTP_RETRIES", raising=False)
    monkeypatch.delenv("UV_HTTP_CONNECT_TIMEOUT", raising=False)
    return file


def test_one_call_asks_for_all_without_retries(uv: Path) -> None:
    assert download(["3.13", "3.13t"], print) == {}
    assert uv.with_name("calls").read_text() == "python install --no-bin --no-progress 3.13 3.13t 0 2\n"


def test_the_users_own_settings_of_uv_are_respected(uv: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UV_HTTP_RETRIES", "5")
    download(["3.13"], print)
    assert uv.with_name("calls").read_text() == "python install --no-bin --no-progress 3.13 5 2\n"


@pytest.mark.parametrize(
    ("printed", "line"),
    [
        (
            UNREACHABLE,
            "Failed to install cpython-3.13.8: failed to lookup address information: Name or service not known",
        ),
        ("error: No download found for request\n", "No download found for request"),
        ("something else\n", "something else"),
        ("", "uv ended with exit code 2"),
    ],
)
def test_an_unreachable_download_is_reported_in_one_line(uv: Path, printed: str, line: str) -> None:
    uv.with_name("then").write_text(f"printf '%s' '{printed}' >&2; exit 2")
    messages: list[str] = []
    assert download(["3.13", "3.13t"], messages.append) == {
        "3.13": f"not downloaded: {line}",
        "3.13t": f"not downloaded: {line}",
    }
    assert messages == ["Asking uv for CPython 3.13, 3.13t.", f"uv could not download: {line}"]


def test_the_missing_patch_level_of_a_pair_is_fetched_too(machine: Path, uv: Path) -> None:
    python(machine / "uv/cpython-3.13.7-linux-x86_64-gnu/bin/python3.13", "3.13.7")
    free = machine / "uv/cpython-3.13.8+freethreaded-linux-x86_64-gnu/bin/python3.13t"
    python(free, "3.13.8", free_threaded=True)
    assert download(["3.13", "3.13t"], print) == {}
    assert uv.with_name("calls").read_text().splitlines() == [
        "python install --no-bin --no-progress 3.13 3.13t 0 2",
        "python install --no-bin --no-progress 3.13.8 0 2",
    ]


def test_an_older_free_threaded_half_is_brought_up_to_the_other(machine: Path, uv: Path) -> None:
    python(machine / "uv/cpython-3.13.8-linux-x86_64-gnu/bin/python3.13", "3.13.8")
    free = machine / "uv/cpython-3.13.7+freethreaded-linux-x86_64-gnu/bin/python3.13t"
    python(free, "3.13.7", free_threaded=True)
    download(["3.13", "3.13t"], print)
    assert uv.with_name("calls").read_text().splitlines()[1:] == ["python install --no-bin --no-progress 3.13.8t 0 2"]


def test_a_complete_pair_needs_no_second_call(machine: Path, uv: Path) -> None:
    python(machine / "uv/cpython-3.13.8-linux-x86_64-gnu/bin/python3.13", "3.13.8")
    free = machine / "uv/cpython-3.13.8+freethreaded-linux-x86_64-gnu/bin/python3.13t"
    python(free, "3.13.8", free_threaded=True)
    download(["3.13", "3.13t"], print)
    assert len(uv.with_name("calls").read_text().splitlines()) == 1


@pytest.mark.usefixtures("machine")
def test_an_absent_uv_is_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "find_spec", lambda _: None)
    assert download(["3.13"], print) == {"3.13": "not downloaded: uv is not installed"}


def test_the_uv_of_this_environment_comes_before_the_one_on_path(
    machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_path = script(machine / "bin/uv", "")
    monkeypatch.setattr(room, "find_spec", lambda _: None)
    assert command() == [str(on_path)]
    monkeypatch.setattr(room, "find_spec", lambda _: object())
    assert command() == [sys.executable, "-m", "uv"]
