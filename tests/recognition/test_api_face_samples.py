"""Enrolling through the API: a verdict for each photo, and never a pixel or a vector back."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.roles import Purpose
from recognition.models import FaceSample, FaceTemplate
from tests.support.api import V1, client_of, code_of, photo, results
from tests.support.faces import agrees, enrolled

# Fields and refusals are Python: of each database the role matrix asks every address, test_api_fuzz.py any value.
pytestmark = [pytest.mark.usefixtures("notices"), pytest.mark.same_on_every_database]
FIELDS = {"id", "person", "purposes", "source", "profile", "quality", "created_at"}


def upload(client, *photos, person="s-ada", purposes=("library",), **more):
    form = {"person": person, "purposes": list(purposes), "photos": list(photos)} | more
    return client.post(f"{V1}/face-samples/", form, format="multipart")


def test_several_photos_are_judged_one_by_one(librarian, ada):
    agrees(ada, Purpose.LIBRARY)
    answer = upload(
        client_of(librarian),
        photo("ada", file="good.jpg"),
        photo("ada", size=140, file="better.jpg"),
        photo(file="empty-room.jpg"),
        photo("ada", "grace", file="two.jpg"),
        photo("ada", dark=True, file="dark.jpg"),
        SimpleUploadedFile("notes.txt", b"not a picture"),
        SimpleUploadedFile("nothing.jpg", b""),
    )
    assert answer.status_code == 201, answer.content
    verdicts = {verdict["name"]: verdict for verdict in answer.json()["verdicts"]}
    assert {name: verdict["code"] for name, verdict in verdicts.items()} == {
        "good.jpg": None,
        "better.jpg": None,
        "empty-room.jpg": "no_face",
        "two.jpg": "several_faces",
        "dark.jpg": "too_dark",
        "notes.txt": "not_an_image",
        "nothing.jpg": "empty_file",
    }
    assert verdicts["good.jpg"]["quality"]["size"] == 120
    assert all(verdict["reason"] for verdict in verdicts.values() if not verdict["accepted"])
    assert answer.json()["photos"] == 2
    assert [warning["code"] for warning in answer.json()["warnings"]] == ["few_photos"]
    assert FaceSample.objects.filter(source="api", added_by=librarian).count() == 2


def test_photos_that_are_all_bad_change_nothing_and_say_why(librarian, ada):
    agrees(ada, Purpose.LIBRARY)
    answer = upload(client_of(librarian), photo(file="room.jpg"))
    assert answer.status_code == 422
    assert code_of(answer) == "no_photo_accepted"
    assert answer.json()["details"]["verdicts"][0]["code"] == "no_face"
    assert not FaceSample.objects.exists()


def test_a_dry_run_judges_and_keeps_nothing(librarian, ada):
    agrees(ada, Purpose.LIBRARY)
    answer = upload(client_of(librarian), photo("ada"), dry_run="true")
    assert (answer.status_code, answer.json()["verdicts"][0]["accepted"]) == (200, True)
    assert not FaceSample.objects.exists()


def test_the_same_photo_twice_is_kept_once(librarian, ada):
    agrees(ada, Purpose.LIBRARY)
    client = client_of(librarian)
    upload(client, photo("ada"))
    again = upload(client, photo("ada"))
    assert again.json()["verdicts"][0]["code"] == "already_enrolled"
    assert FaceSample.objects.count() == 1


def test_without_consent_nobody_is_enrolled(librarian, ada):
    refused = upload(client_of(librarian), photo("ada"))
    assert refused.status_code == 403
    assert code_of(refused) == "no_consent"


@pytest.mark.parametrize(
    ("who", "purpose", "code"),
    [
        ("librarian", "lockers", "not_allowed"),
        ("officer", "library", "not_allowed"),
        ("teacher", "attendance", "permission_denied"),
        ("ada", "library", "permission_denied"),
    ],
)
def test_a_role_enrols_for_its_own_purposes_only(who, purpose, code, request, ada):
    agrees(ada, Purpose.LIBRARY, Purpose.LOCKERS, Purpose.ATTENDANCE)
    refused = upload(client_of(request.getfixturevalue(who)), photo("ada"), purposes=[purpose])
    assert refused.status_code == 403
    assert code_of(refused) == code
    assert not FaceSample.objects.exists()


def test_a_form_with_mistakes_is_refused_by_field(librarian):
    answer = client_of(librarian).post(f"{V1}/face-samples/", {"purposes": ["spying"]}, format="multipart")
    assert set(answer.json()["errors"]) == {"person", "purposes.0", "photos"}


def test_more_photos_than_one_request_may_carry_are_refused(librarian, ada):
    agrees(ada, Purpose.LIBRARY)
    answer = upload(client_of(librarian), *(photo("ada") for _ in range(21)))
    assert answer.json()["errors"]["photos"][0]["code"] == "max_length"
    assert upload(client_of(librarian), *(photo("ada") for _ in range(41))).status_code == 400


def test_the_list_says_what_is_known_about_photos_and_never_shows_them(librarian, ada):
    enrolled(ada, "ada", Purpose.LIBRARY, Purpose.LOCKERS)
    answer = client_of(librarian).get(f"{V1}/face-samples/")
    rows = results(answer)
    assert len(rows) == 3
    assert all(set(row) == FIELDS for row in rows)
    assert rows[0]["purposes"] == ["library"]  # that a locker is used too is none of the library's business
    detail = client_of(librarian).get(f"{V1}/face-samples/{rows[0]['id']}/").json()
    assert detail == rows[0]


def test_each_role_sees_photos_for_its_purposes(librarian, officer, administrator, ada, grace):
    enrolled(ada, "ada", Purpose.LIBRARY)
    enrolled(grace, "grace", Purpose.LOCKERS)

    def seen_by(person):
        return {row["person"] for row in results(client_of(person).get(f"{V1}/face-samples/"))}

    assert seen_by(librarian) == {"s-ada"}
    assert seen_by(officer) == {"s-grace"}
    assert seen_by(administrator) == {"s-ada", "s-grace"}


def test_photos_are_filtered_by_person_and_source(administrator, ada, grace):
    enrolled(ada, "ada")
    enrolled(grace, "grace")
    client = client_of(administrator)
    assert {row["person"] for row in results(client.get(f"{V1}/face-samples/?person=s-ada"))} == {"s-ada"}
    assert len(results(client.get(f"{V1}/face-samples/?source=upload&profile=fake"))) == 6
    assert results(client.get(f"{V1}/face-samples/?source=webcam")) == []


def test_deleting_the_last_photo_takes_the_person_out_of_the_gallery(librarian, ada):
    enrolled(ada, "ada", count=1)
    sample = FaceSample.objects.get()
    client = client_of(librarian)
    assert client.delete(f"{V1}/face-samples/{sample.pk}/").status_code == 204
    assert not FaceTemplate.objects.exists()
    assert code_of(client.delete(f"{V1}/face-samples/{sample.pk}/")) == "not_found"


def test_a_photo_that_another_purpose_needs_stays_for_it(librarian, ada):
    enrolled(ada, "ada", Purpose.LIBRARY, Purpose.LOCKERS, count=1)
    sample = FaceSample.objects.get()
    assert client_of(librarian).delete(f"{V1}/face-samples/{sample.pk}/").status_code == 204
    assert [use.purpose for use in sample.uses.all()] == ["lockers"]


def test_somebody_elses_photo_is_not_there_to_be_deleted(officer, ada):
    enrolled(ada, "ada", Purpose.LIBRARY, count=1)
    sample = FaceSample.objects.get()
    assert code_of(client_of(officer).delete(f"{V1}/face-samples/{sample.pk}/")) == "not_found"
    assert FaceSample.objects.exists()


def test_a_list_of_photos_takes_the_same_few_queries_and_reads_no_blob(
    librarian, ada, grace, django_assert_max_num_queries
):
    enrolled(ada, "ada")
    enrolled(grace, "grace")
    client = client_of(librarian)
    with django_assert_max_num_queries(4) as queries:  # token, other tokens, photos, their uses
        assert len(results(client.get(f"{V1}/face-samples/"))) == 6
    assert not any('"crop"' in query["sql"] or "`crop`" in query["sql"] for query in queries.captured_queries)
