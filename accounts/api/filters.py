"""How lists of people and consents are narrowed."""

from __future__ import annotations

import datetime
from typing import Any

import django_filters
from django.db.models import Q

from accounts.models import Consent, PeopleQuerySet, User
from accounts.roles import Purpose, Role

SEARCHED = ("id_number", "first_name", "last_name", "email")
MOST_WORDS = 6


class PersonFilter(django_filters.FilterSet):
    search = django_filters.CharFilter(method="having_words", label="Part of the id number, name or e-mail address")
    role = django_filters.ChoiceFilter(choices=Role.choices)
    affiliation = django_filters.ChoiceFilter(choices=User.Affiliation.choices)
    department = django_filters.CharFilter(field_name="department__code", label="Code of the department")
    is_active = django_filters.BooleanFilter()
    valid_on = django_filters.DateFilter(method="valid_that_day", label="Members on this day")

    class Meta:
        model = User
        fields = ("search", "role", "affiliation", "department", "is_active", "valid_on")

    def having_words(self, people: PeopleQuerySet, name: str, value: str) -> PeopleQuerySet:
        for word in value.split()[:MOST_WORDS]:
            anywhere = Q()
            for field in SEARCHED:
                anywhere |= Q(**{f"{field}__icontains": word})
            people = people.filter(anywhere)
        return people

    def valid_that_day(self, people: PeopleQuerySet, name: str, value: datetime.date) -> PeopleQuerySet:
        return people.valid_on(value)


class ConsentFilter(django_filters.FilterSet):
    person = django_filters.CharFilter(field_name="person__id_number", label="Id number")
    purpose = django_filters.ChoiceFilter(choices=Purpose.choices)
    standing = django_filters.BooleanFilter(method="still_standing", label="Not withdrawn")

    class Meta:
        model = Consent
        fields = ("person", "purpose", "standing")

    def still_standing(self, consents: Any, name: str, value: bool) -> Any:
        return consents.filter(standing=True) if value else consents.filter(standing=None)
