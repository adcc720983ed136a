"""onnxruntime sessions, made the same way everywhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from config.errors import Refused


def session(path: Path, *, threads: int = 0, content: bytes | None = None) -> Any:
    """A CPU session whose waiting threads sleep instead of spinning: other stations share these cores.

    `threads` per call, 0 = all cores. `content`: what is loaded instead of the whole file. Refused `damaged_model` when
    it is not an ONNX graph.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    try:
        return onnxruntime.InferenceSession(content or str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime raises a family of its own
        raise Refused("damaged_model", f"{path.name} is not a model that can be loaded.", status=503) from error
