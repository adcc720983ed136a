"""The production settings of docs/production.md, with secrets in place of `change-me`: `.ci/run` checks them."""

from __future__ import annotations

import base64
import re
import secrets
import sys
from pathlib import Path

DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "production.md"


def documented(document: Path = DOCUMENT) -> dict[str, str]:
    """The first ini block of the document."""
    block = re.search(r"```ini\n(.*?)```", document.read_text(), re.DOTALL)
    assert block, f"{document} shows no settings"
    return dict(line.split("=", 1) for line in block[1].splitlines() if line and not line.startswith("#"))


def filled_in(document: Path = DOCUMENT) -> dict[str, str]:
    keys = {
        name: "k1:" + base64.b64encode(secrets.token_bytes(32)).decode() for name in ("FACE_KEYS", "LOCKER_LOG_KEYS")
    }
    return documented(document) | {"SECRET_KEY": secrets.token_urlsafe(60)} | keys


if __name__ == "__main__":
    sys.stdout.writelines(f"{name}={value}\n" for name, value in filled_in(Path(sys.argv[1])).items())
