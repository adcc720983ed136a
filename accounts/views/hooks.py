"""What the accounts join in elsewhere: registered by `apps.py`, which asks the database nothing."""

from __future__ import annotations

from datetime import datetime

from auditlog.models import LogEntry as AuditEntry
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib.admin.models import LogEntry
from django.utils.translation import gettext_lazy as _
from django_tasks_db.models import DBTaskResult

from accounts.consent import receipt
from accounts.credentials import guess_counts, lost_card_messages
from accounts.identity import sign_ins
from accounts.mail import alerts, kinds, retention
from accounts.mail.smtp import trial
from accounts.models import IdempotencyKey, OutgoingMail, WebhookDelivery
from accounts.people import audit_retention, export_areas, my_data, own_export, traced_fields
from accounts.views import first_steps, home, menu, search
from accounts.views.person import sections
from accounts.webhooks import alerts as webhook_alerts
from accounts.webhooks import kinds as webhook_kinds
from accounts.webhooks import retention as webhook_retention
from config.ops.registries.admin_areas import AREAS, AdminArea
from config.ops.registries.alerts import ALERTS
from config.ops.registries.home_parts import HOME
from config.ops.registries.person_sections import SECTIONS
from config.ops.registries.purges import PURGES
from config.ops.registries.search_providers import SEARCH, SearchProvider
from config.web.menu import MENUS, TOOLS

_PEOPLE = ("accounts.User", "accounts.Consent", "accounts.Department", "accounts.NoticeText", "accounts.LostCard")
_SYSTEM = (
    "branding.SiteBranding",
    "accounts.OutgoingMail",
    "accounts.MailTemplate",
    "library.WebhookEndpoint",
    "door_relays.DoorDevice",
    "auditlog.LogEntry",
    "axes.AccessFailureLog",
)


def register() -> None:
    MENUS.register("accounts", menu.entries, order=2)
    TOOLS.register("accounts", menu.tools, order=-1)
    HOME.register("accounts", home.parts, order=2)
    first_steps.register()
    kinds.register([trial.TEST])
    SEARCH.register("people", SearchProvider(_("People"), search.people), order=-2)
    SEARCH.register("pages", SearchProvider(_("Pages"), search.pages), order=2)
    SEARCH.register("lists", SearchProvider(_("Administration"), search.lists), order=3)
    sections.register(SECTIONS)
    kinds.register(receipt.KINDS)
    kinds.register(lost_card_messages.MAIL_KINDS)
    webhook_kinds.register(lost_card_messages.REPORTED_EVENT)
    AREAS.register("people", AdminArea(_("People"), _PEOPLE, home="accounts"), order=-2)
    AREAS.register("system", AdminArea(_("System"), _SYSTEM), order=2)
    my_data.FACTS.register("accounts", my_data.facts)
    sign_ins_page = my_data.OwnPage(
        _("Where you are signed in"), "accounts:sign_ins", _("Your browsers, and signing out elsewhere.")
    )
    my_data.OWN_PAGES.register("sign_ins", sign_ins_page)
    my_data.OWN_PAGES.register(
        "card_lost", my_data.OwnPage(_("I have lost my card"), "accounts:card_lost", _("It is blocked at once."))
    )
    my_data.OWN_PAGES.register(
        "download", my_data.OwnPage(_("Download my data"), "accounts:download", _("A ZIP with tables and your photos."))
    )
    own_export.AREAS.register("accounts", export_areas.AREAS)
    ALERTS.register("mail", alerts.alerts, order=1)
    ALERTS.register("webhooks", webhook_alerts.alerts, order=1)
    PURGES.register("mail", retention.purge)
    PURGES.register("webhooks", webhook_retention.purge)
    PURGES.register("idempotency_keys", _purge_idempotency_keys)
    PURGES.register("guess_counts", guess_counts.purge)
    PURGES.register("sign_ins", sign_ins.purge)
    PURGES.register("audit", audit_retention.purge)
    _trace()


def _purge_idempotency_keys(now: datetime) -> dict[str, int]:
    from accounts.api import idempotency  # brings the API's framework

    return idempotency.purge(now)


def _trace() -> None:
    """Of our own rows, and of the packages'."""
    traced_fields.register(OutgoingMail, "to", "subject", "body", "facts", "last_error")
    traced_fields.register(IdempotencyKey, "answer")
    traced_fields.register(WebhookDelivery, "answered", "body")
    traced_fields.register(LogEntry, "object_repr", "change_message")
    traced_fields.register(
        AuditEntry, "object_repr", "serialized_data", "changes_text", "changes", "additional_data", "actor_email"
    )
    traced_fields.register(AccessAttempt, "get_data", "post_data", "path_info")
    traced_fields.register(DBTaskResult, "args_kwargs", "return_value", "traceback")
    for model in (AccessAttempt, AccessFailureLog, AccessLog):
        traced_fields.register_rows(model, named_by="username")
