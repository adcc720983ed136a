"""Whom a station searches. A rule answers with person ids, or None for everyone enrolled for its purpose.

Each app adds rules of its own (StationApp.rosters).
"""

from __future__ import annotations

from collections.abc import Iterable

from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Department, User
from config.errors import Refused
from recognition.models import FaceTemplate, Station
from recognition.stations.app.station_app import RosterRule, all_apps


def person_ids(station: Station) -> frozenset[int] | None:
    """The people to search at this station, only those whose membership covers today.

    None when that is simply everyone enrolled. Raises Refused `wrong_roster`.
    """
    wanted = rule_named(station.roster_rule)(station)
    if wanted is not None:
        return frozenset(wanted) - _lapsed(station.purpose)
    lapsed = _lapsed(station.purpose)
    return _enrolled(station.purpose) - lapsed if lapsed else None


def all_rules() -> dict[str, RosterRule]:
    """By name, of all purposes. Raises ImproperlyConfigured where two apps use the same name."""
    rules: dict[str, RosterRule] = {}
    for app in all_apps():
        for name, rule in app.rosters().items():
            if name in rules:
                raise ImproperlyConfigured(f"Roster rules: '{name}' is given by two apps. Rename one of the two.")
            rules[name] = rule
    return rules


def rule_named(name: str) -> RosterRule:
    rules = all_rules()
    if name not in rules:
        raise Refused("wrong_roster", _("The roster rule '%(name)s' does not exist.") % {"name": name})
    return rules[name]


def _enrolled(purpose: str) -> frozenset[int]:
    return frozenset(FaceTemplate.objects.filter(purpose=purpose).values_list("person_id", flat=True))


def _lapsed(purpose: str) -> frozenset[int]:
    """Enrolled people whose membership does not cover today: usually few, often none."""
    valid = User.objects.get_queryset().valid_on(timezone.localdate())
    rows = FaceTemplate.objects.filter(purpose=purpose).exclude(person__in=valid)
    return frozenset(rows.values_list("person_id", flat=True))


# --- rules --------------------------------------------------------------------------------------


def everyone(station: Station) -> None:
    return None


def department(station: Station) -> Iterable[int]:
    """The people of the department whose code is the station's roster value."""
    found = Department.objects.filter(code=station.roster_value).first()
    if found is None:
        raise Refused("wrong_roster", _("No department has the code '%(code)s'.") % {"code": station.roster_value})
    return User.objects.filter(department=found).values_list("pk", flat=True)
