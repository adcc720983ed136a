"""What attendance writes to people: the kinds of e-mail, and their original texts."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from accounts.mail.kinds import MailKind, Placeholder
from accounts.roles import Role
from attendance.notices import at_risk, digest, placeholders, warnings

TEACHERS = frozenset({Role.TEACHER, Role.ADMINISTRATOR})

MEETING = {
    "course": Placeholder(_("The course's code"), "cs101"),
    "title": Placeholder(_("The course's title"), "Algorithms"),
    "date": Placeholder(_("The day of the session"), "2 Mar 2026"),
    "time": Placeholder(_("Start and end of the session"), "09:00–10:00"),
}
RECORD = {
    "name": Placeholder(_("The recipient's name"), "Ada Lovelace"),
    "person": Placeholder(_("The student's or employee's name"), "Ada Lovelace"),
    **MEETING,
    "status": Placeholder(_("The current status"), _("Absent")),
    "arrived": Placeholder(_("When the person was first seen"), "09:17"),
    "link": Placeholder(_("Link to the page with more"), "https://ostiary.example.org/attendance/"),
}
FOR_GUARDIAN = RECORD | {"name": Placeholder(_("The guardian's name"), "Anne Lovelace")}
CORRECTION = {"reason": Placeholder(_("The teacher's reason"), _("You had a doctor's note"))}

ABSENT = MailKind(
    code="attendance.absent",
    label=_("Absence"),
    wish=_("When I am marked absent"),
    subject=_("{{ course }} on {{ date }}: you were marked absent"),
    body=_(
        "Hello {{ name }},\n\n"
        "you were marked absent in {{ title }} ({{ course }}) on {{ date }}, {{ time }}.\n\n"
        "Is that wrong? Tell your teacher on your attendance page:\n{{ link }}\n\n{{ site }}"
    ),
    placeholders=RECORD,
    compose=placeholders.of_record,
)
LATE = MailKind(
    code="attendance.late",
    label=_("Lateness"),
    wish=_("When I am marked late"),
    subject=_("{{ course }} on {{ date }}: you were marked late"),
    body=_(
        "Hello {{ name }},\n\n"
        "you were first seen at {{ arrived }} in {{ title }} ({{ course }}) on {{ date }}, {{ time }}, "
        "and were marked late.\n\n"
        "Is that wrong? Tell your teacher on your attendance page:\n{{ link }}\n\n{{ site }}"
    ),
    placeholders=RECORD,
    compose=placeholders.of_record,
)
ABSENT_GUARDIAN = MailKind(
    code="attendance.absent_guardian",
    label=_("Absence (to guardians)"),
    subject=_("{{ person }} was absent from {{ course }} on {{ date }}"),
    body=_(
        "Dear {{ name }},\n\n"
        "{{ person }} was marked absent in {{ title }} ({{ course }}) on {{ date }}, {{ time }}.\n\n"
        "If you think this is a mistake, please contact the teacher.\n\n{{ site }}"
    ),
    placeholders=FOR_GUARDIAN,
    compose=placeholders.of_record,
    to_guardian=True,
)
LATE_GUARDIAN = MailKind(
    code="attendance.late_guardian",
    label=_("Lateness (to guardians)"),
    subject=_("{{ person }} was late for {{ course }} on {{ date }}"),
    body=_(
        "Dear {{ name }},\n\n"
        "{{ person }} was first seen at {{ arrived }} in {{ title }} ({{ course }}) on {{ date }}, {{ time }}, "
        "and was marked late.\n\n"
        "If you think this is a mistake, please contact the teacher.\n\n{{ site }}"
    ),
    placeholders=FOR_GUARDIAN,
    compose=placeholders.of_record,
    to_guardian=True,
)
CORRECTED = MailKind(
    code="attendance.corrected",
    label=_("Correction"),
    wish=_("When a teacher changes my status afterwards"),
    subject=_("{{ course }} on {{ date }}: your status is now {{ status }}"),
    body=_(
        "Hello {{ name }},\n\n"
        "your status in {{ title }} ({{ course }}) on {{ date }}, {{ time }}, was set to: {{ status }}.\n"
        "The reason given: {{ reason }}\n\n"
        "Is that wrong? Tell your teacher on your attendance page:\n{{ link }}\n\n{{ site }}"
    ),
    placeholders=RECORD | CORRECTION,
    compose=placeholders.of_correction,
)
CORRECTED_GUARDIAN = MailKind(
    code="attendance.corrected_guardian",
    label=_("Correction (to guardians)"),
    subject=_("{{ course }} on {{ date }}: {{ person }} is now {{ status }}"),
    body=_(
        "Dear {{ name }},\n\n"
        "we wrote to you about {{ person }} in {{ title }} ({{ course }}) on {{ date }}, {{ time }}. "
        "The teacher has corrected it. The status is now: {{ status }}.\n\n{{ site }}"
    ),
    placeholders=FOR_GUARDIAN | CORRECTION,
    compose=placeholders.of_correction,
    to_guardian=True,
)
APPEAL_ANSWERED = MailKind(
    code="attendance.appeal_answered",
    label=_("Answer to an appeal"),
    subject=_("{{ course }} on {{ date }}: your appeal was answered"),
    body=_(
        "Hello {{ name }},\n\n"
        "you wrote about {{ title }} ({{ course }}) on {{ date }}, {{ time }}:\n{{ message }}\n\n"
        "{{ decision }}\n{{ answer }}\n\n"
        "Your status is: {{ status }}.\n{{ link }}\n\n{{ site }}"
    ),
    placeholders=RECORD
    | {
        "message": Placeholder(_("What the person wrote"), _("I sat in the last row.")),
        "decision": Placeholder(_("Whether the appeal was accepted"), _("Your appeal was accepted.")),
        "answer": Placeholder(_("The teacher's answer"), _("I remember. I have corrected it.")),
    },
    may_opt_out=False,
)
AT_RISK = MailKind(
    code="attendance.at_risk",
    label=_("Attendance below the limit"),
    wish=_("When a person in my course is at risk"),
    subject=_("{{ course }}: attendance below {{ limit }}"),
    body=_(
        "Hello {{ name }},\n\n"
        "in {{ title }} ({{ course }}) the attendance of these people has fallen below {{ limit }}:\n\n"
        "{{ people }}\n\n"
        "You get another message only if a person recovers and is at risk again.\n{{ link }}\n\n{{ site }}"
    ),
    placeholders={
        "name": Placeholder(_("The teacher's name"), "Donald Knuth"),
        "course": MEETING["course"],
        "title": MEETING["title"],
        "limit": Placeholder(_("The course's limit"), "75 %"),
        "people": Placeholder(
            _("Names and percentages, one on each line"), "Ada Lovelace: 66.7 %\nGrace Hopper: 50.0 %"
        ),
        "link": RECORD["link"],
    },
    compose=at_risk.letter,
    roles=TEACHERS,
)
BELOW = {
    "name": RECORD["name"],
    "person": RECORD["person"],
    "course": MEETING["course"],
    "title": MEETING["title"],
    "limit": Placeholder(_("The course's limit"), "75 %"),
    "share": Placeholder(_("The person's attendance"), "66.7 %"),
    "link": RECORD["link"],
}
BELOW_LIMIT = MailKind(
    code="attendance.below_limit",
    label=_("Own attendance below the limit"),
    wish=_("When I am at risk in a course"),
    subject=_("{{ course }}: your attendance is below {{ limit }}"),
    body=_(
        "Hello {{ name }},\n\n"
        "your attendance in {{ title }} ({{ course }}) is {{ share }}. The course requires {{ limit }}.\n\n"
        "Is a record wrong? Tell your teacher on your attendance page:\n{{ link }}\n\n{{ site }}"
    ),
    placeholders=BELOW,
    compose=warnings.letter,
)
BELOW_LIMIT_GUARDIAN = MailKind(
    code="attendance.below_limit_guardian",
    label=_("Attendance below the limit (to guardians)"),
    subject=_("{{ course }}: the attendance of {{ person }} is below {{ limit }}"),
    body=_(
        "Dear {{ name }},\n\n"
        "the attendance of {{ person }} in {{ title }} ({{ course }}) is {{ share }}. "
        "The course requires {{ limit }}.\n\n{{ site }}"
    ),
    placeholders=BELOW | {"name": FOR_GUARDIAN["name"]},
    compose=warnings.letter,
    to_guardian=True,
)
BELOW_LIMIT_ADVISER = MailKind(
    code="attendance.below_limit_adviser",
    label=_("Attendance below the limit (to advisers)"),
    wish=_("When a person whom I advise is at risk in a course"),
    subject=_("{{ course }}: the attendance of {{ person }} is below {{ limit }}"),
    body=_(
        "Hello {{ name }},\n\n"
        "the attendance of {{ person }} in {{ title }} ({{ course }}) is {{ share }}. "
        "The course requires {{ limit }}.\n\n{{ site }}"
    ),
    placeholders=BELOW | {"name": Placeholder(_("The adviser's name"), "Donald Knuth")},
    compose=warnings.letter,
    roles=TEACHERS,
)
DIGEST = MailKind(
    code="attendance.digest",
    label=_("Summary of the day"),
    wish=_("Every evening, a summary of my courses"),
    subject=_("Your courses on {{ date }}"),
    body=_(
        "Hello {{ name }},\n\n"
        "these sessions were closed since yesterday evening:\n\n"
        "{{ sessions }}\n\n"
        "{{ waiting }}\n{{ link }}\n\n{{ site }}"
    ),
    placeholders={
        "name": Placeholder(_("The teacher's name"), "Donald Knuth"),
        "date": Placeholder(_("The day"), "2 Mar 2026"),
        "sessions": Placeholder(
            _("Each session with its counts, and who is unverified"),
            "09:00–10:00 cs101 Algorithms: 28 present, 2 unverified\n- unverified: Ada Lovelace, Grace Hopper",
        ),
        "waiting": Placeholder(
            _("Uncertain faces and appeals that are waiting for an answer"),
            _("Waiting for your answer: 1 uncertain face and 2 appeals."),
        ),
        "link": RECORD["link"],
    },
    compose=digest.letter,
    roles=TEACHERS,
)

KINDS = [
    ABSENT,
    LATE,
    CORRECTED,
    APPEAL_ANSWERED,
    AT_RISK,
    BELOW_LIMIT,
    BELOW_LIMIT_ADVISER,
    DIGEST,
    ABSENT_GUARDIAN,
    LATE_GUARDIAN,
    CORRECTED_GUARDIAN,
    BELOW_LIMIT_GUARDIAN,
]
