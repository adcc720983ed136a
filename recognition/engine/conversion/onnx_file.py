"""An ONNX file written byte by byte: a handful of its messages, so that 31 MB of a package need not be installed.

Protocol buffers: each field is its number and kind, then an integer of 7 bits a byte, or a length and so many bytes.
The numbers are those of onnx.proto.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

IR_VERSION, OPSET = 9, 17
INTEGER, BYTES, FLOAT = 0, 2, 5  # kinds of fields
TYPES = {"float32": 1, "uint8": 2, "int64": 7}  # of tensors
_ONE_FLOAT, _ONE_INTEGER, _ONE_STRING, _INTEGERS = 1, 2, 3, 7  # types of attributes

Shape = Sequence[int | str]  # a name: any number


@dataclass(frozen=True, slots=True)
class Value:
    """An input or output of a graph."""

    name: str
    dtype: str  # of TYPES
    shape: Shape


def element_type(dtype: str) -> int:
    """The number of a type of numbers, as operators want it."""
    return TYPES[dtype]


def node(operator: str, inputs: Iterable[str], outputs: Iterable[str], attributes: Mapping[str, Any]) -> bytes:
    return b"".join(
        [
            *(_text(1, name) for name in inputs),
            *(_text(2, name) for name in outputs),
            _text(4, operator),
            *(field(5, _attribute(name, value)) for name, value in sorted(attributes.items())),
        ]
    )


def tensor(name: str, value: NDArray[Any]) -> bytes:
    sizes = b"".join(_integer(1, size) for size in value.shape)
    raw = np.ascontiguousarray(value).astype(value.dtype.newbyteorder("<")).tobytes()
    return sizes + _integer(2, TYPES[value.dtype.name]) + _text(8, name) + field(9, raw)


def model(
    name: str,
    nodes: Iterable[bytes],
    tensors: Iterable[bytes],
    *,
    inputs: Iterable[Value],
    outputs: Iterable[Value],
    properties: Mapping[str, str],
) -> bytes:
    """The whole file. Whether its graph makes sense, onnxruntime says when it loads it."""
    graph = [
        *(field(1, one) for one in nodes),
        _text(2, name),
        *(field(5, one) for one in tensors),
        *(field(11, value_info(one)) for one in inputs),
        *(field(12, value_info(one)) for one in outputs),
    ]
    return b"".join(
        [
            _integer(1, IR_VERSION),
            _text(2, "ostiary"),
            field(7, b"".join(graph)),
            field(8, _integer(2, OPSET)),
            *(field(14, _text(1, key) + _text(2, value)) for key, value in properties.items()),
        ]
    )


def _attribute(name: str, value: float | int | str | Sequence[int]) -> bytes:
    start = _text(1, name)
    if isinstance(value, str):
        return start + _text(4, value) + _integer(20, _ONE_STRING)
    if isinstance(value, float):
        return start + _key(2, FLOAT) + struct.pack("<f", value) + _integer(20, _ONE_FLOAT)
    if isinstance(value, int):
        return start + _integer(3, value) + _integer(20, _ONE_INTEGER)
    return start + b"".join(_integer(8, one) for one in value) + _integer(20, _INTEGERS)


def value_info(value: Value) -> bytes:
    sizes = [_text(2, one) if isinstance(one, str) else _integer(1, one) for one in value.shape]
    shape = b"".join(field(1, size) for size in sizes)
    kind = _integer(1, TYPES[value.dtype]) + field(2, shape)
    return _text(1, value.name) + field(2, field(1, kind))


def _key(number: int, kind: int) -> bytes:
    return _as_varint(number << 3 | kind)


def field(number: int, data: bytes) -> bytes:
    return _key(number, BYTES) + _as_varint(len(data)) + data


def _text(number: int, text: str) -> bytes:
    return field(number, text.encode())


def _integer(number: int, value: int) -> bytes:
    return _key(number, INTEGER) + _as_varint(value & (2**64 - 1))


def _as_varint(value: int) -> bytes:
    """Seven bits a byte, the lowest first; the top bit says that more follow."""
    found = bytearray()
    while value > 0x7F:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    found.append(value)
    return bytes(found)


def varint(data: bytes, at: int) -> tuple[int, int]:
    """The integer that begins there, and where it ends."""
    found = shift = 0
    while True:
        byte, at = data[at], at + 1
        found |= (byte & 0x7F) << shift
        if byte < 0x80:
            return found, at
        shift += 7
