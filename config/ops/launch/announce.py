"""Says where to look and how to sign in, once the server really answers."""

from __future__ import annotations

import sys
import time
import urllib.error
import urllib.request

from config.ops import env

PATIENCE = 120  # seconds; the first start loads the recognition models


def answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/healthz", timeout=5) as reply:  # noqa: S310  our own http address
            return bool(reply.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def wait_for(address: str, *, patience: float = PATIENCE) -> bool:
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        if answers(address):
            return True
        time.sleep(0.5)
    return False


def greeting(address: str, passwords: str, mail: str = "", logs: str = "var/logs") -> str:
    """The lines a person wants to see after `make run`: with those before them no more than a screen."""
    lines = [
        "",
        "Ostiary is running. Stop it with Ctrl-C.",
        f"  {_sign_in(passwords):<32} {address}/sign-in/",
        f"  Welcome, with live recognition   {address}/",
        f"  Kiosk screen                     {address}/kiosk/",
        f"  API                              {address}/api/docs/",
        "",
    ]
    if passwords:
        lines += ["Generated accounts (id number, password, role):"]
        lines += [f"  {line}" for line in passwords.splitlines() if line and not line.startswith("#")]
    where = f"E-mails are written to files in {mail}, logs to {logs}." if mail else f"Logs are written to {logs}."
    return "\n".join([*lines, where])


def _sign_in(passwords: str) -> str:
    return "Sign in with one click" if passwords and env.flag("DEBUG") else "Sign in"


def mail_folder() -> str:
    """Where e-mails become files, or empty where they do not."""
    return str(env.email("EMAIL_URL", "consolemail://").get("EMAIL_FILE_PATH") or "")


def main(address: str) -> None:
    if not wait_for(address):
        sys.exit(f"Ostiary did not answer on {address} within {PATIENCE} seconds. See the 'web' lines above.")
    var = env.folder("VAR_DIR", env.BASE_DIR / "var")
    kept = var / "demo" / "passwords.txt"
    passwords = kept.read_text() if kept.exists() else ""
    print(greeting(address, passwords, mail_folder(), str(var / "logs")), flush=True)  # noqa: T201  for a person


if __name__ == "__main__":
    main(sys.argv[1])
