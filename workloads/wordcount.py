"""CPU-bound: count the words of texts: strings are split and changed, and a dict is filled."""

import hashlib

GROUP = "everyday"
WORDS = ("the", "cat", "and", "a", "dog", "saw", "what", "no", "interpreter", "had", "seen", "before")
SIZES = {"quick": [4000] * 8, "default": [12_000] * 16}


def text(length):
    words = (WORDS[number * number % 11] + "s" * (number % 3) for number in range(length))
    return ". ".join(word.title() for word in words)


def run(length):
    counts = {}
    for word in text(length).split():
        plain = word.strip(".,").lower()
        counts[plain] = counts.get(plain, 0) + 1
    return len(counts), hashlib.sha256(repr(sorted(counts.items())).encode()).hexdigest()
