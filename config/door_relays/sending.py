"""A device that opens by one request. Sent twice is only what it refused to hear without a password.

Every way in which this is not a clear yes is NotDone, and the door has not been told to open by us again. No Django.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from urllib.parse import quote, quote_plus

from config.door_relays import digest, grammar, reading
from config.ops.network.relay import (
    Answer,
    AtOnce,
    Forbidden,
    Limits,
    Network,
    RelayClient,
    SignsIn,
    basic,
    target_of,
    within,
)

PATIENCE = 5.0  # s for one request
WHOLE = 7.0  # s for all of them: less than a command lives
MOST = 65_536  # bytes of an answer
SHOWN = 600  # signs of an answer that are shown
HIDDEN = "•••"
AUTHS = {"none": (), "basic": (), "digest": (digest.SHA256,), "digest_md5": (digest.SHA256, digest.MD5)}


class NotDone(Exception):
    """It did not do it, or no one can say that it did. `code`: `unreachable`, `refused`, `forbidden`, `unset`."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(words)
        self.code = code


@dataclass(frozen=True, slots=True)
class Request:
    """As it stands in the template, with its placeholders."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...] = ()
    body: str = ""


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a kind of device understands. `query`: it asks for the door status; None: it cannot be asked."""

    opens: Request
    auth: str = "none"
    statuses: tuple[int, int] = (200, 299)
    path: str = ""
    wanted: str = ""
    query: Request | None = None
    state_path: str = ""
    states: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer, for anyone who tries a door out: never with a secret."""

    sent: str
    answered: str


@dataclass(slots=True)
class Device:
    """One door's device. `networks`: where it may be, besides the public internet (over https)."""

    recipe: Recipe
    host: str
    values: dict[str, str]
    networks: Sequence[Network] = ()
    said: list[Exchange] = field(default_factory=list)

    # --- what is asked of it --------------------------------------------------------------------

    def open(self, transaction: str, door: str = "") -> None:
        """Raises NotDone."""
        values = self._values(transaction, door)
        answer = self._asked(self.recipe.opens, values)
        try:
            reading.require_yes(answer.body, self.recipe.path, self.recipe.wanted, values)
        except reading.BadAnswer as no:
            raise NotDone("refused", str(no)) from no

    def state(self, door: str = "") -> str | None:
        """One of reading.STATES; None for a device that cannot be asked. Raises NotDone."""
        if self.recipe.query is None:
            return None
        values = self._values("", door)
        answer = self._asked(self.recipe.query, values)
        return reading.state_in(answer.body, self.recipe.state_path, self.recipe.states, values)

    def _values(self, transaction: str, door: str) -> dict[str, str]:
        bank, _, number = (door or self.values.get("door", "")).partition("/")
        named = {"door": door, "bank": bank, "number": number} if door else {}
        return {**self.values, **named, "transaction": transaction}

    # --- one request, and the same again with a password ----------------------------------------

    def _asked(self, request: Request, values: dict[str, str]) -> Answer:
        """By the client of config.ops.network.relay. Raises NotDone."""
        try:
            answer = self._sent(request, values)
        except grammar.BadTemplate as bad:
            raise NotDone("unset", str(bad)) from bad
        except Forbidden as no:
            raise NotDone("forbidden", str(no)) from no
        except (OSError, ValueError) as error:
            raise NotDone("unreachable", type(error).__name__) from error
        least, most = self.recipe.statuses
        if not least <= answer.status <= most:
            raise NotDone("refused", f"it answered with status {answer.status}")
        return answer

    def _sent(self, request: Request, values: dict[str, str]) -> Answer:
        target = target_of(self._url(request, values))
        headers = {name: grammar.header(text, values) for name, text in request.headers}
        kind = next((value for name, value in headers.items() if name.lower() == "content-type"), "")
        body = grammar.body(request.body, values, kind) if request.body else None
        return self._client(request, values).send(request.method, target, body, headers)

    def _client(self, request: Request, values: dict[str, str]) -> RelayClient:
        def noted(sign: str, came: Answer | Exception) -> None:
            answered = self._heard(came, values) if isinstance(came, Answer) else _why(came)
            self.said.append(Exchange(self._told(request, sign), answered))

        limits = Limits(PATIENCE, PATIENCE, MOST, WHOLE)
        return RelayClient(within(self.networks), limits, self._signs_in(values), noted)

    def _signs_in(self, values: dict[str, str]) -> SignsIn:
        if self.recipe.auth == "basic":
            return basic(values["user"], values["secret"])
        if algorithms := AUTHS[self.recipe.auth]:
            return digest.SignsByDigest(values["user"], values["secret"], algorithms)
        return AtOnce()

    def _url(self, request: Request, values: dict[str, str]) -> str:
        return grammar.address(request.url, self.host, values)

    # --- what may be shown ----------------------------------------------------------------------

    def _told(self, request: Request, sign: str) -> str:
        """The request with its values, but a sign for each secret in it: written again, not crossed out."""
        values = {**self._shown_values(), "secret": HIDDEN}
        headers = [f"{name}: {_plain(text, values)}" for name, text in request.headers]
        headers += [f"Authorization: {sign.partition(' ')[0]} {HIDDEN}"] if sign else []
        url = request.url.replace("{host}", self.host)
        return "\n".join(
            [f"{request.method} {_plain(url, values)}", *headers, "", _plain(request.body, values)]
        ).strip()

    def _shown_values(self) -> dict[str, str]:
        return {**self.values, "transaction": "…"}

    def _heard(self, answer: Answer, values: dict[str, str]) -> str:
        text = answer.body[: SHOWN * 4].decode(errors="replace")
        for secret in sorted(_spelled(values["user"], values["secret"]), key=len, reverse=True):
            text = text.replace(secret, HIDDEN)
        text = "".join(sign if sign.isprintable() or sign in "\n\t" else "·" for sign in text)
        return f"{answer.status}\n{text[:SHOWN]}".strip()


def _plain(text: str, values: dict[str, str]) -> str:
    return grammar.PLACEHOLDER.sub(lambda found: values.get(found[1], ""), text)


def _spelled(user: str, secret: str) -> set[str]:
    """How a device that repeats the request may write it."""
    if not secret:
        return set()
    coded = {base64.b64encode(text.encode()).decode().rstrip("=") for text in (secret, f"{user}:{secret}")}
    return coded | {secret, quote(secret, safe=""), quote_plus(secret), escape(secret), json.dumps(secret)[1:-1]}


def _why(error: Exception) -> str:
    return str(error) if isinstance(error, Forbidden) else type(error).__name__
