"""An ONNX file cut in two, for two cores: the second half of one picture's work beside the first half of another's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from recognition.engine.conversion.onnx_file import BYTES, FLOAT, INTEGER, Value, field, value_info, varint

_GRAPH = 7  # of a model; the others are numbers of fields of a graph and of a node
_NODE, _INPUT, _OUTPUT = 1, 11, 12
_TAKES, _GIVES = 1, 2
_NAME = 1  # of a port

Part = tuple[int, bytes, bytes]  # number of the field, its data, the whole of it


def halves(file: bytes, shape: Sequence[int | str], share: float = 0.5) -> tuple[bytes, bytes]:
    """Two models that come to the same: what the first answers, of that shape, is what the second is given.

    Cut after about that share of the nodes, where one value is all that is used further down. ValueError where there is
    none.
    """
    model = list(_parts(file))
    graph = list(_parts(next(data for number, data, _ in model if number == _GRAPH)))
    nodes = [whole for number, _, whole in graph if number == _NODE]
    given = {name for number, data, _ in graph if number == _INPUT for name in _names(data, _NAME)}
    cut, name = _waist([data for number, data, _ in graph if number == _NODE], given, share)
    between = value_info(Value(name, "float32", shape))
    first = _graph(graph, nodes[:cut], {_OUTPUT: between})
    second = _graph(graph, nodes[cut:], {_INPUT: between})
    return _model(model, first), _model(model, second)


def _graph(graph: list[Part], nodes: list[bytes], ports: dict[int, bytes]) -> bytes:
    """All but the nodes and the port at the cut stays; weights that are not used are dropped when it is loaded."""
    rest = [whole for number, _, whole in graph if number != _NODE and number not in ports]
    return b"".join([*nodes, *rest, *(field(number, data) for number, data in ports.items())])


def _model(model: list[Part], graph: bytes) -> bytes:
    return b"".join(field(_GRAPH, graph) if number == _GRAPH else whole for number, _, whole in model)


def _waist(nodes: list[bytes], given: set[str], share: float) -> tuple[int, str]:
    """How many nodes stand before the cut, and the one value that crosses it."""
    takes, gives = ([_names(node, kind) for node in nodes] for kind in (_TAKES, _GIVES))
    for cut in sorted(range(1, len(nodes)), key=lambda n: abs(n - share * len(nodes))):
        known = given.union(*gives[:cut])
        crossing = known.intersection(name for names in takes[cut:] for name in names)
        if len(crossing) == 1 and crossing == set(gives[cut - 1]):
            return cut, crossing.pop()
    raise ValueError("no place to cut")


def _names(node: bytes, kind: int) -> list[str]:
    return [data.decode() for number, data, _ in _parts(node) if number == kind]


def _parts(message: bytes) -> Iterator[Part]:
    """The fields of a message, in their order."""
    at = 0
    while at < len(message):
        start = at
        key, at = varint(message, at)
        size, at = _length(message, at, key & 7)
        yield key >> 3, message[at : at + size], message[start : at + size]
        at += size


def _length(message: bytes, at: int, kind: int) -> tuple[int, int]:
    """How many bytes the field's data are, and where they begin. ValueError for any other bytes."""
    if kind == BYTES:
        return varint(message, at)
    if kind == INTEGER:
        return varint(message, at)[1] - at, at
    if kind == FLOAT:
        return 4, at
    raise ValueError("not an ONNX file")
