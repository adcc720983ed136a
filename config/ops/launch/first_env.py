"""The first `.env` of a machine: fresh random secrets, for one developer's machine or a demo.

Only the standard library is used, and an existing file is never touched: it holds the keys of the gallery.
"""

from __future__ import annotations

import base64
import os
import secrets
import sys
from pathlib import Path

TEXT = """\
# Written by `make run`. Keep it secret and keep a copy. Without FACE_KEYS the face gallery cannot be read.
# Every variable is explained in .env.example.
DEBUG=true
DEMO=true
SECRET_KEY={secret_key}
FACE_KEYS=k1:{face_key}
"""


def fresh() -> str:
    """The text of a new file, different each time."""
    face_key = base64.b64encode(secrets.token_bytes(32)).decode()
    return TEXT.format(secret_key=secrets.token_urlsafe(60), face_key=face_key)


def write(path: Path) -> bool:
    """Create `path`, readable by its owner only. False, and nothing done, when it exists."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return False
    with os.fdopen(handle, "w") as file:
        file.write(fresh())
    return True


if __name__ == "__main__":
    target = Path(sys.argv[1] if len(sys.argv) > 1 else ".env")
    if write(target):
        sys.stdout.write(f"Wrote {target} with fresh random secrets.\n")
