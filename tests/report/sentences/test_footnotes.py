"""A ratio between builds that differ is marked wherever it stands, and its reason stands with it."""

from collections.abc import Iterable
from pathlib import Path

from msgspec.structs import replace

from harness.records import Arm
from harness.report.markdown.render import report
from harness.report.results import derive
from harness.report.sentences.footnotes import builds_line
from tests.builders import ARMS, CASES, an_arm, an_experiment, like_fib, trials_like, write_run

ONE_BUILD = (
    "One build of each interpreter stands behind these numbers. Another build of the same source can give other ratios; "
    "no interval includes that."
)


def shared(label: str) -> Arm:
    return an_arm(label, build=replace(an_arm(label).build, shared=True))


def rendered(tmp_path: Path, arms: Iterable[str | Arm]) -> str:
    speeds = like_fib(ARMS, CASES)
    return report(derive(write_run(tmp_path / "run", an_experiment(tuple(arms)), trials_like(speeds, 12))), set())


def test_alike_builds_have_no_mark_and_one_footnote(tmp_path: Path) -> None:
    text = rendered(tmp_path, ARMS)

    assert "†" not in text
    assert f"\n\n{ONE_BUILD}\n\n## Which mode took the shortest time\n" in text


def test_a_marked_ratio_on_the_first_screen_has_its_reason_there(tmp_path: Path) -> None:
    text = rendered(tmp_path, (shared("3.13"), "3.13t-gil", "3.13t"))
    first_screen = text.partition("## Which mode took the shortest time")[0]

    reason = "† 3.13t and 3.13t-gil differ from 3.13 in more than the GIL: shared library (no / yes)."
    assert first_screen.count(f"\n\n{reason} A ratio with this mark includes the effect of that.\n\n") == 1
    (threads,) = [line for line in first_screen.splitlines() if line.startswith("- fib on 3.13t, threads 2: ")]
    marked = [part for part in threads.partition(": ")[2].split("; ") if "†" in part]
    assert marked
    assert all(part.removesuffix(".").endswith(("]†", "])†")) for part in marked)
    own = [part for part in threads.split("; ") if "3.13t-gil" in part or "processes 2 [" in part]
    assert own
    assert not any("†" in part for part in own)  # of the same build


def test_only_ratios_between_builds_that_differ_are_marked(tmp_path: Path) -> None:
    text = rendered(tmp_path, (shared("3.12"), "3.13", "3.13t-gil", "3.13t"))
    marked = [line for line in text.splitlines() if "†" in line and line.startswith("| ")]

    assert "†" not in text.partition("## Which mode took the shortest time")[0]
    assert marked
    assert {line.split(" | ")[1].rpartition(" on ")[2] for line in marked} == {"3.12"}
    assert text.count("\n† 3.13 differs from 3.12 in more than the version: shared library (no / yes).") == 1


def test_several_builds_are_counted() -> None:
    assert builds_line() == ONE_BUILD
    assert builds_line(3) == "3 builds of each interpreter stand behind these numbers."
