"""The bundled typefaces: whole, licensed, small, from here, and as wide as what is shown until they arrive."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from django.test import override_settings

FONTS = settings.BASE_DIR / "static/fonts"
STYLE = (FONTS / "fonts.css").read_text()
FACES = re.findall(r"@font-face \{(.*?)\n\}", STYLE, re.DOTALL)
BUNDLED = [face for face in FACES if "url(" in face]
STANDING_IN = [face for face in FACES if "local(" in face]
MOST = 60_000  # bytes for a page in Latin letters


def file_of(face):
    return re.search(r'url\("([^"]+)"\)', face).group(1)


def test_every_file_is_used_and_every_face_has_its_file():
    assert sorted(file_of(face) for face in BUNDLED) == sorted(path.name for path in FONTS.glob("*.woff2"))


def test_the_licence_lies_beside_them():
    licence = (FONTS / "OFL.txt").read_text()
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence
    assert "Source Sans 3: ©" in licence
    assert "Source Serif 4: ©" in licence


def test_a_page_in_latin_letters_loads_little():
    latin = [file_of(face) for face in BUNDLED if "unicode-range: U+0000-00FF" in face]
    assert len(latin) == 2
    assert sum((FONTS / name).stat().st_size for name in latin) <= MOST


@pytest.mark.parametrize("letter", [0x41, 0x11E, 0x3A9, 0x416, 0x1EC7], ids=["A", "Ğ", "Ω", "Ж", "ệ"])
def test_both_have_the_letter(letter):
    assert len([face for face in BUNDLED if any(low <= letter <= high for low, high in ranges(face))]) == 2


def ranges(face):
    named = re.search(r"unicode-range: ([^;]+);", face).group(1)
    for one in named.split(", "):
        low, _, high = one.removeprefix("U+").partition("-")
        yield int(low, 16), int(high or low, 16)


def test_text_is_read_at_once_and_does_not_move_when_they_arrive():
    assert all("font-display: swap" in face for face in BUNDLED)
    assert len(STANDING_IN) >= 4
    for face in STANDING_IN:
        assert all(word in face for word in ("size-adjust", "ascent-override", "descent-override", "unicode-range"))


@pytest.mark.parametrize("address", ["/", "/admin/login/?next=/admin/", "/kiosk/pair/", "/kiosk/offline/"])
def test_every_kind_of_page_has_them(client, notices, address):
    answer = client.get(address, follow=True)
    assert answer.status_code == 200
    assert "fonts/fonts.css" in answer.content.decode()
    assert "font-src 'self'" in answer.headers["Content-Security-Policy"]


def test_in_production_their_names_carry_their_content(tmp_path):
    """So a browser keeps them for ever, and what is fetched early is what the stylesheet asks for."""
    stored = {"staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}}
    with override_settings(DEBUG=False, STATIC_ROOT=tmp_path, STORAGES=settings.STORAGES | stored):
        call_command("collectstatic", interactive=False, verbosity=0)
        named = staticfiles_storage.url("fonts/source-sans-3-latin.woff2").rpartition("/")[2]
        style = staticfiles_storage.stored_name("fonts/fonts.css")
    assert re.fullmatch(r"source-sans-3-latin\.[0-9a-f]{12}\.woff2", named)
    assert named in (tmp_path / style).read_text()
