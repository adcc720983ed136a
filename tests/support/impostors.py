"""Somebody who looks like Ada, for stories about mistakes."""

from __future__ import annotations

import numpy as np
from django.utils import timezone

from recognition.engine.embedding.vectors import normalised
from recognition.models import Sighting
from recognition.sightings import probes
from recognition.sightings.decisions import IdentityEvent
from recognition.stations.app.dispatch import dispatch
from tests.support.fake_engine import DIM, FakeEngine, hue_of

THRESHOLD, OWN_REGION = 0.5, 0.3  # distances at the site's false match rate, and at one in ten thousand


def look_of(name):
    return normalised(FakeEngine()._vector(hue_of(name)))


def near(base, apart, seed=99):
    """A vector at this distance from `base`."""
    other = normalised(np.random.default_rng(seed).normal(size=DIM))
    sideways = normalised(other - base * float(base @ other))
    angle = 2 * np.arcsin(apart / 2)
    return normalised(base * np.cos(angle) + sideways * np.sin(angle))


def stricter(monkeypatch):
    """The fake engine's curve has two points: a stricter rate is a smaller distance."""

    def threshold(self, *, photos, frames, target_fmr):
        return THRESHOLD if target_fmr > 2e-4 else OWN_REGION

    monkeypatch.setattr(FakeEngine, "threshold", threshold)


def taken_for(person, station, vector, *, at=None, frames=3, distance=0.4, view="walk_up"):
    """A face that a station has taken for this person just now, told as the pipeline tells it."""
    event = IdentityEvent(
        station=station.slug,
        purpose=station.purpose,
        person_id=person.pk,
        at=at or timezone.now(),
        match={"distance": distance, "threshold": THRESHOLD, "profile": "fake", "reason": "match"},
        view=view,
        look=probes.hold(vector, frames=frames, profile="fake"),
    )
    trouble = dispatch(event)
    assert trouble is None, trouble
    return Sighting.objects.filter(person=person, station=station).latest("pk")
