"""Adding, naming and removing passkeys: by the customer, or at the desk with a code that an officer gives out."""

from __future__ import annotations

import base64
import logging
import secrets
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from config.errors import Refused
from config.web import throttle
from lockers.access.credentials import require_may_change
from lockers.access.passkeys import ceremony, challenges
from lockers.access.passkeys.relying_party import require_site
from lockers.bank import notices
from lockers.bank.log import access_log
from lockers.bank.officers import serves
from lockers.models import Locker, Passkey, PasskeyLink
from lockers.rules.messages import refusal

log = logging.getLogger("ostiary.lockers")

MOST = 10  # of one person
CODES, WINDOW = 30, 600  # that one officer gives out, and the seconds in which they count
Purpose = PasskeyLink.Purpose


def of(person: User, *, locker: Locker | None = None) -> list[Passkey]:
    """Those that open something. Anyone who gave out an officer's code could have used it: what was added with one
    opens
    no vault, and where a bank has officers of its own only if one of them gave it out."""
    rows = list(Passkey.objects.filter(person=person, stopped_at=None).select_related("invited_by"))
    return rows if locker is None else [row for row in rows if _opens(row, locker)]


def _opens(row: Passkey, locker: Locker) -> bool:
    if not row.invited:
        return True
    if locker.kind == Locker.Kind.VAULT:
        return False
    return not locker.bank.own_officers or (row.invited_by is not None and serves(row.invited_by, locker.bank))


# --- adding -------------------------------------------------------------------------------------


def begin(person: User, *, browser: str, now: datetime | None = None) -> Any:
    """What the browser is asked. Refused `no_passkeys_here`, `too_many_passkeys`."""
    now = now or timezone.now()
    site, known = require_site(), list(Passkey.objects.filter(person=person))
    if len(known) >= MOST:
        raise refusal("too_many_passkeys")
    handle = known[0].handle if known else secrets.token_hex(32)
    challenge = challenges.issue(Purpose.ADD, person, browser=browser, now=now, handle=handle)
    ids = [base64.urlsafe_b64decode(one.credential + "=" * (-len(one.credential) % 4)) for one in known]
    return ceremony.creation_options(site, challenge, handle=bytes.fromhex(handle), name=person.id_number, known=ids)


def add(
    person: User,
    answer: dict[str, Any],
    name: str,
    *,
    browser: str,
    officer: User | None = None,
    now: datetime | None = None,
) -> Passkey:
    """It is theirs from now on; they are told. `officer`: who gave out the code.

    Refused `challenge_over`, `passkey_bad`, `passkey_known`, `too_many_passkeys`.
    """
    now = now or timezone.now()
    asked = challenges.use(Purpose.ADD, person, browser=browser, now=now)
    try:
        made = ceremony.created(require_site(), bytes.fromhex(asked.challenge), answer)
    except ceremony.NotProven as no:
        log.warning("A passkey of person %d was not added: %s", person.pk, no)
        access_log.append("passkey.refused", at=now, person=person.pk, reason="passkey_bad")
        raise refusal("passkey_bad", 400) from no
    transports = _transports(answer)
    return _added(person, made, name, asked.handle, transports, officer, now)


@transaction.atomic
def _added(
    person: User,
    made: ceremony.NewCredential,
    name: str,
    handle: str,
    transports: list[str],
    officer: User | None,
    now: datetime,
) -> Passkey:
    User.objects.get_queryset().select_for_update().get(pk=person.pk)  # of two that are added at once, one counts first
    if Passkey.objects.filter(person=person).count() >= MOST:
        raise refusal("too_many_passkeys")
    text = base64.urlsafe_b64encode(made.id).decode().rstrip("=")
    try:
        with transaction.atomic():
            row = Passkey.objects.create(
                person=person,
                name=named(name),
                digest=challenges.digest(text),
                credential=text,
                public_key=made.public_key,
                handle=handle,
                sign_count=made.sign_count,
                transports=transports,
                synced=made.synced,
                invited=officer is not None,
                invited_by=officer,
                made_at=now,
            )
    except IntegrityError as error:
        raise refusal("passkey_known") from error
    access_log.append(
        "passkey.added", at=now, person=person.pk, passkey=row.pk, by=officer.pk if officer else person.pk
    )
    notices.passkey_changed(person, _("A passkey for your locker was added: %(name)s.") % {"name": row.name})
    return row


def named(text: str) -> str:
    shown = "".join(sign for sign in text if sign.isprintable()).strip()[:60]
    return shown or str(_("Passkey"))


def _transports(answer: dict[str, Any]) -> list[str]:
    """As the browser says; only for people to read."""
    said = answer.get("response", {}).get("transports")
    known = ("usb", "nfc", "ble", "internal", "hybrid", "smart-card")
    return [one for one in known if isinstance(said, list) and one in said]


# --- with an officer's code ---------------------------------------------------------------------


def invite(person: User, *, by: User, now: datetime | None = None) -> str:
    """The secret part of an address, which the officer shows as a picture for the customer's phone: once, 15 minutes.

    Refused as `require_may_change`, `no_passkeys_here`, `too_many_attempts`.
    """
    now = now or timezone.now()
    require_may_change(person, by, _("Staff can only add their own passkeys."))
    require_site()
    if throttle.count(f"lockers.passkey.invite:{by.pk}", window=WINDOW) > CODES:
        raise Refused("too_many_attempts", _("Too many attempts. Please wait a minute and try again."), status=429)
    with transaction.atomic():
        token = challenges.link(Purpose.ADD, person, now=now, officer=by)
        access_log.append("passkey.invited", at=now, person=person.pk, by=by.pk)
    return token


def invited(token: str, now: datetime | None = None) -> PasskeyLink:
    """Refused `link_over`."""
    found = challenges.linked(Purpose.ADD, token, now or timezone.now())
    if not found.person.is_active:
        raise refusal("link_over", 404)
    return found


def begin_invited(token: str, *, browser: str, now: datetime | None = None) -> Any:
    found = invited(token, now)
    challenges.claim(found, browser)
    return begin(found.person, browser=browser, now=now)


def add_invited(token: str, answer: dict[str, Any], name: str, *, browser: str, now: datetime | None = None) -> Passkey:
    """Refused as `add`, `link_over`, `link_taken`. The code is good for one passkey."""
    now = now or timezone.now()
    found = invited(token, now)
    challenges.require_claimed(found, browser)
    if found.officer is None:  # they are gone, and so is their word
        raise refusal("link_over", 404)
    row = add(found.person, answer, name, browser=browser, officer=found.officer, now=now)
    challenges.end(found, now)
    return row


# --- afterwards ---------------------------------------------------------------------------------


@transaction.atomic
def rename(row: Passkey, name: str) -> None:
    row.name = named(name)
    row.save(update_fields=["name"])


@transaction.atomic
def remove(row: Passkey, *, by: User) -> None:
    """By its person, or by an officer: it was lost. Refused as `require_may_change`."""
    if by != row.person:
        require_may_change(row.person, by, _("Staff can only remove their own passkeys."))
    person, name, pk = row.person, row.name, row.pk
    row.delete()
    access_log.append("passkey.removed", person=person.pk, passkey=pk, by=by.pk)
    notices.passkey_changed(person, _("A passkey for your locker was removed: %(name)s.") % {"name": name})


@transaction.atomic
def stop(row: Passkey, now: datetime) -> None:
    """Its counter has gone back: there may be two of it. It opens nothing any more."""
    if Passkey.objects.filter(pk=row.pk, stopped_at=None).update(stopped_at=now):
        access_log.append("passkey.stopped", at=now, person=row.person_id, passkey=row.pk)
        notices.passkey_changed(
            row.person,
            _("A passkey for your locker was disabled because it may have been copied: %(name)s.") % {"name": row.name},
        )
