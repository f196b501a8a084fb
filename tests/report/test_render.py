"""One part that fails does not take the others with it, and nobody is left in the dark."""

import json
from pathlib import Path

import pytest

from harness.errors import UsageError
from harness.report.exports.contrasts_file import write_contrasts
from harness.report.render import RENDERERS, render
from harness.report.results import Results
from tests.builders import a_contrast
from tests.report.built_results import built_results


def draws_nothing(_results: Results, _run: Path) -> None:
    message = "no font"
    raise RuntimeError(message)


def test_a_part_that_fails_is_named_and_the_others_are_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    problems = render(built_results(), tmp_path, (draws_nothing, write_contrasts))

    assert problems == (
        "draws_nothing failed with RuntimeError: no font. Its files are missing or old; "
        "the trials and all other files are unharmed.",
    )
    assert (tmp_path / "contrasts.json").is_file()
    assert "Traceback" in capsys.readouterr().err


def test_the_report_is_written_after_the_pictures_it_shows() -> None:
    names = [renderer.__name__ for renderer in RENDERERS]

    assert names.index("write_pictures") < names.index("write_markdown")


def test_a_report_whose_picture_failed_says_so(tmp_path: Path) -> None:
    render(built_results(), tmp_path, tuple(each for each in RENDERERS if each.__name__ != "write_pictures"))

    text = (tmp_path / "report.md").read_text(encoding="utf-8")
    assert "The picture is missing because it could not be drawn." in text
    assert "fib.svg" not in text


def test_a_directory_that_cannot_be_written_to_is_the_user_s_to_mend(tmp_path: Path) -> None:
    with pytest.raises(
        UsageError, match=r"The report cannot be written \(.*contrasts\.json: No such file or directory\)"
    ):
        render(built_results(), tmp_path / "gone", (write_contrasts,))


def test_contrasts_are_written_one_field_per_line(tmp_path: Path) -> None:
    write_contrasts(built_results(contrasts=[a_contrast(verdict="faster")]), tmp_path)

    text = (tmp_path / "contrasts.json").read_text()
    assert json.loads(text) == [
        {
            "subject": {"workload": "fib", "mode": "threads", "workers": 2, "arm": "3.13t"},
            "baseline": {"workload": "fib", "mode": "threads", "workers": 2, "arm": "3.13t-gil"},
            "span": "whole",
            "ratio": 1.9,
            "low": 1.85,
            "high": 1.95,
            "blocks": 10,
            "primary": True,
            "provisional": False,
            "target_reached": False,
            "verdict": "faster",
            "builds_differ": False,
            "p_value": None,
            "adjusted_p_value": None,
        }
    ]
    assert '\n    "ratio": 1.9,\n    "low": 1.85,\n' in text
