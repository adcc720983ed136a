"""The profile that this site recognises with: named by RECOGNITION_PROFILE, or chosen when it was set up and kept.

A choice never changes by itself while someone is enrolled: with another profile no one would be recognised until
`reembed` has run.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _

from config.errors import Refused
from config.ops import profile_choice
from config.ops.profile_choice import ENROLLED, FALLBACK, FOUND, NOT_FOUND, PERSON, ProfileChoice
from recognition.engine.model_files.manifest import files_of, name_of, spec_of
from recognition.engine.model_files.store import ModelStore
from recognition.faces.profiles import outdated
from recognition.models import FaceSample

BEST = "accurate"
log = logging.getLogger(__name__)


def chosen() -> ProfileChoice | None:
    """What was chosen, as every process will read it when it starts the next time."""
    try:
        return profile_choice.read(settings.VAR_DIR)
    except ImproperlyConfigured:  # damaged while this process runs: the next start says so, its pages go on
        log.exception("The chosen recognition profile cannot be read")
        return None


def of_the_enrolled() -> str:
    """The profile of most photos; empty where there are none yet.

    Refused `database_away`: not to know is not a reason to change what people were enrolled with.
    """
    try:
        if not outdated.has_database() or FaceSample._meta.db_table not in connection.introspection.table_names():
            return ""
        counted = FaceSample.objects.order_by().values("profile").annotate(photos=Count("pk"))
        return name_of(max(counted, key=lambda row: row["photos"], default={"profile": ""})["profile"])
    except DatabaseError as error:
        words = _(
            "The database does not answer, so it is not known whether people are enrolled. Start it, or name a "
            "profile: --profile NAME."
        )
        raise Refused("database_away", words, status=503) from error


def is_ready(profile: str) -> bool:
    """Whether every file that it must have is there: a cheap look."""
    store = ModelStore(settings.MODELS_DIR)
    spec = spec_of(profile, settings.MODELS_DIR)
    return all(file.optional or store.has(file.name) for file in files_of(spec, settings.RECOGNITION_DETECTOR or None))


def record(profile: str, why: str) -> ProfileChoice:
    """Of `setup_models`: another process may have been first. Refused `cannot_record`."""
    return _kept(
        lambda choice: profile_choice.write_first(settings.VAR_DIR, choice), ProfileChoice(profile, why, _now())
    )


def change(profile: str, *, why: str = PERSON, by: str = "") -> ProfileChoice:
    """From the next start on. Refused `profile_named`, `models_missing`, `unknown_profile` or `cannot_record`."""
    if settings.RECOGNITION_PROFILE_NAMED:
        words = _("The setting RECOGNITION_PROFILE is '%(name)s'. Change it there.")
        raise Refused("profile_named", words % {"name": settings.RECOGNITION_PROFILE})
    if not is_ready(profile):
        words = _("The models of '%(name)s' are missing. Run manage.py setup_models --profile %(name)s.")
        raise Refused("models_missing", words % {"name": profile}, status=503)

    def written(choice: ProfileChoice) -> ProfileChoice:
        profile_choice.write(settings.VAR_DIR, choice)
        return choice

    return _kept(written, ProfileChoice(profile, why, _now(), by))


def waits_for_restart() -> str:
    """The profile that processes which start now use, where it is another one than this process uses; else empty."""
    choice = None if settings.RECOGNITION_PROFILE_NAMED else chosen()
    return choice.profile if choice and choice.profile != settings.RECOGNITION_PROFILE else ""


def has_better() -> bool:
    """Whether the better profile could be used, and no one has said that it shall not."""
    if settings.RECOGNITION_PROFILE_NAMED or settings.RECOGNITION_PROFILE != FALLBACK or waits_for_restart():
        return False
    choice = chosen()
    return (choice is None or choice.why != PERSON) and is_ready(BEST)


def sentence() -> str:
    """Which profile this process uses and, where it is known, why."""
    why, names = _reason(), {"name": settings.RECOGNITION_PROFILE}
    if not why:
        return _("This site uses the recognition profile '%(name)s'.") % names
    return _("This site uses the recognition profile '%(name)s': %(why)s.") % {**names, "why": why}


def _reason() -> str:
    if settings.RECOGNITION_PROFILE_NAMED:
        return _("it is set in RECOGNITION_PROFILE")
    choice = chosen()
    if choice is None or choice.profile != settings.RECOGNITION_PROFILE:
        return ""
    return {
        FOUND: _("it was the best one available at setup"),
        NOT_FOUND: _("the files of 'accurate' were not available at setup"),
        ENROLLED: _("people were already enrolled with it"),
        PERSON: _("an administrator chose it"),
    }.get(choice.why, choice.why)


def _kept(write: Callable[[ProfileChoice], ProfileChoice], choice: ProfileChoice) -> ProfileChoice:
    try:
        return write(choice)
    except OSError as error:
        words = _("The choice of the profile cannot be written to VAR_DIR: %(why)s.")
        raise Refused("cannot_record", words % {"why": error.strerror}, status=503) from error


def _now() -> str:
    return timezone.now().isoformat(timespec="seconds")
