"""A lost card works nowhere from the moment it is reported, and no one gives it out again before it was found."""

import pytest
from django.utils import timezone

from accounts.admin.people import PersonForm
from accounts.credentials import lost_cards
from accounts.models import LostCard, OutgoingMail, User
from accounts.people.import_rows import PeopleFile
from accounts.people.lifecycle import find_by_card
from accounts.views.home import parts
from config.errors import Refused
from config.ops.registries.home_parts import Need
from home.models import Notification
from tests.support.api import V1, client_of, code_of
from tests.support.webhooks import subscribed, told


@pytest.fixture
def reader(ada):
    ada.card_barcode = "C-100"
    ada.save()
    return ada


@pytest.fixture
def reported(client, reader):
    client.force_login(reader)
    client.post("/me/card/lost/")
    return LostCard.objects.get()


def reported_to(person):
    needs = (part for part in parts(person, timezone.now()) if isinstance(part, Need))
    return [need for need in needs if need.count and "reported lost" in need.label]


def test_it_works_nowhere_at_once(client, reader, reported):
    with pytest.raises(Refused, match="not known"):
        find_by_card("C-100")
    assert (reported.person, reported.barcode, reported.reported_by) == (reader, "C-100", reader)


def test_the_page_asks_first_and_a_second_report_has_nothing_to_block(client, reader):
    client.force_login(reader)
    assert "Block my card" in client.get("/me/card/lost/").content.decode()
    assert find_by_card("C-100") == reader
    client.post("/me/card/lost/")
    assert client.post("/me/card/lost/").status_code == 409
    assert "No card of yours is in use" in client.get("/me/card/lost/").content.decode()


def test_staff_and_the_person_are_told_and_so_are_other_systems(client, reader, administrator, librarian):
    endpoint = subscribed(kinds=["accounts.card_lost"])
    client.force_login(reader)
    client.post("/me/card/lost/")
    assert [row.person for row in Notification.objects.filter(kind="accounts.card_lost")] == [administrator]
    assert OutgoingMail.objects.get(kind="accounts.card_blocked").person == reader
    [need] = reported_to(administrator)
    assert (need.count, need.url) == (1, f"/people/{reader.pk}/")
    [body] = told(endpoint)
    assert body["data"]["by_themselves"] is True and "C-100" not in str(body)


def test_no_form_program_or_file_gives_it_out_again(reported, grace, administrator):
    form = PersonForm({"card_barcode": "C-100"})
    assert "reported lost" in str(form.errors["card_barcode"])
    answer = client_of(administrator).patch(f"{V1}/people/s-grace/", {"card_barcode": "C-100"}, format="json")
    assert answer.status_code == 400
    [(field, _words)] = PeopleFile([], ["C-100"]).doubts(User(id_number="s-grace", card_barcode="C-100"))
    assert field == "card_barcode"


def test_an_administrator_unblocks_what_was_found(client, reader, reported, administrator):
    client.force_login(administrator)
    assert "Found: unblock it" in client.get(f"/people/{reader.pk}/parts/access/").content.decode()
    client.post(f"/people/{reader.pk}/card/{reported.pk}/found/")
    assert find_by_card("C-100") == reader
    assert client.post(f"/people/{reader.pk}/card/{reported.pk}/found/").status_code == 409


def test_who_has_a_new_card_waits_for_nothing_and_the_old_one_may_be_given_out_again(
    client, reader, grace, reported, administrator
):
    User.objects.filter(pk=reader.pk).update(card_barcode="C-200")
    assert not reported_to(administrator)
    client.force_login(administrator)
    assert "may be given out again" in client.get(f"/people/{reader.pk}/parts/access/").content.decode()
    assert client.post(f"/people/{reader.pk}/card/{reported.pk}/found/").status_code == 302
    reader.refresh_from_db()
    assert reader.card_barcode == "C-200"
    lost_cards.require_not_lost("C-100")
    assert "C-100" not in client.get(f"/people/{reader.pk}/parts/access/").content.decode()


def test_only_its_person_and_administrators_report_it(client, reader, grace, librarian, administrator):
    client.force_login(librarian)
    assert client.post(f"/people/{reader.pk}/card/lost/").status_code == 403
    assert client_of(grace).post(f"{V1}/people/s-ada/card-lost/").status_code == 404
    assert code_of(client_of(librarian).post(f"{V1}/people/s-ada/card-lost/")) == "not_allowed"
    assert find_by_card("C-100") == reader
    assert client_of(reader).post(f"{V1}/people/s-ada/card-lost/").json()["card_barcode"] is None
