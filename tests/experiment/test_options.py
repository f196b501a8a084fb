"""Options say what they do, and nonsense gets one sentence with a remedy."""

import shlex
import sys
from dataclasses import dataclass

import pytest

from harness.errors import UsageError
from harness.experiment import resume, run_settings
from harness.experiment.option import settled, table, taking
from harness.experiment.options import WHAT, Options, parse, parser
from harness.records import Settings
from tests.builders import an_experiment

HELP = "`nox -s bench -- --help` explains every option."


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--modes", "serial,fibres"], "Argument --modes: there is no mode 'fibres'; the modes are serial, serial-after-thread, threads, processes, asyncio."),
        (["--workers", "1,two"], "Argument --workers: 'two' is not a whole number from 1 up."),
        (["--workers", "0"], "Argument --workers: '0' is not a whole number from 1 up."),
        (["--budget", "soon"], "Argument --budget: 'soon' is not a time; write it like 90s, 15m or 2h."),
        (["--budget", "0"], "Argument --budget: '0' is not a time; write it like 90s, 15m or 2h."),
        (["--blocks", "-3"], "Argument --blocks: '-3' is not a whole number from 1 up."),
        (["--size", "huge"], "Argument --size: invalid choice: 'huge' (choose from 'quick', 'default', 'original')."),
        (["--quick", "--precise"], "Argument --precise: not allowed with argument --quick."),
        (["--seed", "9007199254740993"], "Argument --seed: '9007199254740993' is not a whole number from -9007199254740992 to 9007199254740992."),
        (["--seed", "x"], "Argument --seed: 'x' is not a whole number from -9007199254740992 to 9007199254740992."),
        (["--memory-limit", "9999T"], "Argument --memory-limit: '9999T' is more memory than any machine has."),
        (["--fast"], "Unrecognized arguments: --fast."),
    ],
)  # fmt: skip
def test_nonsense_is_refused_in_one_sentence(words: list[str], sentence: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse(words)

    assert str(caught.value) == f"{sentence} {HELP}"


@pytest.mark.parametrize(("text", "seconds"), [("90s", 90), ("15m", 900), ("2h", 7200), ("1.5m", 90), ("45", 45)])
def test_times_are_written_with_a_unit_or_in_seconds(text: str, seconds: int) -> None:
    assert parse(["--budget", text]).budget_seconds == seconds


@pytest.mark.parametrize(
    ("words", "size", "budget"),
    [([], "default", 900), (["--quick"], "quick", 75), (["--precise"], "default", 3600), (["--quick", "--size", "default"], "default", 75)],
)  # fmt: skip
def test_a_profile_settles_size_and_budget(words: list[str], size: str, budget: int) -> None:
    options = parse(words)

    assert (settled(options, "size"), settled(options, "budget_seconds")) == (size, budget)


def test_modes_and_worker_counts_are_put_in_order_once() -> None:
    options = parse(["--modes", "processes,serial,processes", "--workers", "4,1,4"])

    assert (options.modes, options.workers) == (("serial", "processes"), (1, 4))


def test_the_original_size_runs_once_unless_more_is_asked_for() -> None:
    assert settled(parse(["--size", "original"]), "blocks") == 1
    assert settled(parse(["--size", "original", "--blocks", "3"]), "blocks") == 3
    assert settled(parse(["--size", "original", "--budget", "1h"]), "blocks") is None


def test_dependencies_are_matched_where_there_is_a_compiler(monkeypatch: pytest.MonkeyPatch) -> None:
    assert settled(parse(["--dependencies", "wheels"]), "dependencies") == "wheels"
    monkeypatch.setenv("CC", sys.executable)
    assert settled(parse([]), "dependencies") == "matched"


def test_dependencies_cannot_be_matched_without_a_compiler(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CC", "/there/is/none")

    assert settled(parse([]), "dependencies") == "wheels"
    with pytest.raises(UsageError, match=r"^--dependencies matched builds from source, and there is no C compiler"):
        parse(["--dependencies", "matched"])


def test_every_option_is_explained() -> None:
    assert all(action.help for action in parser()._actions)


@dataclass(frozen=True)
class MoreOptions(Options):
    """The options and a made-up one, declared in this one place."""

    colour: str | None = taking("--colour", "what the trials are painted in", WHAT, settle=lambda _: "red")


class MoreSettings(Settings, frozen=True, kw_only=True):
    """Settings with a place for the made-up option."""

    colour: str


def test_an_option_declared_once_is_read_recorded_repeated_and_checked_when_resumed() -> None:
    plain, blue = parse([], MoreOptions), parse(["--colour", "blue"], MoreOptions)
    settings = run_settings.settings(blue, (), MoreSettings)
    experiment = an_experiment(settings=settings)
    assert isinstance(plain, MoreOptions)
    assert isinstance(blue, MoreOptions)
    assert isinstance(settings, MoreSettings)

    assert "--colour COLOUR" in " ".join(parser(MoreOptions).format_help().split())
    assert (plain.colour, blue.colour) == (None, "blue")
    assert (settled(plain, "colour"), settings.colour) == ("red", "blue")
    assert "--colour blue" in settings.command
    resumed = resume.options_of(experiment, plain)
    assert isinstance(resumed, MoreOptions)
    assert resumed.colour == "blue"
    with pytest.raises(UsageError, match="was started with `--colour blue`; drop `--colour green` to resume it"):
        resume.options_of(experiment, parse(["--colour", "green"], MoreOptions))


def test_a_run_is_resumed_with_the_options_that_chose_its_interpreters() -> None:
    optimized, plain = parse(["--optimized"]), parse([])
    run = an_experiment(settings=run_settings.settings(optimized, ()))

    assert resume.options_of(run, optimized).optimized
    with pytest.raises(UsageError, match="was started with `--optimized`; add it to resume the run with the same"):
        resume.options_of(run, plain)
    with pytest.raises(UsageError, match="was started without --optimized; drop `--optimized` to resume it"):
        resume.options_of(an_experiment(settings=run_settings.settings(plain, ())), optimized)
    assert run_settings.resume_command((), optimized, "RUN") == "nox -s bench -- --resume RUN --optimized"


def test_a_run_records_every_option_but_those_that_its_cases_show_or_that_only_say_where() -> None:
    unrecorded = set(table(Options)) - set(run_settings.recorded_names(Options()))

    assert unrecorded == {
        *("workloads", "modes", "workers", "gil_arm"),
        *("results", "resume", "list_only", "plan_only", "wait"),
    }
    assert set(Settings.__struct_fields__) - set(table(Options)) == {"target", "command", "variables"}


def test_the_command_of_a_run_asks_for_the_same_again() -> None:
    words = ["--quick", "--workload", "fib", "--modes", "serial,threads", "--workers", "1,2", "--size", "default"]
    words += [
        "--budget",
        "90s",
        "--blocks",
        "3",
        "--memory",
        "2",
        "--memory-limit",
        "4G",
        "--no-gil-arm",
        "--seed",
        "0",
    ]
    words += ["--sites", "http://a,http://b", "--scaling", "weak", "--start-method", "spawn", "--timeout", "2m"]
    options = parse([*words, "--dependencies", "wheels", "--optimized"])

    command = run_settings.settings(options, ()).command

    assert parse(shlex.split(command.partition(" -- ")[2])) == options
