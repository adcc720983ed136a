"""Card and PIN at the officer's desk: one owner each, told, written down, and never a way for the officer alone."""

from __future__ import annotations

import pytest

from accounts.credentials import lost_cards
from accounts.credentials.pins import check_pin, set_pin
from accounts.models import OutgoingMail, User
from config.errors import Refused
from lockers.access import card_and_pin, credentials
from lockers.assignments import customers
from lockers.kiosk import claimed_lockers
from lockers.models import AccessLog, PinTaken
from tests.conftest import person
from tests.lockers.test_pages import as_, page_of, said, second
from tests.support.lockers import KIOSK, code_of, given

__all__ = ["second"]  # a fixture
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def doors_of_its_own(settings, tmp_path):
    settings.VAR_DIR = tmp_path


def card_of(who):
    return User.objects.get(pk=who.pk).card_barcode


def logged(kind):
    return [row.facts for row in AccessLog.objects.filter(kind=kind)]


def letters(who):
    rows = OutgoingMail.objects.filter(person=who, kind="lockers.credential").order_by("pk")
    return list(rows.values_list("body", flat=True))


# --- the card -------------------------------------------------------------------------------------


def test_an_officer_gives_replaces_and_withdraws_a_card(client, officer, ada):
    mine, at = given(ada), f"/lockers/customers/{ada.pk}/"
    as_(client, officer)
    assert said(client.post(f"{at}card/", {"card_barcode": " C-1 "}, follow=True)) == [
        "The card now belongs to Ada Lovelace."
    ]
    assert [claim.locker for claim in claimed_lockers.claims("C-1", station=KIOSK)] == [mine.pk]
    assert "C-1" in page_of(client, at)
    client.post(f"{at}card/", {"card_barcode": "C-2"})
    assert claimed_lockers.claims("C-1", station=KIOSK) == [], "the card before names nobody"
    assert claimed_lockers.claims("C-2", station=KIOSK)
    client.post(f"{at}card/withdraw/")
    assert card_of(ada) is None and claimed_lockers.claims("C-2", station=KIOSK) == []
    who = {"person": ada.pk, "by": officer.pk}
    assert logged("card.given") == logged("card.replaced") == logged("card.withdrawn") == [who]
    told = ("You were given a card.", "The old one no longer works.", "Your card was withdrawn.")
    assert [words in letter for words, letter in zip(told, letters(ada), strict=True)] == [True, True, True]
    assert "C-2" not in page_of(client, "/lockers/log/")


def test_the_same_card_again_is_harmless(officer, ada):
    credentials.give_card(ada, "C-1", by=officer)
    credentials.give_card(ada, "C-1", by=officer)
    assert len(letters(ada)) == len(logged("card.given")) == 1


@pytest.mark.parametrize("barcode", ["", "  ", "x" * 65, "C\x001", "C\n1"])
def test_what_is_no_card_is_refused(officer, ada, barcode):
    assert code_of(credentials.give_card, ada, barcode, by=officer) == "bad_card"
    assert card_of(ada) is None


def test_a_card_has_one_owner(client, officer, ada, grace):
    credentials.give_card(grace, "C-1", by=officer)
    answer = as_(client, officer).post(f"/lockers/customers/{ada.pk}/card/", {"card_barcode": "C-1"}, follow=True)
    assert said(answer) == ["This card belongs to another person. Scan another card."]
    assert (card_of(ada), card_of(grace)) == (None, "C-1")


def test_a_card_never_reads_as_somebody_elses_number(client, officer, ada, grace):
    assert code_of(credentials.give_card, ada, "S-GRACE", by=officer) == "card_taken"
    credentials.give_card(ada, "s-ada", by=officer)  # as one's own it names the same person
    new = {"id_number": "n-1", "first_name": "New", "card_barcode": "s-grace"}
    assert "belongs to another person" in as_(client, officer).post("/lockers/customers/new/", new).content.decode()


def test_there_is_nothing_to_withdraw_without_a_card(officer, ada):
    assert code_of(credentials.withdraw_card, ada, by=officer) == "no_card"


def test_nobody_changes_their_own_nor_that_of_staff(officer, second, librarian, administrator, ada):
    for who, by, why in (
        (officer, officer, "not_yourself"),
        (second, officer, "not_a_customer"),
        (librarian, officer, "not_a_customer"),
        (administrator, officer, "not_a_customer"),
        (ada, librarian, "not_officer"),
    ):
        assert code_of(credentials.give_card, who, "C-9", by=by) == why
        assert code_of(credentials.withdraw_card, who, by=by) == why
        assert code_of(credentials.take_pin, who, "2718", by=by, reason="passport") == why
    credentials.give_card(librarian, "C-9", by=administrator)
    assert card_of(librarian) == "C-9"


# --- the PIN --------------------------------------------------------------------------------------


def test_a_forgotten_pin_is_replaced_with_a_reason_and_told(client, officer, ada):
    set_pin(ada, "3141", by=ada)
    at = f"/lockers/customers/{ada.pk}/"
    two = {"pin": "2718", "pin_again": "2718"}
    as_(client, officer)
    assert "How you checked their identity" in page_of(client, at)
    client.post(f"{at}pin/", two | {"reason": "  "})
    check_pin(User.objects.get(pk=ada.pk), "3141")
    assert said(client.post(f"{at}pin/", two | {"reason": "Passport"}, follow=True))[-1] == "The PIN is set."
    check_pin(User.objects.get(pk=ada.pk), "2718")
    assert logged("pin.replaced") == [{"person": ada.pk, "by": officer.pk, "reason": "Passport"}]
    assert "new PIN" in letters(ada)[0] and "2718" not in letters(ada)[0]


def test_at_a_vault_whoever_took_down_the_pin_does_not_say_that_it_is_them(officer, second, ada):
    vault, standard = given(ada, kind="vault"), given(ada, "2")
    credentials.take_pin(ada, "2718", by=officer)
    attempt = card_and_pin.begin("s-ada", "2718", vault, station=KIOSK)
    assert code_of(card_and_pin.confirm, attempt, by=officer) == "own_request"
    card_and_pin.confirm(attempt, by=second)
    card_and_pin.confirm(card_and_pin.begin("s-ada", "2718", standard, station=KIOSK), by=officer)
    credentials.take_pin(ada, "3141", by=second, reason="Passport")
    assert PinTaken.objects.get().officer == second
    card_and_pin.confirm(card_and_pin.begin("s-ada", "3141", vault, station=KIOSK), by=officer)


def test_a_bad_pin_is_refused_and_nothing_is_told(officer, ada):
    assert code_of(credentials.take_pin, ada, "12", by=officer) == "bad_pin"
    assert not letters(ada) and not PinTaken.objects.exists()


def test_the_page_of_somebody_on_the_staff_offers_nothing_that_would_be_refused(client, officer, administrator):
    colleague = person("t-new", "Emmy", "teacher", last_name="Noether")
    assert 'name="card_barcode"' not in page_of(as_(client, officer), f"/lockers/customers/{colleague.pk}/")
    assert 'name="card_barcode"' in page_of(as_(client, administrator), f"/lockers/customers/{colleague.pk}/")


def test_a_lost_card_is_not_given_to_a_new_customer(officer, ada):
    User.objects.filter(pk=ada.pk).update(card_barcode="C-100")
    lost_cards.report(User.objects.get(pk=ada.pk), by=ada)
    new = customers.NewPerson("c-new", "Joan", card_barcode="C-100")
    with pytest.raises(Refused) as refusal:
        customers.new_person(new, by=officer)
    assert refusal.value.code == "card_lost" and not User.objects.filter(id_number="c-new").exists()
