"""The rows of the lockers."""

from lockers.models.abandoned import Abandonment, AbandonmentStep
from lockers.models.access import AccessAttempt, Alarm, Approval, Keypad, Lockout, Opening, SecurityKey
from lockers.models.customers import Assignment, JointHolder, PinTaken, WaitingEntry
from lockers.models.duress import Duress, DuressMark, SilentAlarm
from lockers.models.grants import Grant, GrantLine
from lockers.models.log import AccessLog, AccessLogHead
from lockers.models.passkeys import Passkey, PasskeyChallenge, PasskeyLink, PasskeyTally
from lockers.models.places import Bank, ClosedDay, Locker, LockerSize, LockerStation
from lockers.models.releases import BankRelease, ReleaseDoor
from lockers.models.terms import BankTerms, TermsAnswer
from lockers.models.vaults import BankOfficer, OfficerKey

__all__ = [
    "Abandonment",
    "AbandonmentStep",
    "AccessAttempt",
    "AccessLog",
    "AccessLogHead",
    "Alarm",
    "Approval",
    "Assignment",
    "Bank",
    "BankOfficer",
    "BankRelease",
    "BankTerms",
    "ClosedDay",
    "Duress",
    "DuressMark",
    "Grant",
    "GrantLine",
    "JointHolder",
    "Keypad",
    "Locker",
    "LockerSize",
    "LockerStation",
    "Lockout",
    "OfficerKey",
    "Opening",
    "Passkey",
    "PasskeyChallenge",
    "PasskeyLink",
    "PasskeyTally",
    "PinTaken",
    "ReleaseDoor",
    "SecurityKey",
    "SilentAlarm",
    "TermsAnswer",
    "WaitingEntry",
]
