from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from harness.errors import UsageError
from harness.interpreters import provide
from harness.interpreters import provision as room
from harness.interpreters.building.recipe import Recipe
from harness.interpreters.installed import look
from harness.interpreters.progress import Say
from tests.interpreters.fakes import python

Provider = Callable[[Sequence[str], Say, Recipe], dict[str, str]]


def refuse(reason: str) -> Provider:
    return lambda names, _say, _recipe: dict.fromkeys(names, reason)


def builder(built: Path, version: str, asked: list[Sequence[str]]) -> Provider:
    def build(names: Sequence[str], _say: Say, recipe: Recipe) -> dict[str, str]:
        asked.append(names)
        for name in names:
            folder = built / f"cpython-{version}{'t' if name.endswith('t') else ''}{recipe.suffix}"
            config = {"CONFIG_ARGS": " ".join(recipe.options)}
            python(folder / "bin" / f"python{name}", version, free_threaded=name.endswith("t"), config=config)
        return {}

    return build


def versions(names: Sequence[str], *sources: Provider) -> list[str]:
    return [f"{one.name} {one.build.version}" for one in provide(names, print, sources)]


def test_what_is_present_is_neither_downloaded_nor_built(machine: Path) -> None:
    python(machine / "bin/python3.12", "3.12.1")
    python(machine / "pyenv/versions/3.13.0/bin/python3.13", "3.13.0")
    found = provide(["3.13", "3.12"])
    assert [(one.name, one.origin) for one in found] == [
        ("3.13", "pyenv 3.13.0/bin/python3.13"),
        ("3.12", "PATH python3.12"),
    ]


def test_a_missing_half_makes_the_whole_pair_come_from_one_source(machine: Path, built: Path) -> None:
    python(machine / "bin/python3.12", "3.12.1")
    python(machine / "pyenv/versions/3.13.0/bin/python3.13", "3.13.0")
    asked: list[Sequence[str]] = []
    names = ["3.12", "3.13", "3.13t"]
    chosen = versions(names, look, refuse("no network"), builder(built, "3.13.5", asked))
    assert asked == [["3.13", "3.13t"]]
    assert chosen == ["3.12 3.12.1", "3.13 3.13.5", "3.13t 3.13.5"]


def test_a_build_is_not_tried_after_a_download_that_worked(built: Path) -> None:
    downloaded: list[Sequence[str]] = []
    asked: list[Sequence[str]] = []
    chosen = versions(["3.13"], look, builder(built, "3.13.8", downloaded), builder(built, "3.13.5", asked))
    assert chosen == ["3.13 3.13.8"]
    assert asked == []


def test_the_users_own_pair_is_taken_even_if_it_does_not_match(machine: Path) -> None:
    python(machine / "bin/python3.13", "3.13.0")
    python(machine / "bin/python3.13t", "3.13.5", free_threaded=True)
    assert versions(["3.13", "3.13t"], look, refuse("never asked")) == ["3.13 3.13.0", "3.13t 3.13.5"]


def test_a_matching_pair_is_taken_before_newer_halves(machine: Path) -> None:
    for version in ("3.13.0", "3.13.9"):
        python(machine / f"pyenv/versions/{version}/bin/python3.13", version)
    python(machine / "pyenv/versions/3.13.0t/bin/python3.13t", "3.13.0", free_threaded=True)
    assert versions(["3.13", "3.13t"], look) == ["3.13 3.13.0", "3.13t 3.13.0"]


def test_a_pair_that_cannot_be_completed_is_taken_as_it_is_with_a_message(machine: Path, built: Path) -> None:
    python(machine / "bin/python3.13", "3.13.0")
    python(built / "cpython-3.13.5t/bin/python3.13t", "3.13.5", free_threaded=True)
    messages: list[str] = []
    found = provide(["3.13", "3.13t"], messages.append, [look, refuse("not built: no network")])
    assert [one.build.version for one in found] == ["3.13.0", "3.13.5"]
    assert messages == [
        f"{name} is used as it is, though another would match better (not built: no network)."
        for name in ("3.13", "3.13t")
    ]
    provide(["3.13", "3.13t"], messages.append, [look])
    assert messages[2] == "3.13 is used as it is, though another would match better (not tried)."


OPTIMIZED = Recipe(optimized=True)


def test_optimized_interpreters_are_built_next_to_plain_ones_that_are_taken_again_without_the_option(
    built: Path,
) -> None:
    asked: list[Sequence[str]] = []
    names, sources = ["3.13", "3.13t"], [look, builder(built, "3.13.5", asked)]
    for recipe in (Recipe(), OPTIMIZED, OPTIMIZED, Recipe()):
        chosen = provide(names, print, sources, recipe)
        assert [one.build.pgo and one.build.lto for one in chosen] == [recipe.optimized] * 2
    assert asked == [names, names]  # once plain, once optimized


def test_an_optimized_interpreter_of_the_user_is_neither_downloaded_nor_built(machine: Path) -> None:
    optimized = {"CONFIG_ARGS": "--enable-optimizations --with-lto"}
    python(machine / "pyenv/versions/3.13.0/bin/python3.13", "3.13.0", config=optimized)
    python(machine / "pyenv/versions/3.13.9/bin/python3.13", "3.13.9")
    (only,) = provide(["3.13"], print, [look, refuse("never asked")], OPTIMIZED)
    assert only.build.version == "3.13.0"


def test_what_cannot_be_had_with_pgo_and_lto_is_used_without_and_a_message_says_so(machine: Path) -> None:
    python(machine / "bin/python3.12", "3.12.1")
    messages: list[str] = []
    (only,) = provide(["3.12"], messages.append, [look, refuse("not built: no source")], OPTIMIZED)
    assert only.build.version == "3.12.1"
    why = "not found with PGO and LTO on PATH, among pyenv's versions, uv's installs or in the cache"
    assert messages == [f"3.12 is used as it is, without PGO and LTO ({why}; not built: no source)."]


@pytest.fixture(autouse=True)
def uv(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "command", lambda: ["uv"])


def test_every_missing_interpreter_is_listed_with_what_each_source_said_and_the_remedy(machine: Path) -> None:
    python(machine / "bin/python3.13", "3.13.0")
    sources = [look, refuse("not downloaded: no network"), refuse("not built: no compiler")]
    with pytest.raises(UsageError) as caught:
        provide(["3.12", "3.13", "3.13t"], print, sources)
    absent = "not found on PATH, among pyenv's versions, uv's installs or in the cache"
    assert str(caught.value) == (
        "Missing interpreters: 3.12, 3.13t.\n"
        f"  3.12: {absent}\n"
        "  3.12: not downloaded: no network\n"
        "  3.12: not built: no compiler\n"
        f"  3.13t: {absent}\n"
        "  3.13t: not downloaded: no network\n"
        "  3.13t: not built: no compiler\n"
        "Remedy: connect to the network so that uv can download it, or name a source tree or tarball with "
        "CPYTHON_SOURCE=…, or name an interpreter with --extra-pythons /path/to/python."
    )


@pytest.mark.usefixtures("machine")
def test_naming_a_source_is_not_advised_to_one_who_has(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CPYTHON_SOURCE", "/tree")
    with pytest.raises(UsageError) as caught:
        provide(["3.12"], print, [look])
    assert str(caught.value).endswith(
        "Remedy: connect to the network so that uv can download it, or name an interpreter with "
        "--extra-pythons /path/to/python."
    )


@pytest.mark.usefixtures("machine")
def test_one_without_uv_is_told_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "command", list)
    with pytest.raises(UsageError, match=r"Remedy: install uv \(pip install uv\) so that uv can download it, or"):
        provide(["3.12"], print, [look])


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("pypy3.10", "'pypy3.10' is not the name of an interpreter. Write it like 3.13 or, without the GIL, 3.13t."),
        ("3.13.5", "'3.13.5' is not the name of an interpreter. Write it like 3.13 or, without the GIL, 3.13t."),
        ("3.12t", "There is no 3.12t. The first CPython without the GIL is 3.13t."),
    ],
)
def test_a_name_that_cannot_be_is_refused(name: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        provide([name])
    assert str(caught.value) == message


def test_a_name_given_twice_is_provided_once(machine: Path) -> None:
    python(machine / "bin/python3.12", "3.12.1")
    assert versions(["3.12", "3.12"], look) == ["3.12 3.12.1"]
