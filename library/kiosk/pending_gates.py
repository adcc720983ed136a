"""Gates that were never told: the process that wrote a permission to leave was killed before it could show it.

Any process that lives shows it while the pass is good (library/wiring/jobs.py, also at the next start). A gate never
opens
late: what is over by then is shown at the desk, and a librarian opens.
"""

from __future__ import annotations

from datetime import datetime

from config.live.news import publish, station_group
from config.ops.jobs.steps import for_each
from library.kiosk import at_exit
from library.kiosk.basket import Finished
from library.kiosk.events import finished_now
from library.models import ExitPass, Loan
from library.visits import exit_passes

AT_ONCE = 3  # in one run: a gate may take seconds to answer, and the clock has other things to do


def open_pending(now: datetime) -> None:
    """Job of the clock. Safe in several processes: a pass is used once."""
    waiting = exit_passes.pending(now).select_related("person").order_by("decided_at")[:AT_ONCE]
    for_each(lambda permission: _tell(exit_passes.open_gate(permission)), waiting)


def _tell(permission: ExitPass) -> None:
    """The exit's page says the same as if nothing had happened, unless another person is at the exit by now."""
    person, here = permission.person, at_exit.present(permission.station)
    if person is None or (here is not None and here.person != person.pk):
        return
    at_exit.leave(permission.station)
    loans = Loan.objects.filter(visit=permission.visit, taken_at=permission.decided_at).select_related("copy__title")
    publish(station_group(permission.station), finished_now(person, Finished(list(loans), permission)))
