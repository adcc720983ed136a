"""Setting up and changing a webhook: the one door to it, for the administration and the API."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import WebhookEndpoint
from accounts.webhooks import kinds, secret_rules, secrets
from config.errors import Refused


def save(endpoint: WebhookEndpoint, now: datetime, secret: str = "") -> None:
    """Keep what was changed. Of an endpoint that is there already, a new secret is a rotation.

    Anyone who switches it on again has seen why it was off.
    """
    is_new = endpoint.pk is None
    if endpoint.active:
        endpoint.off_because = ""
    if secret and is_new:
        endpoint.keep(secret)
    endpoint.save()
    if secret and not is_new:
        secrets.rotate(endpoint, now, secret)


def secret_of_ones_own(secret: str) -> str:
    """Refused `bad_webhook_secret` for what is not in the form of the specification; empty is a new one."""
    try:
        if secret:
            secret_rules.decoded(secret)
    except ValueError as error:
        words = _("This is not a valid secret. Write whsec_ and 24 to 64 bytes in base64, or leave it empty.")
        raise Refused("bad_webhook_secret", words) from error
    return secret


def offered(codes: Iterable[str], role: str) -> list[str]:
    """These kinds, each once. Refused `unknown_event` for one that this role cannot subscribe to."""
    known = {kind.code for kind in kinds.offered_to(role)}
    unknown = [code for code in codes if code not in known]
    if unknown:
        words = _("There is no event of the kind %(code)s. See /api/v1/webhooks/events/.")
        raise Refused("unknown_event", words % {"code": unknown[0][:64]})
    return list(dict.fromkeys(codes))
