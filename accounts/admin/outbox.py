"""The outbox: what waits, what went out, what did not and why. Rows are never edited."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from accounts.admin.mail_kinds import KindFilter, label_of
from accounts.mail import outbox, reasons
from accounts.models import OutgoingMail
from config.errors import Refused
from config.web.admin.rights import ReadOnlyAdmin
from config.web.language.plurals import numbered

State = OutgoingMail.State
TONES = {
    State.WAITING: "info",
    State.SENDING: "info",
    State.SENT: "success",
    State.FAILED: "error",
    State.UNCLEAR: "warning",
}


@admin.register(OutgoingMail)
class OutboxAdmin(ReadOnlyAdmin):
    list_display = ("subject", "to", "which", "badge", "not_before", "tries", "why")
    list_filter = ("state", KindFilter, "created_at")
    list_select_related = ("person",)
    list_per_page = 50
    show_full_result_count = False
    search_fields = ("to", "subject", "=person__id_number")
    search_help_text = gettext_lazy("Address, subject or id number")
    date_hierarchy = "created_at"
    actions = ("send_again", "cancel")
    fields = (
        "subject",
        "to",
        "person",
        "which",
        "badge",
        "why",
        "tries",
        "created_at",
        "not_before",
        "sent_at",
        "text",
    )
    readonly_fields = fields

    @admin.display(description=gettext_lazy("kind"), ordering="kind")
    def which(self, mail: OutgoingMail) -> str:
        return label_of(mail.kind)

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def badge(self, mail: OutgoingMail) -> SafeString:
        return format_html(
            '<span class="badge {}">{}</span>', TONES.get(State(mail.state), ""), mail.get_state_display()
        )

    @admin.display(description=gettext_lazy("what happened"))
    def why(self, mail: OutgoingMail) -> str:
        return str(reasons.WORDS.get(mail.last_error, mail.last_error)) or "–"

    @admin.display(description=gettext_lazy("text"))
    def text(self, mail: OutgoingMail) -> SafeString:
        return format_html('<pre class="mail-text">{}</pre>', mail.body)

    def has_resend_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_authenticated and request.user.is_administrator)

    @admin.action(description=gettext_lazy("Send again or now"), permissions=["resend"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[OutgoingMail]) -> None:
        done = self._each(request, queryset, outbox.send_again, _("Sent again"))
        said = numbered(ngettext("%d e-mail is being sent now.", "%d e-mails are being sent now.", done), done)
        self._tell(request, done, len(queryset), said, _("E-mails that were already sent are not sent again."))

    @admin.action(description=pgettext_lazy("e-mail", "Cancel"), permissions=["resend"])
    def cancel(self, request: HttpRequest, queryset: QuerySet[OutgoingMail]) -> None:
        done = self._each(request, queryset, outbox.cancel, _("Cancelled"))
        said = numbered(ngettext("%d e-mail was cancelled.", "%d e-mails were cancelled.", done), done)
        self._tell(request, done, len(queryset), said, _("Only waiting e-mails can be cancelled."))

    def _each(self, request: HttpRequest, mails: Any, act: Callable[[OutgoingMail], None], words: str) -> int:
        done = 0
        for mail in mails:
            try:
                act(mail)
            except Refused:
                continue
            self.log_change(request, mail, words)
            done += 1
        return done

    def _tell(self, request: HttpRequest, done: int, chosen: int, said: str, why_not: str) -> None:
        if done:
            messages.success(request, said)
        if done < chosen:
            messages.warning(request, why_not)
