"""Photos that another profile than the active one embedded: until `reembed` has run, they recognise no one.

Rows are counted and no model is loaded, so that system checks may ask. A photo that an earlier release embedded, which
cut faces otherwise, belongs to another profile too: `profile` is a profile's name, or what photos are kept under.
"""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.errors import Refused
from recognition.engine.model_files.manifest import make_of
from recognition.models import FaceSample, FaceTemplate


def photos(profile: str) -> QuerySet[FaceSample]:
    return FaceSample.objects.exclude(profile=_make(profile))


def advice(profile: str) -> str:
    """What to do before `profile` recognises everyone who is enrolled; empty when there is nothing to do."""
    return _sentence(photos(profile).count())


def recalculate(profile: str) -> str:
    """The same for an administrator, who has a page with a button for it."""
    count = photos(profile).count()
    words = ngettext(
        "%(count)s photo belongs to another profile. Recalculate it so that this person is recognised again.",
        "%(count)s photos belong to another profile. Recalculate them so that these people are recognised again.",
        count,
    )
    return words % {"count": f"{count:,}"} if count else ""


def advice_if_known(profile: str) -> str:
    """The same for commands that must work without a database too: empty before `migrate`, or when it is down."""
    try:
        return advice(profile) if has_database() else ""
    except DatabaseError:
        return ""


def has_database() -> bool:
    """To look into a SQLite file that is not there would create it, perhaps for the wrong user."""
    return connection.vendor != "sqlite" or Path(connection.settings_dict["NAME"]).exists()


def hide_somebody(purpose: str, roster: frozenset[int] | None, profile: str) -> bool:
    """Whether someone who is searched here has a template, but none that `profile` can use."""
    others = FaceTemplate.objects.filter(purpose=purpose).exclude(profile=_make(profile))
    if roster is None:
        return others.exists()
    return any(person in roster for person in others.values_list("person_id", flat=True))


def refuse_if_hiding(purpose: str, roster: frozenset[int] | None, profile: str) -> None:
    """Refused `photos_outdated`: to answer "not enrolled" would be untrue. Ask it when no one could be searched."""
    if hide_somebody(purpose, roster, profile):
        raise refusal(profile)


def require_some(profile: str) -> None:
    """Refused `photos_outdated` when people are enrolled and this profile can recognise none of them."""
    if FaceTemplate.objects.exists() and not FaceTemplate.objects.filter(profile=_make(profile)).exists():
        raise refusal(profile)


def refusal(profile: str) -> Refused:
    words = advice(profile) or _("The faces belong to another profile. Run manage.py reembed.")
    return Refused("photos_outdated", words, status=503)


def _sentence(count: int) -> str:
    if not count:
        return ""
    words = ngettext(
        "%(count)s photo belongs to another profile. Run manage.py reembed.",
        "%(count)s photos belong to another profile. Run manage.py reembed.",
        count,
    )
    return words % {"count": f"{count:,}"}


def _make(profile: str) -> str:
    return make_of(profile, settings.MODELS_DIR)
