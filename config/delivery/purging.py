"""Deleting many rows without holding a table for long."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

AT_ONCE = 1000


def delete_in_pieces(rows: QuerySet[Any]) -> int:
    """How many were deleted, a thousand in a transaction."""
    total = 0
    while pks := list(rows.order_by("pk").values_list("pk", flat=True)[:AT_ONCE]):
        rows.model._default_manager.filter(pk__in=pks).delete()
        total += len(pks)
    return total
