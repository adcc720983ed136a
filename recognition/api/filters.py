"""How lists of face photos, stations and sightings are narrowed."""

from __future__ import annotations

import datetime

import django_filters
from django.db.models import QuerySet

from accounts.roles import Purpose
from recognition.models import FaceSample, Sighting, Station

YEARS = range(1900, 2200)  # beyond them lie instants that no time zone, and not every database, can hold


def in_our_time(moment: datetime.datetime) -> datetime.datetime:
    """A filter may name any moment: the first of them is before everything that is kept, the last is after it."""
    if moment.year in YEARS:
        return moment
    year = YEARS.start if moment.year < YEARS.start else YEARS.stop
    return datetime.datetime(year, 1, 1, tzinfo=datetime.UTC)


class StationFilter(django_filters.FilterSet):
    purpose = django_filters.ChoiceFilter(choices=Purpose.choices)
    active = django_filters.BooleanFilter()

    class Meta:
        model = Station
        fields = ("purpose", "active")


class FaceSampleFilter(django_filters.FilterSet):
    person = django_filters.CharFilter(field_name="person__id_number", label="Id number")
    source = django_filters.ChoiceFilter(choices=FaceSample.Source.choices)
    profile = django_filters.CharFilter()

    class Meta:
        model = FaceSample
        fields = ("person", "source", "profile")


class SightingFilter(django_filters.FilterSet):
    station = django_filters.CharFilter(field_name="station__slug", label="Short name of the station")
    person = django_filters.CharFilter(field_name="person__id_number", label="Id number")
    outcome = django_filters.ChoiceFilter(choices=Sighting.Outcome.choices)
    since = django_filters.IsoDateTimeFilter(method="from_then", label="At this time or later")
    before = django_filters.IsoDateTimeFilter(method="until_then", label="Before this time")

    class Meta:
        model = Sighting
        fields = ("station", "person", "outcome", "since", "before")

    def from_then(self, rows: QuerySet[Sighting], name: str, value: datetime.datetime) -> QuerySet[Sighting]:
        return rows.filter(at__gte=in_our_time(value))

    def until_then(self, rows: QuerySet[Sighting], name: str, value: datetime.datetime) -> QuerySet[Sighting]:
        return rows.filter(at__lt=in_our_time(value))
