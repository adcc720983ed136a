"""Who looked at my face: the log of accesses, as its person may read it.

Names, no id numbers of others; of the detail only what is about the person. When an id number had an owner before, what
was written about them is not shown.
"""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from recognition.faces.access_log import SYSTEM
from recognition.models import BiometricAccess

SHOWN = frozenset({"purpose", "purposes", "photos", "station", "source"})


def looks_at(person: User) -> QuerySet[BiometricAccess]:
    """The newest first."""
    rows = BiometricAccess.objects.filter(person_id_number=person.id_number, at__gte=person.date_joined)
    return rows.select_related("actor")


def who(row: BiometricAccess, person: User) -> str:
    if row.actor_id == person.pk:
        return _("You")
    if row.actor:
        return row.actor.get_full_name()
    return _("Ostiary itself") if row.actor_name == SYSTEM else _("A person who is no longer here")


def shown(row: BiometricAccess) -> dict[str, object]:
    """Its detail without what may be about someone else."""
    return {name: value for name, value in row.detail.items() if name in SHOWN}
