"""The library's timed jobs. What they call is imported when they run."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from config.ops.jobs.registry import Job


def tidy(now: datetime) -> None:
    from library.wiring import job_steps

    job_steps.tidy(now)


def remind(now: datetime) -> None:
    from library.wiring import job_steps

    job_steps.remind(now)


def remind_by_hour(now: datetime) -> None:
    from library.circulation import notices

    notices.remind_by_hour(now)


def renew_due(now: datetime) -> None:
    from library.circulation import renewals

    renewals.renew_due(now)


def work_on_imports(now: datetime) -> None:
    from library.catalogue import staging

    staging.work_on_all(now)


def see_all_off(now: datetime) -> None:
    from library.kiosk import actions

    actions.see_all_off(now)


def notice_who_needs_help(now: datetime) -> None:
    from library.kiosk.help import trouble

    trouble.notice_all(now)


def report_unstaffed_hours(now: datetime) -> None:
    from library.desk.unstaffed import reports

    reports.write(now)


def switch_tags(now: datetime) -> None:
    from library.catalogue.tags import sending

    sending.deliver_due(now)


def forget_finished_loans(now: datetime) -> None:
    from library.circulation import history

    history.forget_all(now)


def refresh_mirror(now: datetime) -> None:
    from library.sip2 import mirror

    mirror.refresh(now)


def open_pending_gates(now: datetime) -> None:
    from library.kiosk import pending_gates

    pending_gates.open_pending(now)


JOBS = [
    Job("library.tidy", 60, tidy, _("End forgotten visits and expired holds"), limit=300),
    Job(
        "library.reminders",
        3600,
        remind,
        _("Remind readers of books that are due"),
        limit=600,
    ),
    Job("library.hour_reminders", 120, remind_by_hour, _("Remind readers of loans by hours"), limit=120),
    Job("library.imports", 3, work_on_imports, _("Check and import uploaded catalogues"), limit=900),
    Job("library.renewals", 3600, renew_due, _("Renew loans automatically"), limit=600, over_network=True),
    # Anyone who steps away may leave with books: the library system and the gate are asked then.
    Job(
        "library.exits",
        3,
        see_all_off,
        _("Notice who has left an exit station"),
        limit=60,
        over_network=True,
    ),
    Job("library.help", 3, notice_who_needs_help, _("Notice who needs help at an exit"), limit=60),
    Job("library.unstaffed", 60, report_unstaffed_hours, _("Report the unstaffed hours in the morning"), limit=120),
    Job("library.tags", 2, switch_tags, _("Switch the tags of books"), limit=60, over_network=True),
    Job("library.forget", 60, forget_finished_loans, _("Forget finished loans as readers have chosen"), limit=300),
    Job("library.mirror", 10, refresh_mirror, _("Ask the college's library system"), limit=60, over_network=True),
    Job(
        "library.gates",
        2,
        open_pending_gates,
        _("Open gates after an interruption"),
        limit=60,
        over_network=True,
    ),
]
