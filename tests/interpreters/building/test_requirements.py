from pathlib import Path

import pytest

from harness.errors import UsageError
from harness.interpreters.building import requirements
from tests.interpreters.fakes import script

ALL_HEADERS = "exit 0"
WITHOUT_SSL_AND_FFI = "read -r line; case $line in *ssl.h*|*ffi.h*) exit 1;; esac"


def complaint() -> str:
    with pytest.raises(UsageError) as caught:
        requirements.check()
    return str(caught.value)


def test_a_machine_with_compiler_make_and_headers_passes(machine: Path) -> None:
    script(machine / "bin/gcc", ALL_HEADERS)
    script(machine / "bin/make", "")
    requirements.check()


def test_missing_headers_are_named_with_the_line_that_installs_them(machine: Path) -> None:
    script(machine / "bin/gcc", WITHOUT_SSL_AND_FFI)
    script(machine / "bin/make", "")
    script(machine / "bin/apt-get", "")
    assert complaint() == (
        "compiling CPython needs openssl/ssl.h, ffi.h, not found here; "
        "install them with: sudo apt-get install libssl-dev libffi-dev"
    )


def test_without_compiler_and_make_build_essential_is_what_is_missing(machine: Path) -> None:
    script(machine / "bin/apt-get", "")
    assert complaint() == (
        "compiling CPython needs a C compiler, make, not found here; "
        "install them with: sudo apt-get install build-essential"
    )


def test_no_command_of_apt_is_advised_where_there_is_none(machine: Path) -> None:
    script(machine / "bin/clang", ALL_HEADERS)
    assert complaint() == "compiling CPython needs make, not found here; install what Debian calls build-essential"


def test_the_compiler_and_header_folders_of_the_user_are_asked(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = machine / "asked"
    script(machine / "bin/mycc", f'echo "$@" >> {asked}')
    script(machine / "bin/make", "")
    monkeypatch.setenv("CC", "mycc -m64")
    monkeypatch.setenv("CPPFLAGS", "-I/opt/include")
    requirements.check()
    assert asked.read_text() == "-m64 -I/opt/include -E -x c -\n" * 6


def test_a_cache_whose_path_has_a_space_is_refused(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(machine / "my cache"))
    assert complaint() == (
        f"CPython cannot be built in {machine}/my cache/free-threading-harness: the path has a space; "
        "set XDG_CACHE_HOME."
    )
