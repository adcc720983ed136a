"""The rows of the accounts: people, what they agreed to, and what is written to them and to other systems."""

from accounts.models.cards import LostCard
from accounts.models.guess_count import GuessCount
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
from accounts.models.sign_ins import SignIn
from accounts.models.webhooks import WebhookDelivery, WebhookEndpoint

__all__ = [
    "ID_NUMBER",
    "Consent",
    "Department",
    "GuessCount",
    "IdempotencyKey",
    "LostCard",
    "MailOptOut",
    "MailTemplate",
    "NoticeText",
    "OutgoingMail",
    "PeopleManager",
    "PeopleQuerySet",
    "SignIn",
    "User",
    "WebhookDelivery",
    "WebhookEndpoint",
]
