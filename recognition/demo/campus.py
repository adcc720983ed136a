"""Brings the demo campus about, step by step, doing only what is missing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.utils.module_loading import import_string

from accounts.models import User
from accounts.notices import ensure_notices
from accounts.roles import Purpose
from accounts.services import give_consent
from config.errors import Refused
from recognition import stations
from recognition.demo import books_film, film, passwords, people, portraits
from recognition.demo.cast import PLACES, SITTERS, Place, Sitter
from recognition.enrolment import Photo, enrol
from recognition.models import FaceSample, FaceTemplate, Station, StationDevice
from recognition.runtime import get_engine

Say = Callable[[str], None]
CAMERA = "Demo film"
PURPOSES = (Purpose.RECEPTION, Purpose.ATTENDANCE, Purpose.LIBRARY)


def folder() -> Path:
    return Path(settings.VAR_DIR) / "demo"


def create(say: Say) -> None:
    """1. People. 2. Stations and their cameras. 3. Portraits: fetched, enrolled, made into a film. 4. Each app's part.

    Without the portraits the campus stands, but its camera has nothing to show. Refused `not_a_demo`
    where settings.DEMO is off: nobody wants invented people in a real database.
    """
    if not settings.DEMO:
        raise Refused("not_a_demo", "The demo campus needs DEMO=true, and a database of its own.")
    ensure_notices()
    say(f"People: {people.populate()} new; accounts: {people.accounts(folder() / 'passwords.txt')} new.")
    for place in PLACES:
        station = _station(place)
        if place.film:
            _camera(place, station)
    try:
        _show(say)
    except Refused as refusal:
        say(f"The demo goes on without faces. {refusal.message}")
    for path in settings.DEMO_PARTS:
        say(import_string(path)())


def _show(say: Say) -> None:
    pictures = folder() / "portraits"
    if not all((pictures / name).is_file() for name in portraits.MEMBERS):
        say("Portraits: fetching 18 MB …")
    portraits.fetch(pictures)
    for sitter in SITTERS:
        say(f"{sitter.first_name} {sitter.last_name}: {_photos(_enrol(sitter, pictures))} enrolled.")
    _films(pictures, say)


def _films(portraits: Path, say: Say) -> None:
    """Each once. What is held up in two of them comes from the library (settings.DEMO_THINGS)."""
    things = [thing for path in settings.DEMO_THINGS for thing in import_string(path)()]
    scripts = (
        ("clip.avi", film.FPS, film.frames(portraits)),
        ("exit.avi", film.FPS, books_film.at_exit(portraits, things)),
        ("return.avi", books_film.RETURN_FPS, books_film.at_return(things)),
    )
    missing = [script for script in scripts if not (folder() / script[0]).exists()]
    if missing:
        say("Films: composing them from other photos …")
    for name, fps, frames in missing:
        film.make(frames, folder() / name, fps=fps)


def _photos(count: int) -> str:
    return f"{count} photo" if count == 1 else f"{count} photos"


def _station(place: Place) -> Station:
    station, _created = Station.objects.get_or_create(
        slug=place.slug,
        # Shorter than the pauses of the film, so that everybody is greeted each time they come.
        defaults={
            "name": place.name,
            "place": "Demo campus",
            "purpose": place.purpose,
            "view": place.view,
            "roster_rule": place.roster_rule,
            "forget_after": 2,
        },
    )
    return station


def token_file(place: Place) -> Path:
    return folder() / f"{place.slug}.token"


def film_of(place: Place) -> Path:
    return folder() / place.film


def _camera(place: Place, station: Station) -> None:
    """A token that works, in a file for `camera_agent`. A new one ends the older ones."""
    kept = token_file(place)
    if kept.exists() and _works(kept.read_text().strip(), place.slug):
        return
    for device in StationDevice.objects.filter(station=station, name=CAMERA, revoked_at=None):
        stations.revoke(device, by=None)
    passwords.write_private(kept, stations.new_camera_token(station, by=None, name=CAMERA) + "\n")


def _works(token: str, slug: str) -> bool:
    try:
        return stations.authenticate(token).station.slug == slug
    except Refused:
        return False


def _enrol(sitter: Sitter, pictures: Path) -> int:
    """Enrol somebody for what the demo shows, with consent on record; returns how many photos are kept."""
    person = User.objects.get(id_number=sitter.id_number)
    for purpose in PURPOSES:
        if not FaceTemplate.objects.filter(person=person, purpose=purpose, profile=get_engine().profile.name).exists():
            give_consent(person, purpose, by=None)
            photos = [Photo(name, (pictures / name).read_bytes()) for name in sitter.photos]
            enrol(person, photos, purposes=[purpose], by=None, source=FaceSample.Source.FOLDER)
    return FaceSample.objects.filter(person=person).count()
