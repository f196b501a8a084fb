import subprocess
import sys

import pytest

from harness.interpreters import progress

WAIT_FOR_INPUT = [sys.executable, "-c", "import sys; sys.stdin.read(); sys.exit(3)"]


def test_a_line_is_said_now_and_then_where_there_is_no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "LINES_SECONDS", 0.01)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: False)
    messages: list[str] = []
    with subprocess.Popen(WAIT_FOR_INPUT, stdin=subprocess.PIPE) as process:

        def say(line: str) -> None:
            messages.append(line)
            if process.stdin and len(messages) == 2:
                process.stdin.close()

        assert progress.follow(process, lambda: "compiling, 3 files compiled", say) == 3
    assert [line.rpartition(", ")[0] for line in messages[:2]] == ["compiling, 3 files compiled"] * 2


def test_one_line_is_rewritten_on_a_terminal_and_cleared_at_the_end(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(progress, "TERMINAL_SECONDS", 0.01)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    messages: list[str] = []
    with subprocess.Popen(WAIT_FOR_INPUT, stdin=subprocess.PIPE) as process:

        def status() -> str:
            if process.stdin:
                process.stdin.close()
            return "compiling"

        progress.follow(process, status, messages.append)
    shown = capsys.readouterr().err
    assert messages == []
    assert "\n" not in shown
    assert shown.startswith("\r\x1b[Kcompiling, 0 s")
    assert shown.endswith("\r\x1b[K")


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.4, "0 s"), (59.9, "59 s"), (60, "1 min 00 s"), (156.2, "2 min 36 s")]
)
def test_elapsed_time_is_in_minutes_and_seconds(seconds: float, words: str) -> None:
    assert progress._elapsed(seconds) == words  # the clock itself is not to be waited for
