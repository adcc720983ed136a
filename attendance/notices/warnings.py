"""Whose attendance falls below a course's limit is told so: the person, their guardian and their adviser.

Once for each crossing, and at most so often in a term as the course says. Teachers hear of it anyway (`at_risk`).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from accounts.mail import outbox
from accounts.mail.kinds import Facts
from accounts.mail.outbox import Letter
from accounts.models import User
from attendance.models import AtRisk, Course, Enrollment
from attendance.notices import attendance_rate, placeholders

TERM = timedelta(weeks=26)
KIND, GUARDIAN, ADVISER = "attendance.below_limit", "attendance.below_limit_guardian", "attendance.below_limit_adviser"


def send(course: Course, falls: Iterable[AtRisk], *, at: datetime, now: datetime) -> list[AtRisk]:
    """Of new falls; which of them were told. Call it in the transaction that noted them."""
    if not course.warns:
        return []
    told = [fall for fall in falls if _so_far(fall, now) < course.warns_most]
    for fall in told:
        AtRisk.objects.filter(pk=fall.pk).update(warned=True)
        _send_one(fall, at)
    return told


def _so_far(fall: AtRisk, now: datetime) -> int:
    mine = AtRisk.objects.filter(course=fall.course_id, person=fall.person_id, warned=True)
    return mine.filter(fell_at__gt=now - TERM).count()


def _send_one(fall: AtRisk, at: datetime) -> None:
    facts = {"fall": fall.pk, "to": "person"}
    _enqueue(KIND, fall, fall.person, facts, at)
    _enqueue(GUARDIAN, fall, fall.person, facts | {"to": "guardian"}, at)
    enrolment = (
        Enrollment.objects.filter(course=fall.course_id, person=fall.person_id).select_related("adviser").first()
    )
    if enrolment is not None and enrolment.adviser is not None:
        _enqueue(ADVISER, fall, enrolment.adviser, facts | {"to": "adviser", "adviser": enrolment.adviser.pk}, at)


def _enqueue(kind: str, fall: AtRisk, person: User, facts: Facts, at: datetime) -> None:
    words = letter(facts)
    if words is not None:
        outbox.enqueue_all(kind, [Letter(f"{kind}:{fall.pk}", words, person, facts=dict(facts))], at=at)


def letter(facts: Facts) -> placeholders.Words | None:
    """As it is now. None when the person has recovered, the course warns no more, or the adviser is another one."""
    fall = AtRisk.objects.filter(pk=facts["fall"], standing=True).select_related("course", "person").first()
    if fall is None or not fall.course.warns:
        return None
    name = _name(fall, facts)
    now = attendance_rate.of_people(fall.course, [fall.person_id]).get(fall.person_id)
    if name is None or now is None:
        return None
    return {
        "name": name,
        "person": fall.person.get_full_name(),
        "course": fall.course.code,
        "title": fall.course.title,
        "limit": f"{fall.course.at_risk_below} %",
        "share": f"{now.percentage or 0:.1f} %",
        "link": placeholders.link("attendance:mine"),
    }


def _name(fall: AtRisk, facts: Facts) -> str | None:
    if facts["to"] == "guardian":
        return placeholders.guardian_of(fall.person)
    if facts["to"] == "person":
        return fall.person.get_full_name()
    still = Enrollment.objects.filter(course=fall.course_id, person=fall.person_id, adviser=facts["adviser"])
    adviser = User.objects.filter(pk=facts["adviser"]).first() if still.exists() else None
    return adviser.get_full_name() if adviser else None
