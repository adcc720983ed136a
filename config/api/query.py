"""What may stand behind the question mark of an address of the API.

A name that the address does not know, a value that is empty or given twice: each is an error that says so. None of
them may ever mean "everything", which is what a program would get if they were left unread.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django_filters import BooleanFilter, DateFilter, NumberFilter
from django_filters.rest_framework import DjangoFilterBackend
from django_filters.utils import translate_validation
from drf_spectacular.drainage import set_override
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request

from config.errors import Refused

GREATEST_KEY = 2**63 - 1
PAGING = ("cursor", "page_size")
FORMAT = "format"  # chooses how it is answered, never what: config.api.methods.Negotiation looks at it


def read_strictly(request: Request, allowed: Collection[str]) -> None:
    """Refused `unknown_filter` with the allowed names, or `invalid` (by field) for what is empty or given twice."""
    given = request.query_params
    unknown = sorted(set(given) - set(allowed) - {FORMAT})
    if unknown:
        raise _unknown(unknown, allowed)
    wrong = {name: problems for name in given if (problems := _problems(given.getlist(name)))}
    if wrong:
        raise ValidationError(wrong)


def _unknown(names: list[str], allowed: Collection[str]) -> Refused:
    known = sorted(allowed)
    words = _("The filter '%(name)s' does not exist here. Allowed filters: %(allowed)s.") if known else None
    words = words or _("The filter '%(name)s' does not exist here. This address has no filters.")
    said = words % {"name": names[0][:40], "allowed": ", ".join(known)}
    return Refused("unknown_filter", said, details={"unknown": [name[:40] for name in names[:20]], "allowed": known})


def _problems(values: list[str]) -> list[ErrorDetail]:
    if len(values) > 1:
        return [ErrorDetail(_("This value is given more than once. Send it once."), "repeated")]
    if "\x00" in values[0]:
        return [ErrorDetail(_("Null characters are not allowed."), "null_characters_not_allowed")]
    if not values[0].strip():
        return [ErrorDetail(_("This is empty. Send a value, or leave it out."), "empty")]
    return []


class KeyFilter(NumberFilter):
    """The number of a row: whole, and such as a database can hold."""

    field_class = forms.IntegerField

    def __init__(self, *args: Any, min_value: int = 1, **options: Any) -> None:
        super().__init__(*args, min_value=min_value, max_value=GREATEST_KEY, **options)
        set_override(self, "field", {"type": "integer", "minimum": min_value, "maximum": GREATEST_KEY})

    def get_max_validator(self) -> None:
        return None


class StrictFilters(DjangoFilterBackend):
    """The filters of a list. One that was given and yet says nothing, such as `active=perhaps`, is an error."""

    def filter_queryset(self, request: Request, queryset: Any, view: Any) -> Any:
        filterset = self.get_filterset(request, queryset, view)
        read_strictly(request, (*(filterset.filters if filterset else ()), *paging_of(view)))
        if filterset is None:
            return queryset
        if not filterset.is_valid():
            raise translate_validation(filterset.errors)
        _refuse_unread(request, filterset)
        return filterset.qs


def _refuse_unread(request: Request, filterset: Any) -> None:
    """What django-filter reads over, or reads in ways that the schema does not know."""
    cleaned, given = filterset.form.cleaned_data, request.query_params
    read = {name: _is_read(filterset.filters[name], given[name], cleaned[name]) for name in given if name in cleaned}
    if not all(read.values()):
        words = _("This is not a valid value for this filter.")
        raise ValidationError({name: [ErrorDetail(words, "invalid")] for name, is_read in read.items() if not is_read})


def _is_read(one: Any, text: str, value: Any) -> bool:
    if isinstance(one, BooleanFilter):
        return text.lower() in ("true", "false")
    if isinstance(one, DateFilter):
        return text == value.isoformat()
    return value not in (None, "")


def paging_of(view: Any) -> tuple[str, ...]:
    """The names that this view's pages take."""
    return PAGING if getattr(view, "pagination_class", None) else ()
