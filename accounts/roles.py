"""What each role may do. The one table that pages, admin and API read.

Roles grant permissions of Django's usual form, `app.action_model` or `app.action`. An administrator
may do everything, so no list is kept for that role. Whether a person may act on *this* object
(their own course, a purpose they serve) is asked of the app that owns the object.
"""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    ADMINISTRATOR = "administrator", _("Administrator")
    TEACHER = "teacher", _("Teacher")
    LIBRARIAN = "librarian", _("Librarian")
    LOCKER_OFFICER = "locker_officer", _("Locker officer")
    MEMBER = "member", _("Member")


class Purpose(TextChoices):
    """Why a face is recognised. Consent, templates and stations are all kept apart by purpose."""

    RECEPTION = "reception", _("Reception")
    LIBRARY = "library", _("Library")
    ATTENDANCE = "attendance", _("Attendance")
    LOCKERS = "lockers", _("Lockers")


# Roles that may open the Django admin.
STAFF_ROLES = frozenset({Role.ADMINISTRATOR, Role.LIBRARIAN, Role.LOCKER_OFFICER})

# The purposes whose faces a role may enrol and see.
ENROLS_FOR: dict[str, frozenset[str]] = {
    Role.ADMINISTRATOR: frozenset(Purpose.values),
    Role.LIBRARIAN: frozenset({Purpose.LIBRARY}),
    Role.LOCKER_OFFICER: frozenset({Purpose.LOCKERS}),
}

_ENROLMENT = {
    "accounts.view_user",
    "accounts.view_department",
    "accounts.view_consent",
    "accounts.add_consent",
    "accounts.change_consent",
    "accounts.view_noticetext",
    "recognition.view_facesample",
    "recognition.add_facesample",
    "recognition.delete_facesample",
    "recognition.view_station",
    "recognition.view_sighting",
    "recognition.view_evidence",
    "recognition.view_impostorexample",
    "recognition.change_impostorexample",
    "recognition.delete_impostorexample",
}

# Of their own courses only: attendance.rules.visibility says which those are.
_KEEPING_ROLLS = {
    "attendance.view_course",
    "attendance.view_enrollment",
    "attendance.view_timetablerule",
    "attendance.change_timetablerule",
    "attendance.view_classsession",
    "attendance.change_classsession",
    "attendance.view_attendancerecord",
    "attendance.change_attendancerecord",
    "attendance.add_rollentry",
    "attendance.view_doubt",
    "attendance.change_doubt",
    "attendance.view_appeal",
    "attendance.change_appeal",
    "attendance.view_excuse",
    "attendance.change_excuse",
}

# What a librarian, and a program that signs in as one, does at the desk and over the API.
_LENDING = {
    "library.view_loan",
    "library.lend",
    "library.view_visit",
    "library.check_pass",
    "library.view_circulationevent",
}

# What librarians may look at, and what they may set up; loans change through the desk, never by hand.
_LIBRARY_SEES = (
    "loan",
    "visit",
    "hold",
    "exitpass",
    "circulationevent",
    "patronblock",
    "fine",
    "librarystation",
    "helprequest",
    "unstaffedreport",
    "tagcommand",
    "transit",
)
_LIBRARY_KEEPS = (
    "title",
    "copy",
    "loanpolicy",
    "fixedduedate",
    "branch",
    "libraryclosedday",
    "libraryopeninghours",
    "librarystaffing",
)
_KEEPING_BOOKS = {f"library.view_{name}" for name in (*_LIBRARY_SEES, *_LIBRARY_KEEPS)} | {
    f"library.{action}_{name}" for action in ("add", "change", "delete") for name in _LIBRARY_KEEPS
}

# Locker officers look at everything and set up nothing: lockers change hands and open through their rules.
_LOCKERS_SEE = (
    "bank",
    "bankofficer",
    "closedday",
    "locker",
    "lockersize",
    "lockerstation",
    "assignment",
    "jointholder",
    "waitingentry",
    "accessattempt",
    "lockout",
    "passkey",
    "keypad",
    "securitykey",
    "officerkey",
    "opening",
    "approval",
    "alarm",
    "silentalarm",
    "bankrelease",
    "accesslog",
    "grant",
    "grantline",
    "bankterms",
    "termsanswer",
    "abandonment",
    "abandonmentstep",
)
_KEEPING_LOCKERS = {f"lockers.view_{name}" for name in _LOCKERS_SEE} | {"lockers.keep"}

# At the assembly point: begin an evacuation list, tick people off. Each list is recorded, and administrators told.
_EVACUATING = {"visitors.marshal"}

PERMISSIONS: dict[str, frozenset[str]] = {
    Role.TEACHER: frozenset({"recognition.view_station", "recognition.view_evidence"} | _KEEPING_ROLLS | _EVACUATING),
    Role.LIBRARIAN: frozenset(_ENROLMENT | _LENDING | _KEEPING_BOOKS | _EVACUATING),
    Role.LOCKER_OFFICER: frozenset(_ENROLMENT | _KEEPING_LOCKERS | _EVACUATING),
    Role.MEMBER: frozenset(),
}
