import fcntl
from pathlib import Path

import pytest

from harness.errors import UsageError
from harness.interpreters.building import cache


def test_a_second_process_says_that_it_waits_and_goes_on_when_the_first_has_finished(machine: Path) -> None:
    messages: list[str] = []
    folder = machine / "cache/free-threading-harness"
    folder.mkdir()
    with (folder / "lock").open("a") as first:
        fcntl.flock(first, fcntl.LOCK_EX)

        def say(line: str) -> None:
            messages.append(line)
            fcntl.flock(first, fcntl.LOCK_UN)

        with cache.locked(say):
            messages.append("went on")
            with pytest.raises(BlockingIOError):
                fcntl.flock(first, fcntl.LOCK_EX | fcntl.LOCK_NB)
    assert messages == [
        "Another process is building interpreters in the same cache; waiting for it to finish.",
        "went on",
    ]


@pytest.mark.usefixtures("machine")
def test_the_lock_is_free_again_afterwards_and_nothing_is_said_when_nobody_waits() -> None:
    messages: list[str] = []
    for _ in range(2):
        with cache.locked(messages.append):
            pass
    assert messages == []


@pytest.mark.usefixtures("machine")
def test_the_workspace_is_gone_afterwards_also_after_an_error_and_with_what_a_killed_build_left() -> None:
    with cache.locked(print):
        leftover = cache.root() / "work-killed" / "build"
        leftover.mkdir(parents=True)
        with pytest.raises(KeyboardInterrupt):
            interrupted_work(leftover)
    assert list(cache.root().glob("work-*")) == []


def interrupted_work(leftover: Path) -> None:
    with cache.workspace() as work:
        assert not leftover.exists()
        (work / "half").touch()
        raise KeyboardInterrupt


def test_a_cache_that_cannot_be_written_is_named_with_the_remedy(machine: Path) -> None:
    (machine / "cache/free-threading-harness").touch()
    with pytest.raises(UsageError) as caught, cache.locked(print):
        pass
    assert str(caught.value) == (
        f"The cache folder {machine}/cache/free-threading-harness cannot be written (File exists); "
        "name another with XDG_CACHE_HOME."
    )


def test_a_relative_cache_home_is_ignored_as_the_specification_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/ada")
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    assert cache.root() == Path("/ada/.cache/free-threading-harness")
    monkeypatch.setenv("XDG_CACHE_HOME", "/caches")
    assert cache.root() == Path("/caches/free-threading-harness")
