"""Signing in as at a terminal: `login:`, a name, `password:`, a word. Some machines do it before any message."""

from __future__ import annotations

import re
from collections.abc import Callable

from library.sip2.codec.messages import ends_in_trailer

NAME, PASSWORD = b"login: ", b"password: "
WELCOME, WRONG = b"Login OK. Initiating SIP\r\n", b"Invalid login\r\n"
WORD = re.compile(r"[\w.@-]{1,64}")  # what may be the name of a machine
BEFORE_LOGIN = (b"93", b"97", b"99")  # messages that may come then
NEGOTIATION = re.compile(rb"\xff(?:[\xfb-\xfe].|\xfa.*?\xff\xf0|[\xf0-\xf9])", re.DOTALL)  # of the telnet protocol


class Greeter:
    """Prompt by prompt, the same ones for every name. `sign_in`: (name, password) -> whether it is right.

    Without prompts it is quiet until a login is right: the two lines may as well be stray text.
    """

    def __init__(self, sign_in: Callable[[str, str], bool], *, prompts: bool) -> None:
        self._sign_in, self._prompts = sign_in, prompts
        self._name: str | None = None

    @property
    def hello(self) -> bytes:
        return NAME if self._prompts else b""

    def expects(self, line: bytes) -> bool:
        """Whether this is the password that was asked for, though it may look like a message: `99` begins both."""
        is_message = b"|" in line or ends_in_trailer(line)
        return self._name is not None and not is_message and (self._prompts or line[:2] not in BEFORE_LOGIN)

    def answer(self, line: bytes) -> bytes:
        """What to say to the next line; empty for nothing."""
        text = NEGOTIATION.sub(b"", line).decode("utf-8", "replace").strip()
        if self._name is None:
            self._name = text if self._prompts or WORD.fullmatch(text) else None
            return PASSWORD if self._prompts else b""
        name, self._name = self._name, None
        if self._sign_in(name, text):
            return WELCOME
        return WRONG + NAME if self._prompts else b""
