"""`make run` behind the scenes: prepare everything, then start the processes of the Procfile.

Safe to repeat: each step does only what is missing.
"""

from __future__ import annotations

import logging
import os
import socket
import subprocess
import sys
from io import StringIO
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.core.management import CommandError, call_command

from config.ops import env
from config.ops.launch.steps import step

ADDRESS = "127.0.0.1"


def port_is_free(port: int) -> bool:
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((ADDRESS, port))
        except OSError:
            return False
    return True


def say(sentence: str) -> None:
    print(sentence, flush=True)  # noqa: T201  a person is watching


def own_defaults(port: int) -> None:
    """What no one has set: links in e-mails lead to this port, and the demo's e-mails become files, not screenfuls."""
    os.environ.setdefault("SITE_URL", f"http://{ADDRESS}:{port}")
    if env.flag("DEMO"):
        mail = env.folder("VAR_DIR", env.BASE_DIR / "var") / "demo" / "mail"
        os.environ.setdefault("EMAIL_URL", f"filemail:///{mail}")


def prepare() -> None:
    """Database, models, static files and the demo campus, in the order in which they need each other."""
    logging.getLogger("ostiary").setLevel(logging.WARNING)  # the lines below say it; the processes are other ones
    with step("database", "Preparing the database"):
        call_command("migrate", verbosity=0)
        settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
        if not settings.DEBUG:  # in debug mode whitenoise serves them from where they lie
            call_command("collectstatic", interactive=False, verbosity=0)
    with step("models", "Preparing the recognition models (up to a minute)") as notes:
        notes += _said("setup_models", "stdout", verbosity=0, no_search=True)
    if settings.DEMO:
        with step("demo", "Preparing the demo campus (up to a minute)") as notes:
            notes += _said("demo_campus", "stderr")


def _said(command: str, stream: str, **options: Any) -> list[str]:
    """Run it; the lines that it has written to this stream, which are worth a place on the screen."""
    kept = StringIO()
    call_command(command, **options, **{stream: kept})
    return kept.getvalue().splitlines()


def processes() -> list[str]:
    """Which lines of the Procfile to start. Cameras need a film."""
    film = settings.VAR_DIR / "demo" / "clip.avi"
    return ["web", "worker", "cameras"] if settings.DEMO and film.exists() else ["web", "worker"]


def start(port: int) -> None:
    """Become the keeper of the processes. A helper beside it says where to look as soon as the server answers."""
    address = f"http://{ADDRESS}:{port}"
    say("Starting the server")
    os.environ |= {
        "PYTHONUNBUFFERED": "1",
        "OSTIARY_SERVER": address,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
    }
    subprocess.Popen([sys.executable, "-m", "config.ops.launch.announce", address])  # noqa: S603
    os.execv(sys.executable, [sys.executable, "-m", "config.ops.launch.processes", str(port), *processes()])  # noqa: S606


def main(port: int) -> None:
    if not port_is_free(port):
        sys.exit(f"Port {port} is already in use on {ADDRESS}. Choose another one: make run PORT={port + 1}")
    own_defaults(port)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    os.environ["VAR_DIR"] = str(settings.VAR_DIR)
    try:
        prepare()
    except CommandError as error:
        sys.exit(str(error))
    start(port)


if __name__ == "__main__":
    main(int(sys.argv[1]))
