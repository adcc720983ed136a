"""The demo campus's library: real titles, invented readers, and books that are held into a camera."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from library.kiosk.barcodes.barcodes import glance
from library.models import Copy, Hold, LibraryStation, Loan, Title, Visit
from library.rules import isbn
from library.wiring.demo import books, campus
from recognition.demo import books_film, film, people
from recognition.models import Station
from tests.support.fake_engine import BACKGROUND, face_square

# Its rows are made by the services that each database is asked about; one such campus is made on each.
pytestmark = pytest.mark.same_on_every_database


@pytest.fixture
def readers(db):
    people.populate()
    for kind in ("entry", "exit", "return"):
        Station.objects.create(slug=f"library-{kind}", name=kind, purpose="library", roster_rule="library")


@pytest.mark.on_every_database
def test_the_shelves_are_full_and_six_weeks_have_passed(readers):
    assert campus.create().startswith("Library: 189 titles, 378 copies")
    assert 30 < Loan.objects.filter(open_slot=1).count() < 120
    assert Loan.objects.exclude(returned_at=None).count() > 20
    assert Hold.objects.filter(state="ready").count() == 1
    assert Visit.objects.filter(open_slot=1).count() == campus.INSIDE
    assert set(LibraryStation.objects.values_list("kind", flat=True)) == {"entry", "exit", "return"}
    assert LibraryStation.objects.get(kind="exit").when_left == "finish"


def test_a_second_start_changes_nothing(readers):
    said = campus.create()
    assert campus.create() == said
    assert Title.objects.count() == 189


def test_every_isbn_is_sound_and_every_title_stands_once():
    facts = books.facts()
    assert all(isbn.is_isbn13(fact["isbn"]) for fact in facts if fact["isbn"])
    assert sum(bool(fact["isbn"]) for fact in facts) > 40
    assert len({(fact["author"], fact["title"]) for fact in facts}) == len(facts)
    assert all(fact[name] for fact in facts for name in ("author", "title", "language", "subject", "call_number"))


def test_the_books_of_the_films_are_in_the_catalogue_and_stay_out_of_the_story(readers):
    campus.create()
    shown = {code.text for picture in books.labelled() for code in glance(picture)}
    assert set(Copy.objects.filter(barcode__in=shown).values_list("title__title", flat=True)) == set(books.SHOWN)
    assert not Loan.objects.filter(copy__title__title__in=books.SHOWN).exists()


def as_the_camera_sends(frame):
    jpeg = cv2.imencode(".jpg", frame, [cv2.IMWRITE_JPEG_QUALITY, 85])[1]
    return cv2.cvtColor(cv2.imdecode(jpeg, cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)


def read_from(frames):
    return [{code.text for code in glance(as_the_camera_sends(frame))} for frame in frames]


def test_every_label_is_read_from_the_film_of_the_return_while_it_is_held_up():
    frames = list(books_film.at_return(books.labelled()))
    codes = read_from(frames[-40:])  # the two books come last
    assert [sum(code in found for found in codes) >= 14 for code in ("L0011", "L1691")] == [True, True]
    assert all(len(found) <= 1 for found in codes)
    assert read_from(frames[:1]) == [set()]


def test_at_the_exit_somebody_comes_with_empty_hands_and_holds_up_one_book_after_the_other(tmp_path):
    for shot in (film.KNOWN, film.STRANGER, film.GUEST):
        portrait = np.full((1200, 960, 3), BACKGROUND, np.uint8)
        (x, y), size = shot.centre, shot.face
        portrait[y - size // 2 : y + size // 2, x - size // 2 : x + size // 2] = face_square("ada", size)
        cv2.imwrite(str(tmp_path / shot.photo), portrait)
    frames = list(books_film.at_exit(tmp_path, books.labelled()))
    comes = books_film.COMES  # before that another person passes and takes nothing
    codes = read_from(frames[round((comes + at) * books_film.EXIT_FPS)] for at in (1.5, 5.0, 9.0, 15.0))
    assert codes == [set(), {"L0011"}, {"L1691"}, set()]
    assert books_film.AWAY > 8, "longer than the exit waits for somebody to come back"
