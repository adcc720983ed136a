"""What Ostiary writes is for its own account alone: new files, files from before that was so, uploads on their way."""

from __future__ import annotations

import logging
import os
import stat
from collections.abc import Collection, Iterator
from pathlib import Path

log = logging.getLogger("ostiary.files")

OTHERS = 0o077
CODE = Path(__file__).resolve().parents[2]


def close_to_others() -> None:
    """Whatever this process makes from now on, without a mode of its own: files 0600, folders 0700."""
    os.umask(OTHERS)


def folder(path: Path) -> Path:
    """The folder, and those above it that are missing, for our account alone, whatever the umask is."""
    if not path.is_dir():
        folder(path.parent)
        path.mkdir(mode=0o700, exist_ok=True)
    return path


def folder_or_none(path: Path) -> Path | None:
    """None on a machine where we may not write, such as a camera's: there nothing is uploaded."""
    try:
        return folder(path)
    except OSError:
        return None


def opener(path: str, flags: int) -> int:
    """For `open(…, opener=opener)`: a new file is for our account alone, whatever the umask is."""
    return os.open(path, flags, 0o600)


def tighten(root: Path, *, but: Collection[Path] = ()) -> None:
    """Take from everyone else what they may do with this folder and all that is in it, `but` some folders."""
    if root.is_dir() and not _is_shared(root):
        tighten_files(root, *_below(root, but))


def tighten_files(*paths: Path) -> None:
    """Those that are there and ours. Links are left alone: they lead to what is not ours to decide about."""
    for path in paths:
        try:
            found = path.lstat()
            if found.st_mode & OTHERS and found.st_uid == os.geteuid() and not stat.S_ISLNK(found.st_mode):
                path.chmod(stat.S_IMODE(found.st_mode) & ~OTHERS)
        except FileNotFoundError:
            continue
        except OSError:
            log.warning("%s stays open to others: its mode cannot be changed", path, exc_info=True)


def _is_shared(root: Path) -> bool:
    """A folder such as /tmp, or one that holds our code too: more than ours lies there."""
    return bool(root.stat().st_mode & stat.S_ISVTX) or CODE.is_relative_to(root.resolve())


def _below(root: Path, but: Collection[Path]) -> Iterator[Path]:
    for where, folders, files in os.walk(root):
        here = Path(where)
        folders[:] = [name for name in folders if here / name not in but]
        yield from (here / name for name in (*folders, *files))
