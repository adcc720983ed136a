"""Photos that another profile than the active one embedded: until `reembed` has run, they recognise nobody.

Rows are counted and no model is loaded, so that system checks may ask.
"""

from __future__ import annotations

from pathlib import Path

from django.db import DatabaseError, connection
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.errors import Refused
from recognition.models import FaceSample, FaceTemplate


def photos(profile: str) -> QuerySet[FaceSample]:
    return FaceSample.objects.exclude(profile=profile)


def advice(profile: str) -> str:
    """What to do before `profile` recognises everybody who is enrolled; empty when there is nothing to do."""
    return _sentence(photos(profile).count())


def advice_if_known(profile: str) -> str:
    """The same for commands that must work without a database too: empty before `migrate`, or when it is down."""
    try:
        return advice(profile) if _has_database() else ""
    except DatabaseError:
        return ""


def _has_database() -> bool:
    """To look into a SQLite file that is not there would create it, perhaps for the wrong user."""
    return connection.vendor != "sqlite" or Path(connection.settings_dict["NAME"]).exists()


def hide_somebody(purpose: str, roster: frozenset[int] | None, profile: str) -> bool:
    """Whether somebody who is searched here has a template, but none that `profile` can use."""
    others = FaceTemplate.objects.filter(purpose=purpose).exclude(profile=profile)
    if roster is None:
        return others.exists()
    return any(person in roster for person in others.values_list("person_id", flat=True))


def refuse_if_hiding(purpose: str, roster: frozenset[int] | None, profile: str) -> None:
    """Refused `photos_outdated`: to answer "not enrolled" would be untrue. Ask it when nobody could be searched."""
    if hide_somebody(purpose, roster, profile):
        raise refusal(profile)


def require_some(profile: str) -> None:
    """Refused `photos_outdated` when people are enrolled and this profile can recognise none of them."""
    if FaceTemplate.objects.exists() and not FaceTemplate.objects.filter(profile=profile).exists():
        raise refusal(profile)


def refusal(profile: str) -> Refused:
    words = advice(profile) or _("The faces belong to another profile: run manage.py reembed.")
    return Refused("photos_outdated", words, status=503)


def _sentence(count: int) -> str:
    if not count:
        return ""
    words = ngettext(
        "%(count)s photo belongs to another profile: run manage.py reembed.",
        "%(count)s photos belong to another profile: run manage.py reembed.",
        count,
    )
    return words % {"count": f"{count:,}"}
