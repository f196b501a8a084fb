from dataclasses import replace

from harness.interpreters import table
from tests.interpreters.fakes import interpreter

FOUND = [
    replace(interpreter("3.12", "3.12.1", shared=True), origin="pyenv 3.12.1/bin/python3.12"),
    replace(interpreter("3.13", "3.13.5"), origin="built here from Python-3.13.5.tar.xz"),
    replace(interpreter("3.13t", "3.13.5"), origin="built here from Python-3.13.5.tar.xz"),
]


def test_the_table_of_a_matching_pair_and_an_older_version() -> None:
    assert table(FOUND) == (
        """\
interpreter  version  GIL  PGO  LTO  debug  shared  compiler    origin
-----------  -------  ---  ---  ---  -----  ------  ----------  ------------------------------------
3.12         3.12.1   on   no   no   no     yes     GCC 12.2.0  pyenv 3.12.1/bin/python3.12
3.13         3.13.5   on   no   no   no     no      GCC 12.2.0  built here from Python-3.13.5.tar.xz
3.13t        3.13.5   off  no   no   no     no      GCC 12.2.0  built here from Python-3.13.5.tar.xz

3.13 and 3.13t match: they differ in the GIL alone.
3.12 and 3.13 differ in more than the version: shared library (yes / no)."""
    )


def test_a_pair_that_does_not_match_says_how_it_differs() -> None:
    pair = [interpreter("3.13", "3.13.0", pgo=True), interpreter("3.13t", "3.13.5")]
    lines = table(pair).splitlines()
    assert lines[-1] == "3.13 and 3.13t differ in more than the GIL: patch level (3.13.0 / 3.13.5), PGO (yes / no)."


def test_versions_that_were_built_alike_are_said_to_be() -> None:
    lines = table([interpreter("3.12", "3.12.1"), interpreter("3.13", "3.13.5")]).splitlines()
    assert lines[-1] == "3.12 and 3.13 were built alike."


def test_one_interpreter_is_compared_with_nothing() -> None:
    assert len(table(FOUND[:1]).splitlines()) == 3
