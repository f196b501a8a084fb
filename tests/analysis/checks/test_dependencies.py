"""Checks of what is installed under the arms, silent where it is the same everywhere."""

from collections.abc import Sequence
from typing import Any

import pytest
from msgspec.structs import replace

from harness.analysis.checks import findings
from harness.records import Arm, Distribution, Finding, Journal, Workload
from tests.builders import IO_CASES, a_workload, an_arm, an_experiment, like_download, settings, trials_like

DOWNLOAD = a_workload("download", bound="io", jobs=160, latency_seconds=0.005)
ARMS = ("3.12", "3.13", "3.13t-gil", "3.13t")


def findings_of(
    *, arms: Sequence[str | Arm], workloads: Sequence[Workload] = (DOWNLOAD,), **fields: Any
) -> list[Finding]:
    experiment = an_experiment(arms, IO_CASES, workloads, **fields)
    trials = trials_like(like_download(), 10, workload="download")
    dependencies = ("versions-differ", "compiled-differs", "build-of-dependency-differs")
    return [finding for finding in findings(experiment, Journal(trials=tuple(trials))) if finding.check in dependencies]


def installed(label: str, version: str = "1.22.0", *, compiled: bool = True, tags: tuple[str, ...] = ()) -> Arm:
    arm = an_arm(label)
    distribution = Distribution(name="yarl", version=version, tag="x", compiled=compiled, tags=tags)
    return an_arm(label, distributions=(*arm.distributions, distribution))


def test_another_version_on_one_arm_is_a_warning_with_each_arm_s_own() -> None:
    (finding,) = findings_of(
        arms=[installed("3.12"), installed("3.13"), an_arm("3.13t-gil"), installed("3.13t", version="1.20")]
    )

    assert (finding.severity, finding.check) == ("warning", "versions-differ")
    assert finding.sentence == (
        "yarl has different versions under the arms: 1.22.0 on 3.12, 1.22.0 on 3.13, 1.20 on 3.13t."
    )


def test_pure_here_and_compiled_there_is_a_warning() -> None:
    arms = [installed(label, compiled="t" not in label) for label in ("3.12", "3.13", "3.13t-gil", "3.13t")]

    (finding,) = findings_of(arms=arms)

    assert (finding.severity, finding.check) == ("warning", "compiled-differs")
    assert finding.sentence == (
        "Pure Python on 3.13t-gil and 3.13t, compiled elsewhere: yarl; workloads that use them differ in more than the GIL."
    )


def test_what_is_pure_here_names_the_workloads_that_need_it_and_their_cases() -> None:
    arms = [installed("3.13"), installed("3.13t", compiled=False)]
    needy, other = replace(DOWNLOAD, needs=("aiohttp", "yarl")), a_workload("fib", needs=())

    (finding,) = findings_of(arms=arms, workloads=[needy, other])

    assert finding.sentence == (
        "Pure Python on 3.13t, compiled elsewhere: yarl; so download differs in more than the GIL."
    )
    assert {(side.workload, side.arm) for side in finding.sides} == {("download", "3.13t")}
    assert finding.remedy.startswith("The index has no compiled wheel for that interpreter.")


def test_what_could_not_be_matched_has_another_remedy() -> None:
    arms = [installed("3.13"), installed("3.13t", compiled=False)]

    (finding,) = findings_of(arms=arms, settings=settings(dependencies="matched"))

    assert finding.remedy.startswith("It could not be built from its source distribution")


def test_the_same_everywhere_is_no_finding() -> None:
    assert findings_of(arms=[installed(label) for label in ("3.12", "3.13", "3.13t-gil", "3.13t")]) == []


def tagged(label: str) -> Arm:
    abi, system = ("cp313t", "linux_x86_64") if "t" in label else ("cp313", "manylinux_2_17_x86_64")
    return installed(label, tags=(f"cp313-{abi}-{system}",))


def test_a_wheel_here_and_a_build_there_are_named_with_the_workloads_that_need_them() -> None:
    needy, other = replace(DOWNLOAD, needs=("aiohttp", "yarl")), a_workload("fib", needs=())

    (finding,) = findings_of(arms=[tagged(label) for label in ARMS], workloads=[needy, other])

    assert (finding.severity, finding.check) == ("warning", "build-of-dependency-differs")
    assert finding.sentence == (
        "yarl: wheel from the index on 3.12 and 3.13, built here on 3.13t-gil and 3.13t; so download differs in more "
        "than the GIL."
    )
    assert {side.workload for side in finding.sides} == {"download"}
    assert {side.arm for side in finding.sides} == set(ARMS)
    assert "--dependencies matched" in finding.remedy


def test_a_wheel_here_and_a_build_there_of_what_no_workload_needs_is_no_finding() -> None:
    assert findings_of(arms=[tagged(label) for label in ARMS], workloads=[replace(DOWNLOAD, needs=())]) == []


@pytest.mark.parametrize(
    ("tags", "kind"),
    [
        (("cp313-cp313-manylinux_2_17_x86_64", "cp313-cp313-manylinux2014_x86_64"), "wheel"),
        (("cp313-cp313t-musllinux_1_2_aarch64",), "wheel"),
        (("cp36-abi3-manylinux_2_12_x86_64",), "abi3 wheel"),
        (("cp315-abi3t-manylinux_2_28_x86_64",), "abi3 wheel"),
        (("cp313-cp313t-linux_x86_64",), "built here"),
        (("cp36-abi3-linux_x86_64",), "abi3 built here"),
        (("cp313-cp313-macosx_11_0_arm64",), "compiled"),
        ((), "compiled"),
    ],
)
def test_the_tags_of_a_wheel_tell_who_compiled_it(tags: tuple[str, ...], kind: str) -> None:
    assert Distribution(name="yarl", version="1.22.0", tag="x", compiled=True, tags=tags).kind == kind


def test_the_one_tag_of_an_older_run_tells_it_too() -> None:
    assert Distribution(name="yarl", version="1", tag="cp313-cp313t-linux_x86_64", compiled=True).kind == "built here"
    assert Distribution(name="idna", version="1", tag="py3-none-any", compiled=False).kind == "pure"
