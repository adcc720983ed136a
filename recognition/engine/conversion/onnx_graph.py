"""An ONNX graph, written node by node."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from recognition.engine.conversion import onnx_file
from recognition.engine.conversion.onnx_file import Value


class Graph:
    """Nodes collected in order; each call returns the name of its output."""

    def __init__(self, name: str, source_sha256: str) -> None:
        self.name, self.source = name, source_sha256
        self._nodes: list[bytes] = []
        self._weights: list[bytes] = []

    def add(self, operator: str, *inputs: str, output: str = "", **attributes: Any) -> str:
        output = output or f"t{len(self._nodes)}"
        self._nodes.append(onnx_file.node(operator, inputs, [output], attributes))
        return output

    def constant(self, value: Any, dtype: Any = np.float32) -> str:
        name = f"w{len(self._weights)}"
        self._weights.append(onnx_file.tensor(name, np.asarray(value, dtype)))
        return name

    def save(self, path: Path, *, inputs: list[Value], outputs: list[Value]) -> None:
        properties = {"source_sha256": self.source}
        ports = {"inputs": inputs, "outputs": outputs}
        path.write_bytes(onnx_file.model(self.name, self._nodes, self._weights, **ports, properties=properties))
