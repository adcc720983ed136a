"""Staff enrol at a page: consent, then the camera or an upload. Few see photos, and each look is logged."""

import io
import json
import zipfile
from dataclasses import replace

import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from accounts.models import Consent, User
from accounts.roles import Purpose
from recognition.enrol import capture_guide
from recognition.enrol.my_data import facts
from recognition.faces.photo_checks import Photo
from recognition.models import BiometricAccess, FaceSample, FaceTemplate, SampleUse, Sighting, Station
from tests.support.faces import agrees, enrolled, photos_of
from tests.support.fake_engine import FakeEngine, picture

# What a page says, and to whom, is Python and templates: the role matrix asks every address of each database.
pytestmark = [pytest.mark.usefixtures("notices"), pytest.mark.same_on_every_database]


@pytest.fixture(autouse=True)
def own_var_dir(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture
def at_desk(client, librarian):
    client.force_login(librarian, backend="accounts.backends.RoleBackend")
    return client


@pytest.fixture
def at_office(client, administrator):
    client.force_login(administrator, backend="accounts.backends.RoleBackend")
    return client


def files(*photos):
    return [SimpleUploadedFile(photo.name, photo.data, "image/jpeg") for photo in photos]


def page_of(client, person):
    return client.get(reverse("recognition:enrol", args=[person.pk])).content.decode()


# --- Who may come in ------------------------------------------------------------------------------
@pytest.mark.parametrize("role", ["teacher", "ada"])
@pytest.mark.parametrize("name", ["enrol_people", "enrol", "enrol_camera", "enrol_bulk"])
def test_teachers_and_members_do_not_come_in(request, client, grace, role, name):
    client.force_login(request.getfixturevalue(role), backend="accounts.backends.RoleBackend")
    url = reverse(f"recognition:{name}", args=[] if name in ("enrol_people", "enrol_bulk") else [grace.pk])
    assert client.get(url).status_code == 403


@pytest.mark.on_every_database
def test_the_header_marks_the_list_as_the_page_and_for_one_person_as_the_part(at_desk, ada):
    at_list, at_person = (at_desk.get(f"/enrol/{rest}").content.decode() for rest in ("", f"{ada.pk}/"))
    assert '<a href="/enrol/" aria-current="page">' in at_list
    assert '<a href="/enrol/" aria-current="true">' in at_person


def test_a_visitor_is_sent_to_sign_in(client, ada):
    answer = client.get(reverse("recognition:enrol", args=[ada.pk]))
    assert answer.status_code == 302
    assert reverse("accounts:login") in answer["Location"]


# --- Finding people -------------------------------------------------------------------------------
@pytest.mark.on_every_database
def test_the_list_finds_people_by_name_and_number_and_shows_who_lacks_photos(at_desk, ada, grace):
    enrolled(ada, "ada")
    enrolled(grace, "grace", count=2)
    url = reverse("recognition:enrol_people")
    assert "Lovelace" in at_desk.get(url, {"q": "love ada"}).content.decode()
    assert "Lovelace" not in at_desk.get(url, {"q": "s-grace"}).content.decode()
    lacking = at_desk.get(url, {"show": "lacking"}).content.decode()
    assert "Hopper" in lacking
    assert "Lovelace" not in lacking


def test_the_list_asks_the_database_a_fixed_number_of_times(at_desk, django_assert_max_num_queries, ada, grace):
    for number in range(20):
        User.objects.create_user(f"s-{number}", first_name="Somebody")
    with django_assert_max_num_queries(8):
        at_desk.get(reverse("recognition:enrol_people"))


# --- Consent --------------------------------------------------------------------------------------
def test_without_consent_the_page_shows_the_notice_and_neither_camera_nor_upload(at_desk, ada):
    page = page_of(at_desk, ada)
    assert "How to withdraw" in page
    assert "Ada Lovelace has read this notice and agrees." in page
    assert reverse("recognition:enrol_camera", args=[ada.pk]) not in page
    assert "Lockers" not in page.split("<main")[1]
    answer = at_desk.get(reverse("recognition:enrol_camera", args=[ada.pk]), follow=True)
    assert "Record the consent first" in answer.content.decode()


def test_recording_the_consent_opens_the_camera(at_desk, ada, librarian):
    url = reverse("recognition:enrol_consent", args=[ada.pk, "library"])
    assert "Please confirm that" in at_desk.post(url, follow=True).content.decode()
    assert not Consent.objects.exists()
    at_desk.post(url, {"has_read": "on"})
    assert Consent.objects.get().recorded_by == librarian
    assert reverse("recognition:enrol_camera", args=[ada.pk]) in page_of(at_desk, ada)


def test_a_librarian_records_no_consent_to_the_lockers(at_desk, ada):
    answer = at_desk.post(reverse("recognition:enrol_consent", args=[ada.pk, "lockers"]), {"has_read": "on"})
    assert answer.status_code == 403
    assert not Consent.objects.exists()


# --- Upload ---------------------------------------------------------------------------------------
def upload(client, person, *photos, purposes=("library",), **headers):
    data = {"purposes": list(purposes), "photos": files(*photos)}
    return client.post(reverse("recognition:enrol_photos", args=[person.pk]), data, **headers)


def test_several_photos_at_once_each_get_their_verdict(at_desk, ada):
    agrees(ada, Purpose.LIBRARY)
    room = replace(photos_of("ada", 1)[0], name="room.jpg", data=picture())
    page = upload(at_desk, ada, *photos_of("ada", 2), room).content.decode()
    assert "2 photos were accepted" in page
    assert "No face was found in this photo." in page
    assert "There are only 2 photos" in page
    assert FaceSample.objects.filter(source="upload").count() == 2


def test_an_upload_for_a_purpose_without_consent_is_refused_with_its_sentence(at_desk, ada):
    agrees(ada, Purpose.LIBRARY)
    answer = upload(at_desk, ada, *photos_of("ada", 1), purposes=["lockers"])
    assert answer.status_code == 400
    assert not FaceSample.objects.exists()


def test_an_upload_without_a_photo_says_so(at_desk, ada):
    agrees(ada, Purpose.LIBRARY)
    answer = upload(at_desk, ada)
    assert answer.status_code == 400
    assert "Choose at least one photo." in answer.content.decode()


def test_the_webcam_page_is_answered_with_json(at_desk, ada):
    agrees(ada, Purpose.LIBRARY)
    data = {"purposes": ["library"], "photos": files(*photos_of("ada", 3)), "source": "webcam"}
    url = reverse("recognition:enrol_photos", args=[ada.pk])
    told = at_desk.post(url, data, headers={"accept": "application/json"}).json()
    assert (told["accepted"], told["photos"], told["warnings"]) == (3, 3, [])
    assert set(FaceSample.objects.values_list("source", flat=True)) == {"webcam"}
    refused = at_desk.post(url, {"purposes": ["library"]}, headers={"accept": "application/json"})
    assert (refused.status_code, refused.json()["message"]) == (400, "Choose at least one photo.")


def test_before_the_camera_the_advice_speaks_of_the_person_and_not_of_a_photo(at_desk, ada):
    agrees(ada, Purpose.LIBRARY)
    url = reverse("recognition:enrol_judge", args=[ada.pk])
    said = {}
    for names in ((), ("ada", "grace")):
        answer = at_desk.post(url, picture(*names), content_type="image/jpeg").json()
        said[answer["code"]] = answer["sentence"]
    assert said == {
        "no_face": "No face is in view. Please step in front of the camera.",
        "several_faces": "Several faces are in view. Please come to the camera alone.",
    }


def test_removing_a_photo(at_desk, ada, grace):
    enrolled(ada, "ada")
    sample = FaceSample.objects.first()
    url = reverse("recognition:enrol_remove", args=[ada.pk, sample.pk])
    assert "The photo was removed." in at_desk.post(url, follow=True).content.decode()
    assert FaceTemplate.objects.get().photos == 2
    other = reverse("recognition:enrol_remove", args=[grace.pk, FaceSample.objects.first().pk])
    assert at_desk.post(other).status_code == 404


# --- The same person twice ------------------------------------------------------------------------
def undone(client, person, samples):
    return client.post(reverse("recognition:enrol_undo", args=[person.pk]), {"sample": samples}, follow=True)


def test_a_person_who_is_enrolled_already_can_be_taken_back_from_the_warning_itself(at_desk, ada, grace):
    enrolled(ada, "ada")
    agrees(grace, Purpose.LIBRARY)
    page = upload(at_desk, grace, *photos_of("ada", 2)).content.decode()
    assert "looks like Ada Lovelace" in page and "Remove these photos" in page
    new = list(FaceSample.objects.filter(person=grace).values_list("pk", flat=True))
    assert len(new) == 2 and all(f'name="sample" value="{pk}"' in page for pk in new)
    assert "2 photos were removed." in undone(at_desk, grace, new).content.decode()
    assert not FaceTemplate.objects.filter(person=grace).exists()
    assert FaceTemplate.objects.get(person=ada).photos == 3
    assert BiometricAccess.objects.filter(action="photo_removed", person_id_number="s-grace").count() == 2


def test_only_what_was_added_is_taken_back(at_desk, ada, grace):
    enrolled(ada, "ada")
    enrolled(grace, "ada", count=2)
    url, data = reverse("recognition:enrol_photos", args=[grace.pk]), {"purposes": ["library"]}
    data["photos"] = files(*photos_of("ada", 3))
    told = at_desk.post(url, data, headers={"accept": "application/json"}).json()
    assert [warning["code"] for warning in told["warnings"]] == ["looks_like_somebody_else"]
    assert told["added"] == [FaceSample.objects.filter(person=grace).latest("pk").pk]
    undone(at_desk, grace, told["added"])
    assert FaceSample.objects.filter(person=grace).count() == 2


def test_nobody_takes_back_photos_of_another_person_or_purpose(at_desk, ada, grace):
    enrolled(ada, "ada")
    enrolled(grace, "grace", Purpose.LOCKERS)
    for person, owner in ((grace, ada), (grace, grace)):
        samples = list(FaceSample.objects.filter(person=owner).values_list("pk", flat=True))
        page = undone(at_desk, person, [*samples, "", "-1", "9" * 40]).content.decode()
        assert "Those photos have already been removed." in page
    assert FaceSample.objects.count() == 6


def test_without_a_warning_there_is_nothing_to_take_back(at_desk, ada):
    agrees(ada, Purpose.LIBRARY)
    page = upload(at_desk, ada, *photos_of("ada", 2)).content.decode()
    assert "There are only 2 photos" in page and "Remove these photos" not in page


# --- Looking at photos ----------------------------------------------------------------------------
def photo_url(sample):
    return reverse("admin:recognition_facesample_photo", args=[sample.pk])


def test_a_look_at_a_photo_is_logged_and_never_cached(at_desk, ada, librarian):
    enrolled(ada, "ada")
    answer = at_desk.get(photo_url(FaceSample.objects.first()))
    assert answer["Content-Type"] == "image/jpeg"
    assert "no-store" in answer["Cache-Control"]
    assert answer.content.startswith(b"\xff\xd8")
    row = BiometricAccess.objects.get(action="photo_viewed")
    assert (row.actor, row.person_id_number) == (librarian, "s-ada")


@pytest.mark.parametrize("role", ["officer", "teacher", "grace", "ada"])
def test_a_library_photo_is_nothing_for_anybody_else(request, client, ada, role):
    enrolled(ada, "ada", Purpose.LIBRARY)
    client.force_login(request.getfixturevalue(role), backend="accounts.backends.RoleBackend")
    answer = client.get(photo_url(FaceSample.objects.first()))
    assert answer.status_code in (302, 403, 404)
    assert not BiometricAccess.objects.filter(action="photo_viewed").exists()


def test_the_pages_hold_links_to_photos_and_never_the_photos(at_desk, ada):
    enrolled(ada, "ada")
    page = page_of(at_desk, ada)
    assert 'loading="lazy"' in page
    assert "data:image" not in page
    assert not BiometricAccess.objects.filter(action="photo_viewed").exists()


def test_people_see_on_their_own_page_what_is_kept_of_their_face_and_when_somebody_looked(at_desk, ada):
    enrolled(ada, "ada")
    assert dict(facts(ada)) == {
        "Face photos": "Library: 3 photos",
        "Face data kept from sightings, as numbers": "none",
        "Sightings": "none",
        "Your photos were last viewed": "never",
    }
    at_desk.get(photo_url(FaceSample.objects.first()))
    at_desk.force_login(ada, backend="accounts.backends.RoleBackend")
    page = at_desk.get(reverse("accounts:me")).content.decode()
    assert "Library: 3 photos" in page
    assert date_format(timezone.localdate()) in page.split("last viewed")[1]


# --- The admin ------------------------------------------------------------------------------------
def test_the_admin_lists_only_photos_of_ones_own_purposes(at_desk, ada, grace):
    enrolled(ada, "ada", Purpose.LIBRARY)
    enrolled(grace, "grace", Purpose.LOCKERS)
    page = at_desk.get(reverse("admin:recognition_facesample_changelist")).content.decode()
    assert "Lovelace" in page
    assert "Hopper" not in page
    theirs = FaceSample.objects.filter(person=grace).first()
    assert at_desk.get(reverse("admin:recognition_facesample_change", args=[theirs.pk])).status_code == 302


def test_a_photo_deleted_in_the_admin_leaves_the_template_too(at_desk, ada):
    enrolled(ada, "ada", Purpose.LIBRARY, Purpose.LOCKERS, count=1)
    sample = FaceSample.objects.get()
    at_desk.post(reverse("admin:recognition_facesample_delete", args=[sample.pk]), {"post": "yes"})
    assert list(SampleUse.objects.values_list("purpose", flat=True)) == ["lockers"]
    assert list(FaceTemplate.objects.values_list("purpose", flat=True)) == ["lockers"]


def test_photos_deleted_by_the_dozen_rebuild_the_templates(at_office, ada):
    enrolled(ada, "ada")
    chosen = list(FaceSample.objects.values_list("pk", flat=True))[:2]
    at_office.post(
        reverse("admin:recognition_facesample_changelist"),
        {"action": "delete_selected", "_selected_action": chosen, "post": "yes"},
    )
    assert FaceTemplate.objects.get().photos == FaceSample.objects.count() == 1


def test_sightings_and_looks_are_for_reading(at_office, ada, front_door):
    sighting = Sighting.objects.create(
        station=front_door, person=ada, outcome="recognised", at=timezone.now(), record={"reason": "match"}
    )
    enrolled(ada, "ada")
    for name, row in (("sighting", sighting), ("biometricaccess", BiometricAccess.objects.first())):
        assert at_office.get(reverse(f"admin:recognition_{name}_changelist")).status_code == 200
        page = at_office.get(reverse(f"admin:recognition_{name}_change", args=[row.pk])).content.decode()
        assert "_save" not in page
        assert at_office.get(reverse(f"admin:recognition_{name}_add")).status_code == 403
        assert (
            at_office.post(reverse(f"admin:recognition_{name}_delete", args=[row.pk]), {"post": "yes"}).status_code
            == 403
        )


@pytest.mark.on_every_database
def test_a_librarian_sees_the_sightings_of_the_library_only(at_desk, ada, front_door):
    desk = Station.objects.create(slug="desk", name="Library desk", purpose=Purpose.LIBRARY)
    for station in (desk, front_door):
        Sighting.objects.create(station=station, person=ada, outcome="recognised", at=timezone.now())
    page = at_desk.get(reverse("admin:recognition_sighting_changelist")).content.decode()
    assert "1 sighting" in page


def test_the_persons_admin_page_and_list_lead_to_the_enrolment(at_desk, ada):
    link = reverse("recognition:enrol", args=[ada.pk])
    assert link in at_desk.get(reverse("admin:accounts_user_change", args=[ada.pk])).content.decode()
    assert link in at_desk.get(reverse("admin:accounts_user_changelist")).content.decode()


# --- The guided capture ---------------------------------------------------------------------------
def judged(client, person, data, **query):
    url = reverse("recognition:enrol_judge", args=[person.pk])
    return client.post(url, data, content_type="image/jpeg", query_params=query)


def test_a_frame_is_judged_with_code_sentence_and_pose_and_kept_nowhere(at_desk, ada):
    agrees(ada, Purpose.LIBRARY)
    told = judged(at_desk, ada, picture("ada"), step="front").json()
    assert (told["ready"], told["usable"], told["code"]) == (True, True, "ready")
    assert told["pose"] == {"yaw": 0.0, "pitch": 0.0}
    told = judged(at_desk, ada, picture(), step="front").json()
    assert (told["ready"], told["usable"], told["code"]) == (False, False, "no_face")
    assert told["sentence"] == "No face is in view. Please step in front of the camera."
    assert judged(at_desk, ada, b"junk").json()["code"] == "not_an_image"
    assert judged(at_desk, ada, picture("ada", dark=True)).json()["code"] == "too_dark"
    assert not FaceSample.objects.exists()


def test_no_frame_is_judged_without_consent(at_desk, ada, monkeypatch):
    monkeypatch.setattr(FakeEngine, "detect", lambda *args, **kwargs: pytest.fail("a frame was looked at"))
    assert judged(at_desk, ada, picture("ada")).status_code == 403


def head(turn=0.0, drop=0.6):
    """Landmarks of a face whose eyes are 100 px apart, the nose `drop` eye distances below and turned aside."""
    landmarks = np.zeros((5, 2), np.float32)
    nose = (150 + 100 * turn / capture_guide.DEGREES_PER_EYE_DISTANCE, 100 + 100 * drop)
    landmarks[2:4], landmarks[0:2], landmarks[4] = (100, 100), (200, 100), nose
    return landmarks


@pytest.mark.parametrize(
    ("step", "turn", "code"),
    [
        ("front", 0, "ready"),
        ("front", 20, "look_straight"),
        ("front_again", -20, "look_straight"),
        ("left", 3, "turn_left"),
        ("left", 20, "ready"),
        ("left", -20, "turn_left"),
        ("left", 60, "turn_back"),
        ("right", -20, "ready"),
        ("right", 20, "turn_right"),
        ("right", -60, "turn_back"),
        ("chin_up", 30, "look_straight"),
    ],
)
def test_each_step_wants_the_head_its_own_way(step, turn, code):
    assert capture_guide.advice(step, head(turn), straight_drop=0.6) == code


@pytest.mark.parametrize(("drop", "code"), [(0.6, "raise_chin"), (0.5, "ready"), (0.3, "lower_chin")])
def test_a_raised_chin_is_measured_against_the_same_face_looking_ahead(drop, code):
    assert capture_guide.head_of(head(drop=drop)).drop == pytest.approx(drop, abs=0.01)
    assert capture_guide.advice("chin_up", head(drop=drop), straight_drop=0.6) == code


def test_a_raised_chin_that_cannot_be_measured_is_taken_by_hand():
    assert capture_guide.advice("chin_up", head(), straight_drop=None) == "by_hand"
    assert capture_guide.head_of(np.zeros((5, 2), np.float32)) is None
    assert capture_guide.advice("left", np.zeros((5, 2), np.float32), straight_drop=0.6) == "by_hand"


def test_every_advice_has_a_sentence():
    told = {capture_guide._sideways(t, "turn_left") for t in (0, 20, 60)} | {"look_straight", "by_hand", "turn_right"}
    assert told <= set(capture_guide.SENTENCES)


def test_the_capture_page_has_five_steps_and_no_script_in_it(at_desk, ada):
    agrees(ada, Purpose.LIBRARY)
    page = at_desk.get(reverse("recognition:enrol_camera", args=[ada.pk])).content.decode()
    assert page.count('data-step="') == 5
    config = json.loads(page.split('id="config" type="application/json">')[1].split("</script>")[0])
    assert [step["name"] for step in config["steps"]] == ["front", "front_again", "left", "right", "chin_up"]
    assert all("src=" in tag or "application/json" in tag for tag in page.split("<script")[1:])


def config_of(client, person, **query):
    page = client.get(reverse("recognition:enrol_camera", args=[person.pk]), query).content.decode()
    return page, json.loads(page.split('id="config" type="application/json">')[1].split("</script>")[0])


def test_the_camera_knows_how_many_photos_each_purpose_takes_and_has(at_office, ada, settings):
    enrolled(ada, "ada", Purpose.LIBRARY, count=2)
    agrees(ada, Purpose.LOCKERS)
    _page, config = config_of(at_office, ada)
    assert config["photos"]["library"] == {"label": "Library", "kept": 2, "enough": 3}
    assert config["photos"]["lockers"] == {"label": "Lockers", "kept": 0, "enough": settings.LOCKER_LEAST_PHOTOS}


def test_done_leads_back_to_where_one_came_from_on_this_site_only(at_desk, ada):
    agrees(ada, Purpose.LIBRARY)
    mine = reverse("recognition:enrol", args=[ada.pk])
    page, _config = config_of(at_desk, ada, next="/lockers/customers/7/")
    assert page.count('href="/lockers/customers/7/"') == 2 and f'href="{mine}"' not in page
    for elsewhere in (
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example/",
        "javascript:alert(1)",
        "customers/",
        "",
    ):
        page, _config = config_of(at_desk, ada, next=elsewhere)
        assert page.count(f'href="{mine}"') == 2, elsewhere
        content = page[
            page.index("<main") : page.index("</main>")
        ]  # header's and footer's forms come back to this page, whatever its address
        assert "evil" not in content and "alert(1)" not in content


def test_for_lockers_four_photos_are_too_few(client, officer, at_desk, ada):
    enrolled(ada, "ada", Purpose.LOCKERS, count=4)
    client.force_login(officer, backend="accounts.backends.RoleBackend")
    lacking = client.get(reverse("recognition:enrol_people"), {"show": "lacking"}).content.decode()
    assert "Lovelace" in lacking and "too few" in page_of(client, ada)
    enrolled(ada, "ada", Purpose.LOCKERS, count=5)
    assert "Lovelace" not in client.get(reverse("recognition:enrol_people"), {"show": "lacking"}).content.decode()
    assert "too few" not in page_of(client, ada)


# --- Many at once ---------------------------------------------------------------------------------
def zip_of(**people):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for folder, face_name in people.items():
            for photo in photos_of(face_name):
                archive.writestr(f"{folder}/{photo.name}", photo.data)
        archive.writestr("ada/room.jpg", picture())
    return SimpleUploadedFile("faces.zip", data.getvalue(), "application/zip")


def test_a_zip_is_judged_first_and_enrolled_after_the_confirmation(at_office):
    wanted = {"archive": zip_of(ada="ada", grace="grace"), "consent": ["library"], "create": "on"}
    page = at_office.post(reverse("recognition:enrol_bulk"), wanted).content.decode()
    assert "Enrol 6 photos" in page
    assert "No face was found" in page
    assert not FaceSample.objects.exists()
    confirm = reverse("recognition:enrol_bulk_confirm", args=[page.split('action="/enrol/bulk/')[1].split("/")[0]])
    done = at_office.post(confirm).content.decode()
    assert "2 people are enrolled." in done
    assert FaceSample.objects.filter(source="zip").count() == 6
    assert Consent.objects.filter(purpose="library", standing=True).count() == 2
    assert at_office.post(confirm).status_code == 404


def test_another_member_of_staff_cannot_confirm_it(at_office, client, librarian):
    wanted = {"archive": zip_of(ada="ada"), "consent": ["library"], "create": "on"}
    page = at_office.post(reverse("recognition:enrol_bulk"), wanted).content.decode()
    client.force_login(librarian, backend="accounts.backends.RoleBackend")
    token = page.split('action="/enrol/bulk/')[1].split("/")[0]
    assert client.post(reverse("recognition:enrol_bulk_confirm", args=[token])).status_code == 404


def test_a_librarian_does_not_create_people_by_zip(at_desk):
    wanted = {"archive": zip_of(ada="ada"), "consent": ["library"], "create": "on"}
    page = at_desk.post(reverse("recognition:enrol_bulk"), wanted).content.decode()
    assert "No one has the id number ada." in page
    assert "nothing to confirm" in page
    assert not User.objects.filter(id_number="ada").exists()


def test_what_is_no_zip_is_said_at_the_form(at_desk):
    answer = at_desk.post(reverse("recognition:enrol_bulk"), {"archive": SimpleUploadedFile("a.zip", b"no")})
    assert answer.status_code == 400
    assert "not a readable ZIP" in answer.content.decode()


def test_too_many_photos_for_a_page_are_sent_to_the_command(at_desk, monkeypatch):
    monkeypatch.setattr("recognition.enrol.pages.bulk.MAX_PHOTOS", 2)
    answer = at_desk.post(reverse("recognition:enrol_bulk"), {"archive": zip_of(ada="ada")})
    assert "use the command enrol_zip" in answer.content.decode()


# --- Photos that disagree -------------------------------------------------------------------------
@pytest.fixture
def disagreeing(at_desk, ada):
    """Somebody uploads one photo of Grace among Ada's; the page on which they choose."""
    agrees(ada, Purpose.LIBRARY)
    answer = upload(at_desk, ada, *photos_of("ada", 2), Photo("grace.jpg", picture("grace")))
    assert answer.status_code == 302 and not FaceSample.objects.exists()
    return answer["Location"]


def test_nothing_is_kept_until_somebody_has_chosen(at_desk, ada, disagreeing):
    page = at_desk.get(disagreeing).content.decode()
    assert "Which photos show Ada Lovelace?" in page and page.count("data:image/jpeg;base64,") == 3
    assert "checked" not in page
    answer = at_desk.post(disagreeing, {"photo": ["0", "1"]}, follow=True)
    assert "2 photos were accepted." in answer.content.decode()
    assert FaceSample.objects.filter(person=ada).count() == 2
    assert at_desk.get(disagreeing).status_code == 404  # kept no longer


def test_none_of_them_may_be_kept(at_desk, disagreeing):
    page = at_desk.post(disagreeing, {"photo": ["0"], "none": "1"}, follow=True).content.decode()
    assert "None of these photos was kept." in page
    assert not FaceSample.objects.exists()


def test_nobody_but_who_sent_the_photos_chooses(client, at_desk, disagreeing, officer):
    client.force_login(officer, backend="accounts.backends.RoleBackend")
    assert client.get(disagreeing).status_code == 404


def test_choice_of_photos_that_are_not_there_keeps_none(at_desk, disagreeing):
    assert at_desk.post(disagreeing, {"photo": ["7", "x", "²", "9" * 30]}).status_code == 302
    assert not FaceSample.objects.exists()


def test_webcam_page_is_led_to_the_choice(at_desk, ada):
    agrees(ada, Purpose.LIBRARY)
    data = {"purposes": ["library"], "photos": files(*photos_of("ada", 1), Photo("g.jpg", picture("grace")))}
    url = reverse("recognition:enrol_photos", args=[ada.pk])
    told = at_desk.post(url, data, headers={"accept": "application/json"}).json()
    assert (told["accepted"], told["undecided"]) == (0, True)
    assert at_desk.get(told["choose"]).status_code == 200


def test_consent_withdrawn_meanwhile_ends_the_choice(at_desk, ada, disagreeing):
    from accounts.consent.consent import withdraw_consent

    withdraw_consent(ada, Purpose.LIBRARY, by=None)
    assert at_desk.post(disagreeing, {"photo": ["0"]}).status_code == 403
    assert not FaceSample.objects.exists()


def test_kept_photo_that_may_be_wrong_can_be_removed_there(at_desk, ada):
    enrolled(ada, "grace", count=1)
    page = upload(at_desk, ada, *photos_of("ada", 3)).content.decode()
    assert "None of these photos looks like the stored photos of this person." in page
    assert '<details class="kept" open>' in page and "#kept" in page
