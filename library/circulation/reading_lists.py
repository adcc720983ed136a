"""What a reader wants to remember. Private: only its reader asks here."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from config.errors import Refused
from library.models import ReadingListEntry, Title

MOST = 500  # titles on one list


def titles_of(person: User) -> QuerySet[Title]:
    """The newest first."""
    return Title.objects.filter(reading_lists__person=person).order_by("-reading_lists__added_at", "-pk")


def add(person: User, title: Title) -> str:
    """Refused `list_full`."""
    if ReadingListEntry.objects.filter(person=person).exclude(title=title).count() >= MOST:
        words = ngettext("A reading list holds %(most)d title.", "A reading list holds %(most)d titles.", MOST)
        raise Refused("list_full", words % {"most": MOST}, status=409)
    ReadingListEntry.objects.get_or_create(person=person, title=title)
    return _("“%(title)s” is on your reading list.") % {"title": title}


def remove(person: User, title: Title) -> str:
    ReadingListEntry.objects.filter(person=person, title=title).delete()
    return _("“%(title)s” was removed from your reading list.") % {"title": title}


def has(person: User, title: Title) -> bool:
    return ReadingListEntry.objects.filter(person=person, title=title).exists()
