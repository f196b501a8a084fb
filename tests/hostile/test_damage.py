"""A run directory is data from anywhere: whatever is in it, it is refused in a sentence or read without a wrong number."""

import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.json import decode, encode
from msgspec.structs import replace

from harness.__main__ import main
from harness.errors import UsageError
from harness.records import FORMAT, Experiment, Trial
from harness.report.results import Results, derive
from harness.runs import (
    EXPERIMENT,
    MOST_LINE_BYTES,
    TRIALS,
    read_experiment,
    read_journal,
    read_run,
    replacing,
    validate,
)
from harness.runs.checksum import sealed
from tests.builders import a_trial, a_value, a_workload, an_arm, an_experiment, like_fib, trials_like, write_run
from tests.hostile.damage import NEST, damaged, reference, small
from tests.hostile.damage import _bytes as byte_damage
from tests.hostile.verdicts import examine, read

RUNS = {"small": small(), "reference": reference()}


MORE = 10 if "FAULT_MOMENTS" in os.environ else 1  # `nox -s faults` has the time


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("hostile")


@settings(max_examples=200 * MORE, deadline=None)
@given(seed=st.integers(0, 2**64))
def test_a_damaged_run_is_read_or_refused_in_a_sentence(folder: Path, seed: int) -> None:
    experiment, lines = RUNS["small"]
    read(folder, *damaged(experiment, lines[::4], seed), read_run)


@settings(max_examples=30 * MORE, deadline=None)
@given(seed=st.integers(0, 2**64))
def test_a_damaged_run_is_refused_in_a_sentence_or_reported_with_numbers_that_are_some(folder: Path, seed: int) -> None:
    examine(folder, *damaged(*RUNS["small"], seed), page=seed % 7 == 0)


@settings(max_examples=5 * MORE, deadline=None)
@given(seed=st.integers(0, 2**64))
def test_so_is_a_run_that_was_written_before_there_were_checksums(folder: Path, seed: int) -> None:
    examine(folder, *damaged(*RUNS["reference"], seed), page=seed % 7 == 0)


@settings(max_examples=100 * MORE, deadline=None)
@given(seed=st.integers(0, 2**64))
def test_whatever_happens_to_the_bytes_of_a_journal_only_trials_that_were_measured_are_read(
    folder: Path, seed: int
) -> None:
    _, lines = RUNS["small"]
    measured = {decode(line, type=Trial) for line in lines}
    chance, changed = random.Random(seed), list(lines)
    for _ in range(chance.randint(1, 20)):
        _, changed = byte_damage(chance, b"{}", changed)
    (folder / EXPERIMENT).write_bytes(RUNS["small"][0])
    (folder / TRIALS).write_bytes(b"\n".join(changed))

    read = read_journal(folder)

    assert set(read.trials) <= measured
    assert len(read.trials) + read.damaged_lines >= len(lines) - 20


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 2**64))
def test_the_order_of_the_lines_and_their_repetition_change_no_number(folder: Path, seed: int) -> None:
    experiment, lines = RUNS["small"]
    chance = random.Random(seed)
    shuffled = [*lines, *chance.choices(lines, k=9)]
    chance.shuffle(shuffled)

    before = examine(folder, experiment, b"\n".join(lines), page=False)
    after = examine(folder, experiment, b"\n".join(shuffled), page=False)

    assert isinstance(before, Results)
    assert isinstance(after, Results)
    assert (after.contrasts, after.times, after.usable) == (before.contrasts, before.times, before.usable)
    assert after.journal.repeated_lines == 9


def sentences(run: Path) -> dict[str, str]:
    return {finding.check: finding.sentence for finding in derive(run).findings}


def test_a_flipped_bit_in_a_number_is_found_by_the_line_s_checksum(tmp_path: Path) -> None:
    run = write_run(tmp_path / "run", an_experiment(), ())
    line = sealed(encode(a_trial(seconds=0.25)))
    (run / TRIALS).write_bytes(line + b"\n" + line.replace(b'"block":1', b'"block":2', 1) + b"\n")

    assert len(read_journal(run).trials) == 1
    assert sentences(run)["damaged-lines"] == "trials.jsonl has 1 torn or damaged line(s), which were left out."


def test_a_flipped_bit_in_the_experiment_is_found_and_its_layout_is_not_part_of_it(tmp_path: Path) -> None:
    (tmp_path / EXPERIMENT).write_bytes(RUNS["small"][0].replace(b"\n", b"\r\n"))
    assert read_experiment(tmp_path).settings.seed == 7

    (tmp_path / EXPERIMENT).write_bytes(RUNS["small"][0].replace(b'"seed": 7', b'"seed": 5'))
    with pytest.raises(UsageError, match="by its checksum it is not the file that was written"):
        read_experiment(tmp_path)


def test_a_run_of_as_many_sides_as_blocks_and_trials_is_refused_before_its_cells_are_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases = [("threads", workers) for workers in range(1, 101)]
    trials = [a_trial("3.13", *case, block=block) for block, case in enumerate(cases, start=1)]
    experiment = an_experiment(["3.13"], cases)
    run = write_run(tmp_path / "run", experiment, trials)
    pairs = len(experiment.pairs)
    assert read_run(run)[1].trials == tuple(trials)

    monkeypatch.setattr(validate, "MOST_CELLS", 100 * max(100, pairs) - 1)
    with pytest.raises(UsageError, match=f"its 100 trials are of 100 cases and arms in 100 blocks, with {pairs} pairs"):
        read_run(run)


def test_a_long_run_is_not_taken_for_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trials = trials_like(like_fib(), 40)
    sides = len({trial.side for trial in trials})
    monkeypatch.setattr(validate, "MOST_CELLS", 40 * max(sides, len(an_experiment().pairs)))

    assert len(read_run(write_run(tmp_path / "run", an_experiment(), trials))[1].trials) == len(trials)


def test_trials_of_no_arm_or_case_of_the_run_and_repeated_ones_are_counted_and_left_out(tmp_path: Path) -> None:
    strangers = [
        a_trial("3.99"),
        a_trial(workload="other"),
        a_trial(mode="threads", workers=7),
        a_trial("3.99", block=0),
    ]
    trials = trials_like(like_fib(), 2)
    run = write_run(tmp_path / "run", an_experiment(), [*trials, *strangers, *trials[:3]])

    assert read_run(run)[1].trials == tuple(trials)
    assert sentences(run)["strange-lines"] == (
        "trials.jsonl has 4 line(s) of no arm and case of this run and 3 line(s) about a trial that another line has "
        "already, which were left out."
    )


@pytest.mark.parametrize(
    "trial",
    [
        a_trial(values=(replace(a_value(), work_seconds=0.0),)),
        a_trial(values=(replace(a_value(), work_seconds=5e-324),)),
        a_trial(values=(replace(a_value(), canary_seconds=(0.001, 0.0)),)),
        a_trial(values=(replace(a_value(), start_seconds=1e308),)),
        a_trial(values=(replace(a_value(), stop_seconds=-0.1),)),
        a_trial(elapsed_seconds=0.0),
        a_trial(loops=0),
        a_trial(block=2**63),
        a_trial(counted=10**30),
    ],
    ids=range(9),
)
def test_numbers_that_nothing_can_have_measured_are_damage(tmp_path: Path, trial: Trial) -> None:
    run = write_run(tmp_path / "run", an_experiment(), [a_trial(), trial])

    assert (read_journal(run).trials, read_journal(run).damaged_lines) == ((a_trial(),), 1)


@pytest.mark.parametrize("word", ["NaN", "Infinity", "-Infinity", "1e999", '"0.2"', "null", "[]", "true"])
def test_what_is_no_number_is_damage(tmp_path: Path, word: str) -> None:
    run = write_run(tmp_path / "run", an_experiment(), ())
    line = encode(a_trial())
    (run / TRIALS).write_bytes(line.replace(b'"work_seconds":0.17', b'"work_seconds":' + word.encode()) + b"\n" + line)

    assert (read_journal(run).trials, read_journal(run).damaged_lines) == ((a_trial(),), 1)


def test_a_line_of_any_length_is_one_damaged_line_and_takes_little_memory(tmp_path: Path) -> None:
    run = write_run(tmp_path / "run", an_experiment(), [a_trial()])
    with (run / TRIALS).open("ab") as file:
        file.writelines([b" " * (2 * MOST_LINE_BYTES), b"x" * (3 * MOST_LINE_BYTES), b"\n", encode(a_trial(block=2))])

    assert [trial.block for trial in read_journal(run).trials] == [1, 2]
    assert read_journal(run).damaged_lines == 1


def test_brackets_within_brackets_are_damage(tmp_path: Path) -> None:
    run = write_run(tmp_path / "run", an_experiment(), ())
    (run / TRIALS).write_bytes(b'{"unknown":' + NEST * 100 + b"\n" + encode(a_trial()))
    assert read_journal(run).damaged_lines == 1

    (run / EXPERIMENT).write_bytes(b'{"unknown":' + NEST * 100)
    with pytest.raises(UsageError, match="is damaged"):
        read_experiment(run)


def test_fields_that_this_version_does_not_know_are_no_damage(tmp_path: Path) -> None:
    run = write_run(tmp_path / "run", an_experiment(), ())
    (run / TRIALS).write_bytes(sealed(encode(a_trial())[:-1] + b',"unknown":[1]}') + b"\n")

    assert (read_journal(run).trials, read_journal(run).damaged_lines) == ((a_trial(),), 0)


TWO = an_experiment(("3.13", "3.13t"), (("serial", 1),))


@pytest.mark.parametrize(
    ("experiment", "flaw"),
    [
        (replace(TWO, arms=(an_arm(), an_arm())), "it has two arms 3.13"),
        (replace(TWO, workloads=(a_workload(), a_workload())), "it has two workloads fib"),
        (replace(TWO, cases=TWO.cases * 2), "it has two cases fib/serial"),
        (replace(TWO, workloads=()), "its case fib/serial is of no workload that it has"),
        (replace(TWO, pairs=TWO.pairs * 2), "it declares fib/serial on 3.13t against fib/serial on 3.13 twice"),
        (
            replace(TWO, pairs=(replace(TWO.pairs[0], subject=TWO.pairs[0].baseline),)),
            "it declares fib/serial on 3.13 against fib/serial on 3.13, which is no pair of its arms",
        ),
        (
            replace(TWO, arms=TWO.arms[:1]),
            "it declares fib/serial on 3.13t against fib/serial on 3.13, which is no pair of its arms",
        ),
    ],
    ids=lambda parameter: parameter if isinstance(parameter, str) else "",
)
def test_an_experiment_that_contradicts_itself_is_refused_and_the_contradiction_named(
    tmp_path: Path, experiment: Experiment, flaw: str
) -> None:
    run = write_run(tmp_path / "run", experiment, ())

    with pytest.raises(UsageError) as refused:
        read_experiment(run)
    assert f"({flaw})" in str(refused.value)


def a_pipe(path: Path) -> None:
    os.mkfifo(path)


def a_folder(path: Path) -> None:
    path.mkdir()


def a_link(path: Path) -> None:
    path.symlink_to("/etc/hostname")


@pytest.mark.parametrize("name", [EXPERIMENT, TRIALS])
@pytest.mark.parametrize(
    ("put", "reason"), [(a_pipe, "it is no plain file"), (a_folder, "it is no plain file"), (a_link, "it is a link")]
)
def test_a_pipe_a_folder_and_a_link_in_a_file_s_place_are_refused_at_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, put: Callable[[Path], None], reason: str
) -> None:
    run = write_run(tmp_path / "run", an_experiment(), ())
    (run / name).unlink()
    put(run / name)

    for command, words in (
        ("report", ()),
        ("compare", (run.parent,)),
        ("gate", ("--limit", "fib/serial 3.12/3.13 >= 1")),
    ):
        assert main([command, str(run), *map(str, words)]) == 2
        assert reason in capsys.readouterr().err


def test_what_is_written_takes_a_link_s_place_and_does_not_follow_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outside = tmp_path / "outside"
    outside.write_text("mine")
    run = write_run(tmp_path / "run", an_experiment(), trials_like(like_fib(), 2))
    names = ("report.md", "contrasts.json", "fib.svg", "3.13.json", "report.md.new", "fib.svg.new")
    for name in names:
        (run / name).symlink_to(outside)

    assert main(["report", str(run)]) == 0
    assert outside.read_text() == "mine"
    assert not [path for path in run.iterdir() if path.is_symlink()]


def test_a_file_that_cannot_be_finished_leaves_the_old_one(tmp_path: Path) -> None:
    (tmp_path / "report.md").write_text("old")

    with pytest.raises(TypeError), replacing(tmp_path / "report.md") as file:
        file.writelines([b"new", None])  # type: ignore[list-item]

    assert [path.name for path in tmp_path.iterdir()] == ["report.md"]
    assert (tmp_path / "report.md").read_text() == "old"


def test_a_run_of_a_newer_format_is_refused_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = write_run(tmp_path / "run", an_experiment(format=FORMAT + 1), [a_trial()])

    assert main(["report", str(run)]) == 2
    assert f"has format {FORMAT + 1}, this harness reads up to {FORMAT}" in capsys.readouterr().err
    assert {path.name for path in run.iterdir()} == {EXPERIMENT, TRIALS}


def test_a_run_directory_that_the_user_names_may_be_a_link(tmp_path: Path) -> None:
    run = write_run(tmp_path / "elsewhere", an_experiment(), trials_like(like_fib(), 2))
    (tmp_path / "run").symlink_to(run)

    assert main(["report", str(tmp_path / "run")]) == 0
    assert (run / "report.md").is_file()
