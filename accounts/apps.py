from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("People and consents")

    def ready(self) -> None:
        from auditlog.registry import auditlog

        from accounts.mail import metrics
        from accounts.models import Consent, Department, MailOptOut, MailTemplate, NoticeText, User

        auditlog.register(User, exclude_fields=["password", "pin", "last_login"])
        auditlog.register(Department)
        auditlog.register(NoticeText)
        auditlog.register(Consent)
        auditlog.register(MailTemplate)
        auditlog.register(MailOptOut)
        metrics.register()
