"""What must not remain: after a withdrawal, after a new password, after an hour."""

import datetime
import os

import pytest
from django.utils import timezone
from knox.models import AuthToken

from accounts.consent.consent import withdraw_consent
from accounts.models import User
from accounts.roles import Purpose
from config.errors import Refused
from recognition.enrol import drafts
from recognition.management import retention
from recognition.models import Sighting, Station
from recognition.sightings import sightings
from recognition.sightings.decisions import IdentityEvent
from recognition.stations.camera.source import CameraSource
from tests.support.api import V1, client_of
from tests.support.faces import enrolled

# Rights are Python: what is allowed is done on each database by the tests of the services.
pytestmark = [pytest.mark.usefixtures("notices"), pytest.mark.same_on_every_database]


@pytest.fixture
def desk(db):
    return Station.objects.create(slug="desk", name="Desk", purpose=Purpose.LIBRARY)


def seen(person, station):
    return IdentityEvent(station.slug, station.purpose, person.pk, timezone.now(), {"distance": 0.2})


def test_a_frame_decided_before_a_withdrawal_leaves_no_sighting_after_it(ada, desk):
    enrolled(ada, "ada")
    event = seen(ada, desk)
    sightings.record(event)
    withdraw_consent(ada, Purpose.LIBRARY, by=ada)
    with pytest.raises(Refused) as refusal:
        sightings.record(event)
    assert refusal.value.code == "person_gone"
    assert not Sighting.objects.exists()


def test_a_face_enrolled_for_another_purpose_is_no_reason_to_keep_the_sighting(ada, desk):
    enrolled(ada, "ada", Purpose.LIBRARY, Purpose.LOCKERS)
    event = seen(ada, desk)
    withdraw_consent(ada, Purpose.LIBRARY, by=ada)
    with pytest.raises(Refused):
        sightings.record(event)


def test_a_new_password_ends_the_tokens_of_the_account_and_of_no_other(ada, grace):
    hers, other = client_of(ada), client_of(grace)
    ada.set_password("another horse battery")
    ada.save()
    assert hers.get(f"{V1}/people/me/").status_code == 401
    assert other.get(f"{V1}/people/me/").status_code == 200


def test_a_password_that_is_only_hashed_again_keeps_the_tokens(ada, settings):
    token = client_of(ada)
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.ScryptPasswordHasher",
        "django.contrib.auth.hashers.MD5PasswordHasher",
    ]
    assert User.objects.get(pk=ada.pk).check_password("correct horse battery")
    assert User.objects.get(pk=ada.pk).password.startswith("scrypt")
    assert token.get(f"{V1}/people/me/").status_code == 200


def test_an_ordinary_change_of_the_person_keeps_the_tokens(ada):
    token = client_of(ada)
    ada.first_name = "Augusta"
    ada.save()
    assert token.get(f"{V1}/people/me/").json()["first_name"] == "Augusta"
    assert AuthToken.objects.count() == 1


@pytest.mark.parametrize("secret", ["guard:pa55", "guard:p@55", "guard:p/5@5"])
def test_no_part_of_a_camera_s_password_is_printed(secret):
    assert CameraSource(f"rtsp://{secret}@10.0.0.7/live", loop=False).name == "rtsp://…@10.0.0.7/live"


def older(folder, hours):
    long_ago = (timezone.now() - datetime.timedelta(hours=hours)).timestamp()
    for path in folder.iterdir():
        os.utime(path, (long_ago, long_ago))


def test_an_upload_is_not_confirmed_after_its_hour_even_when_nobody_tidied_up(administrator, settings, tmp_path):
    settings.VAR_DIR = tmp_path
    token = drafts.store(administrator.pk, {}, {"zip": b"photos"})
    older(tmp_path / "drafts", hours=2)
    with pytest.raises(Refused) as refusal:
        drafts.load(administrator.pk, token, "zip")
    assert refusal.value.code == "draft_gone"


def test_a_new_upload_takes_forgotten_ones_off_the_disk(administrator, settings, tmp_path):
    settings.VAR_DIR = tmp_path
    old = drafts.store(administrator.pk, {}, {"zip": b"photos"})
    older(tmp_path / "drafts", hours=2)
    drafts.store(administrator.pk, {}, {"zip": b"others"})
    assert not list((tmp_path / "drafts").glob(f"{old}*"))
    assert retention.purge_expired()["drafts"] == 0
