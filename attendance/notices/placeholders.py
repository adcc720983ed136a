"""What the placeholders of attendance's e-mails stand for, at the moment at which they are asked."""

from __future__ import annotations

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.mail.kinds import Facts
from accounts.models import User
from attendance.models import Appeal, AttendanceRecord, ClassSession, RollEntry
from attendance.rules.clock_words import span_words

Words = dict[str, "str | list[str]"]


def link(page: str, *arguments: object) -> str:
    return settings.SITE_URL + reverse(page, args=arguments)


def meeting(session: ClassSession) -> Words:
    return {
        "course": session.course.code,
        "title": session.course.title,
        "date": date_format(timezone.localtime(session.starts_at)),
        "time": span_words(session.starts_at, session.effective_end),
    }


def words_of(record: AttendanceRecord, *, guardian: bool = False) -> Words:
    seen = record.first_seen and timezone.localtime(record.first_seen)
    return {
        **meeting(record.session),
        "name": guardian_of(record.person) if guardian else record.person.get_full_name(),
        "person": record.person.get_full_name(),
        "status": str(record.get_status_display()),
        "arrived": f"{seen:%H:%M}" if seen else _("not seen"),
        "link": link("attendance:mine"),
    }


def guardian_of(person: User) -> str:
    unnamed = _("parent or guardian of %(name)s") % {"name": person.get_full_name()}
    return person.guardian_name or unnamed


def words_of_correction(record: AttendanceRecord, line: RollEntry, *, guardian: bool = False) -> Words:
    return words_of(record, guardian=guardian) | {"reason": line.reason}


def words_of_answer(appeal: Appeal) -> Words:
    accepted = _("Your appeal was accepted.") if appeal.accepted else _("Your appeal was not accepted.")
    return words_of(appeal.record) | {
        "message": appeal.message.splitlines(),
        "decision": accepted,
        "answer": appeal.answer.splitlines(),
    }


# --- asked again when the e-mail goes out -------------------------------------------------------


def of_record(facts: Facts) -> Words | None:
    """Absence or lateness. None when a teacher has corrected it meanwhile, or no one is to be told any more."""
    record = _records().filter(pk=facts["record"], status=facts["status"]).first()
    if record is None or not record.session.is_closed or not record.session.course.notify:
        return None
    return words_of(record, guardian=facts["guardian"])


def of_correction(facts: Facts) -> Words | None:
    """Only the last correction of a record is told, and only while it stands."""
    line = RollEntry.objects.filter(pk=facts["line"]).first()
    if line is None or _corrections_like(line).filter(pk__gt=line.pk).exists():
        return None
    record = _records().filter(session=line.session_id, person=line.person_id, status=line.status).first()
    return words_of_correction(record, line, guardian=facts["guardian"]) if record else None


def _records() -> QuerySet[AttendanceRecord]:
    return AttendanceRecord.objects.select_related("person", "session__course")


def _corrections_like(line: RollEntry) -> QuerySet[RollEntry]:
    return RollEntry.objects.filter(session=line.session_id, person=line.person_id, kind=RollEntry.Kind.CORRECTED)
