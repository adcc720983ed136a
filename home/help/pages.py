"""Which document explains which page: the one map, from the beginning of an address to a document and its heading."""

from __future__ import annotations

from django.conf import settings

DOCS = settings.BASE_DIR / "docs"
# The longest beginning that fits counts.
MAP = {
    "/": "stations",
    "/admin/": "install",
    "/admin/accounts/mail": "mail",
    "/admin/accounts/outgoingmail/": "mail",
    "/admin/accounts/user/": "privacy",
    "/admin/accounts/webhook": "webhooks",
    "/admin/attendance/": "attendance",
    "/admin/door_relays/": "doors",
    "/admin/library/": "library",
    "/admin/lockers/": "lockers",
    "/admin/recognition/": "recognition",
    "/admin/visitors/": "visitors",
    "/api/": "api",
    "/attendance/": "attendance",
    "/attendance/import/": "tables",
    "/enrol/": "recognition",
    "/evidence/": "recognition",
    "/face-models/": "models",
    "/institution/": "install",
    "/jobs/": "production",
    "/library/": "library",
    "/library/import/": "tables",
    "/lockers/": "lockers",
    "/me/": "privacy",
    "/privacy/": "privacy",
    "/stations/": "stations",
    "/visitors/": "visitors",
    "/stations/test-a-camera/": "cameras",
}


def documents() -> list[str]:
    """Their names, as in /help/NAME/."""
    return sorted(path.stem for path in DOCS.glob("*.md"))


def document_of(path: str) -> str:
    """The one that explains the page at this address."""
    return MAP[max((start for start in MAP if path.startswith(start)), key=len)]
