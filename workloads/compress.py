"""CPU-bound control: compress text with zlib, which releases the GIL, so threads help on every arm."""

import zlib

GROUP = "controls"
TEXT = "".join(f"line {number}: {number * number % 9973} sheep\n" for number in range(8000)).encode()
SIZES = {"quick": [TEXT] * 4, "default": [TEXT] * 16}


def run(text):
    packed = zlib.compress(text)
    return len(packed), zlib.crc32(packed)
