"""docs/api.md is true: its codes exist and are complete, its addresses are served, its filters work."""

import re
import subprocess

import pytest
from django.conf import settings
from rest_framework import exceptions

from config.api.problems import NewestFirst
from config.web.files.pictures.reading import MAX_HEIF_PIXELS, MAX_JPEG_PIXELS, MAX_PIXELS
from recognition.faces.photo_quality import SENTENCES
from tests.config.api.test_errors import RAISED
from tests.support.addresses import addresses

TEXT = (settings.BASE_DIR / "docs" / "api.md").read_text()
ERRORS = TEXT.split("## Errors")[1]
ROW = re.compile(r"^\| `(\w+)` \| (\d{3}) \|", re.MULTILINE)


def python_of_the_project():
    roots = [
        settings.BASE_DIR / app
        for app in ("accounts", "config", "recognition", "attendance", "library", "lockers", "visitors", "home")
    ]
    return "\n".join(path.read_text() for root in roots for path in root.rglob("*.py"))


def test_every_code_that_is_listed_exists():
    source = python_of_the_project()
    frameworks = {error.default_code for error in vars(exceptions).values() if hasattr(error, "default_code")}
    missing = {code for code, _ in ROW.findall(ERRORS) if f'"{code}"' not in source} - frameworks
    assert missing == set()


def test_every_general_error_is_listed_with_its_status():
    listed = {(code, int(status)) for code, status in ROW.findall(ERRORS)}
    general = {(code, status) for _error, status, code in RAISED if code != "already_out"}
    assert general <= listed


def test_every_code_is_listed_once():
    codes = [code for code, _ in ROW.findall(ERRORS)]
    assert len(codes) == len(set(codes)) > 30


def test_every_verdict_on_a_photo_is_listed():
    verdicts = ERRORS.split("The result for a photo")[1]
    assert set(SENTENCES) == set(re.findall(r"`(\w+)`", verdicts))


def test_every_resource_has_a_row_and_every_address_that_is_named_exists():
    served = {address.path for address in addresses()}
    named = set(re.findall(r"(/api/[\w/-]*/)", TEXT))
    assert named - {"/api/v1/"} <= served
    resources = {path for path in served if re.fullmatch(r"/api/v1/[\w-]+/", path)}
    assert resources <= named


def test_the_examples_are_commands_that_a_shell_can_read():
    for block in re.findall(r"```sh\n(.*?)```", TEXT, re.DOTALL):
        subprocess.run(["bash", "-n"], input=block, text=True, check=True, timeout=60)


@pytest.mark.parametrize("number", ["200", "90", "60 a minute", "200 million", "110 million", "64 million"])
def test_the_limits_that_are_named_are_the_real_ones(number):

    real = {
        "200": str(NewestFirst.max_page_size),
        "90": str(settings.REST_KNOX["TOKEN_TTL"].days),
        "60 a minute": settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"]["identify"].replace("/min", " a minute"),
        "200 million": f"{MAX_JPEG_PIXELS // 1_000_000} million",
        "110 million": f"{MAX_HEIF_PIXELS // 1_000_000} million",
        "64 million": f"{MAX_PIXELS // 1_000_000} million",
    }
    assert real[number] == number
    assert number in TEXT
