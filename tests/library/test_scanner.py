"""What a scanner types around each code is taken off once, where it comes in, and from nothing else."""

from __future__ import annotations

import pytest
from django.contrib.auth.hashers import make_password

from accounts.credentials.pins import set_pin
from library.circulation import loans
from library.kiosk import basket, station_app
from library.models import Basket, Copy, Loan
from tests.library.test_stations import arrive, pair, scan
from tests.support.api import V1, client_of
from tests.support.library import book, inside, station
from tests.support.sip2 import client_to, our_server

# A protocol is Python: what it lends, opens or records is done on each database by the tests of the services.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.same_on_every_database]


def at_exit(person):
    """Somebody stands at the exit; the browser of its kiosk."""
    place = station("exit")
    _token, client = pair(place)
    arrive(place, inside(person))
    return client


@pytest.fixture
def prefix_a(settings):
    """The scanner types an A before each code, and there are barcodes that begin with one."""
    settings.LIBRARY_SCANNER_PREFIX = "A"
    return book("A100", "Emma"), book("100", "Persuasion")


@pytest.mark.parametrize(("typed", "barcode"), [("AA100", "A100"), ("A100", "100")])
def test_an_exit_takes_the_prefix_off_once(ada, prefix_a, typed, barcode):
    assert scan(at_exit(ada), typed).status_code == 200
    assert [line.copy.barcode for line in basket.lines(Basket.objects.get())] == [barcode]


@pytest.mark.parametrize(("typed", "barcode"), [("AA100", "A100"), ("A100", "100")])
def test_a_return_takes_the_prefix_off_once(ada, prefix_a, typed, barcode):
    for copy in prefix_a:
        loans.check_out(copy, to=ada)
    _token, client = pair(station("return"))
    assert scan(client, typed).status_code == 200
    assert Loan.objects.exclude(returned_at=None).get().copy.barcode == barcode


def test_what_a_hand_types_without_the_prefix_is_known_too(ada, settings):
    settings.LIBRARY_SCANNER_PREFIX = "A"
    book("A200", "Emma")
    assert scan(at_exit(ada), "A200").status_code == 200
    assert len(basket.lines(Basket.objects.get())) == 1


def test_a_camera_reading_keeps_its_first_letters(ada, prefix_a):
    at_exit(ada)
    station_app._scan_known("library-exit", ["A100"])
    assert [line.copy.barcode for line in basket.lines(Basket.objects.get())] == ["A100"]


def test_renewing_and_returning_ones_own_book_takes_nothing_off(ada, prefix_a):
    loan = loans.check_out(prefix_a[0], to=ada)
    client = at_exit(ada)
    for act in ("renew", "give-back"):
        assert client.post(f"/kiosk/library/{act}/", {"barcode": "A100"}).status_code == 200
    loan.refresh_from_db()
    assert (loan.renewals, loan.returned_at is None) == (1, False)


def test_desk_and_inventory_take_the_prefix_off_once(client, librarian, ada, prefix_a):
    client.force_login(librarian, backend="accounts.backends.RoleBackend")
    Copy.objects.update(location="Fiction A")
    assert client.get("/library/desk/", {"q": "AA100"}).url == f"/library/titles/{prefix_a[0].title_id}/"
    assert client.get("/library/desk/", {"q": "A100"}).url == f"/library/titles/{prefix_a[1].title_id}/"
    client.post(f"/library/desk/people/{ada.pk}/issue/", {"barcode": "AA100"})
    assert Loan.objects.get().copy.barcode == "A100"
    client.post("/library/desk/return/", {"barcode": "AA100"})
    assert Loan.objects.get().returned_at
    found = client.post("/library/inventory/", {"location": "Fiction A", "barcodes": "AA100\nA100"}).context["found"]
    assert {copy.barcode for copy in found.right} == {"A100", "100"} and not found.unknown


def test_the_api_names_barcodes_as_they_are(librarian, ada, prefix_a):
    body = {"patron": ada.id_number, "barcode": "A100"}
    assert client_of(librarian).post(f"{V1}/library/checkout/", body, format="json").status_code in (200, 201)
    assert Loan.objects.get().copy.barcode == "A100"


def test_sip2_terminals_name_barcodes_as_they_are(ada, prefix_a, settings):
    settings.SIP2_TERMINALS = {"selfcheck": make_password("terminal password")}
    settings.SIP2_INSTITUTION = "college"
    set_pin(ada, "2468", by=None)
    with our_server() as port:
        machine = client_to(port)
        machine.patron(ada.id_number, "2468")
        machine.check_out(ada.id_number, "A100")
        machine.close()
    assert Loan.objects.get().copy.barcode == "A100"


@pytest.mark.parametrize("address", ["/kiosk/library/scan/", "/kiosk/without-face/"], ids=["anywhere", "in the dialog"])
def test_a_card_that_begins_with_the_prefix_is_known_at_the_kiosk(ada, prefix_a, address):
    ada.card_barcode = "A700"
    ada.save()
    inside(ada)
    _token, client = pair(station("exit"))
    assert client.post(address, {"barcode": "AA700", "card": "AA700"}).status_code == 200
    assert Basket.objects.get().person == ada
