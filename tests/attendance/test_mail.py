"""What attendance tells by e-mail, to whom, when, and what it does not tell, over a real mail server."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.mail import kinds, outbox, preferences, sending
from accounts.models import OutgoingMail
from attendance.models import AtRisk, ClassSession, Course
from attendance.notices import attendance_rate, digest
from attendance.records import corrections
from attendance.roll import roll
from attendance.sessions import sessions
from attendance.wiring import job_steps as clock
from tests.conftest import Role, person
from tests.support import attendance as campus
from tests.support.attendance import closed, enrolled, minutes, seen, watched
from tests.support.mailing import Mailbox, at, free_port, go, listening

ROME = ZoneInfo("Europe/Rome")


@pytest.fixture(autouse=True)
def server(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", free_port(), 5
    settings.MAIL_QUIET_HOURS, settings.ATTENDANCE_NOTICE_DELAY = None, 30
    with listening(settings.EMAIL_PORT, Mailbox()) as mailbox:
        yield mailbox


@pytest.fixture
def cs101(ada, grace, teacher):
    teacher.email = "knuth@example.org"
    teacher.save()
    ada.guardian_name, ada.guardian_email = "Lady Byron", "byron@example.org"
    ada.save()
    return campus.course(enrolled(ada), enrolled(grace), teacher=teacher, early_before=None)


def an_hour_ago():
    return timezone.now().replace(second=0, microsecond=0) - timedelta(minutes=60)


def lesson(course, *present, start=None, late=()):
    """A session that was watched all the time and is over: everybody else is absent."""
    session = campus.session(course, start or an_hour_ago())
    watched(session)
    for somebody in present:
        seen(session, somebody, 1, 5, 58)
    for somebody in late:
        seen(session, somebody, 17, 20, 58)
    return closed(session)


def told(server):
    return sorted((letter["To"], letter["Subject"]) for letter in server.letters)


def kinds_of(*states):
    mails = OutgoingMail.objects.filter(state__in=states) if states else OutgoingMail.objects.all()
    return sorted(mails.values_list("kind", "to"))


def day_of(session):
    return f"{timezone.localtime(session.starts_at).day} {timezone.localtime(session.starts_at):%b %Y}"


# --- absence and lateness -----------------------------------------------------------------------


def test_who_was_absent_is_told_half_an_hour_later_and_so_is_the_guardian(cs101, ada, grace, server):
    session = lesson(cs101, grace)
    assert go(29) == 0
    assert go(31) == 2
    day = day_of(session)
    assert told(server) == [
        ("ada@example.org", f"cs101 on {day}: you were marked absent"),
        ("byron@example.org", f"Ada Lovelace was absent from cs101 on {day}"),
    ]
    texts = [letter.get_content() for letter in server.letters]
    assert any(text.startswith("Dear Lady Byron,") for text in texts)
    assert all("Algorithms (cs101)" in text for text in texts)
    assert any("http://127.0.0.1:8000/attendance/mine/" in text for text in texts)


def test_who_was_late_is_told_at_what_time_they_came(cs101, ada, grace, server):
    session = lesson(cs101, ada, late=[grace])
    go(31)
    assert told(server) == [("grace@example.org", f"cs101 on {day_of(session)}: you were marked late")]
    arrived = timezone.localtime(session.starts_at + minutes(17))
    assert f"first seen at {arrived:%H:%M} in Algorithms" in server.text()


def test_a_guardian_without_a_name_is_greeted_all_the_same(cs101, ada, grace, server):
    ada.guardian_name = ""
    ada.save()
    lesson(cs101, grace)
    go(31)
    texts = [letter.get_content() for letter in server.letters if letter["To"] == "byron@example.org"]
    assert texts[0].startswith("Dear parent or guardian of Ada Lovelace,")


def test_nobody_is_told_while_the_session_runs(cs101, ada, teacher):
    session = campus.session(cs101, an_hour_ago())
    watched(session)
    corrections.correct(session, ada, "absent", by=teacher, reason="Not here")
    assert not OutgoingMail.objects.exists()
    closed(session)
    assert ("attendance.absent", "ada@example.org") in kinds_of()


def test_unverified_and_excused_people_are_not_told_anything(cs101, ada, grace, teacher):
    session = campus.session(cs101, an_hour_ago())
    corrections.correct(session, ada, "excused", by=teacher, reason="Doctor")
    closed(session)
    assert {record.status for record in session.records.all()} == {"excused", "unverified"}
    assert not OutgoingMail.objects.exists()


def test_a_course_can_do_without_notices_even_at_the_last_moment(cs101, grace, server):
    lesson(cs101, grace)
    Course.objects.update(notify=False)
    go(31)
    assert told(server) == []
    assert {mail.last_error for mail in OutgoingMail.objects.all()} == {"no_longer_true"}
    lesson(Course.objects.get(), grace, start=an_hour_ago() - timedelta(hours=2))
    assert OutgoingMail.objects.count() == 2


def test_closing_that_is_rolled_back_tells_nobody(cs101, grace):
    session = campus.session(cs101, an_hour_ago())
    watched(session)
    with pytest.raises(RuntimeError), transaction.atomic():
        closed(session)
        raise RuntimeError
    assert not OutgoingMail.objects.exists()


def test_judging_a_session_again_tells_nobody_twice(cs101, grace, server):
    session = lesson(cs101, grace)
    sessions.recompute(session)
    go(31)
    sessions.recompute(session)
    assert go(70) == 0
    assert len(server.letters) == 2


def test_a_session_of_long_ago_that_is_judged_again_is_no_news(cs101, grace):
    session = lesson(cs101, grace, start=timezone.now() - timedelta(days=9))
    sessions.recompute(session)
    assert not OutgoingMail.objects.exists()


# --- corrections --------------------------------------------------------------------------------


def test_what_the_teacher_puts_right_in_time_is_never_mailed(cs101, ada, grace, teacher, server):
    session = lesson(cs101, grace)
    corrections.correct(session, ada, "present", by=teacher, reason="Sat behind a pillar")
    go(31)
    assert told(server) == [("ada@example.org", f"cs101 on {day_of(session)}: your status is now Present")]
    assert "The reason given: Sat behind a pillar" in server.text()
    assert kinds_of("cancelled") == [
        ("attendance.absent", "ada@example.org"),
        ("attendance.absent_guardian", "byron@example.org"),
    ]


def test_a_correction_that_is_taken_back_in_time_leaves_the_notice_true(cs101, ada, grace, teacher, server):
    session = lesson(cs101, grace)
    corrections.correct(session, ada, "present", by=teacher, reason="I thought so")
    go(31)
    corrections.correct(session, ada, "absent", by=teacher, reason="No, that was her sister")
    go(62)
    assert [to for to, _subject in told(server)] == ["ada@example.org", "ada@example.org", "byron@example.org"]


def test_of_several_corrections_the_last_one_is_told(cs101, ada, grace, teacher, server):
    session = lesson(cs101, ada, grace)
    for status in ("late", "excused"):
        corrections.correct(session, ada, status, by=teacher, reason=f"Because {status}")
    go(31)
    assert told(server) == [("ada@example.org", f"cs101 on {day_of(session)}: your status is now Excused")]
    assert kinds_of("cancelled") == [
        ("attendance.corrected", "ada@example.org"),
        ("attendance.late_guardian", "byron@example.org"),
    ]


def test_a_guardian_who_was_told_of_an_absence_is_told_that_it_was_none(cs101, ada, grace, teacher, server):
    session = lesson(cs101, grace)
    go(31)
    corrections.correct(session, ada, "present", by=teacher, reason="Seen on the photo")
    go(62)
    assert told(server)[-1] == ("byron@example.org", f"cs101 on {day_of(session)}: Ada Lovelace is now Present")


def test_an_absence_that_a_teacher_notes_afterwards_reaches_the_guardian_once(cs101, ada, grace, teacher, server):
    session = lesson(cs101, ada, grace)
    corrections.correct(session, ada, "absent", by=teacher, reason="Left at once")
    corrections.correct(session, ada, "absent", by=teacher, reason="Left at once, I saw it")
    go(31)
    assert [to for to, _subject in told(server)] == ["ada@example.org", "byron@example.org"]


def test_a_student_can_do_without_news_of_corrections(cs101, ada, grace, teacher):
    preferences.want(ada, kinds.find("attendance.corrected"), False)
    session = lesson(cs101, ada, grace)
    corrections.correct(session, ada, "excused", by=teacher, reason="Trip")
    assert not OutgoingMail.objects.exists()


@pytest.mark.parametrize(("confirmed", "told_to"), [(True, []), (False, ["ada@example.org", "byron@example.org"])])
def test_of_a_doubt_somebody_is_told_once_it_is_decided(cs101, ada, grace, teacher, server, confirmed, told_to):
    session = campus.session(cs101, an_hour_ago())
    watched(session)
    seen(session, grace, 1, 5, 58)
    roll.record_doubt(session.pk, [ada.pk], at=session.starts_at + minutes(2), detail={})
    closed(session)
    assert go(31) == 0
    corrections.resolve(session.doubts.get(), confirmed=confirmed, by=teacher)
    go(31)
    assert [to for to, _subject in told(server)] == told_to


# --- appeals ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("accepted", "status"), [(True, "Present"), (False, "Absent")])
def test_the_answer_to_an_appeal_comes_at_once_and_alone(cs101, ada, grace, teacher, server, accepted, status):
    session = lesson(cs101, grace)
    asked = corrections.appeal(session.records.get(person=ada), "I sat\nin the last row", by=ada)
    corrections.answer(asked, accepted=accepted, words="I looked it up.\nSo be it.", by=teacher)
    assert go() == 1
    assert told(server) == [("ada@example.org", f"cs101 on {day_of(session)}: your appeal was answered")]
    text = server.text()
    assert "I sat\nin the last row" in text
    assert ("was accepted" if accepted else "was not accepted") + ".\nI looked it up.\nSo be it." in text
    assert f"Your status is: {status}." in text
    assert "attendance.corrected" not in dict(kinds_of())


# --- at risk ------------------------------------------------------------------------------------


def lessons(course, plan, *, days_ago):
    """One lesson a day, oldest first: in each come the people named."""
    for number, present in enumerate(plan):
        lesson(course, *present, start=an_hour_ago() - timedelta(days=days_ago - number))


def warnings(server):
    return [letter for letter in server.letters if letter["Subject"].startswith("cs101: attendance below")]


def test_teachers_are_warned_once_when_somebody_falls_and_again_after_a_recovery(cs101, ada, grace, server):
    both, only_grace = (ada, grace), (grace,)
    lessons(cs101, [only_grace, both], days_ago=30)
    assert not AtRisk.objects.exists()  # two sessions are no pattern
    lesson(cs101, *only_grace, start=an_hour_ago() - timedelta(days=20))
    assert [fall.person for fall in AtRisk.objects.filter(standing=True)] == [ada]
    go(31)
    [warning] = warnings(server)
    assert (warning["To"], warning["Subject"]) == ("knuth@example.org", "cs101: attendance below 75 %")
    assert "Ada Lovelace: 33.3 %" in warning.get_content()
    assert "Grace" not in warning.get_content()
    lesson(cs101, *only_grace, start=an_hour_ago() - timedelta(days=19))
    go(62)
    assert len(warnings(server)) == 1
    lessons(cs101, [both] * 9, days_ago=18)  # 10 of 13: 76.9 %
    assert not AtRisk.objects.filter(standing=True).exists()
    lesson(cs101, *only_grace, start=an_hour_ago() - timedelta(days=5))  # 10 of 14: 71.4 %
    go(93)
    assert len(warnings(server)) == 2
    assert "71.4 %" in warnings(server)[-1].get_content()


def test_several_who_fall_together_are_one_letter_to_each_teacher(cs101, ada, grace, librarian, server):
    second = person("t-2", "Edsger", Role.TEACHER, email="edsger@example.org")
    cs101.teachers.add(second)
    cs101.enrollments.create(person=enrolled(librarian))
    lessons(cs101, [[librarian]] * 3, days_ago=20)
    go(31)
    assert sorted(letter["To"] for letter in warnings(server)) == ["edsger@example.org", "knuth@example.org"]
    assert "Grace Hopper: 0.0 %\r\nAda Lovelace: 0.0 %" in warnings(server)[0].get_content()


def test_a_correction_in_time_takes_the_warning_back(cs101, ada, grace, teacher, server):
    lessons(cs101, [(ada, grace), (ada, grace), (grace,)], days_ago=20)
    assert AtRisk.objects.filter(standing=True).count() == 1
    last = ClassSession.objects.latest("starts_at")
    corrections.correct(last, ada, "excused", by=teacher, reason="Doctor")
    assert not AtRisk.objects.filter(standing=True).exists()
    go(31)
    assert warnings(server) == []


def test_what_nobody_could_see_puts_nobody_at_risk(cs101, ada, grace):
    for days in range(5):
        closed(campus.session(cs101, an_hour_ago() - timedelta(days=days)))
    assert attendance_rate.of_people(cs101)[ada.pk].percentage is None
    assert not AtRisk.objects.exists()


def test_a_teacher_who_left_the_course_is_not_warned_any_more(cs101, ada, grace, teacher, server):
    lessons(cs101, [(grace,)] * 3, days_ago=20)
    cs101.teachers.remove(teacher)
    go(31)
    assert warnings(server) == []


# --- the evening --------------------------------------------------------------------------------


@pytest.fixture
def rome(settings):
    settings.TIME_ZONE, settings.ATTENDANCE_DIGEST_AT = "Europe/Rome", time(18)


def evening(day, clock="18:00"):
    return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=ROME)


def test_teachers_get_the_day_of_their_own_courses_once(cs101, ada, grace, librarian, teacher, server, rome):
    other = person("t-2", "Edsger", Role.TEACHER, email="edsger@example.org")
    campus.course(ada, code="other", teacher=other, station=campus.room("room-2"))
    cs101.enrollments.create(person=librarian)
    session = lesson(cs101, grace, start=evening("2026-03-02", "09:00"))
    roll.Doubt.objects.create(session=session, kind="uncertain", person=ada, at=session.starts_at)
    corrections.appeal(session.records.get(person=ada), "I was there", by=ada)
    clock.write_digests(evening("2026-03-02", "17:59"))
    assert "attendance.digest" not in dict(kinds_of())
    for minute in ("18:00", "18:01", "23:00"):
        clock.write_digests(evening("2026-03-02", minute))
    go()
    [letter] = [letter for letter in server.letters if letter["Subject"].startswith("Your courses")]
    assert (letter["To"], letter["Subject"]) == ("knuth@example.org", "Your courses on 2 Mar 2026")
    text = letter.get_content().replace("\r\n", "\n")
    assert "09:00–10:00 cs101 Algorithms: 1 present, 1 absent, 1 unverified\n- unverified: Barbara Liskov\n" in text
    assert "Waiting for your answer: 1 uncertain face and 1 appeal." in text


def test_after_a_day_without_sessions_nobody_is_written_to(cs101, grace, rome):
    lesson(cs101, grace, start=evening("2026-03-02", "09:00"))
    assert digest.write_all(evening("2026-03-03", "18:00")) == 0


def test_an_evening_class_is_told_on_the_next_evening(cs101, grace, rome):
    lesson(cs101, grace, start=evening("2026-03-02", "19:00"))
    assert digest.write_all(evening("2026-03-02", "22:00")) == 0
    assert digest.write_all(evening("2026-03-03", "18:00")) == 1


def test_a_system_that_slept_in_the_evening_writes_in_the_morning(cs101, grace, rome):
    lesson(cs101, grace, start=evening("2026-03-02", "09:00"))
    assert digest.write_all(evening("2026-03-03", "08:00")) == 1
    assert OutgoingMail.objects.get(kind="attendance.digest").subject == "Your courses on 2 Mar 2026"


def test_the_day_that_the_clocks_change_is_one_day(cs101, rome):
    window = digest.window_of(date(2026, 3, 29))
    assert window.until - window.since == timedelta(hours=23)
    assert digest.last_window(window.until).day == date(2026, 3, 29)
    assert digest.last_window(window.until - timedelta(seconds=1)).day == date(2026, 3, 28)


def test_who_has_no_address_or_does_not_want_it_gets_no_digest(cs101, grace, teacher, rome):
    lesson(cs101, grace, start=evening("2026-03-02", "09:00"))
    preferences.want(teacher, kinds.find("attendance.digest"), False)
    assert digest.write_all(evening("2026-03-02")) == 0
    preferences.want(teacher, kinds.find("attendance.digest"), True)
    teacher.email = ""
    teacher.save()
    assert digest.write_all(evening("2026-03-02")) == 0


def test_the_digest_says_what_is_true_when_it_goes_out(cs101, ada, grace, teacher, server, rome):
    session = lesson(cs101, grace, start=evening("2026-03-02", "09:00"))
    digest.write_all(evening("2026-03-02"))
    corrections.correct(session, ada, "excused", by=teacher, reason="Doctor")
    go()
    [letter] = [letter for letter in server.letters if letter["Subject"].startswith("Your courses")]
    assert "1 present, 1 excused" in letter.get_content()


def test_many_unverified_people_are_counted(cs101, teacher, rome):
    for number in range(13):
        cs101.enrollments.create(person=person(f"p-{number:02}", f"Person{number:02}"))
    closed(campus.session(cs101, evening("2026-03-02", "09:00")))
    words = digest.letter({"teacher": teacher.pk, "day": "2026-03-02"})
    assert words["sessions"][0].endswith("15 unverified")
    assert words["sessions"][1].endswith(", 5 more")


# --- wishes, and how much it costs --------------------------------------------------------------


def test_each_role_finds_its_own_kinds_on_its_page(ada, teacher):
    ours = {wish.kind.code for wish in preferences.wishes_of(ada) if wish.kind.code.startswith("attendance.")}
    assert ours == {
        "attendance.absent",
        "attendance.below_limit",
        "attendance.late",
        "attendance.corrected",
    }
    assert {"attendance.at_risk", "attendance.digest"} < {wish.kind.code for wish in preferences.wishes_of(teacher)}


def test_every_letter_fills_every_placeholder_of_its_kind(cs101, ada, grace, teacher):
    lessons(cs101, [(grace,)] * 3, days_ago=5)
    session = lesson(cs101, late=[ada])
    asked = corrections.appeal(session.records.get(person=ada), "No", by=ada)
    corrections.answer(asked, accepted=True, words="Yes", by=teacher)
    for later in (timedelta(hours=1), timedelta(days=1)):  # whichever evening the lesson belongs to, at any time of day
        digest.write_all(timezone.now() + later)
    for mail in OutgoingMail.objects.all():
        kind = kinds.find(mail.kind)
        if kind.compose and (context := kind.compose(mail.facts)):
            assert set(context) == set(kind.placeholders), mail.kind
    assert {"attendance.at_risk", "attendance.digest"} <= set(dict(kinds_of()))


def test_closing_a_large_class_asks_the_database_few_questions(cs101, teacher, django_assert_max_num_queries):
    for number in range(120):
        somebody = person(f"p-{number:03}", f"P{number:03}", email=f"p{number}@example.org")
        somebody.guardian_email = f"g{number}@example.org"
        somebody.save()
        cs101.enrollments.create(person=enrolled(somebody, "ada"))
    session = campus.session(cs101, an_hour_ago())
    watched(session)
    with django_assert_max_num_queries(60):
        closed(session)
    assert OutgoingMail.objects.filter(kind="attendance.absent_guardian").count() == 121


def test_the_outbox_and_the_sending_agree_on_what_is_due(cs101, grace):
    lesson(cs101, grace)
    assert not sending.due(at(29)).exists()
    assert sending.due(at(31)).count() == 2
    outbox.cancel(OutgoingMail.objects.first())
    assert sending.due(at(31)).count() == 1
