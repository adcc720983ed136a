"""Files that appear whole or never."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """A new, empty file beside `target` to write to; it takes the target's place when the block ends well.

    Every caller gets one of its own, so two processes may make the same file at once. Nothing is left behind.
    """
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".part", dir=target.parent)
    os.close(handle)
    building = Path(name)
    try:
        yield building
        building.chmod(0o644)  # mkstemp's are for the owner alone
        building.replace(target)
    finally:
        building.unlink(missing_ok=True)
