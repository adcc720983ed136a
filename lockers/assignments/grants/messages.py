"""Why a line of a grant was refused, in one sentence for the officer: what is so, and what to do."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from config.tables.incoming import sentence_for
from config.tables.incoming.identifiers import TEXT_COLUMN
from lockers.rules.messages import FOR_OFFICERS, sentence

SENTENCES = {
    "no_number": _("The id number is missing."),
    "no_locker": _("The locker is missing. Write its number, or “any free”."),
    "spreadsheet_error": _("'%(detail)s' is a spreadsheet error. Correct the cell."),
    "bad_date": _("'%(detail)s' is not a date. Write dates like 2026-09-30."),
    "unknown_person": _("No one has this id number."),
    "unknown_twin": _("No one has this id number. Is it %(detail)s? Spreadsheets remove leading zeros."),
    "bad_dates": _("The last day is before the first day."),
    "past": _("The last day has passed."),
    "not_yourself": _("Another officer must do this for you."),
    "not_valid": _("This person has no valid membership today."),
    "person_twice": _("Line %(detail)s is for the same person. Keep one of them."),
    "locker_twice": _("Line %(detail)s takes the same locker. Choose another locker."),
    "has_locker_here": _(
        "This person already has locker %(detail)s in this bank. Assign a second one on that locker's page."
    ),
    "other_dates": _("This person already has locker %(detail)s with other dates. Change them on the locker's page."),
    "no_free": _("No suitable locker is left."),
    "unknown_locker": _("There is no locker %(detail)s in this bank."),
    "other_lockers": _("Locker %(detail)s is of another kind, or outside the numbers of this grant."),
    "out_of_service": _("Locker %(detail)s is out of service."),
    "locker_taken": _("Locker %(detail)s is assigned to another customer."),
    "person_gone": _("This person is no longer on record."),
    "terms_refused_before": _("This person has refused the terms of the bank."),
    "not_officer": _("The officer who started this no longer has permission."),
    "opened_since": _("The locker has been opened since. Empty it, and release it on its page."),
    "cancelled": _("The grant ended before this line was processed."),
    "error": _("Something went wrong with this line. The server log says what."),
}
SPOILED = ("digits_lost", "decimals", "became_date", "formula", "yes_or_no")


def why(code: str, detail: str = "") -> str:
    if code in SENTENCES:
        return str(SENTENCES[code]) % {"detail": detail}
    if code in SPOILED:
        words = _("'%(detail)s' is no longer what was entered: a spreadsheet has changed it.")
        return f"{words % {'detail': detail}} {TEXT_COLUMN}"
    try:
        return sentence_for(code)
    except KeyError:
        return str(FOR_OFFICERS.get(code) or sentence(code))
