"""Files that make a site better, fetched beside other work and only as far as that is soon done."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from time import monotonic

from config.errors import Refused
from recognition.engine.model_files.manifest import ModelFile
from recognition.engine.model_files.store import ModelStore

SOON = 20.0  # s for all of them together


class FetchAttempt:
    """Begins at once, on a thread of its own. After the first file that cannot be had no other one is asked for."""

    def __init__(
        self, store: ModelStore, files: Sequence[ModelFile], *, mirror: Path | None, within: float = SOON
    ) -> None:
        self._store, self._files, self._mirror = store, files, mirror
        self._end = monotonic() + within
        self.why = ""  # the first one could not be had
        self._thread = threading.Thread(target=self._work, name="model files", daemon=True)
        self._thread.start()

    def wait(self) -> bool:
        """Whether all of them that are not optional are ready, at the latest when the time is over."""
        self._thread.join(max(0.0, self._end - monotonic()))
        if self._thread.is_alive():
            self.why = f"that takes longer than {SOON:.0f} seconds"
        return all(file.optional or self._store.has(file.name) for file in self._files)

    def _work(self) -> None:
        for file in self._files:
            try:
                left = max(0.1, self._end - monotonic())
                status = self._store.obtain(file, mirror=self._mirror, progress=lambda *_: None, within=left)
            except Refused as refusal:
                self.why = refusal.message
                return
            if not status.ready:
                self.why = f"{file.name}: {status.why}"
                return
