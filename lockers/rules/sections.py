"""The officers' pages in groups: few enough for one line of tabs, with the pages of the open group below."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise
LOG, SIMULATOR = "log", "simulator"  # not for everyone, and not on every site

# Each group is named after what an officer looks for there; it opens its first page.
GROUPS: tuple[tuple[Words, tuple[tuple[str, Words], ...]], ...] = (
    (
        _("Doors"),
        (
            ("board", _("All doors")),
            ("map", _("Map")),
            ("releases", _("Emergency release")),
            (SIMULATOR, _("Simulator")),
        ),
    ),
    (
        _("Customers"),
        (("customers", _("All customers")), ("grants", _("Groups")), ("waiting", _("Waiting list"))),
    ),
    (_("Ending"), (("endings", _("Expiring")), ("abandoned", _("Abandoned")))),
    (_("Rules"), (("hours", _("Hours")), ("terms", _("Terms")))),
    (_("History"), (("attempts", _("Attempts")), ("lockouts", _("Lock-outs")), (LOG, _("Access log")))),
)


@dataclass(frozen=True)
class Page:
    name: str
    label: Words
    url: str
    is_open: bool


@dataclass(frozen=True)
class Group:
    label: Words
    pages: tuple[Page, ...]

    @property
    def url(self) -> str:
        return self.pages[0].url

    @property
    def is_open(self) -> bool:
        return any(page.is_open for page in self.pages)


def groups(tab: str, *, without: frozenset[str] = frozenset()) -> list[Group]:
    """`tab`: the open page; `without`: pages that are not for this person, or not of this site."""
    return [
        Group(label, tuple(_page(name, words, tab) for name, words in pages if name not in without))
        for label, pages in GROUPS
    ]


def _page(name: str, label: Words, tab: str) -> Page:
    return Page(name, label, reverse(f"lockers:{name}"), name == tab)
