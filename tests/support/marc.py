"""Records of MARC 21 as bytes, sound and damaged as a story needs them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

CASES = Path(__file__).resolve().parents[1] / "data" / "catalogue"
SUBFIELD, FIELD_END, RECORD_END = b"\x1f", b"\x1e", b"\x1d"


def marc(*fields: tuple[str, str | bytes], key: str = "1", leader_09: str = " ", encoding: str = "utf-8") -> bytes:
    """`("245", "aEmma/bA novel")` for each field: subfields between slashes."""
    whole = [("001", key), *fields]
    return record([(tag, _value(tag, value, encoding)) for tag, value in whole], leader_09=leader_09)


def _value(tag: str, value: str | bytes, encoding: str) -> bytes:
    said = value if isinstance(value, bytes) else value.encode(encoding)
    return said if tag < "010" else b"  " + SUBFIELD + said.replace(b"/", SUBFIELD)


def record(
    fields: Sequence[tuple[str, bytes]], *, leader_09: str = " ", lengths: Sequence[int] = (), said: str = ""
) -> bytes:
    """`lengths` of the fields as a wrong directory has them; `said` instead of the length of the record."""
    directory, start = "", 0
    for (tag, _value), length in zip(fields, lengths or [len(value) + 1 for _tag, value in fields], strict=True):
        directory += f"{tag}{length:04}{start:05}"
        start += length
    base = 24 + len(directory) + 1
    body = b"".join(value + FIELD_END for _tag, value in fields) + RECORD_END
    whole = said or f"{base + len(body):05}"
    return f"{whole}nam {leader_09}22{base:05}   4500{directory}".encode() + FIELD_END + body
