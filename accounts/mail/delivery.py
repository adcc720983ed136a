"""The rules of the table of e-mails: how long a lease is, when it is tried again, what may be sent once more."""

from __future__ import annotations

from datetime import timedelta

from accounts.mail import reasons
from accounts.models import OutgoingMail
from config.delivery.outbox import Outbox
from config.delivery.pauses import Pauses

State = OutgoingMail.State

# An e-mail that may have gone out does not go out again by itself: a person decides.
OUTBOX: Outbox[OutgoingMail] = Outbox(
    model=OutgoingMail,
    lease=timedelta(minutes=10),  # longer than any conversation with a server (settings.EMAIL_TIMEOUT)
    pauses=Pauses(
        first=tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60)),
        later=timedelta(hours=4),
        most=16,  # the last one about two days after the first
    ),
    lost=State.UNCLEAR,
    dead=State.FAILED,
    replayable=(State.WAITING, State.FAILED, State.UNCLEAR, State.CANCELLED),
    over=(State.SENT, State.CANCELLED, State.FAILED, State.UNCLEAR),
    interrupted=reasons.INTERRUPTED,
)
