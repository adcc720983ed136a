"""Members change their own photos: what they send waits, sealed, until staff have compared it."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.consent.consent import withdraw_consent
from accounts.models import OutgoingMail
from accounts.roles import Purpose
from config.errors import Refused
from config.ops.registries.home_parts import HOME
from home.models import Notification
from recognition.enrol.own_photos import deciding, own_samples, proposing
from recognition.enrol.own_photos.sealed import PHOTOS
from recognition.models import BiometricAccess, FaceSample, PhotoChange, ProposedPhoto
from tests.support.api import V1, client_of, code_of
from tests.support.faces import agrees, enrolled
from tests.support.fake_engine import picture


@pytest.fixture
def ada_in_use(notices, ada):
    enrolled(ada, "ada", Purpose.LIBRARY)
    return ada


def photo(name="ada", width=800):
    return SimpleUploadedFile(f"{name}.jpg", picture(name, width=width), "image/jpeg")


def three(name="ada"):
    """As many as recognition needs, and none that is in use already."""
    return [photo(name, width) for width in (800, 816, 832)]


def sent(client, person, *photos, **more):
    client.force_login(person)
    return client.post("/me/photos/", {"purposes": ["library"], "photos": list(photos) or [photo()]} | more)


def change_of(client, person, *photos, **more):
    assert sent(client, person, *photos, **more).status_code == 302
    return PhotoChange.objects.get()


def test_new_photos_wait_sealed_and_those_in_use_stay(client, ada_in_use, librarian):
    change = change_of(client, ada_in_use, *three(), replaces="on")
    assert (change.state, change.matches, change.replaces) == ("waiting", True, True)
    assert FaceSample.objects.count() == 3 and b"\xff\xd8\xff" not in bytes(ProposedPhoto.objects.first().sealed)
    assert Notification.objects.get(kind="recognition.photo_change").person == librarian
    parts = HOME.get("own photos")
    assert [need.count for need in parts(librarian, timezone.now())] == [1] and list(parts(ada_in_use, None)) == []
    assert BiometricAccess.objects.filter(action="own_photos_sent", actor=ada_in_use).count() == 1


def test_staff_compare_and_accept_and_only_then_the_old_ones_go(client, ada_in_use, librarian):
    before = set(FaceSample.objects.values_list("pk", flat=True))
    change = change_of(client, ada_in_use, *three(), replaces="on")
    client.force_login(librarian)
    text = client.get("/photo-changes/").content.decode()
    assert "they look like the present ones" in text and f"/photo-changes/{change.pk}/photos/2/" in text
    assert client.get(f"/photo-changes/{change.pk}/photos/1/").content[:2] == b"\xff\xd8"
    assert BiometricAccess.objects.get(action="new_photo_viewed").actor == librarian
    assert client.post(f"/photo-changes/{change.pk}/accept/").status_code == 400  # not compared
    assert client.post(f"/photo-changes/{change.pk}/accept/", {"compared": "on"}).status_code == 302
    assert FaceSample.objects.count() == 3 and not before & set(FaceSample.objects.values_list("pk", flat=True))
    assert ada_in_use.face_templates.get().photos == 3 and not ProposedPhoto.objects.exists()
    assert OutgoingMail.objects.filter(kind="recognition.photo_change_accepted", person=ada_in_use).exists()
    assert client.post(f"/photo-changes/{change.pk}/accept/", {"compared": "on"}).status_code == 409


def test_added_photos_stand_beside_those_in_use(client, ada_in_use, librarian):
    deciding.accept(change_of(client, ada_in_use), compared=True, by=librarian)
    assert FaceSample.objects.count() == 4


def test_who_is_declined_gets_the_reason_and_keeps_the_photos_in_use(client, ada_in_use, librarian):
    change = change_of(client, ada_in_use, *three(), replaces="on")
    client.force_login(librarian)
    assert client.post(f"/photo-changes/{change.pk}/decline/", {"reason": " "}).status_code == 400
    client.post(f"/photo-changes/{change.pk}/decline/", {"reason": "Too dark"})
    assert "Too dark" in OutgoingMail.objects.get(kind="recognition.photo_change_declined").body
    assert FaceSample.objects.count() == 3 and not ProposedPhoto.objects.exists()


def test_nobody_decides_about_themselves_nor_for_a_purpose_of_another_role(client, ada_in_use, officer, librarian):
    change = change_of(client, ada_in_use)
    assert deciding.waiting_for(officer) == []
    client.force_login(officer)
    assert client.get(f"/photo-changes/{change.pk}/photos/1/").status_code == 404
    with pytest.raises(Refused, match="Your role"):
        deciding.accept(change, compared=True, by=officer)
    enrolled(librarian, "grace", Purpose.LIBRARY)
    sent(client, librarian, photo("grace"))
    own = PhotoChange.objects.get(person=librarian)
    assert own not in deciding.waiting_for(librarian)
    with pytest.raises(Refused, match="Another member of staff"):
        deciding.accept(own, compared=True, by=librarian)


def test_photos_of_another_are_told_to_staff_and_never_accepted_at_once(client, ada_in_use, librarian, settings):
    settings.OWN_PHOTOS_AT_ONCE = True
    change = change_of(client, ada_in_use, photo("grace"))
    assert (change.state, change.matches) == ("waiting", False)
    client.force_login(librarian)
    assert "they look different from the present ones" in client.get("/photo-changes/").content.decode()


def test_where_the_site_says_so_what_matches_safely_is_in_use_at_once(client, ada_in_use, settings):
    settings.OWN_PHOTOS_AT_ONCE = True
    assert change_of(client, ada_in_use, *three(), replaces="on").state == "accepted"
    assert FaceSample.objects.count() == 3 and not ProposedPhoto.objects.exists()


def test_without_enough_photos_in_use_nothing_is_accepted_at_once(client, notices, ada, settings):
    settings.OWN_PHOTOS_AT_ONCE = True
    enrolled(ada, "ada", Purpose.LIBRARY, count=1)
    assert (change_of(client, ada).state, PhotoChange.objects.get().matches) == ("waiting", None)


def test_a_bad_photo_is_refused_as_in_enrolment(client, ada_in_use):
    answer = sent(client, ada_in_use, photo(), SimpleUploadedFile("wall.jpg", picture(), "image/jpeg"))
    assert answer.status_code == 400 and "No face was found" in answer.content.decode()
    assert not PhotoChange.objects.exists()


def test_without_consent_nothing_is_taken(client, notices, ada):
    assert sent(client, ada).status_code == 400
    assert client.get("/me/photos/camera/").status_code == 302
    assert client.post("/me/photos/camera/judge/", b"x", content_type="image/jpeg").status_code == 403
    assert not PhotoChange.objects.exists()


def test_what_is_sent_again_takes_the_place_of_what_waits_and_may_be_withdrawn(client, ada_in_use):
    for _n in range(2):
        sent(client, ada_in_use)
    states = list(PhotoChange.objects.values_list("state", flat=True))
    assert states == ["withdrawn", "waiting"] and ProposedPhoto.objects.count() == 1
    client.post("/me/photos/withdraw/")
    assert not ProposedPhoto.objects.exists() and FaceSample.objects.count() == 3


def test_a_withdrawn_consent_takes_what_waits_with_it(client, ada_in_use, librarian):
    change = change_of(client, ada_in_use)
    withdraw_consent(ada_in_use, "library", by=ada_in_use)
    assert not PhotoChange.objects.exists() and not ProposedPhoto.objects.exists()
    with pytest.raises(Refused):
        deciding.accept(change, compared=True, by=librarian)
    assert not FaceSample.objects.exists()


def test_own_photos_are_seen_by_their_person_alone_and_each_look_is_logged(client, ada_in_use, grace):
    sample = FaceSample.objects.first()
    client.force_login(grace)
    assert client.get(f"/me/photos/{sample.pk}/photo.jpg").status_code == 404
    assert client.post(f"/me/photos/{sample.pk}/remove/").status_code == 404
    client.force_login(ada_in_use)
    assert client.get(f"/me/photos/{sample.pk}/photo.jpg").content[:2] == b"\xff\xd8"
    assert BiometricAccess.objects.get(action="photo_viewed").actor == ada_in_use


def test_single_photos_may_go_down_to_what_recognition_needs(client, ada_in_use):
    enrolled(ada_in_use, "ada", Purpose.LIBRARY, count=4)
    first, second = FaceSample.objects.order_by("pk")[:2]
    client.force_login(ada_in_use)
    client.post(f"/me/photos/{first.pk}/remove/")
    assert ada_in_use.face_templates.get().photos == 3
    text = client.post(f"/me/photos/{second.pk}/remove/", follow=True).content.decode()
    assert "needs at least 3 photos" in text and "/me/consents/library/withdraw/" in text
    assert FaceSample.objects.count() == 3
    row = BiometricAccess.objects.get(action="photo_removed")
    assert (row.actor, row.person_id_number) == (ada_in_use, ada_in_use.id_number)


def test_what_no_one_decided_is_deleted_after_some_days(client, ada_in_use, settings):
    change_of(client, ada_in_use)
    later = timezone.now() + timedelta(days=settings.NEWCOMER_DAYS, hours=1)
    assert deciding.purge(later) == {"photo_changes": 1} and not ProposedPhoto.objects.exists()


def test_a_change_of_keys_reaches_them(client, ada_in_use, settings):
    change = change_of(client, ada_in_use)
    settings.FACE_KEYS = {"new": b"k" * 32, **settings.FACE_KEYS}
    assert list(PHOTOS.reseal()) == ["rotated"] and list(PHOTOS.reseal()) == ["current"]
    assert PHOTOS.open_all(change)[0].data[:2] == b"\xff\xd8"


def test_the_camera_page_sends_and_hears_that_they_wait(client, ada_in_use):
    client.force_login(ada_in_use)
    page = client.get("/me/photos/camera/")
    assert "camera=(self)" in page["Permissions-Policy"] and 'name="replaces"' in page.content.decode()
    judged = client.post("/me/photos/camera/judge/", picture("ada"), content_type="image/jpeg").json()
    assert judged["usable"] is True
    answer = client.post(
        "/me/photos/",
        {"purposes": ["library"], "photos": three(), "source": "webcam", "replaces": "on"},
        headers={"Accept": "application/json"},
    ).json()
    assert answer["accepted"] == 3 and "until staff accept" in answer["warnings"][0]["message"].lower()
    assert PhotoChange.objects.get().source == "webcam"


def test_sending_and_frames_have_an_end(client, ada_in_use, monkeypatch):
    monkeypatch.setattr(proposing, "TIMES", 1)
    monkeypatch.setattr(proposing, "FRAMES", 1)
    assert [sent(client, ada_in_use).status_code for _n in range(2)] == [302, 429]
    frames = [client.post("/me/photos/camera/judge/", picture("ada"), content_type="image/jpeg") for _n in range(2)]
    assert [one.status_code for one in frames] == [200, 429]


def test_a_program_sends_withdraws_and_decides(ada_in_use, grace, librarian):
    mine, hers, staff = client_of(ada_in_use), client_of(grace), client_of(librarian)
    wanted = {"purposes": ["library"], "photos": three(), "replaces": True}
    assert mine.post(f"{V1}/photo-changes/", wanted, format="multipart").json()["state"] == "waiting"
    assert mine.post(f"{V1}/photo-changes/withdraw/").status_code == 204
    made = mine.post(f"{V1}/photo-changes/", wanted | {"photos": three()}, format="multipart").json()
    assert hers.get(f"{V1}/photo-changes/").json()["results"] == []
    assert [row["id"] for row in staff.get(f"{V1}/photo-changes/").json()["results"]] == [made["id"]]
    accept = f"{V1}/photo-changes/{made['id']}/accept/"
    assert mine.post(accept, {"compared": True}, format="json").status_code == 403
    assert code_of(staff.post(accept, {"compared": False}, format="json")) == "not_compared"
    assert staff.post(accept, {"compared": True}, format="json").json()["state"] == "accepted"
    row, *_others = mine.get(f"{V1}/own-photos/").json()["results"]
    one = wanted | {"photos": [photo(width=848)]}
    assert code_of(mine.post(f"{V1}/photo-changes/", one, format="multipart")) == "too_few_left"
    assert code_of(mine.delete(f"{V1}/own-photos/{row['id']}/")) == "too_few_left"
    assert hers.delete(f"{V1}/own-photos/{row['id']}/").status_code == 404


def test_a_photo_that_serves_another_purpose_is_kept_for_it(client, ada_in_use, librarian):
    enrolled(ada_in_use, "ada", Purpose.LIBRARY, Purpose.LOCKERS)
    deciding.accept(change_of(client, ada_in_use, *three(), replaces="on"), compared=True, by=librarian)
    assert ada_in_use.face_templates.get(purpose="lockers").photos == 3
    assert ada_in_use.face_templates.get(purpose="library").photos == 3
    assert own_samples.photos_of(ada_in_use).count() == 6


@pytest.fixture
def ada_sends_grace(client, notices, ada, grace):
    """Ada agreed and has no photos yet; Grace is enrolled, and it is her face that Ada sends as her own."""
    enrolled(grace, "grace", Purpose.LIBRARY)
    agrees(ada, Purpose.LIBRARY)
    return change_of(client, ada, photo("grace"), photo("grace", 816), photo("grace", 832))


def test_a_first_photo_that_looks_like_another_is_told_to_staff_and_takes_a_second_tick(
    client, ada_sends_grace, grace, librarian
):
    change = ada_sends_grace
    assert (change.matches, change.lookalikes) == (None, [grace.pk])
    assert "looks like" not in client.get("/me/photos/").content.decode()  # never to who sent them
    client.force_login(librarian)
    text = client.get("/photo-changes/").content.decode()
    assert f"looks like {grace}" in text and 'name="despite_lookalike"' in text
    row = BiometricAccess.objects.get(action="lookalike_named")
    assert (row.actor, row.person_id_number) == (librarian, grace.id_number)
    answer = client.post(f"/photo-changes/{change.pk}/accept/", {"compared": "on"})
    assert answer.status_code == 409 and BiometricAccess.objects.filter(action="lookalike_named").count() == 2
    assert not FaceSample.objects.filter(person=change.person).exists()
    ticks = {"compared": "on", "despite_lookalike": "on"}
    assert client.post(f"/photo-changes/{change.pk}/accept/", ticks).status_code == 302
    change.refresh_from_db()
    assert (change.state, change.lookalikes) == ("accepted", [])


def test_a_lookalike_enrolled_meanwhile_is_found_at_acceptance_whatever_was_ticked(
    client, notices, ada, grace, librarian
):
    agrees(ada, Purpose.LIBRARY)
    change = change_of(client, ada, photo("grace"))
    enrolled(grace, "grace", Purpose.LIBRARY)
    staff, accept = client_of(librarian), f"{V1}/photo-changes/{change.pk}/accept/"
    ticks = {"compared": True, "despite_lookalike": True}
    assert code_of(staff.post(accept, ticks, format="json")) == "looks_like_somebody_else"
    assert not FaceSample.objects.filter(person=ada).exists()
    assert staff.post(accept, ticks, format="json").json()["state"] == "accepted"


def test_one_strange_photo_is_not_hidden_by_the_others(client, ada_in_use, grace, librarian):
    enrolled(grace, "grace", Purpose.LIBRARY)
    change = change_of(client, ada_in_use, photo(), photo(width=816), photo("grace"))
    assert change.lookalikes == [grace.pk]
    with pytest.raises(Refused, match="looks like"):
        deciding.accept(change, compared=True, by=librarian)


@pytest.mark.parametrize("at_once", [False, True])
def test_too_few_photos_never_take_the_place_of_those_in_use(client, ada_in_use, settings, at_once):
    settings.OWN_PHOTOS_AT_ONCE = at_once
    answer = sent(client, ada_in_use, photo(), photo(width=816), replaces="on")
    assert answer.status_code == 409 and "needs at least 3 photos" in answer.content.decode()
    assert FaceSample.objects.count() == 3 and not PhotoChange.objects.exists()


def test_where_more_are_needed_by_the_time_of_acceptance_nothing_changes(client, ada_in_use, librarian, settings):
    before = set(FaceSample.objects.values_list("pk", flat=True))
    change = change_of(client, ada_in_use, *three(), replaces="on")
    settings.ENOUGH_PHOTOS = {"library": 4}
    with pytest.raises(Refused, match="There are only 3 photos"):
        deciding.accept(change, compared=True, by=librarian)
    change.refresh_from_db()
    assert change.state == "waiting" and set(FaceSample.objects.values_list("pk", flat=True)) == before
    assert ada_in_use.face_templates.get().photos == 3 and ProposedPhoto.objects.count() == 3


def test_who_has_no_photos_yet_replaces_none(client, notices, ada, librarian):
    agrees(ada, Purpose.LIBRARY)
    deciding.accept(change_of(client, ada, replaces="on"), compared=True, by=librarian)
    assert FaceSample.objects.count() == 1
