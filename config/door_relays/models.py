"""Kinds of devices as templates, and which device stands at which door."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterator

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from config.door_relays import grammar, reading
from config.door_relays import messages as words
from config.door_relays.grammar import BadTemplate
from config.door_relays.sending import NotDone, Recipe, Request
from config.ops import sealing

SECRET_NAME = RegexValidator(r"^DOOR_SECRET_[A-Z0-9_]{1,60}$", _("The name must begin with DOOR_SECRET_."))
DOOR = RegexValidator(
    r"^(?:\*|[A-Za-z0-9][A-Za-z0-9._/-]{0,99}(?:/\*)?)$", _("Enter a door's address, bank/* for a whole bank, or *.")
)


class DoorTemplate(models.Model):
    """How one kind of device is told to open, and asked for its door status. Nothing of one door, and no secret."""

    class Method(models.TextChoices):
        GET = "GET", "GET"
        POST = "POST", "POST"
        PUT = "PUT", "PUT"

    class Auth(models.TextChoices):
        NONE = "none", _("None, or part of the address, headers or body")
        BASIC = "basic", _("Basic")
        DIGEST = "digest", _("Digest, SHA-256 only")
        DIGEST_MD5 = "digest_md5", _("Digest, older devices too (MD5)")

    name = models.CharField(_("name"), max_length=80, unique=True)
    method = models.CharField(_("method"), max_length=4, choices=Method.choices, default=Method.POST)
    url = models.CharField(_("address"), max_length=500, help_text=_("For example http://{host}/rpc"))
    headers = models.TextField(_("headers"), blank=True, max_length=2000, help_text=_("One 'Name: value' per line."))
    body = models.TextField(_("body"), blank=True, max_length=4000)
    auth = models.CharField(_("sign in"), max_length=12, choices=Auth.choices, default=Auth.NONE)
    least_status = models.PositiveSmallIntegerField(
        _("status from"), default=200, validators=[MinValueValidator(200), MaxValueValidator(299)]
    )
    most_status = models.PositiveSmallIntegerField(
        _("to"), default=299, validators=[MinValueValidator(200), MaxValueValidator(299)]
    )
    success_path = models.CharField(
        _("path in the answer"),
        max_length=200,
        blank=True,
        help_text=_(
            "Must be in its JSON, for example result.was_on. a|b: either of the two. A dot: any JSON. Leave empty to "
            "ignore the answer."
        ),
    )
    success_value = models.CharField(
        _("value there"),
        max_length=100,
        blank=True,
        help_text=_("For example ON, true or 1. Leave empty to accept any value."),
    )
    state_url = models.CharField(
        _("status address"),
        max_length=500,
        blank=True,
        help_text=_("Requested with GET. Leave empty if there is no sensor."),
    )
    state_path = models.CharField(_("status path"), max_length=200, blank=True)
    states = models.TextField(
        _("states"),
        blank=True,
        max_length=1000,
        help_text=_("One 'value = state' per line, for example true = locked."),
    )

    class Meta:
        ordering = ("name",)
        verbose_name = _("template")
        verbose_name_plural = _("templates")

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        faults = {name: fault for name, check in self._checks() if (fault := _fault(check))}
        if self.least_status and self.most_status and self.least_status > self.most_status:
            faults["most_status"] = str(_("The range is empty. The first status must not be larger than the second."))
        if self.state_url and not (self.state_path and self.states.strip()):
            faults["state_path"] = str(_("Enter where in the answer the state is, and what its values mean."))
        if self.method == self.Method.GET and self.body:
            faults["body"] = str(_("A GET request has no body. Leave the body empty."))
        if faults:
            raise ValidationError(faults)

    def _checks(self) -> Iterator[tuple[str, Callable[[], object]]]:
        yield "url", lambda: grammar.require_address(self.url)
        yield "headers", self._check_headers
        yield "body", lambda: grammar.require_known(self.body)
        yield "success_path", lambda: reading.require_path(self.success_path)
        yield "state_path", lambda: reading.require_path(self.state_path)
        yield "states", lambda: reading.states_of(self.states)
        if self.state_url:
            yield "state_url", lambda: grammar.require_address(self.state_url)

    def _check_headers(self) -> None:
        found = {name.lower(): value for name, value in grammar.headers_of(self.headers)}
        if "authorization" in found and self.auth != self.Auth.NONE:
            raise BadTemplate("bad_header", "Use either sign-in or your own Authorization header, not both.")
        if "secret" not in grammar.names_in(found.get("authorization", "{secret}")):
            raise BadTemplate(
                "open_secret",
                "A template cannot contain a secret. Write {secret} here, and enter the secret at the door.",
            )

    @property
    def recipe(self) -> Recipe:
        """Raises BadTemplate for what was written past `clean`."""
        headers = grammar.headers_of(self.headers)
        asks = tuple(
            (name, value) for name, value in headers if name.lower() not in ("content-type", "idempotency-key")
        )
        grammar.require_address(self.url)
        return Recipe(
            opens=Request(self.method, self.url, headers, self.body),
            auth=self.auth,
            statuses=(max(200, self.least_status), min(299, self.most_status)),
            path=self.success_path,
            wanted=self.success_value,
            query=Request("GET", self.state_url, asks) if self.state_url else None,
            state_path=self.state_path,
            states=reading.states_of(self.states),
        )


def _fault(check: Callable[[], object]) -> str:
    try:
        check()
    except BadTemplate as bad:
        return words.in_words(bad)
    return ""


class DoorDevice(models.Model):
    """The device at one door, or at every door of a bank: it comes before LOCKER_ACTUATORS and LIBRARY_GATES."""

    class Place(models.TextChoices):
        LOCKERS = "lockers", _("Lockers")
        LIBRARY = "library", _("Library")

    uid = models.UUIDField(default=uuid.uuid4, editable=False, unique=True)
    place = models.CharField(_("place"), max_length=10, choices=Place.choices)
    door = models.CharField(
        _("door"),
        max_length=103,
        validators=[DOOR],
        help_text=_(
            "Lockers: BANK/NUMBER or the lock's address; BANK/* for the whole bank. Library: a station; * for all."
        ),
    )
    template = models.ForeignKey(DoorTemplate, models.PROTECT, related_name="devices", verbose_name=_("template"))
    host = models.CharField(
        _("host"), max_length=250, help_text=_("{host}, for example 192.168.1.20 or lock.local:8123")
    )
    device = models.CharField(
        _("device"),
        max_length=100,
        blank=True,
        help_text=_("{device}, for example lock.front_door. A name that the device knows."),
    )
    channel = models.PositiveSmallIntegerField(
        _("channel"),
        default=0,
        validators=[MaxValueValidator(255)],
        help_text=_("{channel}: which of its relays to use."),
    )
    pulse = models.PositiveSmallIntegerField(
        _("seconds"),
        default=3,
        validators=[MinValueValidator(1), MaxValueValidator(60)],
        help_text=_("{pulse}, or {pulse_ms} in milliseconds: how long it stays unlocked."),
    )
    user = models.CharField(
        _("user"), max_length=100, blank=True, help_text=_("{user}. For a Shelly it is always admin.")
    )
    secret_name = models.CharField(
        _("secret from the environment"),
        max_length=80,
        blank=True,
        validators=[SECRET_NAME],
        help_text=_(
            "The name of a variable such as DOOR_SECRET_FRONT, which contains SECRET@HOST. Leave empty to store the "
            "secret encrypted in the database."
        ),
    )
    sealed = models.TextField(editable=False, blank=True)
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        ordering = ("place", "door")
        verbose_name = _("door device")
        verbose_name_plural = _("door devices")
        constraints = (models.UniqueConstraint(fields=["place", "door"], name="one_device_for_each_door"),)

    def __str__(self) -> str:
        return f"{self.get_place_display()}: {self.door}"

    def clean(self) -> None:
        if fault := _fault(lambda: grammar.require_host(self.host)):
            raise ValidationError({"host": fault})
        if self.place == self.Place.LOCKERS and self.door == "*":
            raise ValidationError({"door": _("Enter the bank, for example main/*.")})
        if self.place == self.Place.LOCKERS and self.door.endswith("*") and not self._tells_doors_apart():
            words_ = _(
                "This template does not name a door ({door}, {number}), so all lockers of the bank would open the "
                "same door."
            )
            raise ValidationError({"template": words_})

    def _tells_doors_apart(self) -> bool:
        kind = DoorTemplate.objects.filter(pk=self.template_id).first()
        asked = [f"{kind.url}{kind.headers}{kind.body}", *filter(None, [kind.state_url])] if kind else [""]
        return all(grammar.names_in(text) & {"door", "number"} for text in asked)

    # --- the secret -----------------------------------------------------------------------------

    @property
    def _context(self) -> str:
        """A secret is for one host: anyone who leads the door elsewhere must know it."""
        return f"door-device:{self.uid}:{self.host}"

    def keep(self, secret: str) -> None:
        self.sealed = sealing.seal(secret, context=self._context) if secret else ""

    def unsealed(self) -> str:
        """Refused `wrong_key`, `damaged`."""
        return sealing.unseal(self.sealed, context=self._context) if self.sealed else ""

    def secret(self) -> str:
        """Raises NotDone `unset` for a variable that is not there, or not for this host; Refused as `unsealed`."""
        if not self.secret_name:
            return self.unsealed()
        found, _at, host = os.environ.get(self.secret_name, "").rpartition("@")
        if not found or not self.secret_name.startswith("DOOR_SECRET_") or host not in ("*", self.host):
            raise NotDone("unset", f"the variable {self.secret_name} contains no secret for {self.host} (SECRET@HOST)")
        return found
