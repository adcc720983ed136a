"""Small wheels in a folder that stands in for the package index: pip itself fetches them, and no network is asked."""

from __future__ import annotations

import hashlib
import zipfile


def make(folder, name, version, members, tag="py3-none-any"):
    """A wheel of that name with these members (path: bytes), as pip wants one."""
    folder.mkdir(parents=True, exist_ok=True)
    path, info = folder / f"{name}-{version}-{tag}.whl", f"{name}-{version}.dist-info"
    with zipfile.ZipFile(path, "w") as wheel:
        for member, data in members.items():
            wheel.writestr(member, data)
        wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        wheel.writestr(f"{info}/WHEEL", f"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: {tag}\n")
        wheel.writestr(f"{info}/RECORD", "")
    return path


def pin(path, requirement, *wheels):
    """A requirements file that knows these wheels by their hashes."""
    hashes = [f"--hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}" for wheel in wheels]
    path.write_text(" ".join([requirement, *hashes]) + "\n")
    return path


def only_from(monkeypatch, folder):
    """pip looks nowhere else; what the machine's own configuration says does not count."""
    for name, value in {
        "PIP_CONFIG_FILE": "/dev/null",
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": str(folder),
        "PIP_EXTRA_INDEX_URL": "",
    }.items():
        monkeypatch.setenv(name, value)


def only_index(monkeypatch, address):
    for name, value in {
        "PIP_CONFIG_FILE": "/dev/null",
        "PIP_INDEX_URL": address,
        "PIP_EXTRA_INDEX_URL": "",
        "PIP_FIND_LINKS": "",
    }.items():
        monkeypatch.setenv(name, value)
