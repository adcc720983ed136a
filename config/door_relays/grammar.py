"""The words in a template: `{channel}`, `{pulse}` and a few more are put in, and nothing is ever computed.

A placeholder is one of `NAMES` between braces, in small letters. What is put in is written as the place wants it (part
of an address, of a header, a JSON text, a form), and is not looked at again: a value that looks like a placeholder, a
quotation mark or a new line opens nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from urllib.parse import quote, quote_plus, urlsplit

NAMES = ("door", "bank", "number", "device", "channel", "pulse", "pulse_ms", "transaction", "user", "secret")
HOST = "host"  # only as the whole of an address between :// and the next slash
PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
HOSTS = re.compile(
    r"\A(?:[A-Za-z0-9](?:[A-Za-z0-9.-]{0,198}[A-Za-z0-9])?|\[[0-9A-Fa-f:.]{2,45}\])(?::[1-9][0-9]{0,4})?\Z"
)
HEADER = re.compile(r"^([A-Za-z0-9!#$%&'*+.^_`|~-]{1,60}):[ \t]*(.*)$")
NOT_YOURS = frozenset(
    {"host", "content-length", "transfer-encoding", "connection", "expect", "upgrade", "te", "trailer"}
)

Values = Mapping[str, str]


class BadTemplate(ValueError):
    """What was written is not a template; the message is an English sentence, `code` is for tests and translations."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(words)
        self.code = code


def names_in(text: str) -> set[str]:
    return set(PLACEHOLDER.findall(text))


def require_known(text: str, *, also: tuple[str, ...] = ()) -> None:
    """Raises BadTemplate `unknown_placeholder`."""
    if unknown := sorted(names_in(text) - {*NAMES, *also}):
        known = ", ".join(f"{{{name}}}" for name in (*also, *NAMES))
        raise BadTemplate("unknown_placeholder", f"{{{unknown[0]}}} is not a placeholder. Use {known}.")


# --- an address ---------------------------------------------------------------------------------


def require_address(text: str) -> None:
    """`http://{host}/…`: the device is named at the door, so that no secret follows a template elsewhere.

    Raises BadTemplate `bad_address`, `unknown_placeholder`.
    """
    require_known(text, also=(HOST,))
    start = re.match(r"^https?://\{host\}(?=[/?]|$)", text)
    if start is None or f"{{{HOST}}}" in text[start.end() :]:
        raise BadTemplate("bad_address", "An address must begin with http://{host}/ or https://{host}/.")
    if not text.isascii() or any(sign <= " " for sign in text) or "#" in text or "\\" in text:
        raise BadTemplate(
            "bad_address", "Write an address without spaces, #, \\ or characters beyond ASCII (use %20 for a space)."
        )


def require_host(text: str) -> None:
    """A name or number, with a port or without. Raises BadTemplate `bad_host`."""
    if not HOSTS.match(text) or ".." in text or int(text.rpartition(":")[2] if _has_port(text) else 1) > 65535:
        raise BadTemplate("bad_host", "Write a host such as 192.168.1.20, lock.local or [fd00::5]:8080.")


def _has_port(text: str) -> bool:
    return re.search(r"(?<!:):[0-9]+$", text) is not None and (not text.startswith("[") or "]:" in text)


def address(text: str, host: str, values: Values) -> str:
    """Raises BadTemplate `bad_host` for a host that is none."""
    require_host(host)
    scheme, _, rest = text.partition("://{host}")
    filled = f"{scheme}://{host}{_filled(rest, values, lambda value: quote(value, safe=''))}"
    if urlsplit(filled).netloc != host:
        raise BadTemplate("bad_address", "The address leads to another host.")
    return filled


# --- headers ------------------------------------------------------------------------------------


def headers_of(text: str) -> tuple[tuple[str, str], ...]:
    """One `Name: value` a line. Raises BadTemplate `bad_header`, `unknown_placeholder`."""
    found: list[tuple[str, str]] = []
    for line in filter(None, (line.strip() for line in text.splitlines())):
        match = HEADER.match(line)
        if match is None or match[1].lower() in NOT_YOURS or not line.isprintable():
            raise BadTemplate("bad_header", f"This header is not allowed: {line[:40]!r}.")
        require_known(match[2])
        found.append((match[1], match[2]))
    if len({name.lower() for name, _value in found}) < len(found):
        raise BadTemplate("bad_header", "A header appears twice.")
    return tuple(found)


def header(text: str, values: Values) -> str:
    """Raises BadTemplate `bad_value` for a value that would be another header."""
    filled = _filled(text, values, str)
    if not filled.isprintable() or not filled.isascii():
        raise BadTemplate("bad_value", "A header value contains characters that are not allowed in a header.")
    return filled


# --- a body -------------------------------------------------------------------------------------


def body(text: str, values: Values, content_type: str) -> bytes:
    """As the content type wants it: inside the quotation marks of JSON, in a form, or as it is."""
    return _filled(text, values, _writer(content_type)).encode()


def _writer(content_type: str) -> Callable[[str], str]:
    kind = content_type.partition(";")[0].strip().lower()
    if kind == "application/json" or kind.endswith("+json"):
        return lambda value: json.dumps(value)[1:-1]
    if kind == "application/x-www-form-urlencoded":
        return quote_plus
    return str


def _filled(text: str, values: Values, write: Callable[[str], str]) -> str:
    return PLACEHOLDER.sub(lambda found: write(values.get(found[1], "")), text)
