"""The cast and the doors, shared by every story."""

from __future__ import annotations

import gc
import os
from functools import lru_cache
from pathlib import Path

import hypothesis
import pytest
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.utils.module_loading import import_string

from accounts.consent.notices import ensure_notices
from accounts.roles import Purpose, Role
from config.errors import Refused
from config.web.branding import brand
from recognition.faces import gallery
from recognition.faces.profiles import runtime
from recognition.live import latest_pictures, pipeline
from tests.support import flushing
from tests.support.power import Power

# Two cores are shared by many tests: a slow example is no broken one.
hypothesis.settings.register_profile("ostiary", deadline=None, database=None)
hypothesis.settings.load_profile("ostiary")
flushing.install()

DATA = Path(__file__).resolve().parent.parent.parent / "shared" / "data"


DATABASE = {"db", "transactional_db"}
COUNTING = {"django_assert_num_queries", "django_assert_max_num_queries"}  # they count alike everywhere


def pytest_addoption(parser):
    parser.addoption(
        "--touching-the-database",
        action="store_true",
        help="only tests that use the database: the others say the same on every one",
    )


@pytest.hookimpl(wrapper=True)
def pytest_collection(session):
    """Modules and tests stay until the end: the garbage collector is not sent over all of them again and again."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_collection_modifyitems(config, items):
    if not config.getoption("--touching-the-database"):
        return
    left = [item for item in items if not _touches_the_database(item)]
    config.hook.pytest_deselected(items=left)
    items[:] = [item for item in items if item not in set(left)]


def _touches_the_database(item):
    """`same_on_every_database` of a module speaks for its tests, but for those marked `on_every_database`."""
    alike = item.get_closest_marker("same_on_every_database") and not item.get_closest_marker("on_every_database")
    if alike or COUNTING & set(item.fixturenames):
        return False
    return bool(DATABASE & set(item.fixturenames) or item.get_closest_marker("django_db"))


@pytest.fixture(autouse=True)
def fresh_engine():
    runtime.forget_engine()
    gallery.forget()
    yield
    runtime.forget_engine()
    gallery.forget()


@pytest.fixture(autouse=True)
def nobody_in_view():
    """What the live part remembers between frames: trackers by station, newest pictures, attempts."""
    pipeline.forget_pipelines()
    latest_pictures.forget()
    cache.clear()
    brand.remember(brand.Brand())  # else the first page of each test would ask for it, and tests that count would know
    yield
    pipeline.forget_pipelines()


@pytest.fixture(autouse=True)
def own_files(settings, tmp_path):
    """Row numbers come back after a rollback: no test finds the CSV files of another one."""
    settings.ATTENDANCE_CSV_DIR = tmp_path / "attendance"


def person(id_number, first_name, role=Role.MEMBER, **fields):
    return get_user_model().objects.create_user(
        id_number, "correct horse battery", first_name=first_name, role=role, **fields
    )


@pytest.fixture
def ada(db):
    return person("s-ada", "Ada", last_name="Lovelace", email="ada@example.org")


@pytest.fixture
def grace(db):
    return person("s-grace", "Grace", last_name="Hopper", email="grace@example.org")


@pytest.fixture
def administrator(db):
    return person("a-root", "Margaret", Role.ADMINISTRATOR, last_name="Hamilton")


@pytest.fixture
def teacher(db):
    return person("t-knuth", "Donald", Role.TEACHER, last_name="Knuth")


@pytest.fixture
def librarian(db):
    return person("l-barbara", "Barbara", Role.LIBRARIAN, last_name="Liskov")


@pytest.fixture
def officer(db):
    return person("o-edsger", "Edsger", Role.LOCKER_OFFICER, last_name="Dijkstra")


@pytest.fixture
def front_door(db):
    from recognition.models import Station

    return Station.objects.create(slug="front-door", name="Front door", purpose=Purpose.RECEPTION)


@pytest.fixture
def notices(db):
    """Version 1 of every privacy notice: the suite runs without migrations."""
    ensure_notices()


@pytest.fixture
def power(monkeypatch):
    """Of the database."""
    return Power(monkeypatch)


def absent(reason):
    """In CI nothing may be missing; elsewhere the test says why it did not run."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def data():
    """The folder of real photographs."""
    if not DATA.is_dir():
        absent(f"the real photographs are not here: {DATA}")
    return DATA


@pytest.fixture
def real_engine(settings):
    """The built engine instead of the fake one. It is kept between tests: loading it is slow."""
    settings.RECOGNITION_ENGINE = "tests.conftest.loaded_engine"
    try:
        return runtime.get_engine()
    except Refused as refusal:
        return absent(f"the recognition models are not built ({refusal.message}): manage.py setup_models")


@lru_cache
def loaded_engine(profile, *, models_dir, allow_noncommercial, detector=None):
    build = import_string("recognition.engine.build_engine")
    return build(profile, models_dir=models_dir, allow_noncommercial=allow_noncommercial, detector=detector)
