"""Which questions an admin list may be asked through its address."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from django.contrib import admin
from django.forms import Media
from django.http import HttpRequest
from django.utils.translation import gettext as _

FILLS_FIELDS = ("admin/js/urlify", "admin/js/prepopulate", "admin/js/vendor/xregexp/")


class OnlyItsFilters(admin.ModelAdmin):
    """A list answers its own filters and no other question.

    Django lets `?pin__startswith=…` narrow a list by any column of its model, shown or not. Anyone who may see the
    list could so read a card or the hash of a PIN letter by letter.
    """

    @property
    def media(self) -> Media:
        """Django's scripts, without those that write one field from another where there is no such field: 60 kB."""
        whole: Any = super().media
        if self.prepopulated_fields:
            return cast("Media", whole)
        return Media(css=whole._css, js=[path for path in whole._js if not path.startswith(FILLS_FIELDS)])

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        asked = any(lookup == name or lookup.startswith(f"{name}__") for name in self._filtered(request))
        return asked and super().lookup_allowed(lookup, value, request)

    def _filtered(self, request: HttpRequest) -> set[str]:
        names = {_name(entry) for entry in self.get_list_filter(request)}
        return names | ({self.date_hierarchy} if self.date_hierarchy else set())


def _name(entry: Any) -> str:
    """A filter is a column, a column with a class, or a class with a parameter of its own."""
    if isinstance(entry, tuple):
        return str(entry[0])
    return entry if isinstance(entry, str) else str(entry.parameter_name)


class EmptyHasAName(admin.AllValuesFieldListFilter):
    """All values of a column; the empty one is a link that can be read and clicked too."""

    def choices(self, changelist: Any) -> Iterator[Any]:
        for choice in super().choices(changelist):
            yield choice | {"display": choice["display"] if str(choice["display"]).strip() else _("(empty)")}
