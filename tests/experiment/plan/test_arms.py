"""Labels come from asking the interpreter, and collide in a way a reader can follow."""

import json
import venv
from pathlib import Path

import pytest
from msgspec.structs import asdict

from harness import interpreters
from harness.errors import UsageError
from harness.experiment.plan.arms import Environment, counterpart, environments, labels, prepare
from harness.worker.orders import InstalledDistribution
from tests.builders import an_arm


def build(version: str, *, free_threaded: bool = False) -> interpreters.Build:
    fields = asdict(an_arm().build)
    return interpreters.Build(**{**fields, "version": version, "free_threaded": free_threaded})


@pytest.mark.parametrize(
    ("builds", "expected"),
    [
        ([build("3.12.1"), build("3.13.5"), build("3.13.5", free_threaded=True)], ["3.12", "3.13", "3.13t"]),
        ([build("3.13.0"), build("3.13.5")], ["3.13.0", "3.13.5"]),
        ([build("3.13.5"), build("3.13.5")], ["3.13.5", "3.13.5-2"]),
        ([build("3.14.0rc2", free_threaded=True)], ["3.14t"]),
    ],
)
def test_labels_carry_the_patch_level_and_then_a_counter_only_when_they_collide(
    builds: list[interpreters.Build], expected: list[str]
) -> None:
    assert labels(builds) == expected


def test_the_counterpart_of_a_free_threaded_arm_is_the_gil_build_of_the_same_patch_level() -> None:
    older, same = an_arm("3.13", build=build("3.13.0")), an_arm("3.13.5", build=build("3.13.5"))
    free = an_arm("3.13t")

    assert counterpart(free, [an_arm("3.12"), older, same, free]) is same
    assert counterpart(free, [an_arm("3.12"), free]) is None


def test_an_interpreter_with_a_gil_is_one_arm_and_tells_what_it_is(environments_of_this_python: Path) -> None:
    (only,) = prepare(environments(environments_of_this_python), gil_arm=True)

    assert (only.arm.label, only.arm.python_gil, only.arm.gil_expected) == ("3.12", None, True)
    assert "pyperf" in {distribution.name for distribution in only.arm.distributions}


def test_what_a_distribution_requires_is_found_by_its_normalized_name(
    environments_of_this_python: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed = [
        InstalledDistribution(name="pyperf", version="2.10.0", tags=[], requires=[]),
        InstalledDistribution(name="Zope.Interface", version="7.0", tags=[], requires=["setuptools"]),
    ]
    monkeypatch.setattr("harness.experiment.plan.descriptions.installed", lambda _: installed)

    (arm,) = prepare(environments(environments_of_this_python), gil_arm=True)

    assert arm.requires == {"pyperf": (), "zope-interface": ("setuptools",)}


@pytest.fixture
def environments_of_this_python(environments: Path) -> Path:
    return environments


def test_measuring_without_a_prepared_interpreter_says_where_to_start(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"^No interpreter is prepared\. Start with `nox -s bench`"):
        environments(tmp_path)


def test_an_environment_that_was_not_finished_stops_the_run(tmp_path: Path) -> None:
    (tmp_path / "bench-3-13t.json").write_text(json.dumps({"interpreter": "3.13t", "python": None}))

    with pytest.raises(UsageError, match=r"^Could not prepare the 3\.13t environment"):
        environments(tmp_path)


def test_an_environment_is_read_back_as_it_was_left(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps({"interpreter": "3.13", "python": "/somewhere/python"}))

    assert environments(tmp_path) == [Environment(interpreter="3.13", python="/somewhere/python")]


def test_an_environment_whose_installation_failed_is_refused_before_anything_is_measured(tmp_path: Path) -> None:
    venv.create(tmp_path / "env", symlinks=True)
    broken = Environment("3.13t", str(tmp_path / "env" / "bin" / "python"))

    with pytest.raises(UsageError, match=r"^The 3\.13t environment has no pyperf\. Run `nox -s bench` without -R"):
        prepare([broken], gil_arm=True)
