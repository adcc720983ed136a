"""All purposes on one form with one signature: at the desk, and through the API."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.consent.one_form import record_choices
from accounts.models import Consent, NoticeText, OutgoingMail, User
from accounts.roles import Purpose
from config.errors import Refused
from recognition.models import FaceSample
from tests.support.api import V1, client_of, code_of
from tests.support.faces import agrees, enrolled

pytestmark = pytest.mark.usefixtures("notices")
SIGNED = {"how": "paper", "has_read": "on"}


def save(client, staff, person, *, agreed=(), declined=(), **more):
    client.force_login(staff)
    said = {f"purpose-{p}": "yes" for p in agreed} | {f"purpose-{p}": "no" for p in declined}
    form = SIGNED | {"on": timezone.localdate().isoformat()} | said | more
    return client.post(f"/people/{person.pk}/consents/", form, headers={"HX-Request": "true"})


def stands(person):
    return set(person.consents.filter(standing=True).values_list("purpose", flat=True))


def test_one_save_records_what_changed_with_how_and_witness(client, administrator, ada):
    agrees(ada, "library")
    answer = save(client, administrator, ada, agreed=["library", "lockers"], declined=["reception", "attendance"])
    assert "1 consent was recorded." in answer.content.decode()
    assert stands(ada) == {"library", "lockers"}
    new = Consent.objects.get(purpose="lockers")
    assert (new.how, new.recorded_by) == ("paper", administrator)


def test_a_withdrawal_is_asked_about_first_and_nothing_is_written(client, administrator, ada):
    enrolled(ada, "ada", Purpose.LIBRARY)
    answer = save(client, administrator, ada, agreed=["reception"], declined=["library", "lockers", "attendance"])
    assert "would be erased" in answer.content.decode()
    assert stands(ada) == {"library"}
    assert FaceSample.objects.exists()


def test_a_confirmed_withdrawal_erases_and_says_so(client, administrator, ada):
    enrolled(ada, "ada", Purpose.LIBRARY)
    every = ["library", "reception", "lockers", "attendance"]
    answer = save(client, administrator, ada, declined=every, may_erase="on")
    assert "1 was withdrawn" in answer.content.decode()
    assert not FaceSample.objects.exists()
    assert Consent.objects.get().withdrawn_how == "paper"


def test_a_librarian_decides_about_the_library_alone(client, librarian, ada):
    answer = save(client, librarian, ada, agreed=["library", "lockers"])
    assert stands(ada) == {"library"}
    assert "Lockers" not in answer.content.decode()


def test_without_a_confirmed_reading_nothing_is_saved(client, librarian, ada):
    assert (
        "confirm that the person has read"
        in save(client, librarian, ada, agreed=["library"], has_read="").content.decode()
    )
    assert not stands(ada)


def test_a_day_that_has_not_come_is_refused(administrator, ada):
    tomorrow = timezone.localdate() + timedelta(days=1)
    with pytest.raises(Refused, match="signed_later"):
        record_choices(ada, {"library": True}, by=administrator, how="paper", on=tomorrow)


def test_a_signature_older_than_the_notice_agrees_to_the_older_notice_only(administrator, ada):
    NoticeText.objects.create(purpose="library", version=2, text="New")
    yesterday = timezone.localdate() - timedelta(days=1)
    with pytest.raises(Refused, match="older_than_notice"):
        record_choices(ada, {"library": True}, by=administrator, how="paper", on=yesterday)


def test_a_paper_of_last_week_keeps_its_day(administrator, ada):
    day = timezone.localdate() - timedelta(days=7)
    given = record_choices(ada, {"library": True}, by=administrator, how="paper", on=day).given
    assert timezone.localdate(given[0].given_at) == day


def test_the_receipt_names_what_was_agreed_how_and_who_was_there(client, administrator, ada):
    save(client, administrator, ada, agreed=["library"], declined=["reception", "lockers", "attendance"])
    text = client.get(f"/people/{ada.pk}/consents/receipt/").content.decode()
    assert "Signed on paper" in text
    assert "Margaret Hamilton" in text
    assert "data-print" in text


def test_the_receipt_is_mailed_once_for_what_it_says(client, librarian, ada):
    save(client, librarian, ada, agreed=["library"])
    for _twice in range(2):
        client.post(f"/people/{ada.pk}/consents/receipt/")
    letter = OutgoingMail.objects.get(kind="accounts.consents")
    assert letter.to == "ada@example.org"
    assert "Library: agreed on" in letter.body
    assert "Lockers" not in letter.body


def test_without_an_address_the_receipt_is_printed(client, librarian, ada):
    User.objects.filter(pk=ada.pk).update(email="")
    client.force_login(librarian)
    assert "There is no e-mail address" in client.post(f"/people/{ada.pk}/consents/receipt/").content.decode()


# --- the API ------------------------------------------------------------------------------------


def call(staff, person, body, **headers):
    return client_of(staff).post(f"{V1}/people/{person.id_number}/consents/", body, headers=headers)


def test_one_call_gives_and_withdraws(administrator, ada):
    agrees(ada, "reception")
    answer = call(administrator, ada, {"agreed": ["library"], "withdrawn": ["reception", "lockers"], "how": "paper"})
    assert answer.status_code == 200
    assert [row["purpose"] for row in answer.json()["given"]] == ["library"]
    assert [row["purpose"] for row in answer.json()["withdrawn"]] == ["reception"]
    assert stands(ada) == {"library"}


def test_the_same_key_is_answered_the_same(administrator, ada):
    body = {"agreed": ["library"], "how": "paper"}
    first, again = (call(administrator, ada, body, **{"Idempotency-Key": "k-1"}) for _ in range(2))
    assert first.json() == again.json()
    assert again.headers["Idempotent-Replayed"] == "true"


def test_all_or_nothing_for_a_purpose_that_is_not_ones_own(librarian, ada):
    refused = call(librarian, ada, {"agreed": ["library", "lockers"], "how": "paper"})
    assert code_of(refused) == "not_your_purpose"
    assert not stands(ada)


def test_one_purpose_in_both_lists_is_refused(administrator, ada):
    refused = call(administrator, ada, {"agreed": ["library"], "withdrawn": ["library"], "how": "paper"})
    assert refused.status_code == 400


def test_whoever_decides_for_themselves_signs_nothing(ada, grace):
    call(ada, ada, {"agreed": ["library"], "how": "paper"})
    assert Consent.objects.get().how == "self"
    assert call(ada, grace, {"agreed": ["library"], "how": "paper"}).status_code == 404


# --- a new person -------------------------------------------------------------------------------

NEW = {
    "first_name": "Emmy",
    "last_name": "Noether",
    "id_number": "s-emmy",
    "affiliation": "student",
    "how": "in_person",
}


def test_a_new_person_is_one_form_and_then_the_camera(client, administrator):
    client.force_login(administrator)
    answer = client.post("/people/new/", NEW | {"agrees": ["library", "reception"]})
    emmy = User.objects.get(id_number="s-emmy")
    assert answer.url == f"/enrol/{emmy.pk}/camera/?next=/people/{emmy.pk}/"
    assert stands(emmy) == {"library", "reception"}
    assert not emmy.has_usable_password()
    assert client.get(answer.url).status_code == 200


def test_who_agrees_to_nothing_is_added_without_photos(client, administrator):
    client.force_login(administrator)
    assert client.post("/people/new/", NEW).url == f"/people/{User.objects.get(id_number='s-emmy').pk}/"


@pytest.mark.parametrize("who", ["librarian", "officer", "teacher", "ada"])
def test_only_administrators_add_people(client, who, request):
    client.force_login(request.getfixturevalue(who))
    assert client.get("/people/new/").status_code == 403
