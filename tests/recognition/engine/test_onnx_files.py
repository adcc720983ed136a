"""Networks that are written here byte by byte say what they are meant to, whole and cut in two."""

from __future__ import annotations

import numpy as np
import pytest

from recognition.engine.conversion.onnx_file import Value
from recognition.engine.conversion.onnx_graph import Graph
from recognition.engine.conversion.onnx_halves import halves
from recognition.engine.onnx_sessions import session

# No database anywhere here.
pytestmark = pytest.mark.same_on_every_database

MATRIX = np.arange(200 * 3, dtype=np.float32).reshape(200, 3) / 1000  # more than 127 of something: two bytes of length
GIVEN = np.linspace(-1, 1, 2 * 200, dtype=np.float32).reshape(2, 200)


@pytest.fixture
def network(tmp_path):
    """relu(x) · MATRIX, then its softmax as integers of percent: integers, floats and lists among the attributes."""
    graph = Graph("small", "0" * 64)
    x = graph.add("LeakyRelu", "given", alpha=0.5)
    x = graph.add("MatMul", x, graph.constant(MATRIX))
    x = graph.add("Softmax", x, axis=-1)
    x = graph.add("Transpose", graph.add("Mul", x, graph.constant(100.0)), perm=[1, 0])
    graph.add("Cast", x, output="percent", to=7)
    path = tmp_path / "small.onnx"
    ports = {"inputs": [Value("given", "float32", ["n", 200])], "outputs": [Value("percent", "int64", [3, "n"])]}
    graph.save(path, **ports)
    return path


def expected():
    rows = np.where(GIVEN < 0, 0.5 * GIVEN, GIVEN) @ MATRIX
    parts = np.exp(rows - rows.max(axis=1, keepdims=True))
    return (100 * parts / parts.sum(axis=1, keepdims=True)).T.astype(np.int64)


def test_what_is_written_is_what_runs(network):
    small = session(network)
    assert small.run(None, {"given": GIVEN})[0].tolist() == expected().tolist()
    assert (small.get_inputs()[0].shape, small.get_outputs()[0].shape) == (["n", 200], [3, "n"])
    assert small.get_modelmeta().custom_metadata_map == {"source_sha256": "0" * 64}


def test_both_halves_one_after_the_other_are_the_whole(network):
    first, second = (session(network, content=part) for part in halves(network.read_bytes(), ["n", 3]))
    halfway = first.run(None, {"given": GIVEN})[0]
    assert halfway.shape == (2, 3)
    assert second.run(None, {second.get_inputs()[0].name: halfway})[0].tolist() == expected().tolist()


def test_where_two_values_are_used_further_down_nothing_is_cut(tmp_path):
    graph = Graph("crossed", "0" * 64)
    first, second = graph.add("Relu", "given"), graph.add("Neg", "given")
    graph.add("Add", first, second, output="sum")
    path = tmp_path / "crossed.onnx"
    graph.save(path, inputs=[Value("given", "float32", ["n"])], outputs=[Value("sum", "float32", ["n"])])
    with pytest.raises(ValueError, match="no place to cut"):
        halves(path.read_bytes(), ["n"])


@pytest.mark.parametrize("data", [b"", b"\x39\x00", b"GIF89a" * 9, b"\x3a\xff"])
def test_what_is_no_network_cannot_be_cut(data):
    with pytest.raises((ValueError, IndexError, StopIteration)):
        halves(data, ["n"])
