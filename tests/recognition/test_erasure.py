"""Faces are forgotten when their person says so, when time is up, and never by halves."""

import datetime
import io
import json
import os

import pytest
from axes.models import AccessLog
from django.core.management import CommandError, call_command
from django.utils import timezone
from knox.models import AuthToken

from accounts.consent.consent import withdraw_consent
from accounts.models import Consent, User
from accounts.roles import Purpose
from config.errors import Refused
from config.ops import env
from config.ops.registries.purges import PURGES
from recognition.engine import Profile
from recognition.enrol import drafts
from recognition.faces import crypto, gallery, key_rotation
from recognition.faces.erasure import erase_person
from recognition.faces.profiles import runtime
from recognition.management import retention
from recognition.management.retention import purge_expired
from recognition.models import BiometricAccess, FaceSample, FaceTemplate, PairingCode, SampleUse, Sighting, Station
from tests.support.faces import enrolled
from tests.support.fake_engine import FakeEngine

pytestmark = pytest.mark.usefixtures("notices")


def seen(person, station, days_ago=0):
    at = timezone.now() - datetime.timedelta(days=days_ago)
    return Sighting.objects.create(station=station, person=person, outcome="recognised", at=at)


def said(command, *arguments):
    out = io.StringIO()
    call_command(command, *arguments, stdout=out)
    return out.getvalue()


# --- Withdrawing ----------------------------------------------------------------------------------
def test_withdrawing_the_consent_erases_that_purposes_face_at_once(ada, front_door):
    enrolled(ada, "ada", Purpose.RECEPTION, Purpose.LIBRARY)
    desk = Station.objects.create(slug="desk", name="Desk", purpose=Purpose.LIBRARY)
    seen(ada, front_door)
    kept = seen(ada, desk)
    before = gallery.version(Purpose.RECEPTION)
    withdraw_consent(ada, Purpose.RECEPTION, by=ada)
    assert list(FaceTemplate.objects.values_list("purpose", flat=True)) == ["library"]
    assert set(SampleUse.objects.values_list("purpose", flat=True)) == {"library"}
    assert FaceSample.objects.count() == 3
    assert list(Sighting.objects.all()) == [kept]
    assert gallery.version(Purpose.RECEPTION) > before
    assert BiometricAccess.objects.filter(action="purpose_erased", person_id_number="s-ada").count() == 1


def test_the_last_purpose_takes_the_photos_with_it(ada):
    enrolled(ada, "ada", Purpose.LIBRARY)
    withdraw_consent(ada, Purpose.LIBRARY, by=ada)
    assert not FaceSample.objects.exists()
    assert not FaceTemplate.objects.exists()
    assert gallery.gallery(Purpose.LIBRARY, at_once=True).ids == set()


def test_templates_of_every_profile_go(ada):
    enrolled(ada, "ada", Purpose.LIBRARY)
    FaceTemplate.objects.create(person=ada, purpose="library", profile="older", vector=b"x", photos=3)
    withdraw_consent(ada, Purpose.LIBRARY, by=ada)
    assert not FaceTemplate.objects.exists()


def test_nobody_elses_face_is_touched(ada, grace, front_door):
    enrolled(ada, "ada", Purpose.RECEPTION)
    enrolled(grace, "grace", Purpose.RECEPTION)
    seen(grace, front_door)
    withdraw_consent(ada, Purpose.RECEPTION, by=ada)
    assert FaceSample.objects.filter(person=grace).count() == 3
    assert FaceTemplate.objects.filter(person=grace).count() == 1
    assert Sighting.objects.filter(person=grace).count() == 1


# --- Erasing a person -----------------------------------------------------------------------------
def test_erasing_a_person_leaves_the_person_and_the_log(ada, administrator, front_door):
    enrolled(ada, "ada", Purpose.RECEPTION, Purpose.LOCKERS)
    seen(ada, front_door)
    erased = erase_person(ada, by=administrator)
    assert erased == {"consents": 2, "photos": 3, "templates": 2, "sightings": 1, "impostor_examples": 0}
    assert not FaceSample.objects.exists()
    assert not FaceTemplate.objects.exists()
    assert not Sighting.objects.exists()
    assert set(Consent.objects.values_list("standing", "withdrawn_by")) == {(None, administrator.pk)}
    assert User.objects.filter(pk=ada.pk).exists()
    assert BiometricAccess.objects.filter(person_id_number="s-ada", action="enrolled").exists()
    assert BiometricAccess.objects.get(action="person_erased").actor == administrator


def test_the_command_asks_first(ada, monkeypatch):
    enrolled(ada, "ada", Purpose.LIBRARY)
    for answer in ("no\n", ""):
        monkeypatch.setattr("sys.stdin", io.StringIO(answer))
        with pytest.raises(CommandError, match="Nothing was erased") as refusal:
            call_command("erase_person", "s-ada", stderr=io.StringIO())
        assert refusal.value.returncode == 2
    assert FaceSample.objects.count() == 3
    monkeypatch.setattr("sys.stdin", io.StringIO("s-ada\n"))
    out, err = io.StringIO(), io.StringIO()
    call_command("erase_person", "s-ada", stdout=out, stderr=err)
    assert out.getvalue().startswith("Erased of Ada Lovelace") and "3 photos" in out.getvalue()
    assert "Type the id number to confirm: " in err.getvalue()
    assert not FaceSample.objects.exists()


def test_the_command_with_yes_prints_one_document(ada):
    enrolled(ada, "ada", Purpose.LIBRARY)
    report = json.loads(said("erase_person", "s-ada", "--yes", "--json"))
    assert report["erased"]["photos"] == 3
    with pytest.raises(CommandError, match="add --yes") as refusal:
        call_command("erase_person", "s-ada", "--json")
    assert refusal.value.returncode == 2
    with pytest.raises(CommandError, match="No one has the id number nobody"):
        call_command("erase_person", "nobody", "--yes")


# --- Time is up -----------------------------------------------------------------------------------
def test_old_sightings_codes_and_uploads_are_purged_and_young_ones_stay(ada, front_door, settings, tmp_path):
    settings.SIGHTING_DAYS, settings.VAR_DIR = 30, tmp_path
    seen(ada, front_door, days_ago=31)
    young = seen(ada, front_door, days_ago=29)
    now = timezone.now()
    PairingCode.objects.create(station=front_door, code_hash="a", expires_at=now - datetime.timedelta(minutes=1))
    PairingCode.objects.create(station=front_door, code_hash="b", expires_at=now + datetime.timedelta(minutes=1))
    drafts.store(ada.pk, {}, {"zip": b"x"})
    purged = purge_expired()
    assert {what: count for what, count in purged.items() if count} == {"sightings": 1, "pairing_codes": 1}
    assert list(Sighting.objects.all()) == [young]
    assert PairingCode.objects.get().code_hash == "b"
    assert purge_expired(now=now + datetime.timedelta(hours=2))["drafts"] == 2


def test_ended_sessions_and_tokens_and_old_sign_ins_are_purged(ada, client, settings):
    client.force_login(ada)
    AuthToken.objects.create(user=ada)
    AccessLog.objects.create(username="s-ada", ip_address="192.0.2.1")
    assert not any(purge_expired().values())
    later = timezone.now() + datetime.timedelta(days=400)
    purged = purge_expired(now=later)
    assert (purged["sessions"], purged["tokens"], purged["sign_ins"]) == (1, 1, 1)


def two_old_rolls(now):
    return {"old_rolls": 2}


def test_other_apps_purge_and_say_how_much(db):
    with PURGES.replaced({"rolls": two_old_rolls}):
        assert "old rolls: 2\n" in said("purge_expired")


def purge_that_breaks(now):
    raise RuntimeError("a row that nobody understands")


def test_what_cannot_be_purged_keeps_nothing_else_and_the_command_fails(ada, front_door, settings):
    seen(ada, front_door, days_ago=settings.SIGHTING_DAYS + 1)
    parts = PURGES.replaced({"odd_rows": purge_that_breaks, "rolls": two_old_rolls})
    with parts, pytest.raises(CommandError, match="odd_rows failed"):
        said("purge_expired")
    assert not Sighting.objects.exists()


def test_one_person_who_cannot_be_erased_keeps_no_other(ada, grace, monkeypatch):
    enrolled(ada, "ada")
    enrolled(grace, "grace")
    User.objects.update(valid_until=timezone.localdate() - datetime.timedelta(days=1))
    erase = retention.erase_person
    monkeypatch.setattr(retention, "erase_person", lambda person, by: 1 / 0 if person == ada else erase(person, by=by))
    with pytest.raises(Refused, match="not_all_purged"):
        purge_expired()
    assert set(FaceSample.objects.values_list("person", flat=True)) == {ada.pk}


def test_the_face_of_a_member_whose_time_has_ended_is_erased_as_the_notice_promises(ada, grace):
    enrolled(ada, "ada")
    enrolled(grace, "grace")
    today = timezone.localdate()
    User.objects.filter(pk=ada.pk).update(valid_until=today - datetime.timedelta(days=1))
    User.objects.filter(pk=grace.pk).update(valid_until=today)
    assert json.loads(said("purge_expired", "--json"))["ended_memberships"] == 1
    assert set(FaceSample.objects.values_list("person", flat=True)) == {grace.pk}
    assert json.loads(said("purge_expired", "--json"))["ended_memberships"] == 0


def test_a_draft_opens_for_its_owner_only(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    token = drafts.store(1, {"purposes": ["library"]}, {"zip": b"photos"})
    assert drafts.load(1, token, "zip") == ({"purposes": ["library"]}, [b"photos"])
    assert not any(b"photos" in path.read_bytes() for path in (tmp_path / "drafts").iterdir())
    for owner, name in ((2, token), (1, "../" + token), (1, "x" * 30)):
        with pytest.raises(Refused, match="draft_gone"):
            drafts.load(owner, name, "zip")
    drafts.drop(token)
    assert not list((tmp_path / "drafts").iterdir())


# --- Keys and profiles ----------------------------------------------------------------------------
OLD, NEW = {"old": b"o" * 32}, {"new": b"n" * 32}


def test_rotating_keys_lets_the_old_key_go(ada, settings):
    settings.FACE_KEYS = OLD
    enrolled(ada, "ada", Purpose.LIBRARY, Purpose.LOCKERS)
    settings.FACE_KEYS = NEW | OLD
    assert json.loads(said("rotate_keys", "--json")) == {"rotated": 5, "current": 0, "failed": 0}
    assert json.loads(said("rotate_keys", "--json")) == {"rotated": 0, "current": 5, "failed": 0}
    settings.FACE_KEYS = NEW
    sample = FaceSample.objects.first()
    assert crypto.decrypt(sample.crop, context=f"sample:{ada.pk}").startswith(b"\xff\xd8")
    assert crypto.blob_to_vector(sample.embedding, context=f"sample:{ada.pk}").shape == (32,)
    assert gallery.gallery(Purpose.LOCKERS, at_once=True).ids == {ada.pk}


def test_rotation_goes_on_where_it_was_stopped(ada, settings, monkeypatch):
    settings.FACE_KEYS = OLD
    enrolled(ada, "ada", Purpose.LIBRARY)
    settings.FACE_KEYS = NEW | OLD
    monkeypatch.setattr(key_rotation, "AT_ONCE", 1)
    assert next(key_rotation.rotate_keys()) == "rotated"
    assert json.loads(said("rotate_keys", "--json")) == {"rotated": 3, "current": 1, "failed": 0}


def test_what_no_key_opens_is_left_and_said(ada, settings):
    settings.FACE_KEYS = OLD
    enrolled(ada, "ada", Purpose.LIBRARY, count=1)
    sealed = bytes(FaceSample.objects.get().crop)
    settings.FACE_KEYS = NEW
    with pytest.raises(CommandError, match="2 rows could not be opened") as caught:
        said("rotate_keys")
    assert caught.value.returncode == 2
    assert bytes(FaceSample.objects.get().crop) == sealed


def test_a_new_profile_embeds_every_photo_again_and_drops_the_old_templates(ada, grace, settings):
    enrolled(ada, "ada", Purpose.LIBRARY, Purpose.LOCKERS)
    enrolled(grace, "grace", Purpose.LIBRARY)
    settings.RECOGNITION_ENGINE = "tests.recognition.test_erasure.newer_engine"
    runtime.forget_engine()
    assert json.loads(said("reembed", "--json")) == {"profile": "newer", "done": 6, "failed": 0}
    assert set(FaceSample.objects.values_list("profile", flat=True)) == {"newer"}
    assert set(FaceTemplate.objects.values_list("profile", "photos")) == {("newer", 3)}
    assert gallery.gallery(Purpose.LIBRARY, at_once=True).ids == {ada.pk, grace.pk}
    assert json.loads(said("reembed", "--json"))["done"] == 0


def test_a_crop_that_does_not_open_is_counted_and_the_others_go_on(ada, settings):
    enrolled(ada, "ada", Purpose.LIBRARY)
    FaceSample.objects.filter(pk=FaceSample.objects.first().pk).update(crop=b"junk")
    settings.RECOGNITION_ENGINE = "tests.recognition.test_erasure.newer_engine"
    runtime.forget_engine()
    assert json.loads(said("reembed", "--json")) == {"profile": "newer", "done": 2, "failed": 1}


def test_a_photo_whose_vector_is_damaged_too_keeps_nobody_else_unknown(ada, grace, settings):
    enrolled(ada, "ada", Purpose.LIBRARY)
    enrolled(grace, "grace", Purpose.LIBRARY)
    FaceSample.objects.filter(pk=ada.face_samples.first().pk).update(crop=b"junk", embedding=b"junk")
    settings.RECOGNITION_ENGINE = "tests.recognition.test_erasure.newer_engine"
    runtime.forget_engine()
    assert json.loads(said("reembed", "--json")) == {"profile": "newer", "done": 3, "failed": 3}
    assert set(FaceSample.objects.filter(person=grace).values_list("profile", flat=True)) == {"newer"}


def newer_engine(*args, **kwargs):
    engine = FakeEngine()
    engine.profile = Profile(name="newer", detector="colour", model="hue", dim=32)
    return engine


def test_new_keys_are_good_keys(settings):
    lines = dict(line.split("=", 1) for line in said("new_keys").splitlines())
    os.environ["FRESH_KEYS"] = lines["FACE_KEYS"]
    try:
        keys = env.keyring("FRESH_KEYS", "")
    finally:
        del os.environ["FRESH_KEYS"]
    assert len(keys) == 1
    assert not env.production_problems(
        debug=False, secret_key=lines["SECRET_KEY"], face_keys=keys, hosts=["ostiary.example.org"]
    )
