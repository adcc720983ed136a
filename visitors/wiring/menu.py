"""The guest register's part of the menu."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from config.web.menu import Entry
from visitors.register.rights import is_host, may_marshal, may_receive


def entries(person: Any) -> Iterator[Entry]:
    if may_receive(person):
        words = _("Who is expected today, sign visitors in and out, print badges.")
        yield Entry(_("Reception desk"), words, reverse("visitors:desk"))
    if is_host(person):
        yield Entry(_("My visitors"), _("Announce a visitor, and see who came."), reverse("visitors:mine"))
    if may_marshal(person):
        words = _("Who may be in the house now, to tick off at the assembly point.")
        yield Entry(_("Evacuation list"), words, reverse("visitors:evacuation"))
