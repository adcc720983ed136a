"""How lists of face photos, stations and sightings are narrowed."""

from __future__ import annotations

import datetime

import django_filters
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.roles import Purpose
from recognition.models import FaceSample, Sighting, Station

YEARS = range(1900, 2200)  # beyond them lie instants that no time zone, and not every database, can hold


def of_our_time(instant: datetime.datetime) -> None:
    if instant.year not in YEARS:
        raise ValidationError(_("Give a time between the years 1900 and 2200."), "out_of_range")


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
    since = django_filters.IsoDateTimeFilter(
        field_name="at", lookup_expr="gte", label="At this time or later", validators=[of_our_time]
    )
    before = django_filters.IsoDateTimeFilter(
        field_name="at", lookup_expr="lt", label="Before this time", validators=[of_our_time]
    )

    class Meta:
        model = Sighting
        fields = ("station", "person", "outcome", "since", "before")
