"""The QR code on a door: printed by officers, a way to one's own page, and nothing for a stranger."""

from __future__ import annotations

import base64
import re
import xml.etree.ElementTree as ET

import pytest

from lockers.bank import layout
from lockers.models import AccessLog, BankOfficer, Locker, Opening
from tests.lockers.test_pages import as_, page_of
from tests.support.lockers import bank, given, locker

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.VAR_DIR = tmp_path


def test_a_page_of_labels_has_a_code_for_each_door(client, officer, settings):
    for number in ("2", "10"):
        locker(number)
    layout.place(bank(), "2,1,1\n10,1,2", by=officer)
    page = page_of(as_(client, officer), f"/lockers/labels/{bank().pk}/")
    pictures = re.findall(r"data:image/svg\+xml;base64,([^\"]+)", page)
    assert len(pictures) == 2 and page.index(">2<") < page.index(">10<") and "Row 1, second from the left" in page
    assert all(ET.fromstring(base64.b64decode(one)).tag.endswith("svg") for one in pictures)
    one = Locker.objects.get(number="10")
    assert page_of(client, f"/lockers/labels/{bank().pk}/", locker=one.pk).count("door-label-number") == 1


def test_a_stranger_learns_which_locker_it_is_and_no_more(client, ada):
    seven = given(ada, "7")
    page = page_of(client, f"/lockers/at/{seven.label_code}/")
    assert "This is locker 7 of The main bank. Please ask at the desk." in page
    assert f"?next=/lockers/at/{seven.label_code}/" in page and "Ada" not in page
    free = page_of(client, f"/lockers/at/{locker('8').label_code}/")
    assert free.count("<a ") == page.count("<a "), "whether it is anyone's is not told either"


def test_a_holder_meets_their_own_page_and_another_customer_the_note(client, ada, grace):
    seven = given(ada, "7")
    answer = as_(client, ada).get(f"/lockers/at/{seven.label_code}/")
    assert answer.headers["Location"] == f"/lockers/mine/#locker-{seven.pk}"
    page = page_of(as_(client, grace), f"/lockers/at/{seven.label_code}/")
    assert "Please ask at the desk" in page and "Sign in if" not in page and "Ada" not in page


def test_an_officer_meets_the_desks_page_only_of_their_own_banks(client, officer, ada):
    seven = given(ada, "7")
    address = f"/lockers/at/{seven.label_code}/"
    assert as_(client, officer).get(address).headers["Location"] == f"/lockers/doors/{seven.pk}/"
    seven.bank.own_officers = True
    seven.bank.save()
    assert "Please ask at the desk" in page_of(client, address)
    assert client.get(f"/lockers/labels/{seven.bank_id}/").status_code == 404
    BankOfficer.objects.create(bank=seven.bank, person=officer)
    assert client.get(address).status_code == 302


def test_no_scan_opens_a_door_and_no_code_is_guessed(client, ada, officer):
    seven = given(ada, "7")
    address = f"/lockers/at/{seven.label_code}/"
    for who in (ada, officer):
        as_(client, who).get(address)
        assert client.post(address).status_code in (302, 405)
    assert not Opening.objects.exists() and len(seven.label_code) >= 20
    assert seven.label_code != locker("8").label_code
    assert client.get("/lockers/at/1/").status_code == 404


def test_a_replaced_code_makes_the_old_label_useless(client, officer, ada):
    seven = given(ada, "7")
    old = seven.label_code
    as_(client, officer).post(f"/lockers/doors/{seven.pk}/label/replace/")
    seven.refresh_from_db()
    assert seven.label_code != old and AccessLog.objects.get(kind="locker.label_replaced").facts["locker"] == seven.pk
    client.logout()
    assert client.get(f"/lockers/at/{old}/").status_code == 404
    assert client.get(f"/lockers/at/{seven.label_code}/").status_code == 200
