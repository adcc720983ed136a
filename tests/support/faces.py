"""Photos and agreements for the stories about enrolment."""

import numpy as np

from accounts.consent.consent import give_consent
from accounts.roles import Purpose
from recognition.enrol.enrolment import Photo, enrol
from recognition.faces import crypto, gallery
from recognition.models import ImpostorExample
from tests.support.fake_engine import FakeEngine, hue_of, picture


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


def impostor_example(person, sighting, vector=None, *, purpose=Purpose.LIBRARY, state="active", **fields):
    """A look of somebody else that was taken for this person."""
    vector = np.asarray(FakeEngine()._vector(hue_of("stranger")) if vector is None else vector, np.float32)
    context = crypto.impostor_context(person.pk, purpose)
    sealed = crypto.vector_to_blob(vector, context=context, place=crypto.look_place(sighting.pk, "fake"))
    row = {"person": person, "purpose": purpose, "profile": "fake", "source": "staff", "seen_at": sighting.at}
    row |= {"vector": sealed, "state": state, "sighting_number": sighting.pk, **fields}
    example = ImpostorExample.objects.create(**row)
    gallery.bump(purpose)
    return example
