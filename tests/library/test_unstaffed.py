"""Open library: hours without staff, whom one reaches then, and the report in the morning."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from django.utils.formats import date_format

from accounts.models import OutgoingMail
from config.errors import Refused
from home.models import Notification
from library.circulation import loans
from library.desk.unstaffed import reports
from library.kiosk import actions
from library.kiosk.help import incidents, staffing, trouble
from library.kiosk.help.news import help_now
from library.models import CirculationEvent, ExitPass, HelpRequest, LibraryStaffing, UnstaffedReport
from library.rules import unstaffed
from library.visits import exit_passes, visits
from tests.library.test_stations import arrive
from tests.support.api import V1, client_of
from tests.support.library import book, inside, station

BERLIN = ZoneInfo("Europe/Berlin")
ALWAYS = {day: ["00:00-24:00"] for day in unstaffed.DAYS}
NIGHTS = {day: ["00:00-08:00", "20:00-24:00"] for day in unstaffed.DAYS}


# --- the rules ------------------------------------------------------------------------------------


def test_hours_are_read_in_order_and_what_does_not_fit_is_named():
    assert [str(span) for span in unstaffed.spans_of("18:00-24:00; 6:00–8:00")] == ["06:00-08:00", "18:00-24:00"]
    for bad in ("8-9", "09:00-08:00", "08:00-08:00", "08:00-24:30", "06:00-09:00, 08:00-10:00", "soon"):
        with pytest.raises(unstaffed.BadSpan):
            unstaffed.spans_of(bad)


def test_a_night_is_one_span_of_time():
    since = datetime(2026, 3, 2, 8, tzinfo=BERLIN)
    [(begin, end)] = unstaffed.within(NIGHTS, since, since + timedelta(days=1), BERLIN)
    assert (begin, end) == (datetime(2026, 3, 2, 20, tzinfo=BERLIN), datetime(2026, 3, 3, 8, tzinfo=BERLIN))


def test_the_night_in_which_clocks_change_is_an_hour_shorter():
    since = datetime(2026, 3, 28, 8, tzinfo=BERLIN)
    [(begin, end)] = unstaffed.within(NIGHTS, since, since + timedelta(days=1), BERLIN)
    assert end.astimezone(UTC) - begin.astimezone(UTC) == timedelta(hours=11)


def test_when_staff_come_again():
    evening = datetime(2026, 3, 2, 21, 30, tzinfo=BERLIN)
    assert unstaffed.now_until(NIGHTS, evening, BERLIN) == datetime(2026, 3, 3, 8, tzinfo=BERLIN)
    assert unstaffed.now_until(NIGHTS, evening.replace(hour=12), BERLIN) is None
    assert unstaffed.now_until({"mon": "rubbish"}, evening, BERLIN) is None


# --- at the station -------------------------------------------------------------------------------

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def alone(ada):
    """No staff at any time; Ada at the exit."""
    LibraryStaffing.objects.create(pk=1, hours=ALWAYS, phone="030 123", email="duty@example.org")
    place = station("exit")
    arrive(place, inside(ada))
    return place


def test_the_station_says_whom_to_call_and_the_call_goes_there(alone, librarian):
    row = incidents.ask_by_button(alone.slug)
    told = help_now(row)
    assert told["message"] == "Your call for help was recorded."
    assert "Call 030 123 or write to duty@example.org" in told["contact"]
    assert help_now(None)["contact"], "also before anyone asks"
    assert OutgoingMail.objects.get(kind="library.help_wanted").to == "duty@example.org"


def test_after_the_weekend_the_day_is_said_too():
    until = timezone.localtime().replace(hour=8, minute=0) + timedelta(days=2)
    words = staffing.contact(staffing.Unstaffed(until, "030 123", ""))
    assert date_format(until, "DATETIME_FORMAT") in words
    today = staffing.contact(staffing.Unstaffed(timezone.localtime().replace(hour=23, minute=59), "", ""))
    assert "until 23:59." in today


def test_with_staff_there_nothing_is_said_of_a_contact(alone):
    LibraryStaffing.objects.update(hours={})
    row = incidents.ask_by_button(alone.slug)
    assert help_now(row)["contact"] == "" and not OutgoingMail.objects.exists()


def test_a_book_in_transit_is_left_to_the_desk(alone):
    with pytest.raises(Refused):
        actions.scan(alone.slug, book("B-1", status="in_transit"))
    assert CirculationEvent.objects.get(kind="refused").detail == {"code": "in_transit"}


def test_what_the_desk_would_have_settled_is_collected(alone, grace):
    copy = book("B-1")
    loans.check_out(copy, to=grace)
    with pytest.raises(Refused):
        actions.scan(alone.slug, copy)
    [event] = CirculationEvent.objects.filter(kind="refused")
    assert (event.detail, event.copy, event.person.id_number) == ({"code": "on_loan"}, copy, "s-ada")
    LibraryStaffing.objects.update(hours={})
    with pytest.raises(Refused):
        actions.scan(alone.slug, copy)
    assert CirculationEvent.objects.filter(kind="refused").count() == 1, "with staff there the desk sees to it"


def test_stations_hear_when_staff_come_and_go(alone, monkeypatch):
    told = []
    monkeypatch.setattr(trouble, "publish", lambda group, news: told.append((group, bool(news["contact"]))))
    for _time in range(2):
        trouble.notice_all(timezone.now())
    LibraryStaffing.objects.update(hours={})
    trouble.notice_all(timezone.now())
    assert told == [("station.library-exit", True), ("station.library-exit", False)]


# --- the morning ----------------------------------------------------------------------------------


@pytest.fixture
def night(ada, grace, librarian):
    """One night: Ada came, borrowed and left; Grace's gate did not open, and she pressed Help."""
    librarian.email = "barbara@example.org"
    librarian.save()
    LibraryStaffing.objects.create(pk=1, hours=NIGHTS)
    morning = timezone.localtime().replace(hour=8, minute=0, second=0, microsecond=0)
    late = morning - timedelta(hours=9)
    visit, _new = visits.enter(ada, at=late)
    loans.check_out(book("B-1"), to=ada, at=late)
    visits.end(visit, at=late + timedelta(minutes=5))
    visits.enter(grace, at=late)
    exit_passes.refused(grace, "overdue", station="library-exit", at=late)
    ExitPass.objects.create(
        number="X", person=grace, allowed=True, decided_at=late, expires_at=late, gate_answer="failed: OSError"
    )
    incidents.ask("library-exit", "asked", person=grace, at=late)
    visits.enter(librarian, at=morning - timedelta(hours=16))  # in staffed hours
    return morning


def test_the_morning_report_says_once_what_happened_without_staff(client, night, librarian):
    assert reports.write(night - timedelta(minutes=1)) is None
    report = reports.write(night + timedelta(minutes=1))
    assert report is not None
    wanted = {"entered": 2, "left": 1, "loaned": 1, "returned": 0, "refused": 1, "alarm": 0, "help_wanted": 1}
    assert report.numbers == wanted | {"gates": 1, "inside": 2}
    assert reports.write(night + timedelta(minutes=2)) is None, "once"
    letter = OutgoingMail.objects.get(kind="library.unstaffed")
    assert "Loans: 1" in letter.body and "Lovelace" not in letter.body and "Hopper" not in letter.body
    assert Notification.objects.filter(person=librarian, kind="library.unstaffed").count() == 1
    client.force_login(librarian, backend="accounts.backends.RoleBackend")
    page = client.get("/library/unstaffed/").content.decode()
    assert "Grace Hopper" in page and "One of your books is overdue" in page
    assert client.get("/library/unstaffed/?day=2020-01-01").status_code == 200
    assert client.get("/library/unstaffed/?day=x").status_code == 302
    assert client_of(librarian).get(f"{V1}/library/unstaffed/").json()["results"][0]["numbers"]["loaned"] == 1


def test_the_home_page_has_the_report_of_this_morning(client, night, librarian):
    reports.write(night + timedelta(minutes=1))
    client.force_login(librarian, backend="accounts.backends.RoleBackend")
    assert "Gates that did not open" in client.get("/home/").content.decode()


def test_a_clock_that_stood_still_all_day_reports_nothing_any_more(night):
    assert reports.write(night + timedelta(hours=12)) is None


def test_a_library_that_always_has_staff_gets_no_report(night):
    LibraryStaffing.objects.update(hours={})
    assert reports.write(night + timedelta(minutes=1)) is None and not UnstaffedReport.objects.exists()


# --- setting it up --------------------------------------------------------------------------------


def test_librarians_set_hours_and_contact(client, librarian):
    client.force_login(librarian, backend="accounts.backends.RoleBackend")
    form = {"mon": "18:00-24:00, 6:00-8:00", "phone": "030 123", "email": "", "report_at": "08:30"}
    assert client.post("/library/staffing/", form).status_code == 302
    assert staffing.row().hours == {"mon": ["06:00-08:00", "18:00-24:00"]}
    assert 'value="06:00-08:00, 18:00-24:00"' in client.get("/library/staffing/").content.decode()
    refused = client.post("/library/staffing/", form | {"tue": "late"})
    assert refused.status_code == 400 and "&#x27;late&#x27; does not fit" in refused.content.decode()
    assert staffing.row().hours == {"mon": ["06:00-08:00", "18:00-24:00"]}


def test_programs_set_them_too(librarian):
    api, address = client_of(librarian), f"{V1}/library/staffing/"
    body = {"hours": {"sat": ["9:00-18:00"]}, "phone": "", "email": "", "report_at": "08:00:00"}
    assert api.put(address, body).json()["hours"] == {"sat": ["09:00-18:00"]}
    assert api.put(address, body | {"hours": {"sat": ["x"]}}).status_code == 400
    assert api.put(address, body | {"hours": {"someday": []}}).status_code == 400
    assert api.get(address).json()["hours"] == {"sat": ["09:00-18:00"]}
    assert not HelpRequest.objects.exists()
