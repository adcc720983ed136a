"""Secrets of the demo in files: readable by their owner only, and by `make run`, which prints them."""

from __future__ import annotations

import os
from pathlib import Path

from django.conf import settings


def kept() -> Path:
    """Where those of the demo's accounts are."""
    return Path(settings.VAR_DIR) / "demo" / "passwords.txt"


def read(kept: Path) -> dict[str, str]:
    """Id number to password."""
    if not kept.exists():
        return {}
    rows = (line.split() for line in kept.read_text().splitlines() if line and not line.startswith("#"))
    return {row[0]: row[1] for row in rows if len(row) > 1}


def write(kept: Path, passwords: dict[str, str], roles: dict[str, str]) -> None:
    rows = [f"{name:<12}{password:<16}{roles.get(name, '')}".rstrip() for name, password in passwords.items()]
    write_private(kept, "\n".join(["# id number, password, role", *rows, ""]))


def write_private(path: Path, text: str) -> None:
    """Write a secret so that only its owner can read it, from the first byte on."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
