"""The accounts' first steps of a new site (config.ops.registries.first_steps)."""

from __future__ import annotations

from auditlog.models import LogEntry
from django.conf import settings
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import Department, NoticeText, OutgoingMail, User
from accounts.roles import Role
from config.ops.registries.first_steps import FIRST_STEPS, FirstStep

CONSOLE = "django.core.mail.backends.console.EmailBackend"


def register() -> None:
    FIRST_STEPS.register("mail", MAIL, order=1)
    FIRST_STEPS.register("departments", DEPARTMENTS, order=2)
    FIRST_STEPS.register("people", PEOPLE, order=3)
    FIRST_STEPS.register("notice", NOTICE, order=4)


def _mail_works() -> bool:
    """One has been accepted by a mail server. What is printed to the console reaches no one."""
    printed = settings.EMAIL_BACKEND == CONSOLE
    return not printed and OutgoingMail.objects.filter(state=OutgoingMail.State.SENT).exists()


def _notice_is_own() -> bool:
    """A person has added a version."""
    return LogEntry.objects.get_for_model(NoticeText).exclude(actor=None).exists()


MAIL = FirstStep(
    _("Send e-mails"),
    _("Name your mail server in EMAIL_URL and send a test. Without it no one gets a notice or a new password."),
    reverse_lazy("accounts:mail_test"),
    _mail_works,
)
DEPARTMENTS = FirstStep(
    _("Add departments"),
    _("People, courses and reports are grouped by department. One is enough to begin with."),
    reverse_lazy("admin:accounts_department_changelist"),
    lambda: Department.objects.exists(),
)
PEOPLE = FirstStep(
    _("Add people"),
    _("Import a list from a spreadsheet, or add the first person by hand."),
    reverse_lazy("admin:accounts_user_changelist"),
    lambda: User.objects.exclude(role=Role.ADMINISTRATOR).exists(),
)
NOTICE = FirstStep(
    _("Check the privacy notices"),
    _("People agree to this text before a camera knows them. Add a version that names your data protection officer."),
    reverse_lazy("admin:accounts_noticetext_changelist"),
    _notice_is_own,
    by_hand=_("We use the text as it is"),
)
