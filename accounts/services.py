"""The rules about people. Pages, admin, API and commands come through here."""

from accounts.consent import give_consent, may_record, require_consent, standing_purposes, withdraw_consent
from accounts.people import delete_person, find_by_card, require_valid, set_active
from accounts.pins import check_pin, set_pin

__all__ = [
    "check_pin",
    "delete_person",
    "find_by_card",
    "give_consent",
    "may_record",
    "require_consent",
    "require_valid",
    "set_active",
    "set_pin",
    "standing_purposes",
    "withdraw_consent",
]
