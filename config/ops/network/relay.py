"""The one client for requests to other machines: gates, lockers' relays, devices by template, webhooks. No Django.

1. No redirect is followed and nothing is tried again: what was meant for one machine reaches no other. The only second
   request is the answer to a machine that has asked who we are (`when_asked`).
2. The name is looked up once, a `HostRule` says which of its numbers may be asked, and the connection goes to one of
   those.
3. The whole exchange has an end, also for a machine that sends one byte a second, and so has the answer.
4. No proxy of the environment is used, and no cookie, cache or password file.
"""

from __future__ import annotations

import base64
import http.client
import ipaddress
import socket
import ssl
import threading
import time
import urllib.error
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import Message
from typing import Protocol
from urllib.parse import urlsplit

from config.ops.network.networks import is_public

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True)
class Target:
    host: str
    port: int
    path: str
    tls: bool


@dataclass(frozen=True, slots=True)
class Limits:
    connect: float = 5.0  # seconds without an answer
    whole: float = 5.0  # seconds for one request
    most: int = 4096  # bytes of the answer that are read
    all_together: float = 0.0  # seconds for it and what is asked back; 0: as for one request


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()


class Forbidden(OSError):
    """No number of this name may be asked."""


# --- which machines -----------------------------------------------------------------------------

HostRule = Callable[[Target], Sequence[str]]  # the numbers that may be asked; raises OSError


def https_or_inside(target: Target) -> list[str]:
    """https anywhere, http only inside one's own network, for a secret goes there in the clear. Raises Forbidden."""
    numbers = numbers_of(target)
    if not target.tls and any(is_public(number) for number in numbers):
        raise Forbidden("a relay outside of one's own network has an https address")
    return numbers


def within(networks: Sequence[Network]) -> HostRule:
    """One's own networks as the site names them; the internet only over https. Raises Forbidden."""

    def rule(target: Target) -> list[str]:
        found = [one for one in numbers_of(target) if (is_public(one) and target.tls) or _is_in(one, networks)]
        if not found:
            raise Forbidden("its address is not in a network that relays may use (DOOR_RELAY_NETWORKS)")
        return found

    return rule


def _is_in(number: str, networks: Sequence[Network]) -> bool:
    """Never for a public number: that takes https."""
    address = ipaddress.ip_address(number.partition("%")[0])
    mapped = getattr(address, "ipv4_mapped", None)
    inside = [address, mapped] if mapped else [address]
    return not is_public(number) and any(
        one.version == network.version and one in network for network in networks for one in inside
    )


# --- who we are ---------------------------------------------------------------------------------


class SignsIn(Protocol):
    """The value of the header Authorization; empty: none."""

    def at_once(self) -> str: ...

    def when_asked(self, answer: Answer, method: str, path: str, *, again: bool) -> str:
        """After a 401. `again`: we have answered one already."""
        ...


@dataclass(frozen=True, slots=True)
class AtOnce:
    """Says it with the first request, and never a second time."""

    value: str = ""

    def at_once(self) -> str:
        return self.value

    def when_asked(self, answer: Answer, method: str, path: str, *, again: bool) -> str:
        return ""


def bearer(token: str) -> AtOnce:
    return AtOnce(f"Bearer {token}")


def basic(user: str, secret: str) -> AtOnce:
    return AtOnce("Basic " + base64.b64encode(f"{user}:{secret}".encode()).decode())


# --- asking -------------------------------------------------------------------------------------


def _nothing(_said: str, _came: Answer | Exception) -> None:
    """No one wants to know of it."""


@dataclass(frozen=True, slots=True)
class RelayClient:
    """How one kind of machine is asked. `noted` is told of each request: its Authorization, and what came of it."""

    hosts: HostRule = https_or_inside
    limits: Limits = Limits()
    signs_in: SignsIn = AtOnce()
    noted: Callable[[str, Answer | Exception], None] = _nothing

    def ask(self, method: str, url: str, body: bytes | None = None, headers: Mapping[str, str] | None = None) -> Answer:
        """An answer with a status from 200 to 299. Raises OSError for everything else, ValueError for `url`."""
        answer = self.send(method, target_of(url), body, headers)
        if not 200 <= answer.status < 300:
            raise urllib.error.HTTPError(url, answer.status, "refused, or sent elsewhere", Message(), None)
        return answer

    def send(
        self, method: str, target: Target, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """The answer, whatever its status. Raises OSError."""
        until = time.monotonic() + (self.limits.all_together or self.limits.whole)
        said, sent = self.signs_in.at_once(), dict(headers or {})
        answer = self._once(method, target, body, sent, said, until)
        for again in (False, True):
            said = self.signs_in.when_asked(answer, method, target.path, again=again) if answer.status == 401 else ""
            if not said:
                return answer
            answer = self._once(method, target, body, sent, said, until)
        return answer

    def _once(
        self, method: str, target: Target, body: bytes | None, headers: dict[str, str], said: str, until: float
    ) -> Answer:
        whole = headers | ({"Authorization": said} if said else {})
        try:
            answer = self._exchanged(method, target, body, whole, until)
        except Exception as error:
            self.noted(said, error)
            raise
        self.noted(said, answer)
        return answer

    def _exchanged(
        self, method: str, target: Target, body: bytes | None, headers: dict[str, str], until: float
    ) -> Answer:
        numbers = self.hosts(target)
        left = max(0.1, until - time.monotonic())
        limits = Limits(min(self.limits.connect, left), min(self.limits.whole, left), self.limits.most)
        try:
            return exchange(target, numbers, method, body, headers, limits)
        except http.client.HTTPException as error:
            raise ConnectionError(f"{type(error).__name__}: no answer that HTTP knows") from error


# --- addresses ----------------------------------------------------------------------------------


def target_of(url: str) -> Target:
    """Raises ValueError with a sentence for what is not a plain http or https address."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("This is not an http or https address.")
    if parts.username is not None or not url.isascii() or any(sign <= " " for sign in url):
        raise ValueError("Write an address with a host, and without a user name or spaces.")
    tls = parts.scheme == "https"
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.hostname, parts.port or (443 if tls else 80), path, tls)


def numbers_of(target: Target) -> list[str]:
    """The numbers that the name leads to, at least one. Raises OSError."""
    found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    numbers = list(dict.fromkeys(str(row[4][0]) for row in found))
    if not numbers:
        raise OSError("The name does not resolve")
    return numbers


# --- on the wire --------------------------------------------------------------------------------


def exchange(
    target: Target, numbers: Sequence[str], method: str, body: bytes | None, headers: Mapping[str, str], limits: Limits
) -> Answer:
    """One request to one of these `numbers`, in the name of `target`. Raises OSError or http.client.HTTPException."""
    raw = _connected(target, numbers, limits.connect)
    connection = _Pinned(target, raw, limits.connect)
    with _ended_after(limits.whole, raw) as late:
        try:
            connection.request(method, target.path, body, dict(headers))
            heard = connection.getresponse()
            read = heard.read(limits.most)
        finally:
            connection.close()
        if late.is_set():  # half an answer looks whole to http.client
            raise TimeoutError("The answer took too long")
    return Answer(heard.status, read, tuple(heard.getheaders()))


def _connected(target: Target, numbers: Sequence[str], patience: float) -> socket.socket:
    """The first number that answers: a name often has one of IPv6 and one of IPv4, and the machine listens on one.

    Nothing has been asked yet, so this is not a second try. All of them together have `patience` seconds.
    """
    until = time.monotonic() + patience
    for left in range(len(numbers), 0, -1):
        try:
            share = max(0.1, until - time.monotonic()) / left
            raw = socket.create_connection((numbers[-left], target.port), timeout=share)
        except OSError:
            if left == 1:
                raise
        else:
            raw.settimeout(patience)
            return raw
    raise OSError("The name does not resolve")


class _Pinned(http.client.HTTPConnection):
    """Speaks over a connection that is there already, so that no name is asked for a second time."""

    def __init__(self, target: Target, raw: socket.socket, patience: float) -> None:
        super().__init__(target.host, target.port, timeout=patience)
        self._target, self._raw = target, raw

    def connect(self) -> None:
        if self._target.tls:
            context = ssl.create_default_context()
            self.sock = context.wrap_socket(self._raw, server_hostname=self._target.host)
        else:
            self.sock = self._raw


@contextmanager
def _ended_after(seconds: float, raw: socket.socket) -> Iterator[threading.Event]:
    """Anyone who sends one byte a second is cut off all the same; the event says so."""
    late = threading.Event()
    watch = threading.Timer(seconds, _cut, args=[raw, late])
    watch.daemon = True
    watch.start()
    try:
        yield late
    finally:
        watch.cancel()
        raw.close()


def _cut(raw: socket.socket, late: threading.Event) -> None:
    late.set()
    try:
        raw.shutdown(socket.SHUT_RDWR)
    except OSError:
        raw.close()
