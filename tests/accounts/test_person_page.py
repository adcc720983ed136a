"""A person is one page: what each role finds there of Grace, a reader in a course who has a book."""

from http import HTTPStatus

import pytest

from accounts.consent.notices import ensure_notices
from accounts.roles import Purpose
from attendance.models import Course, Enrollment
from config.ops.registries.person_sections import SECTIONS
from recognition.faces import access_log
from tests.support.faces import enrolled
from tests.support.library import book

EVERYTHING = {
    "details", "consents", "photos", "access", "courses", "loans", "fines", "locker", "sightings", "looks", "history"
}  # fmt: skip
AT_THE_DESK = {"details", "consents", "photos"}


@pytest.fixture
def reader(grace):
    ensure_notices()
    enrolled(grace, "grace", Purpose.LIBRARY)
    return grace


def page(client, viewer, person):
    client.force_login(viewer)
    return client.get(f"/people/{person.pk}/")


def part(client, viewer, person, name, **headers):
    client.force_login(viewer)
    return client.get(f"/people/{person.pk}/parts/{name}/", headers={"HX-Request": "true", **headers})


def sections(answer):
    return {name for name, _section in SECTIONS.items() if f'id="{name}-body"' in answer.content.decode()}


def test_an_administrator_finds_every_section(client, administrator, reader):
    assert sections(page(client, administrator, reader)) == EVERYTHING


def test_a_librarian_finds_loans_and_fines_but_no_sightings(client, librarian, reader):
    assert sections(page(client, librarian, reader)) == AT_THE_DESK | {"loans", "fines"}


def test_a_locker_officer_finds_the_locker(client, officer, reader):
    assert sections(page(client, officer, reader)) == AT_THE_DESK | {"locker"}


def test_a_teacher_finds_the_courses_of_their_own_people_and_nothing_else(client, teacher, reader):
    course = Course.objects.create(code="logic", title="Logic")
    course.teachers.add(teacher)
    Enrollment.objects.create(course=course, person=reader)
    answer = page(client, teacher, reader)
    assert sections(answer) == {"courses"}
    assert reader.email not in answer.content.decode()


def test_for_a_teacher_of_other_courses_no_one_is_there(client, teacher, reader):
    assert page(client, teacher, reader).status_code == HTTPStatus.NOT_FOUND


def test_a_member_may_not_open_it_not_even_their_own(client, reader):
    assert page(client, reader, reader).status_code == HTTPStatus.FORBIDDEN


@pytest.mark.parametrize("name", ["sightings", "looks", "history", "access", "locker", "nonsense"])
def test_a_section_that_is_not_ones_own_is_not_there_by_its_address_either(client, librarian, reader, name):
    assert part(client, librarian, reader, name).status_code == HTTPStatus.NOT_FOUND


def test_the_first_screen_is_written_at_once_and_the_rest_when_it_is_reached(client, administrator, reader):
    book("Emma")
    text = page(client, administrator, reader).content.decode()
    assert reader.email in text
    assert f'hx-get="/people/{reader.pk}/parts/loans/"' in text


@pytest.mark.parametrize("name", sorted(EVERYTHING))
def test_every_section_answers_alone(client, administrator, reader, name):
    access_log.record("photo_viewed", actor=administrator, person=reader)
    answer = part(client, administrator, reader, name)
    assert answer.status_code == HTTPStatus.OK
    assert "<html" not in answer.content.decode()


def test_without_scripts_a_section_is_a_page_of_its_own(client, administrator, reader):
    client.force_login(administrator)
    answer = client.get(f"/people/{reader.pk}/parts/loans/")
    assert sections(answer) == {"loans"}
    assert "<html" in answer.content.decode()


def test_who_looked_says_who_and_what(client, administrator, librarian, reader):
    access_log.record("photo_viewed", actor=librarian, person=reader)
    text = part(client, administrator, reader, "looks").content.decode()
    assert "Barbara" in text
    assert "Photo viewed" in text


def test_the_photos_come_with_their_quality_and_past_refusals(client, librarian, reader):
    access_log.record(
        "enrolled", actor=librarian, person=reader, purposes=["library"], photos=1, refused=["blurred"], source="upload"
    )
    text = part(client, librarian, reader, "photos").content.decode()
    assert "quality:" in text
    assert "The face is blurred." in text


def test_photos_without_a_choice_are_refused_in_the_section_itself(client, librarian, reader):
    client.force_login(librarian)
    answer = client.post(f"/enrol/{reader.pk}/photos/", {}, headers={"HX-Request": "true"})
    assert "Choose at least one photo." in answer.content.decode()
    assert "<html" not in answer.content.decode()


def test_the_history_says_who_changed_what(client, administrator, reader):
    reader.email = "hopper@example.org"
    reader.save()
    assert "hopper@example.org" in part(client, administrator, reader, "history").content.decode()
