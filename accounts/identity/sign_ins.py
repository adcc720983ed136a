"""Where a person is signed in, and signing them out elsewhere.

A row follows its session: what has run out, was signed out of, or was opened with an older password is not shown.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime
from typing import Any, cast

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY, user_logged_in
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from accounts.identity.browser_names import names_of
from accounts.models import SignIn, User
from config.web.client_address import address_of

log = logging.getLogger("ostiary.sign_in")


def listen() -> None:
    """Every door that signs someone in with a session ends in Django's `login`."""
    user_logged_in.connect(_signed_in, dispatch_uid="accounts.sign_ins")


def current(person: User) -> list[SignIn]:
    """The newest first."""
    rows = list(person.sign_ins.all())
    sessions = Session.objects.filter(session_key__in=[row.session_key for row in rows], expire_date__gt=timezone.now())
    good = {session.session_key for session in sessions if _is_of(session, person)}
    return [row for row in rows if row.session_key in good]


def tokens(person: User) -> list[Any]:
    """The programs that hold a token, the newest first."""
    return list(cast(Any, person).auth_token_set.filter(expiry__gt=timezone.now()).order_by("-created"))


def end(rows: Iterable[SignIn]) -> int:
    """Sign these browsers out at once; how many."""
    ended = list(rows)
    with transaction.atomic():
        Session.objects.filter(session_key__in=[row.session_key for row in ended]).delete()
        SignIn.objects.filter(pk__in=[row.pk for row in ended]).delete()
    for row in ended:
        log.info("Signed out from elsewhere: %s", row.person_id)
    return len(ended)


def end_others(person: User, *, but: str | None) -> int:
    """Every browser but the one with this session, and every program with a token. How many."""
    with transaction.atomic():
        tokens, _details = cast(Any, person).auth_token_set.all().delete()
        return end(row for row in current(person) if row.session_key != but) + tokens


def follow(before: str | None, after: str | None) -> None:
    """The session of one browser goes on under another key."""
    if before and after and before != after:
        SignIn.objects.filter(session_key=before).update(session_key=after)


def purge(now: datetime) -> dict[str, int]:
    """Rows whose session is over (config.ops.registries.purges)."""
    going_on = Session.objects.filter(expire_date__gt=now).values("session_key")
    return {"sign_ins": SignIn.objects.exclude(session_key__in=going_on).delete()[0]}


def _signed_in(sender: Any, request: Any, user: User, **kwargs: Any) -> None:
    """Not for programs: they sign in with a token, and have no session of their own."""
    session = getattr(request, "session", None)
    if session is None or session.get(SESSION_KEY) != str(user.pk):
        return
    if session.session_key is None:
        session.create()
    browser, system = names_of(str(request.META.get("HTTP_USER_AGENT", "")))
    said = {"person": user, "browser": browser, "system": system, "address": address_of(request), "at": timezone.now()}
    SignIn.objects.update_or_create(session_key=session.session_key, defaults=said)


def _is_of(session: Session, person: User) -> bool:
    said = session.get_decoded()
    same = said.get(SESSION_KEY) == str(person.pk)
    return same and constant_time_compare(said.get(HASH_SESSION_KEY, ""), person.get_session_auth_hash())
