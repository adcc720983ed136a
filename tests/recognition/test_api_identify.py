"""A picture is sent to identify or verify: names and reasons come back, and nothing of the picture."""

import datetime

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.throttling import ScopedRateThrottle

from accounts.roles import Purpose
from recognition.faces.identify import identify_image
from recognition.models import BiometricAccess, Station
from tests.support.api import V1, client_of, code_of, photo
from tests.support.faces import enrolled
from tests.support.fake_engine import picture

# Fields and refusals are Python: of each database the role matrix asks every address, test_api_fuzz.py any value.
pytestmark = [pytest.mark.usefixtures("notices"), pytest.mark.same_on_every_database]
FACE = {"box", "person", "distance", "threshold", "margin", "quality", "reason"}
DECISION = {
    "profile",
    "model",
    "distance",
    "threshold",
    "target_fmr",
    "template_photos",
    "probe_frames",
    "quality",
    "reason",
}


@pytest.fixture(autouse=True)
def nobody_has_called_yet():
    cache.clear()


@pytest.fixture
def desk(db):
    return Station.objects.create(slug="desk", name="Desk", purpose=Purpose.LIBRARY)


def identify(client, image, **form):
    return client.post(f"{V1}/identify/", {"image": image} | form, format="multipart")


def verify(client, image, id_number="s-ada", purpose="library"):
    return client.post(
        f"{V1}/verify/", {"image": image, "id_number": id_number, "purpose": purpose}, format="multipart"
    )


def names(answer):
    assert answer.status_code == 200, answer.content
    return [face["person"] and face["person"]["id_number"] for face in answer.json()["faces"]]


# --- identify -----------------------------------------------------------------------------------


def test_from_a_still_picture_nobody_says_that_anybody_was_alive(librarian, ada, desk):
    enrolled(ada, "ada")
    found = identify(client_of(librarian), photo("ada"), station="desk", liveness="passed")
    assert (names(found), found.json()["liveness"]) == (["s-ada"], "not_checked")
    told = verify(client_of(librarian), photo("ada"))
    assert (told.json()["match"], told.json()["liveness"]) == (True, "not_checked")


def test_people_on_a_picture_are_named_and_a_stranger_is_not(librarian, ada, grace, desk):
    enrolled(ada, "ada")
    enrolled(grace, "grace")
    answer = identify(client_of(librarian), photo("ada", "stranger", "grace"), station="desk")
    assert sorted(names(answer), key=str) == [None, "s-ada", "s-grace"]
    faces = answer.json()["faces"]
    assert all(set(face) == FACE for face in faces)
    known = next(face for face in faces if face["person"] and face["person"]["id_number"] == "s-ada")
    assert known["person"]["name"] == "Ada Lovelace"
    assert known["reason"] == "match"
    assert known["distance"] <= known["threshold"]
    assert known["box"] == pytest.approx([20, 60, 120, 120], abs=4)


def test_only_the_roster_is_searched(librarian, ada, grace):
    enrolled(ada, "ada")
    enrolled(grace, "grace")
    answer = identify(client_of(librarian), photo("ada", "grace"), purpose="library", people=["s-grace"])
    assert sorted(names(answer), key=str) == [None, "s-grace"]


def test_the_stations_purpose_decides_which_gallery_is_searched(administrator, ada, desk):
    enrolled(ada, "ada", Purpose.LOCKERS)
    answer = identify(client_of(administrator), photo("ada"), station="desk")
    assert names(answer) == [None]
    assert answer.json()["faces"][0]["reason"] == "empty_roster"


def test_somebody_whose_membership_has_ended_is_not_searched(librarian, ada, desk):
    enrolled(ada, "ada")
    ada.valid_until = datetime.date(2020, 1, 1)
    ada.save()
    client = client_of(librarian)
    assert names(identify(client, photo("ada"), station="desk")) == [None]
    assert names(identify(client, photo("ada"), purpose="library", people=["s-ada"])) == [None]


def test_a_picture_without_a_face_has_an_empty_answer(librarian, desk):
    assert names(identify(client_of(librarian), photo(), station="desk")) == []


def test_the_search_is_logged_with_the_people_found(librarian, ada, desk):
    enrolled(ada, "ada")
    identify(client_of(librarian), photo("ada", "stranger"), station="desk")
    rows = BiometricAccess.objects.filter(action__in=["picture_searched", "identified"]).order_by("pk")
    assert [(row.action, row.actor, row.person_id_number) for row in rows] == [
        ("picture_searched", librarian, ""),
        ("identified", librarian, "s-ada"),
    ]
    assert rows[0].detail == {"faces": 2, "purpose": "library", "station": "desk"}


@pytest.mark.parametrize(
    ("who", "code"), [("officer", "not_allowed"), ("teacher", "permission_denied"), ("ada", "permission_denied")]
)
def test_a_role_searches_for_its_own_purposes_only(who, code, request, ada, desk):
    client = client_of(request.getfixturevalue(who))
    for answer in (
        identify(client, photo("ada"), purpose="library", people=["s-ada"]),
        verify(client, photo("ada")),
    ):
        assert answer.status_code == 403
        assert code_of(answer) == code
    assert not BiometricAccess.objects.exists()


@pytest.mark.parametrize(
    ("form", "field", "code"),
    [
        ({}, "non_field_errors", "required"),
        ({"purpose": "library"}, "non_field_errors", "required"),
        ({"people": ["s-ada"]}, "non_field_errors", "required"),
        ({"station": "desk", "purpose": "library"}, "non_field_errors", "ambiguous"),
        ({"station": "nowhere"}, "station", "does_not_exist"),
        ({"purpose": "library", "people": ["s-ada", "s-nobody"]}, "people", "unknown"),
        ({"purpose": "library", "people": ["s-ada"] * 501}, "people", "max_length"),
    ],
)
def test_a_question_without_one_clear_roster_is_refused(librarian, ada, desk, form, field, code):
    answer = identify(client_of(librarian), photo("ada"), **form)
    assert code_of(answer) == "invalid"
    assert answer.json()["errors"][field][0]["code"] == code


def test_a_retired_station_searches_nobody(librarian, desk):
    Station.objects.update(active=False)
    assert code_of(identify(client_of(librarian), photo("ada"), station="desk")) == "invalid"


@pytest.mark.parametrize(
    ("data", "code"), [(b"", "empty_file"), (b"%PDF-1.7", "not_an_image"), (picture("ada")[:2000], "damaged_image")]
)
def test_a_file_that_is_no_picture_is_refused_in_one_sentence(librarian, ada, desk, data, code):
    enrolled(ada, "ada")
    client = client_of(librarian)
    for answer in (
        identify(client, SimpleUploadedFile("x.jpg", data), station="desk"),
        verify(client, SimpleUploadedFile("x.jpg", data)),
    ):
        assert code_of(answer) == code
        assert answer.json()["detail"].endswith(".")


def test_a_picture_larger_than_allowed_is_refused(librarian, desk, settings):
    settings.MAX_PHOTO_BYTES = 2000
    answer = identify(client_of(librarian), photo("ada"), station="desk")
    assert answer.status_code == 413
    assert code_of(answer) == "too_large"


def test_boxes_are_in_pixels_of_the_picture_that_was_sent(ada):
    enrolled(ada, "ada")
    [face] = identify_image(picture("ada", size=600, width=3840, height=2160), purpose=Purpose.LIBRARY)
    assert face.person.id_number == "s-ada"
    assert list(face.box) == pytest.approx([20, 60, 600, 600], abs=8)


# --- verify -------------------------------------------------------------------------------------


def test_the_right_person_matches_and_another_does_not(librarian, ada, grace):
    enrolled(ada, "ada")
    enrolled(grace, "grace")
    client = client_of(librarian)
    yes, no = verify(client, photo("ada")), verify(client, photo("grace"))
    assert (yes.json()["match"], no.json()["match"]) == (True, False)
    assert set(yes.json()["decision"]) == DECISION
    assert (yes.json()["decision"]["reason"], no.json()["decision"]["reason"]) == ("match", "too_far")
    assert yes.json()["decision"]["template_photos"] == 3


def test_each_verification_is_logged_whatever_it_answered(librarian, ada):
    enrolled(ada, "ada")
    verify(client_of(librarian), photo("ada"))
    verify(client_of(librarian), photo("stranger"))
    rows = BiometricAccess.objects.filter(action="verified").order_by("pk")
    assert [(row.person_id_number, row.detail["match"]) for row in rows] == [("s-ada", True), ("s-ada", False)]


@pytest.mark.parametrize(("faces", "code"), [((), "no_face"), (("ada", "grace"), "several_faces")])
def test_a_picture_must_show_one_person_to_verify(librarian, ada, faces, code):
    enrolled(ada, "ada")
    answer = verify(client_of(librarian), photo(*faces))
    assert answer.status_code == 422
    assert code_of(answer) == code


def test_somebody_who_is_not_enrolled_for_the_purpose_cannot_be_verified(administrator, ada):
    enrolled(ada, "ada", Purpose.LIBRARY)
    client = client_of(administrator)
    assert code_of(verify(client, photo("ada"), purpose="lockers")) == "not_enrolled"
    assert code_of(verify(client, photo("ada"), id_number="nobody")) == "invalid"


def test_somebody_whose_membership_has_ended_is_not_verified(librarian, ada):
    enrolled(ada, "ada")
    ada.valid_until = datetime.date(2020, 1, 1)
    ada.save()
    assert code_of(verify(client_of(librarian), photo("ada"))) == "not_valid"


# --- limits -------------------------------------------------------------------------------------


def test_pictures_come_no_faster_than_the_site_allows(librarian, officer, ada, desk, monkeypatch):
    monkeypatch.setattr(ScopedRateThrottle, "THROTTLE_RATES", {"identify": "2/min"})
    enrolled(ada, "ada")
    client = client_of(librarian)
    assert identify(client, photo("ada"), station="desk").status_code == 200
    assert verify(client, photo("ada")).status_code == 200
    third = identify(client, photo("ada"), station="desk")
    assert third.status_code == 429
    assert code_of(third) == "throttled"
    assert 0 < int(third["Retry-After"]) <= 60
    assert (
        code_of(verify(client_of(officer), photo("ada"), purpose="library")) == "not_allowed"
    )  # another caller's count
