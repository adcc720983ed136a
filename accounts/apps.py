from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("People and consents")

    def ready(self) -> None:
        from auditlog.registry import auditlog

        from accounts.identity import sign_ins
        from accounts.mail import jobs as mail_jobs
        from accounts.mail.delivery import OUTBOX as MAILS
        from accounts.models import Consent, Department, MailOptOut, MailTemplate, NoticeText, User, WebhookEndpoint
        from accounts.views import hooks
        from accounts.webhooks import jobs as webhook_jobs
        from accounts.webhooks.delivery import OUTBOX as WEBHOOKS
        from config.delivery import metrics
        from config.ops.jobs import registry

        auditlog.register(User, exclude_fields=["password", "pin", "last_login"])
        auditlog.register(Department)
        auditlog.register(NoticeText)
        auditlog.register(Consent)
        auditlog.register(MailTemplate)
        auditlog.register(MailOptOut)
        auditlog.register(WebhookEndpoint, exclude_fields=["sealed", "previous", "sealed_query"])
        metrics.register("ostiary_mails", "E-mails in the outbox, by state.", MAILS)
        metrics.register("ostiary_webhooks", "Deliveries of webhooks, by state.", WEBHOOKS)
        hooks.register()
        sign_ins.listen()
        registry.register(*mail_jobs.JOBS, *webhook_jobs.JOBS)
