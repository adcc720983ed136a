"""The one door to tables of sessions and marks: the page and the API first look, then do the same."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from attendance.imports.mark_files import marks_plan, sessions_plan
from attendance.imports.mark_files.reading import FileKind, Sheet
from attendance.imports.report import ImportReport
from config.errors import Refused


def dry_run(sheet: Sheet, *, overwrite: bool = False) -> ImportReport:
    """Everything as `apply` would do it, and then undone. Nothing is changed and no one is told."""
    with transaction.atomic():
        report = _report(sheet, overwrite=overwrite)
        transaction.set_rollback(True)
    return report


def apply(sheet: Sheet, *, overwrite: bool = False) -> ImportReport:
    """In one transaction; lines that are refused do nothing. Again, it changes nothing. Refused `changed_meanwhile`."""
    try:
        with transaction.atomic():
            report = _report(sheet, overwrite=overwrite)
    except IntegrityError as error:
        words = _("The same rolls were changed by another person at the same time, so nothing was imported. Try again.")
        raise Refused("changed_meanwhile", words, status=409) from error
    report.applied = True
    return report


def _report(sheet: Sheet, *, overwrite: bool) -> ImportReport:
    if sheet.kind == FileKind.MARKS:
        found = list(marks_plan.verdicts(sheet, overwrite=overwrite))
    else:
        found = list(sessions_plan.verdicts(sheet))
    return ImportReport(sheet.kind.value, found, sheet.unused, notes=sheet.table.notes)
