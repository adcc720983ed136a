"""An empty database with every table, for sites in processes of their own. Migrating takes seconds, a copy nothing."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@lru_cache
def _tables() -> bytes:
    """The file that `migrate` writes, made once in each process that asks; in CI once for all of them (TABLES_FILE)."""
    kept = os.environ.get("TABLES_FILE")
    if kept is None:
        return _migrated()
    if not Path(kept).exists():
        new = Path(f"{kept}.{os.getpid()}")
        new.write_bytes(_migrated())
        new.replace(kept)  # whole or not at all, no matter who else makes it meanwhile
    return Path(kept).read_bytes()


def _migrated() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "empty.sqlite3"
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "VAR_DIR": folder,
            "DATABASE_URL": f"sqlite:///{file}",
            "DEBUG": "true",
            "REDIS_URL": "",
            "ENV_FILE": os.devnull,
        }
        command = [sys.executable, "manage.py", "migrate", "--verbosity", "0", "--skip-checks"]
        subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, timeout=170)
        return file.read_bytes()


def empty_database(file: Path) -> str:
    """The address of a new SQLite database in `file`."""
    file.write_bytes(_tables())
    return f"sqlite:///{file}"
