"""People sign themselves up: invited, through the checks of enrolment, and are no one before staff accept."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.consent.notices import ensure_notices
from accounts.models import Consent, Department, NoticeText, OutgoingMail, User
from accounts.roles import Purpose
from config.errors import Refused
from home.models import Notification
from recognition.enrol.enrolment import Enrolment
from recognition.enrol.newcomers import deciding, invitations, sealed_photos, sign_up
from recognition.models import BiometricAccess, FaceSample, Invitation, Newcomer, NewcomerPhoto
from tests.support.api import V1, client_of, code_of
from tests.support.faces import enrolled
from tests.support.fake_engine import picture


@pytest.fixture
def code(administrator, notices):
    wanted = Invitation(label="Autumn", uses=2, expires_at=timezone.now() + timedelta(days=7))
    wanted.department = Department.objects.create(code="maths", name="Mathematics")
    return invitations.make(wanted, by=administrator)


def photo(name="joan.jpg", data=None):
    return SimpleUploadedFile(name, data or picture("joan"), "image/jpeg")


def said(**more):
    return {"first_name": "Joan", "last_name": "Clarke", "id_number": "s-joan", "email": "joan@example.org", **more}


def joined(client, code, **more):
    return client.post(f"/join/{code}/", said(agrees=["library"], photos=[photo()]) | more)


@pytest.fixture
def newcomer(client, code):
    assert joined(client, code).status_code == 302
    return Newcomer.objects.get()


def test_before_acceptance_there_is_no_account_and_nothing_that_a_camera_knows(newcomer):
    assert not User.objects.filter(id_number="s-joan").exists()
    assert not FaceSample.objects.exists() and not Consent.objects.exists()


def test_photos_are_sealed_at_rest_and_opened_for_administrators_alone_and_logged(
    client, newcomer, administrator, librarian
):
    row = NewcomerPhoto.objects.get()
    assert b"\xff\xd8\xff" not in bytes(row.sealed)
    client.force_login(librarian)
    assert client.get(f"/newcomers/{newcomer.pk}/photos/1/").status_code == 403
    client.force_login(administrator)
    assert client.get(f"/newcomers/{newcomer.pk}/photos/1/").content[:2] == b"\xff\xd8"
    assert BiometricAccess.objects.get(action="newcomer_viewed").actor == administrator


def test_staff_are_told_and_accept(client, newcomer, administrator):
    assert Notification.objects.get(kind="recognition.newcomer").person == administrator
    client.force_login(administrator)
    assert "Joan Clarke" in client.get("/newcomers/").content.decode()
    assert client.post(f"/newcomers/{newcomer.pk}/accept/").status_code == 302
    joan = User.objects.get(id_number="s-joan")
    assert (joan.department.code, joan.role, joan.has_usable_password()) == ("maths", "member", False)
    consent = joan.consents.get()
    assert (consent.purpose, consent.how, consent.recorded_by) == ("library", "self", joan)
    assert joan.face_samples.count() == 1 and not NewcomerPhoto.objects.exists()
    kinds = set(OutgoingMail.objects.filter(person=joan).values_list("kind", flat=True))
    assert kinds == {"recognition.newcomer_accepted", "accounts.consents"}
    assert client.post(f"/newcomers/{newcomer.pk}/accept/").status_code == 409


def test_who_is_declined_gets_the_reason_and_their_photos_are_gone(client, newcomer, administrator):
    client.force_login(administrator)
    assert client.post(f"/newcomers/{newcomer.pk}/decline/", {"reason": ""}).status_code == 400
    client.post(f"/newcomers/{newcomer.pk}/decline/", {"reason": "Not one of our numbers"})
    assert "Not one of our numbers" in OutgoingMail.objects.get(to="joan@example.org").body
    assert not NewcomerPhoto.objects.exists() and not User.objects.filter(id_number="s-joan").exists()


def test_a_stranger_learns_of_no_id_number_and_staff_see_that_it_is_taken(client, code, ada, administrator):
    assert joined(client, code, id_number=ada.id_number).url == "/joined/"
    client.force_login(administrator)
    assert "Another person has this id number." in client.get("/newcomers/").content.decode()
    with pytest.raises(Refused, match="s-ada"):
        deciding.accept(Newcomer.objects.get(), by=administrator)
    assert Newcomer.objects.get().state == "waiting"


def test_a_bad_photo_is_refused_as_in_enrolment_and_uses_nothing_up(client, code):
    text = joined(client, code, photos=[photo("wall.jpg", picture())]).content.decode()
    assert "No face was found" in text
    assert not Newcomer.objects.exists() and Invitation.objects.get().used == 0


def test_who_agrees_to_nothing_needs_no_photo_and_none_is_kept(client, code, administrator):
    assert joined(client, code, agrees=[]).status_code == 302
    assert not NewcomerPhoto.objects.exists()
    assert deciding.accept(Newcomer.objects.get(), by=administrator).person.consents.count() == 0


def test_an_invitation_ends_by_time_use_and_hand_and_a_wrong_code_says_the_same(client, code, administrator):
    words = client.get(f"/join/{code}/").status_code, client.get("/join/NOTONEOFOURS/").status_code
    assert words == (200, 404)
    for _n in range(2):
        joined(client, code)
    assert joined(client, code).status_code == 404
    Invitation.objects.update(used=0)
    invitations.revoke(Invitation.objects.get(), by=administrator)
    assert client.get(f"/join/{code}/").status_code == 404


def test_guessing_codes_is_slow(client, code, monkeypatch):
    monkeypatch.setattr(sign_up, "TRIES", 3)
    for _n in range(3):
        client.post("/join/", {"code": "WRONG"})
    assert client.post("/join/", {"code": code}).status_code == 429


def test_a_code_can_be_typed_with_blanks_and_in_small_letters(client, code):
    typed = " ".join((code[:4], code[4:])).lower()
    assert client.post("/join/", {"code": typed}).url.startswith("/join/")


def test_a_notice_that_changed_meanwhile_is_not_agreed_to(newcomer, administrator):
    NoticeText.objects.create(purpose=Purpose.LIBRARY, version=2, text="Something else.")
    with pytest.raises(Refused, match="notice has changed"):
        deciding.accept(newcomer, by=administrator)
    assert not User.objects.filter(id_number="s-joan").exists()


def test_an_invitation_is_made_shown_once_and_mailed(client, administrator, librarian, db):
    ensure_notices()
    wanted = {"label": "Autumn", "uses": 30, "role": "member", "affiliation": "student", "days": 14}
    client.force_login(librarian)
    assert client.post("/newcomers/invite/", wanted).status_code == 403
    client.force_login(administrator)
    bad = client.post("/newcomers/invite/", wanted | {"addresses": "a@example.org\nnonsense"})
    assert "is not an e-mail address" in bad.content.decode() and not OutgoingMail.objects.exists()
    text = client.post("/newcomers/invite/", wanted | {"addresses": "a@example.org\nb@example.org"}).content.decode()
    [code] = set(re.findall(r"/join/(\w{12})/", text))
    assert all(code in mail.body for mail in OutgoingMail.objects.all()) and OutgoingMail.objects.count() == 2
    assert code not in client.get("/newcomers/").content.decode()
    assert client.post("/newcomers/invite/", wanted | {"role": "administrator"}).status_code == 200
    assert Invitation.objects.count() == 1


def test_what_no_one_decided_is_deleted_after_some_days(newcomer, settings):
    later = timezone.now() + timedelta(days=settings.NEWCOMER_DAYS, hours=1)
    assert deciding.purge(later)["newcomers"] == 1
    assert not NewcomerPhoto.objects.exists()


def test_a_change_of_keys_reaches_their_photos(newcomer, settings):
    settings.FACE_KEYS = {"new": b"k" * 32, **settings.FACE_KEYS}
    assert list(sealed_photos.reseal()) == ["rotated"] and list(sealed_photos.reseal()) == ["current"]
    assert sealed_photos.open_all(newcomer)[0].data[:2] == b"\xff\xd8"


def test_a_program_invites_and_decides_and_a_librarians_does_not(client, administrator, librarian, notices):
    program = client_of(administrator)
    wanted = {"label": "Autumn", "expires_at": (timezone.now() + timedelta(days=1)).isoformat()}
    assert client_of(librarian).post(f"{V1}/invitations/", wanted, format="json").status_code == 403
    made = program.post(f"{V1}/invitations/", wanted, format="json").json()
    assert made["link"].endswith(f"/join/{made['code']}/") and made["is_open"] is True
    assert "code" not in program.get(f"{V1}/invitations/").json()["results"][0]
    joined(client, made["code"])
    [row] = program.get(f"{V1}/newcomers/").json()["results"]
    assert (row["id_number"], row["purposes"], row["state"]) == ("s-joan", ["library"], "waiting")
    assert code_of(client_of(librarian).post(f"{V1}/newcomers/{row['id']}/accept/")) == "permission_denied"
    assert program.post(f"{V1}/newcomers/{row['id']}/accept/").json()["state"] == "accepted"
    assert code_of(program.post(f"{V1}/newcomers/{row['id']}/decline/", {"reason": "x"})) == "decided_already"


def test_the_guided_camera_asks_for_front_left_and_right(client, code, monkeypatch):
    page = client.get(f"/join/{code}/")
    text = page.content.decode()
    assert "camera=(self)" in page["Permissions-Policy"] and "recognition/join.js" in text
    assert [word in text for word in ("Front", "Left", "Right", "Chin up")] == [True, True, True, False]
    judged = client.post(f"/join/{code}/judge/?step=left", picture("joan"), content_type="image/jpeg").json()
    assert judged["usable"] is True and not NewcomerPhoto.objects.exists()
    assert client.post("/join/NOTONEOFOURS/judge/", picture("joan"), content_type="image/jpeg").status_code == 404
    monkeypatch.setattr(sign_up, "FRAMES", 1)
    busy = client.post(f"/join/{code}/judge/", picture("joan"), content_type="image/jpeg")
    assert busy.status_code == 429


def test_many_behind_one_address_can_sign_up_and_there_is_an_end(client, code, monkeypatch):
    monkeypatch.setattr(sign_up, "FORMS", 2)
    Invitation.objects.update(uses=99)
    assert [joined(client, code).status_code for _n in range(3)] == [302, 302, 429]


def test_a_person_behind_a_look_alike_is_named_to_staff(client, code, ada, administrator):
    enrolled(ada, "joan", Purpose.LIBRARY)
    joined(client, code)
    client.force_login(administrator)
    answer = client.post(f"/newcomers/{Newcomer.objects.get().pk}/accept/", follow=True)
    assert "Ada Lovelace" in answer.content.decode()


def test_who_has_no_photo_left_is_not_accepted_and_nothing_is_lost(client, newcomer, administrator, monkeypatch):
    monkeypatch.setattr("recognition.enrol.newcomers.deciding.enrol_looks", lambda *_, **__: Enrolment([], [], 0))
    with pytest.raises(Refused) as refusal:
        deciding.accept(newcomer, by=administrator)
    assert refusal.value.code == "kept_none"
    assert NewcomerPhoto.objects.exists() and not User.objects.filter(id_number="s-joan").exists()


def test_the_number_of_a_card_is_not_given_to_a_person(newcomer, ada, administrator):
    User.objects.filter(pk=ada.pk).update(card_barcode="S-JOAN")
    with pytest.raises(Refused) as refusal:
        deciding.accept(newcomer, by=administrator)
    assert refusal.value.code == "id_number_taken"


def test_a_very_long_address_is_invited_too(code, administrator):
    there = f"{'a' * 60}@{'.'.join(['b' * 60] * 3)}.org"
    assert invitations.mail(Invitation.objects.get(), code, [there]) == 1
    assert len(OutgoingMail.objects.get(to=there).key) < 200


def test_two_newcomers_with_one_number_accepted_at_the_same_moment(client, newcomer, code, administrator, monkeypatch):
    joined(client, code)
    first, second = Newcomer.objects.order_by("pk")
    deciding.accept(first, by=administrator)
    monkeypatch.setattr(deciding, "id_number_is_taken", lambda row: False)  # asked before the first was there
    client.force_login(administrator)
    assert client.post(f"/newcomers/{second.pk}/accept/").status_code == 409
    assert Newcomer.objects.get(pk=second.pk).state == "waiting" and NewcomerPhoto.objects.exists()
