"""What admin pages of attendance share: doing something to many rows, and asking before it is done to one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from config.errors import Refused


def do_to_each(request: HttpRequest, rows: Iterable[Any], deed: Callable[[Any], object], done: Any) -> None:
    """Each row by itself: what a rule refuses is said in its sentence, and the others are done.

    `done`: the sentence, as `ngettext_lazy(…, "n")` gives it, with `%(n)d`.
    """
    number = 0
    for row in rows:
        try:
            deed(row)
            number += 1
        except Refused as refusal:
            messages.error(request, f"{row}: {refusal.message}")
    if number:
        messages.success(request, done % {"n": number})


def ask(page: admin.ModelAdmin, request: HttpRequest, form: forms.Form, **words: Any) -> HttpResponse:
    """A page of the admin with a form, one sentence and a button. `words`: title, row, back, explain, button."""
    context = page.admin_site.each_context(request) | {"form": form, "opts": page.opts, **words}
    return render(request, "admin/attendance/ask.html", context, status=400 if form.errors else 200)


def sent(request: HttpRequest) -> Any:
    """The form that was sent, also an empty one; None when a person only looks."""
    return request.POST if request.method == "POST" else None


def try_it(form: forms.Form, deed: Callable[[], object]) -> bool:
    """What a rule refuses becomes the form's error."""
    try:
        deed()
    except Refused as refusal:
        form.add_error(None, refusal.message)
        return False
    return True
