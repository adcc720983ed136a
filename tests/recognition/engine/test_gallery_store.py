"""The gallery in memory: as old as half a second, and no older than the database where that matters."""

from __future__ import annotations

import numpy as np
import pytest

from accounts.roles import Purpose
from config.errors import Refused
from recognition.faces import crypto, gallery
from recognition.faces.profiles.runtime import get_engine
from recognition.models import FaceTemplate, GalleryVersion
from tests.support.fake_engine import DIM

pytestmark = pytest.mark.django_db


class Clock:
    now = 1000.0

    def monotonic(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(gallery, "time", clock)
    return clock


def template(person, *, purpose=Purpose.LIBRARY, profile="fake", number=1):
    vector = np.zeros(DIM, np.float32)
    vector[number] = 1
    blob = crypto.vector_to_blob(vector, context=f"template:{person.pk}:{purpose}")
    return FaceTemplate.objects.create(person=person, purpose=purpose, profile=profile, vector=blob, photos=3)


def ids(**how):
    return gallery.gallery(Purpose.LIBRARY, **how).ids


def test_a_change_is_seen_after_half_a_second_or_at_once_where_it_is_asked_for(ada, grace, clock):
    template(ada)
    assert ids() == {ada.pk}
    template(grace, number=2)
    gallery.bump(Purpose.LIBRARY)
    assert ids() == {ada.pk}
    assert ids(at_once=True) == {ada.pk, grace.pk}
    FaceTemplate.objects.filter(person=ada).delete()
    gallery.bump(Purpose.LIBRARY)
    clock.now += gallery.LOOK_EVERY
    assert ids() == {grace.pk}


def test_without_a_change_the_same_gallery_is_kept_and_the_version_is_asked_for_twice_a_second_at_most(
    ada, clock, django_assert_num_queries
):
    template(ada)
    first = gallery.gallery(Purpose.LIBRARY)
    with django_assert_num_queries(0):
        clock.now += gallery.LOOK_EVERY - 0.01
        assert gallery.gallery(Purpose.LIBRARY) is first
    for _ in range(2):
        with django_assert_num_queries(1):
            clock.now += gallery.LOOK_EVERY
            assert gallery.gallery(Purpose.LIBRARY) is first


def test_only_the_templates_of_the_purpose_and_the_active_profile_are_searched(ada, grace):
    template(ada, purpose=Purpose.LOCKERS)
    template(grace, profile="another")
    assert ids() == set()
    get_engine().profile = type(get_engine().profile)("another", "colour", "hue", DIM)
    assert ids() == {grace.pk}


def test_every_change_counts_and_each_purpose_has_its_own_count(ada):
    assert gallery.version(Purpose.LIBRARY) == 0
    gallery.bump(Purpose.LIBRARY)
    gallery.bump(Purpose.LIBRARY)
    gallery.bump(Purpose.LOCKERS)
    assert dict(GalleryVersion.objects.values_list("purpose", "version")) == {Purpose.LIBRARY: 2, Purpose.LOCKERS: 1}


def test_a_template_that_was_moved_to_another_person_cannot_be_used(ada, grace):
    template(ada)
    FaceTemplate.objects.update(person=grace)
    with pytest.raises(Refused):
        ids()
