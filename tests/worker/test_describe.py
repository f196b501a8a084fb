"""What the worker says of a workload file and of its environment."""

from collections.abc import Callable
from typing import Any

import pytest

MODES = ["serial", "threads", "processes", "asyncio"]


def test_a_workload_is_described_by_what_it_declares(send: Callable[..., dict[str, Any]]) -> None:
    source = '''
        """I/O-bound: nothing much.

        More."""
        BOUND = "io"
        SIZES = {"quick": [1], "default": [1, 2]}
        ANSWERS_VARY = "they count"
        def run(job): return job
    '''
    assert send(source, task="describe", modes=MODES)["done"] == {
        "summary": "I/O-bound: nothing much.",
        "bound": "io",
        "service": False,
        "group": None,
        "series": None,
        "points": [[None, 2]],
        "sizes": ["quick", "default"],
        "needs_sites": False,
        "latency_seconds": 0.0,
        "answers_vary": "they count",
        "answers_count": None,
        "libraries": {},
        "chunk_sizes": {"None": 1},
        "obstacles": {
            "asyncio": "it has no run_async, so the asyncio mode would only run its jobs one after the other"
        },
    }


def test_jobs_may_be_made_by_a_function_of_size_and_sites(send: Callable[..., dict[str, Any]]) -> None:
    source = """
        SIZES = {"default": 5}
        LATENCY_SECONDS = {"default": 0.07}
        def jobs(size, sites): return [site for site in sites for _ in range(size)]
        def run(job): return job
    """
    done = send(source, task="describe", modes=MODES, sites=["a", "b"])["done"]

    assert (done["points"], done["needs_sites"], done["latency_seconds"]) == ([[None, 10]], True, 0.07)


def test_a_series_is_described_with_the_jobs_of_each_point(send: Callable[..., dict[str, Any]]) -> None:
    source = """
        GROUP, SERIES = "mine", "jobs"
        SIZES = {"default": {4: [1] * 4, 40: [1] * 40}}
        def run(job): return job
    """
    done = send(source, task="describe", modes=MODES)["done"]

    assert (done["group"], done["series"], done["points"]) == ("mine", "jobs", [[4, 4], [40, 40]])


def test_a_series_without_points_is_refused(send: Callable[..., dict[str, Any]]) -> None:
    failed = send("SERIES = 'jobs'\nJOBS = [1]\ndef run(job): pass", task="describe", modes=MODES)["failed"]

    assert failed == (
        "it has a SERIES, so each of its SIZES has to map points to lists of jobs; size default does not."
    )


def test_an_unknown_bound_is_refused(send: Callable[..., dict[str, Any]]) -> None:
    failed = send("BOUND = 'gpu'\nJOBS = [1]\ndef run(job): pass", task="describe", modes=MODES)["failed"]

    assert failed == "its BOUND is 'gpu'; it must be 'cpu' or 'io'."


def test_the_libraries_of_a_file_are_those_that_it_names(send: Callable[..., dict[str, Any]]) -> None:
    source = "LIBRARIES = {'run': 'requests'}\nJOBS = [1]\ndef run(job): pass"

    assert send(source, task="describe", modes=MODES)["done"]["libraries"] == {"run": "requests"}


@pytest.mark.parametrize("libraries", ["'requests'", "{'threads': 'requests'}"])
def test_libraries_of_nothing_that_a_file_runs_are_refused(send: Callable[..., dict[str, Any]], libraries: str) -> None:
    failed = send(f"LIBRARIES = {libraries}\nJOBS = [1]\ndef run(job): pass", task="describe", modes=MODES)["failed"]

    assert failed == (
        f"its LIBRARIES is {libraries}; "
        'name the libraries like LIBRARIES = {"run": "requests", "run_async": "aiohttp"}.'
    )


def test_each_point_of_a_series_may_have_a_chunk_size(send: Callable[..., dict[str, Any]]) -> None:
    source = "SERIES = 'n'\nCHUNK_SIZE = {1: 1, 16: 16}\nSIZES = {'default': {1: [1], 16: [1]}}\ndef run(job): pass"

    assert send(source, task="describe", modes=MODES)["done"]["chunk_sizes"] == {"1": 1, "16": 16}


@pytest.mark.parametrize(("declared", "given"), [("0", "0"), ("'4'", "'4'"), ("{16: 16}", "None")])
def test_a_chunk_that_is_no_number_of_jobs_is_refused(
    send: Callable[..., dict[str, Any]], declared: str, given: str
) -> None:
    failed = send(f"CHUNK_SIZE = {declared}\nJOBS = [1]\ndef run(job): pass", task="describe", modes=MODES)["failed"]

    assert failed == (
        "its CHUNK_SIZE has to be a whole number of at least 1, or in a series map each point to one; "
        f"it gives {given}."
    )


def test_a_file_without_any_run_is_refused(send: Callable[..., dict[str, Any]]) -> None:
    failed = send("JOBS = [1]", task="describe", modes=MODES)["failed"]

    assert failed == (
        "it has none of run(job), run_async(job) and service(executor); "
        "add the function that does one job, or makes the app to be served."
    )


def test_installed_distributions_have_their_tags_and_requirements(send: Callable[..., dict[str, Any]]) -> None:
    installed = {distribution["name"]: distribution for distribution in send("", task="distributions")["done"]}

    assert installed["pyperf"]["tags"] == ["py3-none-any"]
    assert any(requirement.startswith("psutil") for requirement in installed["pyperf"]["requires"])
    assert not any(tag.endswith("-none-any") for tag in installed["psutil"]["tags"])


def test_an_order_that_no_worker_knows_is_refused_in_a_sentence(send: Callable[..., dict[str, Any]]) -> None:
    assert send("", task="dance")["failed"] == (
        "the worker knows no task 'dance'; it knows measure, serve, describe, distributions, culprits."
    )
