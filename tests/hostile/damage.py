"""Small valid runs, and every way to damage one: what the fuzzer does, in the tests and by hand."""

import contextlib
import copy
import json
import random
from collections.abc import Iterable, Iterator
from typing import Any

from msgspec import DecodeError
from msgspec.json import decode, encode

from harness import ROOT
from harness.runs.checksum import sealed, sealed_document
from tests.builders import a_trial, a_workload, an_experiment, seen_by_load, trials_like
from tests.disturbed import control_trials, watched, with_control

# What stands in the place of a number, a word or a record. NaN and Infinity are Python's, not JSON's.
ODD: tuple[Any, ...] = (
    *(0, -1, 1, 2, 0.0, -0.0, 1e-320, 1e-9, 1e9, 1e308, 2**31, 2**53, 2**53 + 1, 2**63, 10**400, -(2**63)),
    *(float("nan"), float("inf"), -float("inf"), True, False, None, [], {}, "", [[]], [None], {"a": {}}),
    *("\x00", "\x1b[2J", "\u202etxt", "<script>alert(1)</script>", "a|b\n\n# c", "../../x", "x" * 5000, "serial"),
    *("3.13", "3.13t", "fib", "fib@2", "fib@", "@", "2025-13-45", "9999-12-31T23:59:59+00:00", "\ud800"),
)
NEST = b"[" * 3000
Files = tuple[bytes, list[bytes]]  # an experiment and the lines of its journal
Key = str | int  # of an object, of a list
Path = tuple[Key, ...]


def small() -> Files:
    """A run of two workloads with all that trials can say, in so few lines that a thousand of them are quick."""
    spots = {
        (arm, mode, workers): 0.1 for arm in ("3.13", "3.13t") for mode, workers in (("serial", 1), ("threads", 2))
    }
    experiment = with_control(
        an_experiment(
            ("3.13", "3.13t"),
            (("serial", 1), ("threads", 2)),
            [a_workload(), a_workload("grain@40", series="jobs", point=40)],
        )
    )
    fib, grain = trials_like(spots, 11), trials_like(spots, 3, workload="grain@40")
    grain = [seen_by_load(trial, [0.001 * number for number in range(1, 9)]) for trial in grain]
    trials = [watched(trial) for trial in (*fib, *grain, *control_trials(experiment, fib, 11))]
    failed = a_trial("3.13t", block=0, status="failed", values=(), reason="it exited with code 1")
    memory = [
        a_trial(arm, block=block, purpose="memory", peak_pss_bytes=2**24)
        for arm in ("3.13", "3.13t")
        for block in (1, 2)
    ]
    lines = [sealed(encode(trial)) for trial in (failed, *trials, *memory)]
    return sealed_document(encode(experiment)), lines


def reference() -> Files:
    """The committed run's experiment and first lines, from before there were checksums."""
    run = ROOT / "results" / "reference"
    with (run / "trials.jsonl").open("rb") as file:
        lines = [file.readline().rstrip() for _ in range(80)]
    return (run / "experiment.json").read_bytes(), lines


def damaged(experiment: bytes, lines: Iterable[bytes], seed: int) -> tuple[bytes, bytes]:
    """Return both after one to four kinds of damage, always the same for one seed."""
    chance = random.Random(seed)
    remaining = list(lines)
    for _ in range(chance.randint(1, 4)):
        kind = chance.choice((_bytes, _bytes, _lines, _lines, _fields, _fields, _everywhere, _everywhere, _experiment))
        experiment, remaining = kind(chance, experiment, remaining)
    return experiment, b"\n".join(remaining) + b"\n" * chance.randint(0, 1)


def _bytes(chance: random.Random, experiment: bytes, lines: list[bytes]) -> Files:
    """Flip, cut, insert or repeat bytes, of the experiment now and then."""
    if chance.random() < 0.2:
        return _scratched(chance, experiment), lines
    if lines:
        place = chance.randrange(len(lines))
        lines[place] = _scratched(chance, lines[place])
    return experiment, lines


def _scratched(chance: random.Random, content: bytes) -> bytes:
    first = chance.randrange(len(content) + 1)
    last = min(len(content), first + chance.choice((1, 1, 2, 20, len(content))))
    middle = chance.choice(
        (
            bytes(byte ^ (1 << chance.randrange(8)) for byte in content[first:last]),
            b"",
            content[first:last] * 2,
            bytes(chance.randrange(256) for _ in range(chance.randint(1, 8))),
            chance.choice(
                (b"\n", b"\x00", b"\xff\xfe", b"NaN", b"-1", b"1e999", NEST, b'"', b"{", b"}", b"\xef\xbb\xbf")
            ),
        )
    )
    return content[:first] + middle + content[last:]


def _lines(chance: random.Random, experiment: bytes, lines: list[bytes]) -> Files:
    """Leave out, repeat, shuffle or lengthen lines."""
    how = chance.randrange(5)
    if how == 0:
        chance.shuffle(lines)
    elif how == 1:
        lines += chance.choices(lines, k=5) if lines else []
    elif how == 2:
        lines = lines[: chance.randrange(len(lines) + 1)]
    elif how == 3:
        lines.insert(chance.randrange(len(lines) + 1), chance.choice((b"", b"null", b"[]", b"{}", b"x" * 5000, NEST)))
    else:
        lines = [line for line in lines if chance.random() < 0.5]
    return experiment, lines


def _fields(chance: random.Random, experiment: bytes, lines: list[bytes]) -> Files:
    """Change what some lines say and seal them, as a writer with a bug would, or somebody who means harm."""
    for place in chance.sample(range(len(lines)), min(len(lines), chance.choice((1, 3, len(lines))))):
        changed = _changed(chance, lines[place])
        lines[place] = lines[place] if changed is None else sealed(changed)
    return experiment, lines


def _everywhere(chance: random.Random, experiment: bytes, lines: list[bytes]) -> Files:
    """Give one number or word of all lines, or of every second one, the same odd value: a median does not hide it."""
    parsed = [_parsed(line) for line in lines]
    documents = [document for document in parsed if document]
    if not documents:
        return experiment, lines
    paths = [path for path, value in _paths(chance.choice(documents)) if isinstance(value, (int, float, str))]
    path, every = chance.choice(paths), chance.choice((1, 1, 2, 3))
    odd = chance.choice((0, 1e-9, 1e-6, 0.01, 1, 3, 1e6, 1e9, 2**53, "", "x", "ok", "memory", "serial", "fib"))
    for place, document in enumerate(parsed):
        holder: Any = document
        with contextlib.suppress(KeyError, IndexError, TypeError):
            for key in path[:-1]:
                holder = holder[key]
            if place % every == 0 and path[-1] in (holder if isinstance(holder, dict) else range(len(holder))):
                holder[path[-1]] = odd
                lines[place] = sealed(json.dumps(document).encode())
    return experiment, lines


def _parsed(line: bytes) -> dict[str, Any] | None:
    with contextlib.suppress(ValueError, RecursionError):
        document = json.loads(line)
        if isinstance(document, dict):
            document.pop("crc32", None)
            return document
    return None


def _paths(document: Any, before: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every (path, value) of a document."""
    for key, value in _items(document):
        yield (*before, key), value
        yield from _paths(value, (*before, key))


def _experiment(chance: random.Random, experiment: bytes, lines: list[bytes]) -> Files:
    changed = experiment
    for _ in range(chance.randint(1, 3)):
        changed = _changed(chance, changed) or changed
    with contextlib.suppress(DecodeError, UnicodeDecodeError, RecursionError):  # what cannot be laid out stays as it is
        changed = sealed_document(encode(decode(changed)))
    return changed, lines


def _changed(chance: random.Random, content: bytes) -> bytes | None:
    """Return the JSON with one of its fields changed, left out, or said twice; None where it is none already."""
    try:
        document = json.loads(content)
        places = [*_places(document)]
    except (ValueError, RecursionError):
        return None
    if not places:
        return None
    if isinstance(document, dict):
        document.pop("crc32", None)
    holder, key = chance.choice(places)
    how = chance.random()
    if isinstance(holder, dict) and key not in holder:
        return None
    if how < 0.1:
        del holder[key]
    elif how < 0.2 and isinstance(holder, list):
        holder.append(copy.deepcopy(chance.choice(holder)))
    elif how < 0.3 and isinstance(holder, dict):
        holder["unknown"] = chance.choice(ODD)
    elif how < 0.4 and isinstance(holder[key], (int, float)) and not isinstance(holder[key], bool):
        with contextlib.suppress(OverflowError):
            holder[key] *= chance.choice((-1, 0, 10, 1e-9, 1e9))
    else:
        alike = [value for value in ODD if type(value) is type(holder[key])]
        holder[key] = chance.choice(alike if alike and chance.random() < 0.7 else ODD)
    return json.dumps(document, ensure_ascii=chance.random() < 0.5).encode(errors="surrogatepass")


def _places(document: Any) -> Iterator[tuple[Any, Key]]:
    """Every (holder, key) of a document, however deep."""
    for key, value in list(_items(document)):
        yield document, key
        yield from _places(value)


def _items(document: Any) -> Iterable[tuple[Key, Any]]:
    """Every (key, value) of an object or a list; nothing of anything else has a key."""
    if isinstance(document, list):
        return enumerate(document)
    return document.items() if isinstance(document, dict) else ()
