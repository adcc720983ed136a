"""The rows of the lockers."""

from lockers.models.access import AccessAttempt, Alarm, Approval, Keypad, Lockout, Opening, SecurityKey
from lockers.models.customers import Assignment, JointHolder, PinTaken, WaitingEntry
from lockers.models.log import AccessLog, AccessLogHead
from lockers.models.places import Bank, Locker, LockerStation

__all__ = [
    "AccessAttempt",
    "AccessLog",
    "AccessLogHead",
    "Alarm",
    "Approval",
    "Assignment",
    "Bank",
    "JointHolder",
    "Keypad",
    "Locker",
    "LockerStation",
    "Lockout",
    "Opening",
    "PinTaken",
    "SecurityKey",
    "WaitingEntry",
]
