"""What an e-mail about an error says, without the secrets of the address and of what was in hand."""

from __future__ import annotations

from typing import Any

from django.utils.safestring import SafeString, mark_safe
from django.views.debug import ExceptionReporter

from config.ops.logs.masking import SECRET_PARTS, masked


class MaskedReporter(ExceptionReporter):
    """settings.DEFAULT_EXCEPTION_REPORTER: for anyone who adds Django's AdminEmailHandler, and on debug pages."""

    def get_traceback_text(self) -> SafeString:
        return mark_safe(masked(super().get_traceback_text(), *self._secrets()))  # noqa: S308  as safe as it was

    def get_traceback_html(self) -> SafeString:
        return mark_safe(masked(super().get_traceback_html(), *self._secrets()))  # noqa: S308

    def _secrets(self) -> list[str]:
        match: Any = getattr(self.request, "resolver_match", None)
        found = match.kwargs if match else {}
        return [str(found[name]) for name in SECRET_PARTS if found.get(name)]
