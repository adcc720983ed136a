"""Whom a station searches. A rule answers with person ids, or None for everybody enrolled for its purpose.

Other apps add rules of their own through `settings.ROSTER_RULES`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from accounts.models import Department, User
from config.errors import Refused
from recognition.models import FaceTemplate, Station

Rule = Callable[[Station], Iterable[int] | None]


def person_ids(station: Station) -> frozenset[int] | None:
    """The people to search at this station, only those whose membership covers today.

    None when that is simply everybody enrolled. Raises Refused `wrong_roster`.
    """
    wanted = rule_named(station.roster_rule)(station)
    if wanted is not None:
        return frozenset(wanted) - _lapsed(station.purpose)
    lapsed = _lapsed(station.purpose)
    return _enrolled(station.purpose) - lapsed if lapsed else None


def repeat_every(station: Station) -> float | None:
    """How often (s) somebody who stays in view is told again at this station; None: never (settings.REPEAT_RULES)."""
    path = settings.REPEAT_RULES.get(station.purpose)
    answer: float | None = import_string(path)(station) if path else None
    return answer


def rule_named(name: str) -> Rule:
    if name not in settings.ROSTER_RULES:
        raise Refused("wrong_roster", _("There is no roster rule called '%(name)s'.") % {"name": name})
    rule: Rule = import_string(settings.ROSTER_RULES[name])
    return rule


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
        raise Refused(
            "wrong_roster", _("There is no department with the code '%(code)s'.") % {"code": station.roster_value}
        )
    return User.objects.filter(department=found).values_list("pk", flat=True)
