"""The one door to imports: pages and the command first look, then do the same."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from attendance.imports.report import ImportReport
from attendance.imports.rosters.bulk_enrolments import Additions
from attendance.imports.rosters.matching import Tick
from attendance.imports.rosters.plan import Options, steps
from attendance.imports.rosters.rows import Wishes
from attendance.models import Course
from attendance.sessions import enrolments, timetable_changes
from config.errors import Refused


def dry_run(wishes: Wishes, options: Options, tick: Tick = lambda n: None) -> ImportReport:
    """A verdict for each line. Nothing is changed. Refused `not_allowed`."""
    _require_allowed(wishes, options)
    verdicts = [step.verdict for step in steps(wishes, options, tick)]
    return ImportReport(wishes.kind, verdicts, wishes.unused, notes=wishes.notes)


def apply(wishes: Wishes, options: Options, tick: Tick = lambda n: None) -> ImportReport:
    """Do what the dry run shows, all of it in one transaction; lines that are refused do nothing.

    Doing it again changes nothing. Refused `not_allowed`, `changed_meanwhile`.
    """
    _require_allowed(wishes, options)
    try:
        with transaction.atomic():
            return _apply(wishes, options, tick)
    except IntegrityError as error:
        words = _(
            "The same rosters were changed by another person at the same time, so nothing was imported. Try again."
        )
        raise Refused("changed_meanwhile", words, status=409) from error


def _apply(wishes: Wishes, options: Options, tick: Tick) -> ImportReport:
    report = ImportReport(wishes.kind, unused=wishes.unused, applied=True, notes=wishes.notes)
    touched: dict[int, Course] = {}
    additions = Additions(options.by)
    for step in steps(wishes, options, tick):
        report.verdicts.append(step.verdict)
        for deed in step.deeds:
            deed()
        if step.enrolment is not None:
            additions.add(step.enrolment)
        if (step.deeds or step.enrolment) and step.course is not None:
            touched[step.course.pk] = step.course
    additions.finish()
    for course in touched.values():
        if not course.active:
            timetable_changes.course_changed(course)
        enrolments.rolls_follow(course)
    return report


def _require_allowed(wishes: Wishes, options: Options) -> None:
    by = options.by
    if by is None or by.is_administrator:
        return
    if wishes.kind == "oneroster":
        words = _("Only administrators can import a OneRoster package, because it sets up courses.")
        raise Refused("not_allowed", words, status=403)
    if options.create:
        raise Refused("not_allowed", _("Only administrators can add people."), status=403)
