"""The access log: rows that are only added, each bound to the one before it (lockers.rules.log_chain)."""

from __future__ import annotations

import json
from typing import Any, ClassVar, NoReturn

from django.db import models
from django.utils.translation import gettext_lazy as _

from lockers.rules.log_chain import ChainLink


class AppendOnly(Exception):
    """A programming error: entries of the log are written by lockers.access_log and never changed."""

    def __init__(self) -> None:
        super().__init__("The access log is append-only: use lockers.access_log.")


def refuse(*args: Any, **kwargs: Any) -> NoReturn:
    raise AppendOnly


class LogQuerySet(models.QuerySet["AccessLog"]):
    """Reads, and refuses everything that writes."""

    create = get_or_create = update_or_create = bulk_create = bulk_update = update = delete = refuse
    _raw_delete = _update = refuse


class AccessLog(models.Model):
    """`details` is canonical JSON: ids, codes and numbers; never a name, a picture, a vector or a key."""

    seq = models.PositiveBigIntegerField(_("number"), primary_key=True)
    at = models.DateTimeField(_("time"), db_index=True)
    kind = models.CharField(_("what"), max_length=32, db_index=True)
    details = models.TextField(_("details"))
    previous = models.CharField(_("hash of the previous entry"), max_length=64)
    key_id = models.CharField(_("key"), max_length=16)
    hash = models.CharField(_("hash"), max_length=64)

    objects: ClassVar[Any] = LogQuerySet.as_manager()

    class Meta:
        ordering = ("-seq",)
        base_manager_name = "objects"
        verbose_name = _("access log entry")
        verbose_name_plural = _("access log")

    def save(self, *args: Any, **kwargs: Any) -> None:
        refuse()

    def _save_table(self, raw: bool = False, cls: Any = None, force_insert: bool = False, *more: Any) -> bool:
        """`raw`: `loaddata` puts a dumped entry back (and calls nothing of ours but this). It only ever adds."""
        return bool(super()._save_table(raw, cls, force_insert or raw, *more))  # type: ignore[misc]

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        refuse()

    @property
    def facts(self) -> dict[str, Any]:
        return dict(json.loads(self.details))

    @property
    def link(self) -> ChainLink:
        return ChainLink(self.seq, self.at, self.kind, self.details, self.previous, self.key_id)


class AccessLogHead(models.Model):
    """Where the chain ends, signed. One row: anyone who appends holds it, so that appends go one after the other."""

    seq = models.PositiveBigIntegerField(default=0)
    entry = models.CharField(max_length=64)  # hash of the last entry
    key_id = models.CharField(max_length=16)
    signature = models.CharField(max_length=64)
    # Each page of rows that retention has cut off is named in the chain itself, by an entry `log.checkpoint`.
