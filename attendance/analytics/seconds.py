"""Whole seconds between two moments, counted by the database itself: a million subtractions in Python take too long."""

from __future__ import annotations

from typing import Any

from django.db.models import BigIntegerField, Func


class SecondsAfter(Func):
    """`SecondsAfter(moment, start)`: how long after `start`, rounded down; negative before it."""

    output_field = BigIntegerField()
    arity = 2

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = "CAST(FLOOR(EXTRACT(EPOCH FROM (%(expressions)s))) AS bigint)"
        return self.as_sql(compiler, connection, template=template, arg_joiner=" - ", **context)

    def as_mysql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """TIMESTAMPDIFF takes the earlier moment first, so its sign is turned."""
        template = "FLOOR(-TIMESTAMPDIFF(MICROSECOND, %(expressions)s) / 1000000)"
        return self.as_sql(compiler, connection, template=template, **context)

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """There moments are texts, and strftime gives the seconds since 1970 as one."""
        (moment, one), (start, other) = (compiler.compile(part) for part in self.source_expressions)
        return f"(strftime('%%s', {moment}) - strftime('%%s', {start}))", (*one, *other)
