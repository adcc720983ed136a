"""Reads the weights out of PyTorch's `.pth` files of before 2020, without PyTorch and without running what is in them.

The format: five pickles one after the other (a magic number, a version, facts about the machine, the tensors' shapes by
name, the keys of their storages), then each storage in the order of those keys: a 64-bit count and raw little-endian
numbers. A pickle is a program. Here only the few instructions that such a file consists of may run, and only the four
names that it mentions are known, each of which stands for something harmless.
"""

from __future__ import annotations

import pickle
import pickletools
from collections import OrderedDict
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from config.errors import Refused

MAGIC = 0x1950A86A20F9469CFC6C
VERSION = 1001
LARGEST = 64 << 20  # bytes of a file
MOST_MEMORIES = 100_000  # places to remember something in, which a pickle may claim by number

_INSTRUCTIONS = frozenset(
    {
        *("PROTO", "STOP", "MARK", "REDUCE", "BUILD", "GLOBAL", "BINPERSID"),
        *("BINPUT", "LONG_BINPUT", "BINGET", "LONG_BINGET"),
        *("LONG1", "BININT", "BININT1", "BININT2", "BINUNICODE", "NONE", "NEWTRUE", "NEWFALSE"),
        *("EMPTY_TUPLE", "TUPLE", "TUPLE1", "TUPLE2", "TUPLE3", "EMPTY_LIST", "APPEND", "APPENDS"),
        *("EMPTY_DICT", "SETITEM", "SETITEMS"),
    }
)
_TYPES: dict[str, np.dtype[Any]] = {"FloatStorage": np.dtype("<f4"), "LongStorage": np.dtype("<i8")}


class _Storage(NamedTuple):
    key: str
    dtype: np.dtype[Any]
    numbers: int


class _Tensor(NamedTuple):
    storage: _Storage
    offset: int
    shape: tuple[int, ...]


def read_tensors(path: Path) -> dict[str, NDArray[Any]]:
    """The tensors by their names. Refused `damaged_model` for a file that is another one, damaged or malicious."""
    data = path.read_bytes()[: LARGEST + 1]
    try:
        return _read(data)
    except (
        pickle.UnpicklingError,
        ValueError,
        TypeError,
        LookupError,
        AttributeError,
        EOFError,
        OverflowError,
    ) as error:
        raise Refused("damaged_model", f"{path.name} is not the expected weights file: {error}.") from error


def _read(data: bytes) -> dict[str, NDArray[Any]]:
    if len(data) > LARGEST:
        raise ValueError("it is far too large")
    stream = BytesIO(data)
    if _load(stream) != MAGIC or _load(stream) != VERSION:
        raise ValueError("it does not begin as one")
    if _load(stream).get("little_endian") is not True:
        raise ValueError("its numbers are written another way round")
    tensors, keys = _load(stream), _load(stream)
    storages = _storages(stream, keys, {tensor.storage.key: tensor.storage for tensor in tensors.values()})
    return {name: _cut(storages[tensor.storage.key], tensor) for name, tensor in tensors.items()}


def _load(stream: BytesIO) -> Any:
    """The next pickle, after a look at each of its instructions."""
    start = stream.tell()
    for instruction, argument, _place in pickletools.genops(stream):
        if instruction.name not in _INSTRUCTIONS:
            raise pickle.UnpicklingError(f"{instruction.name} has no place in it")
        if instruction.name == "LONG_BINPUT" and (argument or 0) > MOST_MEMORIES:
            raise pickle.UnpicklingError("it claims too much memory")
    stream.seek(start)
    return _Unpickler(stream).load()


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == ("collections", "OrderedDict"):
            return OrderedDict
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return _rebuilt
        if module == "torch" and name in _TYPES:
            return name
        raise pickle.UnpicklingError(f"it asks for {module}.{name}")

    def persistent_load(self, pid: Any) -> _Storage:
        what, kind, key, _device, count, view = pid
        if what != "storage" or view is not None:
            raise pickle.UnpicklingError("it holds something else than storages")
        return _Storage(str(key), _TYPES[kind], int(count))


def _rebuilt(storage: Any, offset: Any, shape: Any, strides: Any, *_gradient: Any) -> _Tensor:
    """What PyTorch would make a tensor of. Only whole ones, row after row."""
    if not isinstance(storage, _Storage):
        raise pickle.UnpicklingError("a tensor without a storage")
    sides = tuple(int(side) for side in shape)
    steps = tuple(int(np.prod(sides[i + 1 :])) for i in range(len(sides)))
    if min((offset, *sides), default=0) < 0 or steps != tuple(strides):
        raise pickle.UnpicklingError("a tensor of an unusual shape")
    return _Tensor(storage, int(offset), sides)


def _storages(stream: BytesIO, keys: Any, known: dict[str, _Storage]) -> dict[str, NDArray[Any]]:
    found: dict[str, NDArray[Any]] = {}
    for key in keys:
        storage = known[key]
        count = int.from_bytes(stream.read(8), "little", signed=True)
        raw = stream.read(storage.numbers * storage.dtype.itemsize) if count == storage.numbers >= 0 else b""
        found[key] = np.frombuffer(raw, storage.dtype)
        if len(found[key]) != storage.numbers:
            raise ValueError("it ends too early")
    return found


def _cut(storage: NDArray[Any], tensor: _Tensor) -> NDArray[Any]:
    count = int(np.prod(tensor.shape))
    return storage[tensor.offset : tensor.offset + count].reshape(tensor.shape)
