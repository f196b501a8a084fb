"""What a trial says of the GIL is what this interpreter does."""

import sys
from collections.abc import Callable
from typing import Any

import pytest

FREE_THREADED = "t" in sys.abiflags
# Long enough for each of two processes to have one.
SOURCE = "import time\nJOBS = [0.3, 0.3]\ndef run(job): time.sleep(job)"


@pytest.mark.parametrize("mode", ["serial", "threads", "processes"])
def test_the_gil_is_off_exactly_in_a_free_threaded_build(send: Callable[..., dict[str, Any]], mode: str) -> None:
    gil = send(SOURCE, mode=mode, workers=1 if mode == "serial" else 2)["done"]["gil"]
    state = dict.fromkeys(("before_import", "after_import", "at_end"), not FREE_THREADED)

    assert gil == {**state, "free_threaded_build": FREE_THREADED, "pool": [state] * (2 if mode == "processes" else 0)}


@pytest.mark.skipif(not FREE_THREADED, reason="only a free-threaded build can switch its GIL on")
def test_python_gil_switches_it_on_in_the_pool_too(send: Callable[..., dict[str, Any]]) -> None:
    gil = send(SOURCE, python_gil="1", mode="processes", workers=2)["done"]["gil"]

    assert [gil["before_import"], gil["at_end"], *(state["at_end"] for state in gil["pool"])] == [True] * 4
