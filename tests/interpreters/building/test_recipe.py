from harness.interpreters.building.recipe import Recipe, requested
from tests.interpreters.fakes import build


def test_the_options_of_builds_are_read_among_those_of_bench() -> None:
    words = ["--quick", "--workload", "fib", "--optimized", "--blocks", "3"]
    assert requested(words) == Recipe(optimized=True)
    assert requested(["--workload", "fib"]) == Recipe()


def test_a_build_is_optimized_with_both_pgo_and_lto() -> None:
    builds = [build(pgo=pgo, lto=lto) for pgo in (False, True) for lto in (False, True)]
    assert [Recipe(optimized=True).fits(each) for each in builds] == [False, False, False, True]
    assert all(map(Recipe().fits, builds))
