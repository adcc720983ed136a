"""Why an e-mail lies where it lies: codes in `last_error`, and what they mean. Anything else is the server's answer."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

UNTRUE = "no_longer_true"  # a reason for which the system itself cancels: true again, it may go out after all
BY_HAND = "cancelled_by_hand"
UNWANTED = "unwanted"
NO_ADDRESS = "no_address"
NO_KIND = "unknown_kind"
INTERRUPTED = "interrupted"

WORDS = {
    UNTRUE: _("No longer true by the time it was due"),
    BY_HAND: _("Cancelled by an administrator"),
    UNWANTED: _("The recipient no longer wants this kind of e-mail"),
    NO_ADDRESS: _("The address was removed, or the person was deactivated"),
    NO_KIND: _("This kind of e-mail no longer exists"),
    INTERRUPTED: _("Sending was interrupted, so the e-mail may or may not have been delivered"),
}
