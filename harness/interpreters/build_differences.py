"""Say how two builds differ in more than what is compared; pure, for interpreters here and for a run's records."""

import shlex
from collections.abc import Iterator
from typing import Protocol

from harness.interpreters.flags import option_value

# Configure options that change speed and are no field of Build, with the words for people.
SPEED_OPTIONS = (
    ("--enable-experimental-jit", "experimental JIT"),
    ("--enable-bolt", "BOLT"),
    ("--with-tail-call-interp", "tail-calling interpreter"),
    ("--without-pymalloc", "without pymalloc"),
    ("--without-computed-gotos", "without computed gotos"),
    ("--with-assertions", "assertions"),
    ("--enable-pystats", "statistics"),
)
FLAG_VARIABLES = ("CFLAGS", "CPPFLAGS", "OPT", "BASECFLAGS", "EXTRA_CFLAGS", "LDFLAGS")
# Where to look for files, what to warn about and what to tell a debugger: none of it changes the machine code.
WITHOUT_EFFECT = ("-I", "-L", "-Wl,-rpath", "-g", "-ffile-prefix-map", "-fdebug-prefix-map")
MAKERS = ("built here", "pyenv", "uv", "PATH", "named by its path")  # how an origin begins


class Traits(Protocol):
    """What two builds are compared by: a `Build` of this room, or the one that a run recorded."""

    @property
    def version(self) -> str: ...  # noqa: D102
    @property
    def debug(self) -> bool: ...  # noqa: D102
    @property
    def shared(self) -> bool: ...  # noqa: D102
    @property
    def pgo(self) -> bool: ...  # noqa: D102
    @property
    def lto(self) -> bool: ...  # noqa: D102
    @property
    def compiler(self) -> str: ...  # noqa: D102
    @property
    def configure_args(self) -> tuple[str, ...]: ...  # noqa: D102
    @property
    def optimization(self) -> str: ...  # noqa: D102


def mismatches(a: Traits, b: Traits) -> tuple[str, ...]:
    """Return how two builds differ in more than the GIL, such as "PGO (yes / no)"; empty if they match.

    The version counts only between builds of the same minor version.
    """
    traits = [
        ("patch level", a.version, b.version if _minor(a) == _minor(b) else a.version),
        ("PGO", _yes(a.pgo), _yes(b.pgo)),
        ("LTO", _yes(a.lto), _yes(b.lto)),
        ("compiler", a.compiler, b.compiler),
        ("optimization", a.optimization, b.optimization),
        ("debug", _yes(a.debug), _yes(b.debug)),
        ("shared library", _yes(a.shared), _yes(b.shared)),
    ]
    for option, words in SPEED_OPTIONS:
        traits.append((words, option_value(option, a.configure_args), option_value(option, b.configure_args)))
    traits.append(("compiler flags", _only(a, b), _only(b, a)))
    return tuple(f"{words} ({of_a or 'unknown'} / {of_b or 'unknown'})" for words, of_a, of_b in traits if of_a != of_b)


def maker(origin: str) -> str:
    """Return who made an interpreter, by the origin that was recorded for it: "built here", "pyenv", "uv", "PATH"."""
    return next((name for name in MAKERS if origin.startswith(name)), origin.partition(" ")[0])


def _only(build: Traits, other: Traits) -> str:
    """Return the flags that configure was given for one of two builds alone, as far as they can change speed."""
    flags = [flag for flag in _flags(build.configure_args) if flag not in set(_flags(other.configure_args))]
    return " ".join(dict.fromkeys(flags)) or "none of its own"


def _flags(configure_args: tuple[str, ...]) -> Iterator[str]:
    for argument in configure_args:
        name, _, flags = argument.partition("=")
        if name in FLAG_VARIABLES:
            yield from (flag for flag in _split(flags) if _changes_code(flag))


def _changes_code(flag: str) -> bool:
    if flag.startswith(WITHOUT_EFFECT):
        return False
    return not flag.startswith("-W") or flag.startswith(("-Wl,", "-Wp,"))  # of the rest of -W nothing but warnings come


def _split(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError:  # an unbalanced quote
        return text.split()


def _minor(build: Traits) -> list[str]:
    return build.version.split(".")[:2]


def _yes(value: bool) -> str:  # noqa: FBT001 - a word for a value, not a switch
    return "yes" if value else "no"
