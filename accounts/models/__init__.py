"""The rows of the accounts: people, what they agreed to, and the e-mails that are written to them."""

from accounts.models.idempotency import IdempotencyKey
from accounts.models.mail import MailOptOut, MailTemplate, OutgoingMail
from accounts.models.people import (
    ID_NUMBER,
    Consent,
    Department,
    NoticeText,
    PeopleManager,
    PeopleQuerySet,
    User,
)

__all__ = [
    "ID_NUMBER",
    "Consent",
    "Department",
    "IdempotencyKey",
    "MailOptOut",
    "MailTemplate",
    "NoticeText",
    "OutgoingMail",
    "PeopleManager",
    "PeopleQuerySet",
    "User",
]
