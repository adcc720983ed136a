"""People, departments, notices, consents and e-mails in the admin."""

from django.contrib import admin
from django.contrib.auth.models import Group

from accounts.admin import cards, consents, departments, mail_preferences, mail_texts, notices, outbox, people, webhooks

__all__ = [
    "cards",
    "consents",
    "departments",
    "mail_preferences",
    "mail_texts",
    "notices",
    "outbox",
    "people",
    "webhooks",
]

# accounts.roles is the one table of what people may do: a second one would only be forgotten.
admin.site.unregister(Group)
