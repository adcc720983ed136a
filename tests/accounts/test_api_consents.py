"""Consents through the API: who may record and see them, and that withdrawing erases at once."""

import pytest

from accounts.consent.consent import give_consent, withdraw_consent
from accounts.models import Consent, NoticeText
from accounts.roles import Purpose
from recognition.models import FaceSample, FaceTemplate
from tests.support.api import V1, client_of, code_of, results
from tests.support.faces import enrolled

# Fields and refusals are Python: of each database the role matrix asks every address, test_api_fuzz.py any value.
pytestmark = [pytest.mark.usefixtures("notices"), pytest.mark.same_on_every_database]
FIELDS = {"id", "person", "purpose", "notice_version", "standing", "given_at", "how", "withdrawn_at"}


def agree(client, person, purpose):
    return client.post(f"{V1}/consents/", {"person": person, "purpose": purpose})


def test_a_librarian_records_that_a_reader_agreed(librarian, ada):
    answer = agree(client_of(librarian), "s-ada", "library")
    assert answer.status_code == 201
    assert set(answer.json()) == FIELDS
    assert (answer.json()["person"], answer.json()["standing"], answer.json()["notice_version"]) == ("s-ada", True, 1)
    assert Consent.objects.get().recorded_by == librarian


def test_agreeing_twice_is_one_consent(librarian, ada):
    first, second = (agree(client_of(librarian), "s-ada", "library").json() for _ in range(2))
    assert first == second
    assert Consent.objects.count() == 1


def test_a_person_decides_for_themselves_on_every_purpose_and_for_nobody_else(ada, grace):
    client = client_of(ada)
    for purpose in Purpose.values:
        assert agree(client, "s-ada", purpose).status_code == 201
    others = agree(client, "s-grace", "library")  # who may not see people is not told whether they exist
    assert others.json()["errors"]["person"][0]["code"] == "does_not_exist"
    assert not Consent.objects.filter(person=grace).exists()


@pytest.mark.parametrize(("who", "purpose"), [("librarian", "lockers"), ("officer", "library")])
def test_staff_record_consents_for_their_purposes_only(who, purpose, request, ada):
    refused = agree(client_of(request.getfixturevalue(who)), "s-ada", purpose)
    assert refused.status_code == 403
    assert code_of(refused) == "not_your_purpose"
    assert not Consent.objects.exists()


def test_without_a_notice_nobody_can_agree(librarian, ada):
    NoticeText.objects.all().delete()
    assert code_of(agree(client_of(librarian), "s-ada", "library")) == "no_notice"


def test_an_unknown_person_or_purpose_is_refused_by_field(librarian):
    answer = agree(client_of(librarian), "nobody", "spying")
    assert code_of(answer) == "invalid"
    assert set(answer.json()["errors"]) == {"person", "purpose"}


def test_a_member_withdraws_and_the_face_data_is_gone_at_once(ada):
    enrolled(ada, "ada", Purpose.LIBRARY)
    consent = Consent.objects.get()
    answer = client_of(ada).post(f"{V1}/consents/{consent.pk}/withdraw/")
    assert (answer.status_code, answer.json()["standing"]) == (200, False)
    assert answer.json()["withdrawn_at"]
    assert not FaceSample.objects.exists()
    assert not FaceTemplate.objects.exists()


def test_withdrawing_twice_answers_the_same_and_spares_a_newer_agreement(ada):
    give_consent(ada, "library", by=ada)
    old = Consent.objects.get()
    client = client_of(ada)
    first = client.post(f"{V1}/consents/{old.pk}/withdraw/").json()
    give_consent(ada, "library", by=ada)
    assert client.post(f"{V1}/consents/{old.pk}/withdraw/").json() == first
    assert Consent.objects.filter(standing=True).count() == 1


def test_each_sees_what_they_may(administrator, librarian, officer, teacher, ada, grace):
    for person in (ada, grace):
        for purpose in ("library", "lockers"):
            give_consent(person, purpose, by=person)

    def seen_by(person):
        return {(row["person"], row["purpose"]) for row in results(client_of(person).get(f"{V1}/consents/"))}

    assert seen_by(ada) == {("s-ada", "library"), ("s-ada", "lockers")}
    assert seen_by(librarian) == {("s-ada", "library"), ("s-grace", "library")}
    assert seen_by(officer) == {("s-ada", "lockers"), ("s-grace", "lockers")}
    assert seen_by(teacher) == set()
    assert len(seen_by(administrator)) == 4


def test_a_consent_that_one_may_not_see_cannot_be_withdrawn(librarian, ada, grace):
    consent = give_consent(ada, "lockers", by=ada)
    for person in (librarian, grace):
        assert code_of(client_of(person).post(f"{V1}/consents/{consent.pk}/withdraw/")) == "not_found"
    consent.refresh_from_db()
    assert consent.standing


def test_consents_are_filtered_by_person_purpose_and_standing(administrator, ada, grace):
    give_consent(ada, "library", by=ada)
    give_consent(grace, "lockers", by=grace)
    withdraw_consent(grace, "lockers", by=grace)
    client = client_of(administrator)
    for query, expected in [
        ("person=s-ada", "s-ada"),
        ("purpose=lockers", "s-grace"),
        ("standing=true", "s-ada"),
        ("standing=false", "s-grace"),
    ]:
        assert [row["person"] for row in results(client.get(f"{V1}/consents/?{query}"))] == [expected], query


def test_a_list_of_consents_takes_the_same_few_queries_for_any_number(
    administrator, ada, django_assert_max_num_queries
):
    for purpose in Purpose.values:
        give_consent(ada, purpose, by=ada)
    client = client_of(administrator)
    with django_assert_max_num_queries(3):
        assert len(results(client.get(f"{V1}/consents/"))) == 4
