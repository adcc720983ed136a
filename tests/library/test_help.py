"""Help at the stations: the button, what the server notices by itself, and what the desk does about it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from accounts.models import OutgoingMail
from config.errors import Refused
from home.models import Notification
from library.circulation import retention
from library.desk import help_answers
from library.kiosk import actions, at_exit
from library.kiosk.help import incidents, letters, trouble
from library.models import CirculationEvent, ExitPass, HelpRequest
from library.visits import visits
from library.visits.gates import SimulatedGate
from tests.library.test_live import cookie_of
from tests.library.test_stations import arrive, at_kiosk, db, pair, scan
from tests.support.api import V1, client_of, code_of
from tests.support.library import book, inside, station
from tests.support.live import hear, in_database, knock

pytestmark = pytest.mark.django_db(transaction=True)

SLUG = "library-exit"


@pytest.fixture
def way_out(ada):
    place = station("exit")
    arrive(place, inside(ada))
    return place


def fail(times=1, barcode="nothing"):
    for _time in range(times):
        with pytest.raises(Refused):
            actions.refuse_unknown(SLUG, barcode)


def calls():
    return list(HelpRequest.objects.order_by("pk").values_list("cause", "person__id_number", "end"))


def kinds():
    return list(CirculationEvent.objects.filter(kind__startswith="help").values_list("kind", flat=True))


def test_a_call_of_someone_who_has_left_is_not_shown_under_the_next_ones_name(way_out, grace):
    incidents.ask_by_button(SLUG)
    incidents.ask(SLUG, "asked", person=grace, at=timezone.now())
    assert calls() == [("asked", "s-ada", "left"), ("asked", "s-grace", "")]


def test_a_call_without_a_name_gets_that_of_who_asks(way_out, ada):
    incidents.ask(SLUG, "scans", at=timezone.now())
    incidents.ask_by_button(SLUG)
    assert calls() == [("asked", "s-ada", "")]
    incidents.person_gone(SLUG, ada.pk, through=True)
    assert calls() == [("asked", "s-ada", "went_on")]


def test_a_call_that_ends_while_another_begins_is_written_anew(way_out, monkeypatch):
    first = incidents.ask(SLUG, "scans", at=timezone.now())
    seen = [None, None]
    real = incidents.open_at

    def too_late(slug):
        if seen:
            incidents.close(first, "expired")
            return seen.pop()
        return real(slug)

    monkeypatch.setattr(incidents, "open_at", too_late)
    incidents.ask_by_button(SLUG)
    assert calls() == [("scans", None, "expired"), ("asked", "s-ada", "")]


# --- what the server notices ----------------------------------------------------------------------


def test_three_refused_scans_of_one_visit_call_the_desk_once(way_out, librarian):
    fail(2)
    assert calls() == []
    fail()
    assert calls() == [("scans", "s-ada", "")]
    fail(4)
    assert calls() == [("scans", "s-ada", "")] and kinds() == ["help_wanted"]
    assert Notification.objects.get(person=librarian).text == "Help is wanted: Library exit"


def test_scans_of_two_visits_do_not_add_up(way_out, grace):
    fail(2)
    arrive(way_out, inside(grace))
    fail(2)
    assert calls() == []


def test_a_book_that_one_has_already_is_no_bad_scan(way_out):
    book("B-1")
    actions.scan(SLUG, book("B-2"))
    for _time in range(5):
        trouble.scan_refused(SLUG, "yours_already")
    assert calls() == []


def test_the_limit_is_a_setting(way_out, settings):
    settings.LIBRARY_HELP_SCANS = 0
    fail(9)
    assert calls() == []


def test_an_entry_counts_nothing(ada):
    station("entry")
    for _time in range(9):
        trouble.scan_refused("library-entry", "unknown_barcode")
    assert calls() == []


def test_what_worked_ends_what_was_noticed_and_not_what_was_asked_for(way_out):
    fail(3)
    actions.scan(SLUG, book("B-1"))
    assert calls() == [("scans", "s-ada", "went_on")]
    incidents.ask_by_button(SLUG)
    actions.scan(SLUG, book("B-2"))
    assert calls()[-1] == ("asked", "s-ada", "")
    actions.finish(SLUG)
    assert calls()[-1] == ("asked", "s-ada", "went_on")


def test_leaving_the_station_ends_it_too(way_out):
    incidents.ask_by_button(SLUG)
    actions.stepped_away(SLUG)
    assert calls() == [("asked", "s-ada", "left")]


def test_standing_at_the_exit_without_progress_is_noticed_once(way_out, ada):
    begun = timezone.now()
    for seconds in range(10, 100, 10):
        at_exit.touch(SLUG, begun + timedelta(seconds=seconds))
        trouble.notice_all(begun + timedelta(seconds=seconds))
        assert len(calls()) == (1 if seconds >= 60 else 0), seconds
    assert calls() == [("stuck", "s-ada", "")]
    help_answers.resolve(HelpRequest.objects.get(), by=ada)
    trouble.notice_all(begun + timedelta(seconds=100))
    assert len(calls()) == 1, "resolved is resolved, until something works and then stops again"


def test_a_person_who_is_not_recognised_is_noticed_without_a_name():
    station("exit")
    fail(3)
    assert calls() == [("scans", None, "")]


def test_a_call_that_no_one_answers_ends_by_itself(way_out):
    row = incidents.ask_by_button(SLUG)
    trouble.notice_all(row.at + timedelta(minutes=31))
    assert calls()[0][2] == "expired"


def test_trouble_with_the_call_itself_never_hides_the_refusal(way_out, monkeypatch):
    def broken(*_given, **_named):
        raise RuntimeError("no")

    monkeypatch.setattr(incidents, "ask", broken)
    fail(5)
    monkeypatch.setattr(incidents, "something_worked", broken)
    actions.scan(SLUG, book("B-1"))
    assert len(actions.basket_at(SLUG).lines.all()) == 1


# --- what the desk does ---------------------------------------------------------------------------


def test_the_desk_answers_and_resolves(client, way_out, librarian):
    row = incidents.ask_by_button(SLUG)
    client.force_login(librarian, backend="accounts.backends.RoleBackend")
    page = client.get("/library/today/").content.decode()
    assert "Help is wanted" in page and "Ada Lovelace" in page and "The Help button was pressed." in page
    assert "Help is wanted: Library exit" in client.get("/home/").content.decode()
    client.post(f"/library/help/{row.pk}/coming/")
    assert "Coming" in client.get("/library/help/").content.decode()
    client.post(f"/library/help/{row.pk}/resolve/")
    row.refresh_from_db()
    assert (row.end, row.answered_by, row.open_slot) == ("resolved", librarian, None)
    assert "Resolved by the desk" in client.get("/library/help/").content.decode()
    again = client.post(f"/library/help/{row.pk}/resolve/", follow=True).content.decode()
    assert "This call for help is over" in again
    assert client.post(f"/library/help/{row.pk}/dance/").status_code == 404
    assert kinds() == ["help_wanted", "help_coming", "help_closed"]


def test_the_first_who_comes_stays_the_one(way_out, librarian, administrator):
    row = incidents.ask_by_button(SLUG)
    incidents.coming(row, by=librarian)
    incidents.coming(row, by=administrator)
    assert HelpRequest.objects.get().answered_by == librarian and kinds() == ["help_wanted", "help_coming"]


def test_the_desk_lets_out_whom_the_ledger_lets_out(way_out, ada, librarian):
    SimulatedGate.opened.clear()
    row = incidents.ask_by_button(SLUG)
    assert "Ada Lovelace may leave" in help_answers.let_out(row, by=librarian)
    assert visits.inside_ids() == set() and len(SimulatedGate.opened) == 1
    assert calls() == [("asked", "s-ada", "let_out")] and at_exit.present(SLUG) is None


def test_the_desk_lets_no_one_out_with_books_that_are_not_lent(way_out, ada, librarian):
    SimulatedGate.opened.clear()
    actions.scan(SLUG, book("B-1"))
    row = incidents.ask_by_button(SLUG)
    with pytest.raises(Refused, match="unfinished"):
        help_answers.let_out(row, by=librarian)
    assert visits.inside_ids() == {ada.pk} and not SimulatedGate.opened
    assert calls() == [("asked", "s-ada", "")] and not ExitPass.objects.get().allowed


def test_no_one_is_let_out_without_a_name(librarian):
    station("exit")
    row = incidents.ask_by_button(SLUG)
    with pytest.raises(Refused, match="not_recognised"):
        help_answers.let_out(row, by=librarian)


def test_the_mail_is_not_sent_when_help_is_no_longer_wanted(way_out, librarian):
    librarian.email = "barbara@example.org"
    librarian.save()
    row = incidents.ask_by_button(SLUG)
    sent = OutgoingMail.objects.get(kind="library.help_wanted")
    assert "Ada" not in sent.body and letters.words_at_sending(sent.facts)
    help_answers.resolve(row, by=librarian)
    assert letters.words_at_sending(sent.facts) is None and not mail.outbox


def test_after_a_while_the_call_has_no_name(way_out):
    incidents.ask_by_button(SLUG)
    retention.forget(timezone.now() + timedelta(days=100))
    assert calls() == [("asked", None, "")]


# --- the page, the socket, the API ----------------------------------------------------------------


async def test_the_station_and_the_desk_hear_of_it_at_once(way_out, librarian):
    token, kiosk = await db(lambda: pair(way_out))
    desk = knock("/ws/library/desk/", cookie=await in_database(cookie_of)(librarian))
    await desk.connect()
    assert (await hear(desk, "hello"))["help"] == []
    async with at_kiosk(token) as socket:
        assert (await db(lambda: kiosk.post("/kiosk/library/help/"))).status_code == 200
        told = await hear(socket, "library.help")
        assert told == told | {"state": "wanted"} and "The desk knows that you need help" in told["message"]
        await hear(desk, "library.help_wanted")
        [call] = (await hear(desk, "hello"))["help"]
        assert (call["name"], call["station"], call["answered_by"]) == ("Ada Lovelace", "Library exit", "")
        row = await db(HelpRequest.objects.get)
        await db(lambda: help_answers.coming(row, by=librarian))
        assert (await hear(socket, "library.help"))["state"] == "coming"
        async with at_kiosk(token) as later:
            assert later.hello["app"]["help"]["state"] == "coming"
        await db(lambda: help_answers.resolve(row, by=librarian))
        assert (await hear(socket, "library.help"))["state"] == ""
    await desk.disconnect()


def test_a_kiosk_says_calmly_what_happened_why_and_what_next(way_out):
    _token, kiosk = pair(way_out)
    for _time in range(3):
        scan(kiosk, "nothing")
    from library.kiosk.help.news import help_now

    assert help_now(HelpRequest.objects.get())["message"] == (
        "Several scans did not work. Last message: This barcode is not in the catalogue. "
        "The desk has been told. You can go on, or wait here."
    )


def test_only_a_paired_browser_calls_for_help(client, way_out):
    assert client.post("/kiosk/library/help/").status_code == 401
    assert not HelpRequest.objects.exists()


def test_the_api_lists_answers_and_ends(way_out, ada, librarian):
    row = incidents.ask_by_button(SLUG)
    api, address = client_of(librarian), f"{V1}/library/help/"
    [told] = api.get(address).json()["results"]
    assert told["open"] and told["person"]["id_number"] == "s-ada" and told["what"]
    assert api.post(f"{address}{row.pk}/coming/").json()["answered_at"]
    assert api.post(f"{address}{row.pk}/resolve/").json()["end"] == "resolved"
    assert code_of(api.post(f"{address}{row.pk}/let-out/")) == "help_over"
    assert client_of(ada).get(address).status_code == 403
