"""A socket ends with the session that opened it, however that session ends."""

import datetime

import pytest
from django.conf import settings as django_settings
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from recognition.enrol.pages.forms import PhotosForm
from recognition.live import staff_consumers
from tests.support.live import closing_code, hear, in_database, knock

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    monkeypatch.setattr(staff_consumers, "ASK_AGAIN", 0.05)


def signed_in(person):
    client = Client()
    client.force_login(person)
    return f"{django_settings.SESSION_COOKIE_NAME}={client.cookies[django_settings.SESSION_COOKIE_NAME].value}"


async def watch(person):
    socket = knock("/ws/stations/", cookie=await in_database(signed_in)(person))
    await socket.connect()
    assert (await hear(socket))["kind"] == "hello"
    return socket


async def test_a_new_password_closes_what_the_old_one_opened(administrator):
    socket = await watch(administrator)
    administrator.set_password("another horse battery")
    await in_database(administrator.save)()
    assert await closing_code(socket) == 4403


async def test_a_session_that_has_run_out_is_over_before_its_row_is_tidied_away(administrator):
    socket = await watch(administrator)
    await in_database(Session.objects.update)(expire_date=timezone.now() - datetime.timedelta(seconds=1))
    assert await closing_code(socket) == 4403


async def test_a_session_that_lasts_keeps_the_socket(administrator):
    socket = await watch(administrator)
    assert await socket.receive_nothing(timeout=0.3)
    await socket.disconnect()


def test_a_form_reads_no_more_of_a_photo_than_is_allowed(settings):
    settings.MAX_PHOTO_BYTES = 1000
    files = {"photos": [SimpleUploadedFile("large.jpg", b"x" * 50_000)]}
    form = PhotosForm({"purposes": []}, files, purposes=[])
    form.is_valid()
    assert [len(photo.data) for photo in form.cleaned_data["photos"]] == [1001]
