"""Who is on these pictures?"""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from accounts.models import Department
from accounts.roles import Purpose
from config.errors import Refused
from config.management.printing import print_json
from config.management.refusing import exits_2_when_refused
from recognition.faces import access_log
from recognition.faces.identify import FaceAnswer, identify_image
from recognition.faces.profiles import outdated
from recognition.faces.profiles.runtime import get_engine
from recognition.models import Station
from recognition.stations import rosters


class Command(BaseCommand):
    help = "Print who is in each picture: a name for every face, or not recognised, with the reasons."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("image", nargs="+", type=Path)
        parser.add_argument("--roster", metavar="CODE", help="Search a station's roster, or a department's people.")
        parser.add_argument("--purpose", default="", choices=["", *Purpose.values], help="Default: reception.")
        parser.add_argument("--target-fmr", type=float, default=settings.TARGET_FMR)
        parser.add_argument("--json", action="store_true", help="Print one JSON document and nothing else.")

    @exits_2_when_refused
    def handle(self, *args: Any, **options: Any) -> None:
        if not 1e-5 <= options["target_fmr"] <= 0.1:
            raise Refused("bad_target_fmr", "--target-fmr must be between 0.00001 and 0.1.")
        purpose, roster = _scope(options["roster"], options["purpose"])
        answers = [
            (path, _identified(path, purpose=purpose, roster=roster, target_fmr=options["target_fmr"]))
            for path in options["image"]
        ]
        if advice := outdated.advice(get_engine().profile.make):
            self.stderr.write(advice)
        if options["json"]:
            images = [{"path": str(path), "faces": [face.as_dict() for face in faces]} for path, faces in answers]
            print_json(self.stdout, {"images": images})
            return
        for path, faces in answers:
            self.stdout.write(f"{path}: {len(faces)} face{'' if len(faces) == 1 else 's'}")
            for face in faces:
                self.stdout.write(f"  {_line(face)}")


def _scope(code: str | None, purpose: str) -> tuple[str, frozenset[int] | None]:
    """The purpose and the people to search: a station's, a department's, or everyone."""
    if code is None:
        return purpose or Purpose.RECEPTION, None
    station = Station.objects.filter(slug=code).first()
    if station is not None:
        return purpose or station.purpose, rosters.person_ids(station)
    department = Department.objects.filter(code=code).first()
    if department is None:
        raise Refused("unknown_roster", f"'{code}' is neither a station nor a department.")
    return purpose or Purpose.RECEPTION, frozenset(department.people.values_list("pk", flat=True))


def _identified(path: Path, **scope: Any) -> list[FaceAnswer]:
    """Whose faces these are, and a line in the log for each of them.

    Among many files, a refusal says which one it means; a missing model or a lost key (500 and up) means none.
    """
    data = _bytes(path)
    try:
        faces = identify_image(data, **scope)
    except Refused as refusal:
        if refusal.status >= 500:
            raise
        raise Refused(refusal.code, f"{path}: {refusal.message}", status=refusal.status) from refusal
    found = (face.match.person for face in faces)
    access_log.record_search(found, actor=None, faces=len(faces), purpose=scope["purpose"], source="command")
    return faces


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Refused("no_file", f"{path} cannot be read.") from error


def _line(face: FaceAnswer) -> str:
    x, y, w, h = face.box
    who = f"{face.person.name} ({face.person.id_number})" if face.person else "not recognised"
    why = "" if face.distance is None else f", distance {face.distance:.3f}, threshold {face.threshold:.3f}"
    return f"{who}: {w}×{h} px at {x},{y}{why}, {face.reason}"
