"""Brings the demo campus about, step by step, doing only what is missing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from django.conf import settings

from accounts.consent.consent import give_consent
from accounts.consent.notices import ensure_notices
from accounts.models import User
from accounts.roles import Purpose
from config.errors import Refused
from config.ops.registries.demo_parts import PARTS
from recognition.demo import books_film, film, passwords, people, phone_film, portraits
from recognition.demo.cast import PLACES, SITTERS, Place, Sitter
from recognition.demo.try_it import visitors
from recognition.enrol.enrolment import Photo, enrol
from recognition.faces.profiles.runtime import get_engine
from recognition.models import FaceSample, FaceTemplate, Station, StationDevice
from recognition.stations import stations
from recognition.stations.liveness_policy import LivenessLevel

Say = Callable[[str], None]
CAMERA = "Demo film"
FEW = 2  # pictures a second, where a station looks at one
PURPOSES = (Purpose.RECEPTION, Purpose.ATTENDANCE, Purpose.LIBRARY)


def folder() -> Path:
    return Path(settings.VAR_DIR) / "demo"


def create(say: Say, warn: Say) -> None:
    """1. People. 2. Stations and their cameras. 3. Portraits: fetched, enrolled, made into a film. 4. Each app's part.

    Without the portraits the campus stands, but its cameras have nothing to show: `warn` is told. Refused `not_a_demo`
    where settings.DEMO is off: no one wants invented people in a real database.
    """
    if not settings.DEMO:
        raise Refused("not_a_demo", "The demo campus needs DEMO=true, and a database of its own.")
    ensure_notices()
    visitors.purge_all()
    say(f"People: {people.populate()} new; accounts: {people.accounts(folder() / 'passwords.txt')} new.")
    for place in PLACES:
        station = _station(place)
        if place.film:
            _camera(place, station)
    try:
        _show(say)
    except Refused as refusal:
        warn(f"The demo runs without faces. {refusal.message}")
    for part in PARTS:
        say(part.create())


def _show(say: Say) -> None:
    pictures = folder() / "portraits"
    if not all((pictures / name).is_file() for name in portraits.MEMBERS):
        say("Portraits: fetching 18 MB …")
    portraits.fetch(pictures)
    for sitter in SITTERS:
        say(f"{sitter.first_name} {sitter.last_name}: {_photos(_enrol(sitter, pictures))} enrolled.")
    _films(pictures, say)


def _films(portraits: Path, say: Say) -> None:
    """Each once. What is held up in two of them comes from the library (config.ops.registries.demo_parts)."""
    things = [thing for part in PARTS for thing in part.things()]
    missing = [script for script in scripts(portraits, things) if not (folder() / script[0]).exists()]
    if missing:
        say("Films: composing them from other photos …")
    with ThreadPoolExecutor(max_workers=2) as pool:  # OpenCV works outside Python's lock
        list(pool.map(lambda script: film.make(script[2], folder() / script[0], fps=script[1]), missing))


def scripts(portraits: Path, things: Sequence[film.Picture]) -> tuple[tuple[str, int, Iterator[film.Picture]], ...]:
    """Of each film: its file, pictures a second, and the pictures."""
    return (
        ("clip.avi", film.FPS, film.frames(portraits)),
        ("phone.avi", film.FPS, phone_film.frames(portraits)),
        ("entry.avi", FEW, film.frames(portraits, film.LIBRARY, fps=FEW)),
        ("classroom.avi", FEW, film.frames(portraits, film.CLASSROOM, fps=FEW)),
        ("exit.avi", books_film.EXIT_FPS, books_film.at_exit(portraits, things)),
        ("return.avi", books_film.RETURN_FPS, books_film.at_return(things)),
    )


def _photos(count: int) -> str:
    return f"{count} photo" if count == 1 else f"{count} photos"


def _station(place: Place) -> Station:
    station, _created = Station.objects.get_or_create(
        slug=place.slug,
        # Shorter than the pauses of the film, so that everyone is greeted each time they come.
        defaults={
            "name": place.name,
            "place": "Demo campus",
            "purpose": place.purpose,
            "view": place.view,
            "roster_rule": place.roster_rule,
            "forget_after": 2,
            # The films are photographs, for nothing living can be shipped: the tile says so.
            "liveness": LivenessLevel.OFF if place.film and not place.asks_for_life else LivenessLevel.PASSIVE,
            "is_film": bool(place.film),
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
    """Enrol someone for what the demo shows, with consent on record; returns how many photos are kept."""
    person = User.objects.get(id_number=sitter.id_number)
    for purpose in PURPOSES:
        if not FaceTemplate.objects.filter(person=person, purpose=purpose, profile=get_engine().profile.make).exists():
            give_consent(person, purpose, by=None)
            photos = [Photo(name, (pictures / name).read_bytes()) for name in sitter.photos]
            enrol(person, photos, purposes=[purpose], by=None, source=FaceSample.Source.FOLDER)
    return FaceSample.objects.filter(person=person).count()
