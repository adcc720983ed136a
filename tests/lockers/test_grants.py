"""Lockers for a group: each line checked before anything is done, then carried out once, ended or taken back as one."""

from __future__ import annotations

import io
from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from hypothesis import given as for_all
from hypothesis import strategies as st
from openpyxl import Workbook

from accounts.consent.consent import give_consent
from accounts.models import Department, OutgoingMail
from accounts.people.lifecycle import delete_person
from accounts.roles import Role
from config.tables.incoming import read_table
from lockers.access import attempts, keys
from lockers.assignments import registration
from lockers.assignments.grants import drafts, execution
from lockers.assignments.grants import rows as wishes
from lockers.assignments.grants.drafts import GrantFrame
from lockers.assignments.grants.messages import why
from lockers.assignments.grants.plan import GrantDoor, GrantFacts, plan
from lockers.assignments.grants.rows import GrantWish
from lockers.models import AccessLog, Assignment, Grant, GrantLine
from lockers.wiring.retention import purge
from tests.conftest import person
from tests.lockers.test_access import really
from tests.lockers.test_pages import as_, page_of, said
from tests.support.api import V1, client_of
from tests.support.lockers import KIOSK, bank, code_of, key_of, locker
from tests.support.traces import in_database

__all__ = ["really"]  # a fixture
pytestmark = pytest.mark.django_db

TODAY = timezone.localdate
LINE = GrantLine.State


@pytest.fixture(autouse=True)
def doors_of_its_own(settings, tmp_path):
    settings.VAR_DIR = tmp_path


def day(ahead):
    return TODAY() + timedelta(days=ahead)


def frame(**fields):
    return GrantFrame(**{"name": "Spring", "bank": bank(), "starts_on": TODAY(), "ends_on": day(90)} | fields)


def doors(*numbers, **fields):
    return [locker(str(number), **fields) for number in numbers]


def asked(text, **fields):
    """A file with these lines, checked."""
    table = read_table("group.csv", text.encode())
    return drafts.draft(frame(**fields), wishes.from_table(table), by=None)


def finished(grant):
    return execution.work(grant, seconds=60)


def done(grant):
    return finished(execution.start(grant, by=None))


def verdicts(grant):
    return [(row.line, row.state, row.code) for row in grant.lines.order_by("line")]


# --- the plan, without a database -----------------------------------------------------------------

FIRST, LAST = date(2027, 3, 1), date(2027, 7, 31)


def a_plan(lines, *, people=9, free=9, **facts):
    numbers = [GrantDoor(number, str(number)) for number in range(1, free + 1)]
    known = {f"s-{number}": number for number in range(1, people + 1)}
    of = GrantFacts(known, {door.number: door for door in numbers}, set(known.values()), **facts)
    return plan(lines, of, starts_on=FIRST, ends_on=LAST, today=FIRST)


WANTED = st.tuples(st.integers(1, 9), st.none() | st.integers(1, 9).map(str))


@for_all(wanted=st.lists(WANTED, max_size=14), free=st.integers(0, 9))
def test_no_locker_and_no_person_is_planned_twice_whatever_the_file_says(wanted, free):
    lines = [GrantWish(place + 2, f"s-{number}", door) for place, (number, door) in enumerate(wanted)]
    found = a_plan(lines, free=free)
    assert [verdict.wish.line for verdict in found] == [wish.line for wish in lines], "a verdict for each line"
    given_ = [verdict for verdict in found if not verdict.code]
    assert len({verdict.door.pk for verdict in given_}) == len({verdict.person for verdict in given_}) == len(given_)
    assert all(verdict.wish.locker in (None, verdict.door.number) for verdict in given_), "nobody gets another door"
    assert all(why(verdict.code, verdict.detail) for verdict in found if verdict.code)


def test_named_lockers_are_kept_for_who_named_them():
    found = a_plan([GrantWish(2, "s-1"), GrantWish(3, "s-2", "1"), GrantWish(4, "s-3")], free=3)
    assert [verdict.door.number for verdict in found] == ["2", "1", "3"]


def test_doors_come_in_the_order_of_doors():
    found = a_plan([GrantWish(line, f"s-{line}") for line in range(1, 13)], people=12, free=12)
    assert [verdict.door.number for verdict in found] == [str(number) for number in range(1, 13)]


# --- each line its verdict ------------------------------------------------------------------------


def test_each_line_that_cannot_be_is_refused_in_a_sentence_of_its_own(ada, grace, officer):
    _one, two, three = doors(1, 2, 3)
    registration.assign(two, grace, by=None)
    three.out_of_service = True
    three.save()
    former = person("s-former", "Former", valid_until=day(-1))
    grant = asked(
        "Student number,Locker,From,Until\n"
        "s-ada,1,,\n"
        "s-nobody,any free,,\n"
        "s-ada,2,,\n"
        f"{officer.id_number},2,,\n"
        "s-grace,1,,\n"
        f"{former.id_number},any,,\n"
        "s-x,,,\n"
        ",1,,\n"
        "s-ada,1,01/02/2027,\n"
        "s-ada,1,2027-05-02,2027-05-01\n"
        "s-ada,1,2020-05-02,2020-05-03\n"
        "2.1E+13,1,,\n"
    )
    assert verdicts(grant) == [
        (2, "planned", ""),
        (3, "refused", "unknown_person"),
        (4, "refused", "person_twice"),
        (5, "refused", "locker_taken"),
        (6, "refused", "has_locker_here"),
        (7, "refused", "not_valid"),
        (8, "refused", "no_locker"),
        (9, "refused", "no_number"),
        (10, "refused", "bad_date"),
        (11, "refused", "bad_dates"),
        (12, "refused", "past"),
        (13, "refused", "digits_lost"),
    ]
    assert not Assignment.objects.exclude(customer=grace).exists(), "a draft changes nothing"
    sentences = [why(row.code, row.detail) for row in grant.lines.exclude(code="")]
    assert "Line 2 is for the same person. Keep one of them." in sentences
    assert "This person already has locker 2 in this bank. Assign a second one on that locker's page." in sentences


def test_doors_that_are_not_there_or_do_not_fit_are_refused(ada, grace):
    doors(1, 2, 10)
    locker("V", kind="vault")
    other = locker("7", of=bank("annex", "annex-kiosk"))
    people = [person(f"s-{number}", f"P{number}") for number in range(4)]
    lines = "".join(f"s-{number},{door}\n" for number, door in enumerate(("7", "V", "1", "any")))
    grant = asked("id,locker\n" + lines, first="2", last="10")
    assert [code for _line, _state, code in verdicts(grant)] == [
        "unknown_locker",
        "other_lockers",
        "other_lockers",
        "",
    ], "the locker 7 of another bank is none of this one"
    assert grant.lines.get(person=people[3]).locker.number == "2"
    assert not other.assignments.exists()


def test_more_people_than_lockers_and_the_same_locker_twice(ada, grace, officer):
    doors(1, 2)
    joan = person("s-joan", "Joan")
    assert joan
    grant = asked("id,locker\ns-ada,1\ns-grace,1\ns-joan,any\no-edsger,any\n")
    assert [code for *_rest, code in verdicts(grant)] == ["", "locker_twice", "", "no_free"]


def test_a_number_without_its_zeros_is_asked_about_and_not_guessed(db):
    person("000771", "Zero")
    doors(1)
    grant = asked("id\n771\n")
    [row] = grant.lines.all()
    assert row.code == "unknown_twin" and "000771" in why(row.code, row.detail)


def test_a_workbook_is_read_as_well(ada):
    doors(1)
    book, out = Workbook(), io.BytesIO()
    for row in (("id_number", "locker", "until"), ("s-ada", 1, day(5))):
        book.active.append(row)
    book.save(out)
    grant = drafts.draft(frame(), wishes.from_table(read_table("g.xlsx", out.getvalue())), by=None)
    assert grant.lines.get().ends_on == day(5) and grant.lines.get().state == LINE.PLANNED


@pytest.mark.parametrize(
    "fields, code",
    [
        ({"ends_on": day(-1), "starts_on": day(-9)}, "past"),
        ({"ends_on": day(1), "starts_on": day(2)}, "bad_dates"),
        ({"first": "404"}, "unknown_locker"),
    ],
)
def test_a_frame_that_makes_no_sense_is_refused_as_a_whole(ada, fields, code):
    doors(1)
    assert code_of(asked, "id\ns-ada\n", **fields) == code


# --- done, once -----------------------------------------------------------------------------------


def test_started_every_planned_line_has_its_locker_until_its_last_day(ada, grace, officer):
    doors(1, 2)
    grant = done(asked(f"id,locker,until\ns-ada,any,\ns-grace,any,{day(30)}\ns-nobody,any,\n"))
    assert grant.state == Grant.State.DONE
    rows = {row.customer: (row.locker.number, row.ends_on) for row in Assignment.objects.all()}
    assert rows == {ada: ("1", day(90)), grace: ("2", day(30))}
    assert OutgoingMail.objects.filter(kind="lockers.granted").count() == 2
    assert AccessLog.objects.get(kind="grant.started").facts["lines"] == 2


def test_the_end_of_the_semester_ends_them_like_any_other(ada):
    doors(1)
    done(asked("id\ns-ada\n"))
    Assignment.objects.update(starts_on=day(-99), ends_on=day(-1))
    mine = Assignment.objects.get().locker
    assert code_of(attempts.start, ada, mine, station=KIOSK, lane="card") == "not_now"


def test_a_grant_starts_once_and_a_draft_is_discarded_or_started(ada):
    doors(1)
    grant = asked("id\ns-ada\n")
    done(grant)
    assert code_of(execution.start, grant, by=None) == "not_a_draft"
    assert code_of(drafts.discard, grant, by=None) == "not_a_draft"


def test_the_same_file_again_changes_nothing(ada, grace):
    doors(1, 2)
    text = "id,locker\ns-ada,1\ns-grace,2\n"
    done(asked(text))
    again = done(asked(text))
    assert [state for _line, state, _code in verdicts(again)] == ["same", "same"]
    assert Assignment.objects.count() == 2


def test_what_has_changed_since_the_draft_is_checked_again(ada, grace, officer):
    one, two, _three = doors(1, 2, 3)
    joan, eve = person("s-joan", "Joan"), person("s-eve", "Eve")
    grant = asked("id,locker\ns-ada,any\ns-grace,2\ns-joan,any\ns-eve,any\n".replace("s-eve,any\n", ""))
    registration.assign(one, eve, by=None)
    registration.assign(two, officer, by=None)
    joan.is_active = False
    joan.save()
    done(grant)
    assert verdicts(grant) == [(2, "refused", "no_free"), (3, "refused", "locker_taken"), (4, "refused", "not_valid")]


def test_any_free_one_means_the_next_if_the_planned_one_is_taken_by_now(ada, grace):
    one, _two = doors(1, 2)
    grant = asked("id\ns-ada\n")
    registration.assign(one, grace, by=None)
    done(grant)
    assert Assignment.objects.get(customer=ada).locker.number == "2"


def test_who_got_a_locker_meanwhile_gets_no_second_one(ada):
    one, _two = doors(1, 2)
    grant = asked("id,locker\ns-ada,2\n")
    registration.assign(one, ada, by=None)
    done(grant)
    assert verdicts(grant) == [(2, "refused", "has_locker_here")]


def test_an_officer_who_is_none_any_more_gives_nothing(ada, officer):
    doors(1)
    table = read_table("g.csv", b"id\ns-ada\n")
    grant = drafts.draft(frame(), wishes.from_table(table), by=officer)
    execution.start(grant, by=officer)
    officer.role = Role.MEMBER
    officer.save()
    assert verdicts(finished(grant)) == [(2, "refused", "not_officer")]


def test_an_officer_who_was_deleted_gives_nothing_either(ada, officer):
    doors(1)
    grant = drafts.draft(frame(), wishes.from_list("s-ada"), by=officer)
    execution.start(grant, by=officer)
    delete_person(officer, by=None)
    assert verdicts(finished(grant)) == [(1, "refused", "not_officer")]


def test_a_line_that_breaks_stops_none_of_the_others(ada, grace, monkeypatch):
    doors(1, 2)
    real = registration.assign

    def broken(door, who, **fields):
        if who == ada:
            raise RuntimeError
        return real(door, who, **fields)

    monkeypatch.setattr(registration, "assign", broken)
    assert [code for *_rest, code in verdicts(done(asked("id\ns-ada\ns-grace\n")))] == ["error", ""]


# --- ended, taken back ----------------------------------------------------------------------------


def test_the_whole_grant_ends_on_one_day_and_what_is_others_stays(ada, grace):
    _one, two, _three = doors(1, 2, 3)
    registration.assign(two, grace, by=None)
    grant = done(asked("id\ns-ada\n"))
    ended = finished(execution.end(grant, day(3), by=None))
    assert ended.state == Grant.State.OVER
    assert Assignment.objects.get(customer=ada).ends_on == day(3)
    assert Assignment.objects.get(customer=grace).ends_on is None


def test_a_line_that_ends_earlier_keeps_its_day_and_one_that_would_not_begin_is_free(ada, grace):
    doors(1, 2)
    grant = done(asked(f"id,from,until\ns-ada,,{day(2)}\ns-grace,{day(20)},\n"))
    finished(execution.end(grant, day(5), by=None))
    assert Assignment.objects.get(customer=ada).ends_on == day(2)
    assert Assignment.objects.get(customer=grace).released_at is not None


@pytest.mark.parametrize("last_day", [day(-2), day(91)])
def test_a_grant_does_not_end_in_the_past_or_after_its_end(ada, last_day):
    doors(1)
    assert code_of(execution.end, done(asked("id\ns-ada\n")), last_day, by=None) == "bad_dates"


def test_taken_back_unused_lockers_are_free_and_used_ones_are_due(ada, grace, really, notices):
    doors(1, 2)
    grant = done(asked("id\ns-ada\ns-grace\n"))
    give_consent(ada, "lockers", by=None)
    mine = Assignment.objects.get(customer=ada).locker
    code = key_of(ada, mine).code
    keys.redeem(code, mine, station=KIOSK)
    grant = finished(execution.undo(grant, by=None))
    assert verdicts(grant) == [(2, "kept", "opened_since"), (3, "taken_back", "")]
    assert Assignment.objects.get(customer=ada).open_slot == 1
    assert Assignment.objects.get(customer=ada).ends_on == TODAY(), "it began today, so today is its last day"
    assert AccessLog.objects.filter(kind="locker.taken_back").count() == 1


def test_taking_back_kills_a_key_that_was_shown(ada, notices):
    doors(1)
    grant = done(asked("id\ns-ada\n"))
    give_consent(ada, "lockers", by=None)
    mine = Assignment.objects.get().locker
    key = key_of(ada, mine)
    finished(execution.undo(grant, by=None))
    key.key.refresh_from_db()
    assert key.key.live_slot is None


def test_ending_while_it_runs_leaves_the_rest_undone(ada, grace):
    doors(1, 2)
    grant = execution.start(asked("id\ns-ada\ns-grace\n"), by=None)
    grant = finished(execution.end(grant, day(1), by=None))
    assert [state for _line, state, _code in verdicts(grant)] == ["cancelled", "cancelled"]
    assert code_of(execution.undo, grant, by=None) == "grant_not_running"


# --- erased ---------------------------------------------------------------------------------------


def test_of_somebody_who_was_deleted_no_line_says_anything(officer):
    doors(1)
    who = person("zq-77", "Zqfirst", last_name="Zqlast")
    grant = drafts.draft(frame(name="For Zqfirst Zqlast"), wishes.from_list("zq-77\nnobody"), by=officer)
    delete_person(who, by=None)
    assert in_database(["zq-77", "Zqfirst", "Zqlast"]) == []
    assert done(grant).lines.get(line=1).code == "person_gone"


def test_drafts_that_nobody_starts_are_gone_after_a_day_and_old_grants_after_the_logs_days(ada, settings):
    doors(1, 2)
    asked("id\ns-ada\n")
    old = done(asked("id\ns-ada\n"))
    now = timezone.now()
    assert purge(now + timedelta(hours=23))["locker_grant_drafts"] == 0
    assert purge(now + timedelta(hours=25))["locker_grant_drafts"] == 1
    long = now + timedelta(days=settings.LOCKER_LOG_DAYS + 91)
    assert purge(long)["locker_grants"] == 0, "somebody still has a locker from it"
    finished(execution.undo(old, by=None))
    assert purge(long)["locker_grants"] == 1


# --- pages, API, command --------------------------------------------------------------------------


def form_of(**fields):
    first = {"name": "Spring", "bank": bank().pk, "kind": "standard", "starts_on": TODAY(), "ends_on": day(90)}
    return first | fields


def test_the_page_checks_shows_and_assigns(client, ada, grace, officer):
    doors(1, 2)
    answer = as_(client, officer).post("/lockers/grants/new/", form_of(people="s-ada\ns-nobody\ns-grace"))
    grant = Grant.objects.get()
    assert answer.url == f"/lockers/grants/{grant.pk}/"
    page = page_of(client, answer.url)
    assert "Assign 2 lockers" in page and "No one has this id number." in page and "Nothing has been changed" in page
    assert "The lockers are being assigned." in said(client.post(f"{answer.url}start/", follow=True))
    finished(grant)
    assert Assignment.objects.count() == 2
    assert "unknown_person" in client.get(f"{answer.url}lines/").getvalue().decode()
    assert "Spring" in page_of(client, "/lockers/grants/")


def test_a_department_gets_lockers_in_the_order_of_names(client, ada, grace, officer):
    maths = Department.objects.create(code="maths", name="Mathematics")
    for one in (ada, grace):
        one.department = maths
        one.save()
    doors(1, 2)
    as_(client, officer).post("/lockers/grants/new/", form_of(department=maths.pk))
    assert [row.person for row in GrantLine.objects.order_by("line")] == [grace, ada]


def test_one_of_three_is_chosen_and_a_file_that_is_none_is_refused(client, officer):
    as_(client, officer)
    assert client.post("/lockers/grants/new/", form_of()).status_code == 400
    file = io.BytesIO(b"PK\x03\x04nothing")
    file.name = "x.xlsx"
    assert client.post("/lockers/grants/new/", form_of(file=file)).status_code == 400
    both = client.post("/lockers/grants/new/", form_of(people="s-1", file=io.BytesIO(b"id\ns-1\n")))
    assert both.status_code == 400 and not Grant.objects.exists()


def test_a_draft_is_its_makers_alone(client, ada, officer):
    doors(1)
    grant = drafts.draft(frame(), wishes.from_list("s-ada"), by=officer)
    other = person("o-other", "Other", Role.LOCKER_OFFICER)
    as_(client, other)
    assert client.get(f"/lockers/grants/{grant.pk}/").status_code == 404
    assert client.post(f"/lockers/grants/{grant.pk}/start/").status_code == 404
    assert client_of(other).post(f"{V1}/lockers/grants/{grant.pk}/start/").status_code == 404
    assert not Assignment.objects.exists()


def test_the_part_that_tells_the_progress_reloads_the_page_at_the_end(client, ada, officer):
    doors(1)
    grant = drafts.draft(frame(), wishes.from_list("s-ada"), by=officer)
    execution.start(grant, by=officer)
    as_(client, officer)
    part = client.get(f"/lockers/grants/{grant.pk}/", headers={"HX-Request": "true"})
    assert "0 of 1 line<" in part.content.decode() and "<html" not in part.content.decode()
    execution.go_on(timezone.now())
    over = client.get(f"/lockers/grants/{grant.pk}/", headers={"HX-Request": "true"})
    assert (over.status_code, over.headers["HX-Refresh"]) == (204, "true")


def test_the_api_drafts_starts_and_takes_back(ada, officer):
    doors(1)
    api = client_of(officer)
    body = {"name": "S", "bank": "main", "starts_on": str(TODAY()), "ends_on": str(day(9))}
    lines = [{"id_number": "s-ada"}, {"id_number": "s-nobody", "locker": "1"}]
    made = api.post(f"{V1}/lockers/grants/", body | {"lines": lines}, format="json").json()
    assert made["counts"] == {"planned": 1, "refused": 1}
    url = f"{V1}/lockers/grants/{made['id']}"
    rows = api.get(f"{url}/lines/").json()["results"]
    assert {row["code"] for row in rows} == {"", "unknown_person"}
    assert api.post(f"{url}/start/").json()["state"] == "running"
    execution.go_on(timezone.now())
    assert api.get(f"{url}/").json()["counts"] == {"assigned": 1, "refused": 1}
    assert api.post(f"{url}/end/", {"last_day": str(day(3))}, format="json").json()["state"] == "ending"
    assert api.post(f"{V1}/lockers/grants/", body, format="json").json()["code"] == "one_of_both"


def test_the_command_checks_and_with_apply_assigns(ada, tmp_path, capsys):
    doors(1)
    file = tmp_path / "group.csv"
    file.write_text("id\ns-ada\ns-nobody\n")
    ask = ["grant_lockers", str(file), "--bank", "main", "--from", str(TODAY()), "--until", str(day(9))]
    for more, count in (([], 0), (["--apply"], 1)):
        with pytest.raises(CommandError) as caught:
            call_command(*ask, *more)
        assert caught.value.returncode == 1, "a line was refused"
        assert "group.csv:3  s-nobody: No one has this id number." in capsys.readouterr().out
        assert Assignment.objects.count() == count
    assert Grant.objects.count() == 1, "a dry run leaves no draft"
