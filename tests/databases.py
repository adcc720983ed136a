"""`python -m tests.databases create|drop postgres|mysql NAME`: an empty database for one lane of `.ci/run`.

`drop` also removes the test databases that pytest made beside it.
"""

from __future__ import annotations

import os
import sys
from typing import Any


class Server:
    """PostgreSQL or MariaDB on this machine, as every developer and CI has them."""

    def __init__(self, kind: str) -> None:
        self.postgres = kind == "postgres"
        self.connection = self._postgres() if self.postgres else self._mysql()

    def _postgres(self) -> Any:
        import psycopg2

        connection = psycopg2.connect(host="127.0.0.1", user=os.environ.get("PGUSER", "postgres"), dbname="postgres")
        connection.autocommit = True
        return connection

    def _mysql(self) -> Any:
        import pymysql

        return pymysql.connect(host="127.0.0.1", user="root")

    def names(self) -> list[str]:
        return [
            row[0] for row in self.execute("SELECT datname FROM pg_database" if self.postgres else "SHOW DATABASES")
        ]

    def execute(self, statement: str) -> Any:
        with self.connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def create(self, name: str) -> None:
        self.execute(f"CREATE DATABASE {name}" + ("" if self.postgres else " CHARACTER SET utf8mb4"))

    def drop(self, name: str) -> None:
        for found in self.names():
            if found == name or found.startswith(f"test_{name}"):
                self.execute(f"DROP DATABASE {found}" + (" WITH (FORCE)" if self.postgres else ""))


def main(action: str, kind: str, name: str) -> None:
    assert name.isidentifier() and name.startswith("ostiary_ci_"), f"{name} is nobody's scratch database"
    server = Server(kind)
    {"create": server.create, "drop": server.drop}[action](name)


if __name__ == "__main__":
    main(*sys.argv[1:])
