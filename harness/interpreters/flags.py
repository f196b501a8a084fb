"""Read configure arguments and compiler flags out of an interpreter's configuration variables."""

import re
import shlex
from collections.abc import Mapping

Config = Mapping[str, object]

COMPILE_FLAGS = ("PY_CORE_CFLAGS", "CFLAGS_NODIST", "CONFIGURE_CFLAGS_NODIST", "PY_CFLAGS_NODIST", "CFLAGS")
LINK_FLAGS = ("PY_CORE_LDFLAGS", "LDFLAGS_NODIST", "PY_LDFLAGS_NODIST", "LDFLAGS")


def configure_args(config: Config) -> tuple[str, ...]:
    """Return the arguments of configure, every path in them replaced by "…"."""
    return tuple(_without_paths(argument) for argument in _raw_arguments(config))


def uses_pgo(config: Config) -> bool:
    """Return whether profile-guided optimisation was used.

    PGO_PROF_USE_FLAG is always set, so only the arguments and the flags really used count.
    """
    if option_value("--enable-optimizations", _raw_arguments(config)) != "no":
        return True
    return any(flag.startswith(("-fprofile-use", "-fprofile-instr-use")) for flag in _flags(config, COMPILE_FLAGS))


def uses_lto(config: Config) -> bool:
    """Return whether link-time optimisation was used."""
    if option_value("--with-lto", _raw_arguments(config)) != "no":
        return True
    flags = _flags(config, (*COMPILE_FLAGS, *LINK_FLAGS))
    return any(flag == "-flto" or flag.startswith("-flto=") for flag in flags)


def optimization(config: Config) -> str:
    """Return the -O flag the interpreter's core was compiled with, "" where unknown; compilers obey the last one."""
    for name in ("PY_CORE_CFLAGS", "CFLAGS", "OPT"):
        levels = [flag for flag in _flags(config, (name,)) if re.fullmatch(r"-O([0-9sgz]|fast)?", flag)]
        if levels:
            return levels[-1]
    return ""


def option_value(option: str, arguments: tuple[str, ...]) -> str:
    """Return the value of a configure option: "no" where absent, "yes" where given without a value."""
    value = "no"
    for argument in arguments:
        name, _, given = argument.partition("=")
        if name == option:
            value = given or "yes"
    return value


def _raw_arguments(config: Config) -> tuple[str, ...]:
    return tuple(_split(config.get("CONFIG_ARGS")))


def _flags(config: Config, names: tuple[str, ...]) -> list[str]:
    return [flag for name in names for flag in _split(config.get(name))]


def _split(text: object) -> list[str]:
    words = str(text or "")
    try:
        return shlex.split(words)
    except ValueError:  # an unbalanced quote
        return words.split()


def _without_paths(argument: str) -> str:
    """Cut every path out of an argument: no slash survives, so no home folder does."""
    option, equals, value = argument.partition("=")
    if option.startswith("--") and "/" in value:
        return f"{option}{equals}…"
    return " ".join(_without_path(word) for word in argument.split(" "))


def _without_path(word: str) -> str:
    if "/" not in word:
        return word
    if not word.startswith("-") and "=" not in word:
        return "…"
    # "-Wl,-rpath,/x,-z,now": the commas separate arguments of the linker
    return ",".join(re.sub(r"[.~]*/.*", "…", part) for part in word.split(","))
