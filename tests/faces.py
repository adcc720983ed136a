"""Photos and agreements for the stories about enrolment."""

from accounts.roles import Purpose
from accounts.services import give_consent
from recognition.enrolment import Photo, enrol
from tests.fake_engine import picture


def agrees(person, *purposes):
    for purpose in purposes:
        give_consent(person, purpose, by=None)


def photos_of(name, count=3):
    """Different photos of one person: the face stands in front of rooms of different width."""
    return [Photo(f"{name}{number}.jpg", picture(name, width=640 + 16 * number)) for number in range(count)]


def enrolled(person, name, *purposes, count=3):
    """A person who agreed and is enrolled with `count` photos."""
    purposes = purposes or (Purpose.LIBRARY,)
    agrees(person, *purposes)
    return enrol(person, photos_of(name, count), purposes=purposes, by=None, source="upload")
