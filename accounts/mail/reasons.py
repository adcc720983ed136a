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
    UNTRUE: _("No longer true when it was to be sent"),
    BY_HAND: _("Cancelled by an administrator"),
    UNWANTED: _("The addressee does not want this kind any more"),
    NO_ADDRESS: _("The address was taken away, or the person was switched off"),
    NO_KIND: _("This kind of e-mail no longer exists"),
    INTERRUPTED: _("The sending process ended in the middle: it may have been delivered or not"),
}
