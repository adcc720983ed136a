"""Receipts: none, on paper or by e-mail, chosen for a visit; and what never stands on paper."""

from __future__ import annotations

import pytest

from accounts.models import OutgoingMail
from config.errors import Refused
from library.circulation import loans
from library.kiosk import actions
from library.models import ExitPass, Visit
from library.visits import visits
from tests.library.test_stations import arrive, at_kiosk, db, pair
from tests.support.library import book, inside, station
from tests.support.live import hear

pytestmark = pytest.mark.django_db(transaction=True)

SLUG = "library-exit"


@pytest.fixture
def way_out(ada):
    place = station("exit")
    arrive(place, inside(ada))
    actions.scan(place.slug, book("B-1", "Emma"))
    return place


def mails():
    return OutgoingMail.objects.filter(kind="library.receipt").count()


def test_who_chooses_nothing_gets_an_email_as_before(way_out):
    actions.finish(SLUG)
    assert mails() == 1


@pytest.mark.parametrize("choice", ["none", "paper"])
def test_who_wants_none_or_paper_gets_no_email(way_out, choice):
    actions.choose_receipt(SLUG, choice)
    actions.finish(SLUG)
    assert mails() == 0 and ExitPass.objects.get().allowed


def test_the_choice_is_for_this_visit_alone(way_out, ada):
    actions.choose_receipt(SLUG, "none")
    actions.finish(SLUG)
    visits.enter(ada)
    assert Visit.objects.get(person=ada, open_slot=1).receipt == "mail"


def test_what_cannot_be_chosen_is_refused(way_out):
    with pytest.raises(Refused, match="unknown_receipt"):
        actions.choose_receipt(SLUG, "gold")


async def test_the_exit_is_told_to_print_titles_and_dates_alone(way_out):
    token, kiosk = await db(lambda: pair(way_out))
    async with at_kiosk(token) as socket:
        assert socket.hello["app"]["receipt"] == "mail"
        assert (await db(lambda: kiosk.post("/kiosk/library/receipt/", {"choice": "paper"}))).status_code == 200
        assert (await hear(socket, "library.basket"))["receipt"] == "paper"
        await db(lambda: kiosk.post("/kiosk/library/finish/"))
        done = await hear(socket, "library.finished")
    assert done["paper"] and [set(line) for line in done["receipt"]] == [{"title", "due"}]


def test_the_desk_prints_todays_loans_without_a_name(client, ada, librarian):
    loans.check_out(book("B-1", "Emma"), to=ada)
    loans.check_out(book("B-2", "Persuasion"), to=ada)
    loans.give_back(loans.by_barcode("B-2"))
    client.force_login(librarian, backend="accounts.backends.RoleBackend")
    address = f"/library/desk/people/{ada.pk}/receipt/"
    strip = client.get(address).content.decode().split('class="strip"')[1].split("</article>")[0]
    assert "Emma" in strip and "Persuasion" not in strip
    assert not any(word in strip for word in ("Ada", "Lovelace", "s-ada", "B-1"))
    assert "Persuasion" in client.get(f"{address}?of=returns").content.decode()
    assert "Nothing today" in client.get(f"{address}?of=fines").content.decode()
    assert "sent by e-mail" in client.post(address, {"choice": "send"}, follow=True).content.decode()
    assert mails() == 1
    OutgoingMail.objects.update(key="library.receipt:of-the-exit", state="sent")
    client.post(address, {"choice": "send"})
    assert mails() == 2, "that of the exit is another one"


def test_the_desk_sets_the_choice_while_the_person_is_inside(client, ada, librarian):
    client.force_login(librarian, backend="accounts.backends.RoleBackend")
    address = f"/library/desk/people/{ada.pk}/receipt/"
    assert "not recorded as inside" in client.post(address, {"choice": "paper"}, follow=True).content.decode()
    visits.enter(ada)
    client.post(address, {"choice": "paper"})
    assert Visit.objects.get(person=ada).receipt == "paper"
    assert "Nothing was lent" in client.post(address, {"choice": "send"}, follow=True).content.decode()
