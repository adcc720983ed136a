"""How long anyone waits for the database: to connect, for an answer, and for a server that says nothing any more.

Three things can go wrong, and each needs a limit of its own. The server works too long: it is told to give up
(statement). The line is dead: nothing is acknowledged, and the system closes it (TCP). The server or something on the
way is frozen: everything is acknowledged and never answered, so the client itself has to give up (silence).

A command that someone has started and that ends by itself (`migrate`, `reembed`, an import) may take as long as it
needs for each statement; only what serves for ever is bounded.
"""

from __future__ import annotations

import selectors
from pathlib import Path
from typing import Any

CONNECTS = 4  # s for a new connection
DEAD = 10  # s after which a line that acknowledges nothing is given up
LATER = 1  # s that a client waits longer than a statement may take
IDLE = 60  # s that a transaction may stand still: its client may be gone, and others wait for its rows
A_DAY = 24 * 3600  # s: what commands that end by themselves wait for an answer

# Commands of manage.py that serve until they are stopped.
SERVING = ("runserver", "db_worker", "clock", "watch_doors", "library_gates", "sip2_server")


def statement_limit(argv: list[str], wanted: int) -> int:
    """Seconds that a statement of this process may take; 0: as long as it needs."""
    return 0 if _ends_by_itself(argv) else wanted


def _ends_by_itself(argv: list[str]) -> bool:
    """`manage.py migrate` and all the others, and what `make run` prepares before it starts the processes."""
    program = Path(argv[0])
    if program.name in ("manage.py", "django-admin") or program.parts[-2:] == ("django", "__main__.py"):
        return not set(argv[1:2]) & set(SERVING)
    return program.parts[-3:] == ("ops", "launch", "start.py")


def bounded(config: dict[str, Any], seconds: int) -> dict[str, Any]:
    """Django's dictionary with limits; `seconds` for a statement, 0: none. What the address says itself wins."""
    config.setdefault("CONN_HEALTH_CHECKS", True)
    given = config.setdefault("OPTIONS", {})
    if config["ENGINE"].endswith("postgresql"):
        config["OPTIONS"] = _postgresql(seconds, given)
    elif config["ENGINE"].endswith("mysql"):
        config["OPTIONS"] = _mysql(seconds, given)
    return config


# --- PostgreSQL ---------------------------------------------------------------------------------


def _postgresql(seconds: int, given: dict[str, Any]) -> dict[str, Any]:
    tcp = {"keepalives": 1, "keepalives_idle": DEAD, "keepalives_interval": 3, "keepalives_count": 3}
    ours = {"connect_timeout": CONNECTS, **tcp, "tcp_user_timeout": 1000 * DEAD} | given
    if seconds:
        words = f"-c statement_timeout={seconds}s -c idle_in_transaction_session_timeout={IDLE}s"
        ours["options"] = f"{words} {given.get('options', '')}".strip()
    return ours


def watch_postgresql(seconds: int) -> None:
    """Give up a server that says nothing: psycopg2 has no such limit, so it waits with this function, not with its own.

    Of everything that psycopg2 can do only COPY and large objects are lost so, and nothing here uses them.
    """
    from psycopg2 import OperationalError, extensions

    silence = seconds + LATER if seconds else A_DAY
    settled = (extensions.STATUS_READY, extensions.STATUS_BEGIN, extensions.STATUS_PREPARED)
    events = {extensions.POLL_READ: selectors.EVENT_READ, extensions.POLL_WRITE: selectors.EVENT_WRITE}

    def wait(connection: Any) -> None:
        limit = silence if connection.status in settled else CONNECTS
        while (state := connection.poll()) != extensions.POLL_OK:
            if not _ready(connection.fileno(), events[state], limit):
                raise OperationalError(f"the database has said nothing for {limit} seconds")

    extensions.set_wait_callback(wait)


_Selector = getattr(selectors, "PollSelector", selectors.SelectSelector)


def _ready(line: int, event: int, seconds: float) -> bool:
    with _Selector() as waiting:
        waiting.register(line, event)
        return bool(waiting.select(seconds))


# --- MariaDB and MySQL --------------------------------------------------------------------------


def _mysql(seconds: int, given: dict[str, Any]) -> dict[str, Any]:
    """The names are those of mysqlclient and of PyMySQL."""
    answers = seconds + LATER if seconds else A_DAY
    ours = {"connect_timeout": CONNECTS, "read_timeout": answers, "write_timeout": DEAD} | given
    first = str(given.get("init_command") or "SET SESSION lock_wait_timeout = 60")
    if seconds and first.upper().startswith("SET SESSION "):  # each server reads the comment that is meant for it
        ours["init_command"] = (
            f"{first}, innodb_lock_wait_timeout = {seconds}"
            f" /*M!100100 , max_statement_time = {seconds} */ /*!50704 , max_execution_time = {1000 * seconds} */"
        )
    return ours
