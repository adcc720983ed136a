"""When a person goes altogether: never with books; what they read stays as numbers without a name."""

from __future__ import annotations

from django.utils.translation import gettext as _

from accounts.models import User
from config.errors import Refused
from library.circulation.holds import cancel
from library.models import Hold, Loan


def forget_person(person: User, *, by: User | None) -> None:
    """Before a person is deleted (accounts.people.erasure). Refused `has_books` while anything is on loan.

    Ended loans lose their name at once, unpaid fines with it; a copy on the hold shelf goes to the next in the queue.
    Visits, baskets and exit decisions go with the person.
    """
    if Loan.objects.filter(person=person, open_slot=1).exists():
        words = _("%(name)s still has library books. Return them first.")
        raise Refused("has_books", words % {"name": person.get_full_name()}, status=409)
    for hold in Hold.objects.filter(person=person, open_slot=1).select_related("person", "copy"):
        cancel(hold)
    Loan.objects.filter(person=person).update(person=None)
