"""Something is done to many rows of a list: a page asks first, and each row goes through its rule by itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.errors import Refused

MOST = 500  # rows at once, each with its own transaction and its line in the history
SHOWN = 20  # rows on the page that asks, and refusals that are named


@dataclass(frozen=True)
class BulkAct:
    """`act` gets a row and what was chosen in `form`, and raises `Refused` where a rule says no.

    `done`: the sentence, as `ngettext_lazy(…, "n")` gives it, with `%(n)d`; `log`: what a row's history says of it.
    """

    title: Any
    act: Callable[[Any, dict[str, Any]], object]
    done: Any
    log: Any
    explain: Any = ""
    form: type[forms.Form] = forms.Form


def ask_then_do(page: admin.ModelAdmin, request: HttpRequest, rows: QuerySet[Any], bulk: BulkAct) -> Any:
    """For an action of a list: the page that asks, or nothing once it is done. Django has asked for the permission."""
    number = rows.count()
    if number > MOST:
        messages.error(request, _("These are too many at once. The limit is %(most)d.") % {"most": MOST})
        return None
    form = bulk.form(request.POST if "sure" in request.POST else None)
    if not form.is_valid():
        return _asked(page, request, rows, bulk, form)
    _do(page, request, rows, bulk, form.cleaned_data)
    return None


def _asked(page: Any, request: HttpRequest, rows: QuerySet[Any], bulk: BulkAct, form: forms.Form) -> HttpResponse:
    keys = [str(key) for key in rows.values_list("pk", flat=True)]
    context = page.admin_site.each_context(request) | {
        "title": bulk.title,
        "bulk": bulk,
        "form": form,
        "opts": page.opts,
        "keys": keys,
        "shown": [str(row) for row in rows[:SHOWN]],
        "more": max(0, len(keys) - SHOWN),
        "action": request.POST.get("action", ""),
    }
    return render(request, "admin/bulk.html", context, status=400 if form.errors else 200)


def _do(page: Any, request: HttpRequest, rows: QuerySet[Any], bulk: BulkAct, chosen: dict[str, Any]) -> None:
    done, refused = 0, []
    for row in list(rows):
        try:
            bulk.act(row, chosen)
        except Refused as refusal:
            refused.append(f"{row}: {refusal.message}")
        else:
            page.log_change(request, row, str(bulk.log))
            done += 1
    if done:
        messages.success(request, bulk.done % {"n": done})
    for sentence in islice(refused, SHOWN):
        messages.error(request, sentence)
    if (left := len(refused) - SHOWN) > 0:
        words = ngettext("%(n)d more row was refused.", "%(n)d more rows were refused.", left)
        messages.error(request, words % {"n": left})
