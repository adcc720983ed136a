"""Sealed photos and vectors open only where they were sealed: nobody swaps rows in the database."""

from __future__ import annotations

import pytest

from accounts.roles import Purpose
from config.errors import Refused
from recognition.faces import crypto, gallery, key_rotation
from recognition.faces.templates import sample_vector
from recognition.models import FaceSample, FaceTemplate
from tests.support.faces import enrolled

# Rights are Python: what is allowed is done on each database by the tests of the services.
pytestmark = [pytest.mark.usefixtures("notices"), pytest.mark.same_on_every_database]


def crop(sample):
    sample.refresh_from_db()
    place = crypto.crop_place(sample.digest)
    return crypto.decrypt(sample.crop, context=crypto.sample_context(sample.person_id), place=place)


def vector(sample):
    sample.refresh_from_db()
    return sample_vector(sample)


def swap(one, other, field):
    mine, its = bytes(getattr(one, field)), bytes(getattr(other, field))
    type(one).objects.filter(pk=one.pk).update(**{field: its})
    type(other).objects.filter(pk=other.pk).update(**{field: mine})


def without_places():
    """As every row was sealed before."""
    for row in FaceSample.objects.all():
        context = crypto.sample_context(row.person_id)
        row.crop = crypto.encrypt(crop(row), context=context)
        row.embedding = crypto.vector_to_blob(vector(row), context=context)
        row.save()
    for row in FaceTemplate.objects.all():
        context = crypto.template_context(row.person_id, row.purpose)
        opened = crypto.blob_to_vector(row.vector, context=context, place=crypto.template_place(row.profile))
        row.vector = crypto.vector_to_blob(opened, context=context)
        row.save()


@pytest.fixture
def photos(ada):
    enrolled(ada, "ada", Purpose.LIBRARY, Purpose.LOCKERS)
    return list(FaceSample.objects.order_by("pk"))


@pytest.mark.parametrize(("field", "opened"), [("crop", crop), ("embedding", vector)])
def test_two_photos_of_one_person_cannot_be_swapped(photos, field, opened):
    assert opened(photos[0]) is not None
    swap(photos[0], photos[1], field)
    for photo in photos[:2]:
        with pytest.raises(Refused, match="damaged"):
            opened(photo)


def test_a_vector_is_no_crop_and_a_crop_no_vector(photos):
    FaceSample.objects.filter(pk=photos[0].pk).update(crop=photos[0].embedding, embedding=photos[0].crop)
    for opened in (crop, vector):
        with pytest.raises(Refused, match="damaged"):
            opened(photos[0])


def test_a_vector_belongs_to_the_profile_that_made_it(photos):
    FaceSample.objects.filter(pk=photos[0].pk).update(profile="another")
    with pytest.raises(Refused, match="damaged"):
        vector(photos[0])
    FaceTemplate.objects.update(profile="another")
    with pytest.raises(Refused, match="damaged"):
        gallery._load("library", "another")


@pytest.mark.parametrize("to", ["grace", "purpose"])
def test_a_template_is_not_another_persons_nor_for_another_purpose(photos, grace, to):
    enrolled(grace, "grace", Purpose.LIBRARY)
    mine = FaceTemplate.objects.get(person=photos[0].person, purpose="library")
    other = {"grace": {"person": grace}, "purpose": {"person": photos[0].person, "purpose": "lockers"}}[to]
    FaceTemplate.objects.filter(**other).update(vector=bytes(mine.vector))
    with pytest.raises(Refused, match="damaged"):
        gallery._load(other.get("purpose", "library"), mine.profile)


def test_rows_that_were_sealed_before_open_and_are_sealed_again(photos):
    before = [crop(photo) for photo in photos]
    without_places()
    assert [crop(photo) for photo in photos] == before and gallery.gallery("library", at_once=True)
    assert set(key_rotation.rotate_keys()) == {"rotated"}
    assert set(key_rotation.rotate_keys()) == {"current"}
    assert [crop(photo) for photo in photos] == before
    swap(*(photo for photo in FaceSample.objects.order_by("pk")[:2]), "crop")
    with pytest.raises(Refused, match="damaged"):
        crop(photos[0])


def test_the_place_cannot_be_taken_off_or_rewritten(photos):
    """What the header says is authenticated with the rest."""
    sealed = bytes(photos[0].crop)
    digest = photos[0].digest.encode()
    forged = (sealed.replace(b"OS2", b"OS1", 1), sealed.replace(digest, photos[1].digest.encode(), 1))
    for blob in forged:
        with pytest.raises(Refused):
            crypto.decrypt(blob, context=crypto.sample_context(photos[0].person_id))
