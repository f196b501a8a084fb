"""Checksums inside the files of a run: they find a bit that flipped on a disk.

They do not protect from a person who changes a file and its checksum; `python -m harness verify` is for that.
"""

import zlib

import msgspec

_KEY = b',"crc32":"'
_LENGTH = len(_KEY) + len(b'01234567"}')


def sealed(line: bytes) -> bytes:
    """Return an encoded JSON object, in one line and with a field at least, with its checksum as the last field."""
    return b'%s%s%08x"}' % (line[:-1], _KEY, zlib.crc32(line))


def broken(line: bytes, *, always: bool) -> bool:
    """Whether a line is not what was sealed. Without `always` it may be older than the checksums."""
    body, end = line[:-_LENGTH], line[-_LENGTH:]
    if not end.startswith(_KEY):
        return always
    return end[len(_KEY) : -2] != b"%08x" % zlib.crc32(body + b"}")


def sealed_document(encoded: bytes) -> bytes:
    """Return the same for a file that people read: indented; how it is laid out is not part of the checksum."""
    return msgspec.json.format(sealed(encoded), indent=1) + b"\n"


def is_sealed(content: bytes) -> bool:
    """Whether a document ends with a checksum, right or wrong."""
    return _KEY[1:7] in content[-2 * _LENGTH :]


def broken_document(content: bytes) -> bool:
    """Whether an indented JSON object is not what was sealed; DecodeError when it is no JSON at all."""
    document = msgspec.json.decode(content)
    if not isinstance(document, dict) or "crc32" not in document:
        return False
    recorded = document.pop("crc32")
    return bool(recorded != f"{zlib.crc32(msgspec.json.encode(document)):08x}")
