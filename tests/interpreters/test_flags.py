from pathlib import Path

import pytest

from harness.interpreters import flags

HOME = str(Path.home())


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("'--prefix=/home/ada/py' '--enable-shared'", ("--prefix=…", "--enable-shared")),
        (f"'--prefix={HOME}/py' '--libdir={HOME}/py/lib'", ("--prefix=…", "--libdir=…")),
        ("'--prefix=/Users/Ada Lovelace/py'", ("--prefix=…",)),
        ("'LDFLAGS=-L/home/ada/lib -Wl,-rpath,/home/ada/lib,-z,now'", ("LDFLAGS=-L… -Wl,-rpath,…,-z,now",)),
        ("'CPPFLAGS=-I/home/ada/a -isystem /home/ada/b'", ("CPPFLAGS=-I… -isystem …",)),
        ("'CFLAGS=-O3 -ffile-prefix-map=/home/ada/src=.'", ("CFLAGS=-O3 -ffile-prefix-map=…",)),
        ("'CC=/home/ada/bin/gcc -m64'", ("CC=… -m64",)),
        ("'PKG_CONFIG_PATH=/home/ada/a:/home/ada/b'", ("PKG_CONFIG_PATH=…",)),
        ("'--srcdir=../../home/ada'", ("--srcdir=…",)),
        ("'LDFLAGS=-L~/lib -L../lib'", ("LDFLAGS=-L… -L…",)),
        ("'LDFLAGS=-L/Users/Ada Lovelace/lib'", ("LDFLAGS=-L… …",)),
        ("'--with-lto=full' '--with-dbmliborder=bdb:gdbm'", ("--with-lto=full", "--with-dbmliborder=bdb:gdbm")),
        ("", ()),
        (None, ()),
    ],
)
def test_every_path_in_a_configure_argument_is_cut_out_and_the_rest_kept(given: str, kept: tuple[str, ...]) -> None:
    assert flags.configure_args({"CONFIG_ARGS": given}) == kept


@pytest.mark.parametrize(
    ("config", "used"),
    [
        ({"CONFIG_ARGS": "'--enable-optimizations'"}, True),
        ({"CONFIG_ARGS": "'--enable-optimizations=no'"}, False),
        ({"PY_CORE_CFLAGS": "-O3 -fprofile-use -fprofile-correction"}, True),
        ({"PY_CORE_CFLAGS": "-O3 -fprofile-instr-use=code.profclangd"}, True),
        ({"PGO_PROF_USE_FLAG": "-fprofile-use -fprofile-correction", "PY_CORE_CFLAGS": "-O3"}, False),
        ({"CONFIG_ARGS": "", "CFLAGS": "-fprofile-generate"}, False),
    ],
)
def test_pgo_is_known_by_the_argument_or_the_flag_in_use(*, config: dict[str, str], used: bool) -> None:
    assert flags.uses_pgo(config) is used


@pytest.mark.parametrize(
    ("config", "used"),
    [
        ({"CONFIG_ARGS": "'--with-lto'"}, True),
        ({"CONFIG_ARGS": "'--with-lto=thin'"}, True),
        ({"CONFIG_ARGS": "'--with-lto=no'"}, False),
        ({"CONFIG_ARGS": "'--without-lto'"}, False),
        ({"PY_CORE_LDFLAGS": "-Wl,-z,now -flto"}, True),
        ({"CFLAGS": "-O2 -flto=auto"}, True),
        ({"CFLAGS": "-O2 -fno-lto -ffat-lto-objects"}, False),
    ],
)
def test_lto_is_known_by_the_argument_or_the_flag_in_use(*, config: dict[str, str], used: bool) -> None:
    assert flags.uses_lto(config) is used


@pytest.mark.parametrize(
    ("config", "level"),
    [
        ({"PY_CORE_CFLAGS": "-DNDEBUG -g -O2 -Wall -O3"}, "-O3"),
        ({"PY_CORE_CFLAGS": "-Wall", "CFLAGS": "-Og"}, "-Og"),
        ({"CFLAGS": "-O -fOops"}, "-O"),
        ({}, ""),
    ],
)
def test_the_last_optimization_flag_of_the_core_is_the_one_in_force(config: dict[str, str], level: str) -> None:
    assert flags.optimization(config) == level


def test_an_unbalanced_quote_in_the_configuration_hides_nothing_else() -> None:
    assert flags.uses_lto({"CONFIG_ARGS": "--with-lto 'oops"})
