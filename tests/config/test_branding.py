"""The institution's name, logo and colour: who changes them, where they are seen, and that they can be read."""

from __future__ import annotations

import io
import random

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from accounts.mail.smtp.message import sender
from config.web.branding import brand, colours
from config.web.branding.models import SiteBranding
from tests.support.api import V1, client_of

# One row with a picture, read through the cache: no query here is another on another database.
pytestmark = [pytest.mark.django_db, pytest.mark.same_on_every_database]
PAGE = "/institution/"


@pytest.fixture
def admin(client, administrator):
    client.force_login(administrator)
    return client


@pytest.fixture(autouse=True)
def told_at_once(django_capture_on_commit_callbacks, monkeypatch):
    monkeypatch.setattr("config.web.branding.brand.transaction.on_commit", lambda act: act())


def picture(size=(900, 300), mode="RGBA", fmt="PNG"):
    written = io.BytesIO()
    Image.new(mode, size, "red" if mode == "RGB" else (255, 0, 0, 128)).save(written, fmt)
    return SimpleUploadedFile("logo.png", written.getvalue())


def test_an_administrator_gives_the_site_a_name_a_colour_and_a_logo(admin):
    sent = {"name": "Sankt Anna College", "colour": "#A01030", "logo_file": picture()}
    assert admin.post(PAGE, sent).url == PAGE
    page = admin.get(PAGE).content.decode()
    assert "Sankt Anna College" in page and "/institution/logo.png?v=" in page
    logo = admin.get("/institution/logo.png")
    shown = Image.open(io.BytesIO(logo.content))
    assert (shown.format, shown.size, shown.mode) == ("PNG", (512, 171), "RGB")
    assert Image.open(io.BytesIO(admin.get("/institution/icon-192.png").content)).size == (192, 192)
    assert "--site: #a01030; --on-site: #ffffff" in admin.get("/institution/colours.css").content.decode()


def test_the_sign_in_page_and_the_letters_bear_the_name(client, settings):
    brand.change(name="Sankt Anna College", colour="")
    assert "Sankt Anna College" in client.get("/sign-in/").content.decode()
    settings.DEFAULT_FROM_EMAIL = "doors@example.org"
    assert sender() == "Sankt Anna College <doors@example.org>"


def test_an_empty_form_leads_back_to_the_sites_own(admin, settings):
    brand.change(name="Sankt Anna College", colour="#a01030", logo=picture().read())
    admin.post(PAGE, {"name": "", "colour": "", "remove_logo": "on"})
    assert brand.current().name == settings.SITE_NAME and not brand.current().has_logo
    assert admin.get("/institution/logo.png").status_code == 404
    assert SiteBranding.objects.count() == 1


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"colour": "red"}, "Write the colour like #176a70."),
        ({"logo_file": SimpleUploadedFile("logo.svg", b"<svg/>")}, "not a readable picture"),
        ({"logo_file": SimpleUploadedFile("logo.png", b"x" * 4_100_000)}, "larger than 4.0 MB"),
    ],
)
def test_what_cannot_be_shown_is_refused_beside_its_field(admin, sent, said):
    answer = admin.post(PAGE, {"name": "College", "colour": ""} | sent)
    assert answer.status_code == 400 and said in answer.content.decode()
    assert not SiteBranding.objects.exists()


def test_the_api_tells_it_and_changes_nothing(ada):
    brand.change(name="Sankt Anna College", colour="#f2e205")
    told = client_of(ada).get(f"{V1}/institution/").json()
    assert told == {"name": "Sankt Anna College", "colour": "#f2e205", "on_colour": "#000000", "logo": ""}
    assert client_of(ada).post(f"{V1}/institution/").status_code == 405


def test_the_administration_has_the_same_form(admin):
    assert admin.post("/admin/branding/sitebranding/add/", {"name": "College", "colour": ""}).status_code == 302
    assert brand.current().name == "College"
    assert admin.get("/admin/branding/sitebranding/add/").status_code == 403
    address = "/admin/branding/sitebranding/1/change/"
    assert admin.get(address).status_code == 200
    assert admin.post(address, {"name": "School", "colour": "#123456", "logo_file": picture()}).status_code == 302
    assert (brand.current().name, brand.current().has_logo) == ("School", True)


def test_text_can_be_read_with_any_colour():
    chance = random.Random(7)
    for _ in range(300):
        colour = f"#{chance.randrange(1 << 24):06x}"
        assert colours.contrast(colours.text_on(colour), colour) >= 4.5
        made = colours.tokens(colour)
        for place, scheme in enumerate(("light", "dark")):
            ink, soft = made["brand"][place], made["brand-soft"][place]
            assert all(colours.contrast(ink, ground) >= 4.5 for ground in (*colours.GROUNDS[scheme], soft))
            for ground in (ink, made["brand-strong"][place]):
                assert colours.contrast(made["on-brand"][place], ground) >= 4.5
            assert colours.contrast(made["brand-strong"][place], soft) >= 4.5
