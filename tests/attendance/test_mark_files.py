"""Sessions and marks from a table: nothing is guessed, nothing is lost, no decision is overwritten unasked."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from attendance.imports.mark_files import files
from attendance.imports.mark_files.reading import FileKind, read, template
from attendance.models import AttendanceRecord, ClassSession, Doubt, Enrollment, OwnStatus, RollEntry
from attendance.records import corrections
from attendance.sessions import sessions
from config.errors import Refused
from config.tables.files import FORMATS
from tests.conftest import Role, person
from tests.support import attendance as campus
from tests.support.attendance import NINE
from tests.support.workbooks import workbook

# What a file says is read in Python, and what it changes is written by the corrections, which every database is asked.
pytestmark = [pytest.mark.django_db, pytest.mark.same_on_every_database]
PAGE = "/attendance/marks/import/"
API = "/api/v1/attendance/mark-files/"
State = ClassSession.State


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    settings.TIME_ZONE = "UTC"


@pytest.fixture
def cs101(ada, grace, teacher):
    return campus.course(ada, grace, teacher=teacher)


@pytest.fixture
def monday(cs101):
    """A session that is over: 2026-03-02 09:00."""
    made = campus.session(cs101)
    return sessions.close_session(made, at=made.ends_at)


def table(*rows, head="course,date,start,id_number,status,time,remark"):
    return "\n".join([head, *rows]).encode()


def marked(by, *rows, overwrite=False, **more):
    return files.apply(read("marks.csv", table(*rows, **more), by=by), overwrite=overwrite)


def looked(by, *rows, overwrite=False, **more):
    return files.dry_run(read("marks.csv", table(*rows, **more), by=by), overwrite=overwrite)


def codes(report):
    return [(said.outcome.value, said.code) for said in report.verdicts]


def status_of(session, who):
    return session.records.get(person=who).status


ADA = "cs101,2026-03-02,09:00,s-ada,P,,"
ROSTER = b"course,id_number,first_name\ncs101,s-alan,Alan\n"
CALENDAR = (
    b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:a\r\nSUMMARY:cs101\r\nDTSTART:20260302T090000Z\r\nDURATION:PT1H\r\n"
    b"RRULE:FREQ=DAILY\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)


# --- marks ---------------------------------------------------------------------------------------


def test_a_mark_is_a_correction_with_author_and_reason(teacher, ada, monday):
    report = marked(teacher, "cs101,2026-03-02,09:00,s-ada,L,09:12,Bus was late")
    assert codes(report) == [("changed", "marked")]
    record = monday.records.get(person=ada)
    assert (record.status, record.corrected) == ("late", True)
    line = monday.entries.get(kind=RollEntry.Kind.CORRECTED)
    assert (line.by, line.reason) == (teacher, "Bus was late · 09:12 · From the file marks.csv")


def test_looking_changes_nothing(teacher, ada, monday, mailoutbox):
    before = AttendanceRecord.objects.values_list("pk", "status").order_by("pk")
    kept = list(before), RollEntry.objects.count()
    assert looked(teacher, ADA).changes == 1
    assert (list(before.all()), RollEntry.objects.count()) == kept


def test_the_same_file_again_changes_nothing(teacher, ada, monday):
    marked(teacher, ADA)
    assert codes(marked(teacher, ADA)) == [("same", "same")]
    assert monday.entries.filter(kind=RollEntry.Kind.CORRECTED).count() == 1


def test_a_newer_decision_stays_unless_it_is_said(teacher, ada, monday):
    corrections.correct(monday, ada, "excused", by=teacher, reason="Doctor's note")
    report = marked(teacher, ADA)
    assert codes(report) == [("refused", "decided")]
    assert "Knuth" in report.verdicts[0].message
    assert status_of(monday, ada) == "excused"
    assert codes(marked(teacher, ADA, overwrite=True)) == [("changed", "marked")]
    assert status_of(monday, ada) == "present"
    assert [line.status for line in monday.entries.filter(kind="corrected").order_by("pk")] == ["excused", "present"]


def test_an_accepted_excuse_is_a_decision(teacher, ada, monday):
    monday.records.filter(person=ada).update(status="excused", note="excused_in_advance")
    assert codes(marked(teacher, "cs101,2026-03-02,09:00,s-ada,A,,")) == [("refused", "decided")]


@pytest.mark.parametrize(("confirmed", "text"), [(True, "A"), (False, "P")])
def test_an_answer_in_the_review_is_a_decision(teacher, cs101, ada, confirmed, text):
    made = campus.session(cs101)
    Doubt.objects.create(session=made, person=ada, kind=Doubt.Kind.UNCERTAIN, at=made.starts_at)
    corrections.resolve(Doubt.objects.get(), confirmed=confirmed, by=teacher)
    campus.closed(made)
    status = status_of(made, ada)
    line = f"cs101,2026-03-02,09:00,s-ada,{text},,"
    report = marked(teacher, line)
    assert codes(report) == [("refused", "decided")]
    assert "Knuth" in report.verdicts[0].message
    assert status_of(made, ada) == status
    assert codes(marked(teacher, line, overwrite=True)) == [("changed", "marked")]


def test_a_line_that_a_person_wrote_is_a_decision_and_a_camera_s_is_not(teacher, cs101, ada, grace):
    made = campus.session(cs101)
    campus.seen(made, ada, 1, source="api", by=teacher)
    campus.seen(made, grace, 1)
    campus.closed(made)
    lines = [f"cs101,2026-03-02,09:00,{number},A,," for number in ("s-ada", "s-grace")]
    assert codes(looked(teacher, *lines)) == [("refused", "decided"), ("changed", "marked")]


def test_a_no_of_the_review_counts_where_there_is_no_record_yet(teacher, ada):
    made = campus.session(campus.course(code="open", teacher=teacher, roster="everyone"))
    doubt = Doubt.objects.create(session=made, person=ada, kind=Doubt.Kind.UNCERTAIN, at=made.starts_at)
    corrections.resolve(doubt, confirmed=False, by=teacher)
    assert codes(looked(teacher, ADA.replace("cs101", "open"))) == [("refused", "decided")]


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("P", "present"),
        ("l", "late"),
        ("A", "absent"),
        ("E", "excused"),
        ("Left early", "left_early"),
        ("absent", "absent"),
    ],
)
def test_usual_codes_and_our_words(teacher, ada, monday, text, status):
    monday.records.update(status="expected")
    marked(teacher, f"cs101,2026-03-02,09:00,s-ada,{text},,")
    assert status_of(monday, ada) == status


def test_words_of_every_language_of_the_site(teacher, ada, monday, settings):
    with translation.override("de"):
        word = translation.gettext("Late")
    settings.LANGUAGES = [("en", "English"), ("de", "Deutsch")]
    marked(teacher, f"cs101,2026-03-02,09:00,s-ada,{word},,")
    assert status_of(monday, ada) == "late"


def test_own_statuses_come_first_and_a_kind_of_two_is_a_question(teacher, ada, monday, cs101):
    for short, label in ("P", "In the room"), ("R", "Remote"):
        OwnStatus.objects.create(course=cs101, short=short, label=label, kind="present", points=2)
    assert codes(looked(teacher, "cs101,2026-03-02,09:00,s-ada,present,,")) == [("refused", "ambiguous_status")]
    marked(teacher, "cs101,2026-03-02,09:00,s-ada,remote,,")
    assert monday.records.get(person=ada).own_status.short == "R"


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("cs101,03/04/2026,09:00,s-ada,P,,", "ambiguous_date"),
        ("cs101,31.2.2026,09:00,s-ada,P,,", "bad_date"),
        ("cs101,,09:00,s-ada,P,,", "no_date"),
        ("cs101,2026-03-02,nine,s-ada,P,,", "bad_time"),
        ("cs101,2026-03-03,09:00,s-ada,P,,", "no_session"),
        ("cs999,2026-03-02,09:00,s-ada,P,,", "unknown_course"),
        (",2026-03-02,09:00,s-ada,P,,", "no_course"),
        ("cs101,2026-03-02,09:00,s-nobody,P,,", "not_on_roster"),
        ("cs101,2026-03-02,09:00,2.1E+13,P,,", "digits_lost"),
        ("cs101,2026-03-02,09:00,,P,,", "no_person"),
        ("cs101,2026-03-02,09:00,s-ada,maybe,,", "unknown_status"),
        ("cs101,2026-03-02,09:00,s-ada,,,", "no_status"),
        ("cs101,2026-03-02,09:00,s-ada,P,25:10,", "bad_time"),
    ],
)
def test_each_bad_line_has_its_sentence_and_the_others_count(teacher, monday, row, code):
    report = marked(teacher, row, "cs101,2026-03-02,09:00,s-grace,P,,")
    assert codes(report) == [("refused", code), ("changed", "marked")]
    assert report.verdicts[0].message


def test_a_stranger_of_the_house_is_as_unknown_as_nobody(teacher, monday):
    person("s-alan", "Alan")
    words = [
        looked(teacher, f"cs101,2026-03-02,09:00,{number},P,,").verdicts[0].message for number in ("s-alan", "s-nix")
    ]
    assert words[0].replace("s-alan", "s-nix") == words[1]


@pytest.mark.parametrize(
    ("head", "line"),
    [
        ("course,date,id_number,name,status", "open,2026-03-02,s-alan,{name},P"),
        ("course,date,email,name,status", "open,2026-03-02,alan@example.org,{name},P"),
        ("course,date,id_number,email,name,status", "open,2026-03-02,s-alan,ada@example.org,{name},P"),
    ],
)
@pytest.mark.parametrize("name", ["", "Ada Lovelace"])
def test_where_everyone_may_come_a_guessed_number_tells_no_name(teacher, ada, head, line, name):
    alan = person("s-alan", "Alan", last_name="Turing")
    alan.email = "alan@example.org"
    alan.save()
    course = campus.course(code="open", teacher=teacher, roster="everyone")
    campus.session(course)
    [said] = looked(teacher, line.format(name=name), head=head).verdicts
    assert "Turing" not in said.person + said.message
    assert ("s-alan" in said.person) or ("alan@example.org" in said.person)
    [said] = marked(teacher, line.format(name=name), head=head).verdicts
    assert "Turing" not in said.person + said.message
    Enrollment.objects.create(course=course, person=alan)
    [said] = looked(teacher, line.format(name=name), head=head).verdicts
    assert "Turing" in said.person + said.message


def test_more_lines_ask_no_more_questions(teacher, cs101, monday):
    def asked(how_many):
        head = "course,date,start,session,id_number,email,name,status"
        who = [f"s-{number},," for number in range(how_many)]
        who += [f",{number}@example.org," for number in range(how_many)]
        who += [f",,Name {number}" for number in range(how_many)] + ["s-ada,,"] * how_many
        rows = [f"{where},{one},maybe" for one in who for where in ("cs101,2026-03-02,09:00,", f",,,{monday.pk}")]
        with CaptureQueriesContext(connection) as queries:
            assert {said.outcome.value for said in looked(teacher, *rows, head=head).verdicts} == {"refused"}
        return len(queries)

    assert asked(20) == asked(2)


def test_a_name_alone_is_a_question_even_when_only_one_has_it(teacher, monday, cs101, ada):
    head = "course,date,name,status"
    assert codes(looked(teacher, "cs101,2026-03-02,Ada Lovelace,P", head=head)) == [("refused", "only_a_name")]
    twin = person("s-ada2", "Ada", last_name="Lovelace")
    Enrollment.objects.create(course=cs101, person=twin)
    report = looked(teacher, "cs101,2026-03-02,Ada Lovelace,P", head=head)
    assert codes(report) == [("refused", "ambiguous")]
    assert "s-ada2" in report.verdicts[0].message


def test_an_email_is_enough_and_another_name_is_a_question(teacher, monday, ada):
    head = "course,date,email,name,status"
    assert codes(looked(teacher, "cs101,2026-03-02,ADA@example.org,,P", head=head)) == [("changed", "marked")]
    assert codes(looked(teacher, "cs101,2026-03-02,ada@example.org,Grace Hopper,P", head=head)) == [
        ("refused", "other_name")
    ]


def test_several_sessions_of_a_day_need_the_start(teacher, cs101, monday):
    campus.session(cs101, NINE + timedelta(hours=4))
    report = looked(teacher, "cs101,2026-03-02,,s-ada,P,,")
    assert codes(report) == [("refused", "several_sessions")]
    assert "09:00, 13:00" in report.verdicts[0].message


def test_a_session_number_is_enough_and_must_not_lie(teacher, monday, ada):
    head = "session,date,id_number,status"
    assert codes(looked(teacher, f"{monday.pk},,s-ada,P", head=head)) == [("changed", "marked")]
    assert codes(looked(teacher, f"{monday.pk},2026-03-03,s-ada,P", head=head)) == [("refused", "other_session")]


def test_two_lines_that_contradict_are_both_refused(teacher, monday, ada):
    report = marked(teacher, ADA, "cs101,2026-03-02,09:00,s-ada,A,,", ADA.replace("s-ada", "s-grace"))
    assert codes(report)[:2] == [("refused", "contradiction")] * 2
    assert not monday.records.get(person=ada).corrected


def test_only_the_teacher_of_the_course_marks_it(monday):
    stranger = person("t-perlis", "Alan", Role.TEACHER)
    assert codes(looked(stranger, ADA)) == [("refused", "unknown_course")]
    head = "session,id_number,status"
    assert codes(looked(stranger, f"{monday.pk},s-ada,P", head=head)) == [("refused", "no_session")]


def test_a_cancelled_session_takes_no_marks(teacher, cs101, ada):
    made = campus.session(cs101, opened=False)
    ClassSession.objects.filter(pk=made.pk).update(state=State.CANCELLED)
    assert codes(looked(teacher, ADA)) == [("refused", "cancelled")]


def test_a_workbook_with_real_days_and_times(teacher, monday, ada):
    data = workbook(
        ["course", "date", "start", "id_number", "status"], ["cs101", datetime(2026, 3, 2), time(9), "s-ada", "P"]
    )
    assert codes(files.apply(read("marks.xlsx", data, by=teacher))) == [("changed", "marked")]


# --- sessions ------------------------------------------------------------------------------------

HEAD = "course,date,start,end,group,station"


@pytest.fixture
def ahead():
    return timezone.localdate() + timedelta(days=10)


def test_sessions_are_planned_and_the_same_again_changes_nothing(teacher, cs101, ahead):
    row = f"cs101,{ahead},09:00,10:30,A,room-1"
    assert codes(marked(teacher, row, head=HEAD)) == [("new", "new")]
    made = cs101.sessions.get()
    assert (made.starts_at, made.group, made.by_hand) == (datetime.combine(ahead, time(9), tzinfo=UTC), "A", True)
    assert codes(marked(teacher, row, head=HEAD)) == [("same", "there")]
    assert codes(marked(teacher, row.replace("10:30", "11:00"), head=HEAD)) == [("changed", "changed")]
    assert cs101.sessions.get().ends_at.hour == 11


def test_a_session_that_is_over_is_added_with_its_roll_and_tells_no_one(teacher, cs101, ada, mailoutbox):
    yesterday = timezone.localdate() - timedelta(days=2)
    assert codes(marked(teacher, f"cs101,{yesterday},09:00,10:00,,", head=HEAD)) == [("new", "past")]
    made = cs101.sessions.get()
    assert made.state == State.CLOSED
    assert set(made.records.values_list("status", flat=True)) == {"unverified"}
    assert codes(marked(teacher, f"cs101,{yesterday},09:00,s-ada,P,,")) == [("changed", "marked")]
    assert status_of(made, ada) == "present"


@pytest.mark.parametrize(
    ("end", "station", "code"),
    [("", "", "no_end"), ("10:00", "nowhere", "unknown_station"), ("10:00", "room-2", "not_allowed")],
)
def test_each_bad_session_has_its_sentence(teacher, cs101, ahead, end, station, code):
    campus.room("room-2")
    assert codes(looked(teacher, f"cs101,{ahead},09:00,{end},,{station}", head=HEAD)) == [("refused", code)]


def test_a_session_in_the_way_is_refused_and_twice_in_the_file_too(teacher, cs101, ahead):
    rows = f"cs101,{ahead},09:00,10:30,,", f"cs101,{ahead},10:00,11:00,,", f"cs101,{ahead},09:00,10:30,,"
    assert codes(marked(teacher, *rows, head=HEAD)) == [("new", "new"), ("refused", "overlap"), ("refused", "twice")]


def test_columns_that_are_missing_are_named(teacher):
    with pytest.raises(Refused) as refusal:
        read("x.csv", b"course,date\na,b\n", by=teacher)
    assert refusal.value.code == "no_column"
    assert "start, end" in refusal.value.message


@pytest.mark.parametrize("kind", list(FileKind))
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_our_own_templates_can_be_read(teacher, cs101, kind, form, tmp_path):
    with (tmp_path / "t").open("w+b") as file:
        FORMATS[form].write(template(kind), file)
    report = files.dry_run(read(f"t.{form}", (tmp_path / "t").read_bytes(), by=teacher))
    assert report.kind == kind
    assert [said.code for said in report.verdicts] in (["no_session"], ["new"], ["past"])


# --- page and API --------------------------------------------------------------------------------


@pytest.fixture
def as_(client):
    def sign_in(who):
        client.force_login(who, backend="accounts.backends.RoleBackend")
        return client

    return sign_in


@pytest.mark.parametrize("page", [PAGE, "/attendance/courses/cs101/marks/import/"])
def test_the_page_looks_first(as_, teacher, monday, ada, page):
    client = as_(teacher)
    shown = client.post(page, {"file": SimpleUploadedFile("marks.csv", table(ADA))}).content.decode()
    assert "Nothing has been changed yet." in shown
    assert not monday.records.get(person=ada).corrected
    token = re.search(r'name="token" value="([^"]+)"', shown)[1]
    assert "1 line was imported" in client.post(f"{PAGE}apply/", {"token": token}).content.decode()
    assert status_of(monday, ada) == "present"


PAGES = {PAGE: table(ADA), "/attendance/timetables/import/": CALENDAR, "/attendance/import/": ROSTER}


@pytest.mark.parametrize("made", PAGES)
def test_an_upload_of_one_page_is_nothing_to_another(as_, administrator, monday, made):
    client = as_(administrator)
    shown = client.post(made, {"file": SimpleUploadedFile("file.csv", PAGES[made]), "create": "on"}).content.decode()
    token = re.search(r'name="token" value="([^"]+)"', shown)[1]
    for page in PAGES:
        if page != made:
            assert client.post(f"{page}apply/", {"token": token}).status_code == 404
    assert client.post(f"{made}apply/", {"token": token}).status_code == 200


def test_a_course_of_the_page_needs_no_column(as_, teacher, monday, ada):
    data = table("2026-03-02,s-ada,P", head="date,id_number,status")
    page = as_(teacher).post("/attendance/courses/cs101/marks/import/", {"file": SimpleUploadedFile("m.csv", data)})
    assert "Import 1 line" in page.content.decode()


def test_the_templates_can_be_downloaded_and_the_pages_lead_there(as_, teacher, cs101):
    client = as_(teacher)
    assert b"id_number" in b"".join(client.get(f"{PAGE}template/marks.csv").streaming_content)
    assert client.get(f"{PAGE}template/nothing.csv").status_code == 404
    assert PAGE in client.get("/attendance/courses/").content.decode()
    assert (
        "/attendance/courses/cs101/marks/import/" in client.get("/attendance/courses/cs101/sessions/").content.decode()
    )


def test_the_api_looks_unless_it_is_told_to_apply(as_, teacher, monday, ada):
    client = as_(teacher)

    def send(**more):
        return client.post(API, {"file": SimpleUploadedFile("marks.csv", table(ADA)), **more}).json()

    assert send()["counts"]["changed"] == 1
    assert not monday.records.get(person=ada).corrected
    assert send(apply="true")["applied"]
    assert send(apply="true")["counts"]["same"] == 1
