"""When an e-mail may go out."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings

from accounts.mail import quiet_hours
from accounts.mail.kinds import MailKind


def earliest(kind: MailKind, at: datetime) -> datetime:
    """The first moment, not before `at`, at which this kind may go out."""
    zone = ZoneInfo(settings.TIME_ZONE)
    return quiet_hours.after_quiet(at, settings.MAIL_QUIET_HOURS, zone) if kind.obeys_quiet_hours else at
