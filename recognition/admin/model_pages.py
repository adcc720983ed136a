"""The administrators' page about the recognition models: which are in use, which are there, and what to do about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from config.errors import Refused
from config.web.guards import done_or_said, only
from recognition.engine.model_files.manifest import ModelFile, files_of, spec_of
from recognition.engine.model_files.store import ModelStore
from recognition.enrol.pages.access import staff
from recognition.faces import access_log
from recognition.faces.profiles import outdated, profiles, tasks

for_administrators = only(lambda user: user.is_administrator)


@dataclass(frozen=True, slots=True)
class Shown:
    file: ModelFile
    ready: bool


@require_safe
@for_administrators
def face_models(request: HttpRequest) -> HttpResponse:
    used, waiting = settings.RECOGNITION_PROFILE, profiles.waits_for_restart()
    names = list(dict.fromkeys((used, waiting or used, profiles.BEST, profiles.FALLBACK)))
    context = {
        "sentence": profiles.sentence(),
        "used": used,
        "named": settings.RECOGNITION_PROFILE_NAMED,
        "waiting": waiting,
        "better": profiles.has_better(),
        "outdated": outdated.photos(used).count(),
        "recalculation": tasks.state(),
        "profiles": [(name, _is_ready(name)) for name in names],
        "files": _files(used),
    }
    return render(request, "recognition/models.html", context)


@require_POST
@for_administrators
def use_profile(request: HttpRequest) -> HttpResponse:
    return _back(request, lambda: _use(staff(request), request.POST.get("profile", "")))


@require_POST
@for_administrators
def recalculate(request: HttpRequest) -> HttpResponse:
    return _back(request, lambda: _recalculate(staff(request)))


def _back(request: HttpRequest, act: Callable[[], str]) -> HttpResponse:
    done_or_said(request, act)
    return redirect("recognition:face_models")


def _use(person: User, name: str) -> str:
    profiles.change(name, by=person.get_full_name())
    access_log.record("profile_chosen", actor=person, profile=name)
    if name == settings.RECOGNITION_PROFILE:
        return _("'%(name)s' is still in use.") % {"name": name}
    return _("'%(name)s' will be used after the next start. Restart the server and the worker.") % {"name": name}


def _recalculate(person: User) -> str:
    if profiles.waits_for_restart():
        words = _("The server still uses '%(name)s'. Restart it and the worker first.")
        raise Refused("restart_first", words % {"name": settings.RECOGNITION_PROFILE})
    count = outdated.photos(settings.RECOGNITION_PROFILE).count()
    if not count:
        raise Refused("nothing_outdated", _("All photos belong to the profile in use. There is nothing to do."))
    if not tasks.ask_for_recalculation():
        raise Refused("asked_already", _("The photos are already being recalculated."))
    access_log.record("recalculation_asked", actor=person, photos=count)
    words = ngettext(
        "%(n)s photo will be recalculated by the worker.", "%(n)s photos will be recalculated by the worker.", count
    )
    return words % {"n": f"{count:,}"}


def _is_ready(name: str) -> bool:
    try:
        return profiles.is_ready(name)
    except Refused:  # the settings name a profile that is not there
        return False


def _files(profile: str) -> list[Shown]:
    store = ModelStore(settings.MODELS_DIR)
    try:
        files = files_of(spec_of(profile, settings.MODELS_DIR), settings.RECOGNITION_DETECTOR or None)
    except Refused:
        return []
    return [Shown(file, store.has(file.name)) for file in files]
