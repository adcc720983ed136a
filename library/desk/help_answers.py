"""What the desk does about a call for help: it is coming, it is resolved, or the person is let out."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from config.errors import Refused
from config.live.news import publish, station_group
from library.desk.messages import for_librarians
from library.kiosk import at_exit
from library.kiosk.basket import Finished
from library.kiosk.events import finished_now
from library.kiosk.help import incidents
from library.models import ExitPass, HelpRequest
from library.rules.messages import sentence
from library.visits import alarms, exit_passes

End = HelpRequest.End


def coming(row: HelpRequest, *, by: User) -> str:
    """The station shows it. Refused `help_over`."""
    incidents.coming(row, by=by)
    return _("The station now shows that a member of staff is coming.")


def resolve(row: HelpRequest, *, by: User) -> str:
    """Refused `help_over`."""
    if not incidents.close(row, End.RESOLVED, by=by):
        raise incidents.over()
    return _("The call for help is resolved.")


def let_out(row: HelpRequest, *, by: User) -> str:
    """The ledger is asked as at the exit, and opens the gate or says why not; nothing is lent by it.

    Refused `help_over`, `not_recognised`, and what the ledger refuses; a gate that does not open is said.
    """
    person = row.person
    if row.open_slot is None:
        raise incidents.over()
    if person is None:
        raise Refused(
            "not_recognised",
            _("The person was not recognised, so there is no visit to end. Please go to the station."),
            status=409,
        )
    permission = exit_passes.open_gate(_decided(row, person))
    _tell_station(row, person, permission)
    incidents.close(row, End.LET_OUT, by=by)
    if permission.gate_answer.startswith("failed"):
        return _("The visit of %(name)s has ended, but the gate did not open. Open it by hand.") % {
            "name": person.get_full_name()
        }
    return _("%(name)s may leave: pass %(number)s.") % {"name": person.get_full_name(), "number": permission.number}


def _decided(row: HelpRequest, person: User) -> ExitPass:
    with for_librarians(person=person), transaction.atomic():
        permission = exit_passes.decide(person, station=row.station, at=timezone.now(), alarm=alarms.rings(row.station))
    if not permission.allowed:
        with for_librarians(person=person):
            raise Refused(permission.reason, sentence(permission.reason), status=409)
    return permission


def _tell_station(row: HelpRequest, person: User, permission: ExitPass) -> None:
    """Unless another person is at the exit by now."""
    here = at_exit.present(row.station)
    if here is not None and here.person != person.pk:
        return
    at_exit.leave(row.station)
    publish(station_group(row.station), finished_now(person, Finished([], permission)))


ACTS = {"coming": coming, "resolve": resolve, "let-out": let_out}
