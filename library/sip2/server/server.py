"""The SIP2 server: connections, lines and limits. What is answered is the desk's business."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import ssl
import time
from collections import OrderedDict
from dataclasses import dataclass

from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import close_old_connections

from library.sip2.codec.framing import Questions
from library.sip2.codec.layouts import DEEDS
from library.sip2.codec.messages import BadLine, Message, Received, Unknown, decode, write
from library.sip2.server.dispatch import Desk, NotSignedIn, is_question
from library.sip2.server.telnet_login import Greeter

log = logging.getLogger("ostiary.sip2")

LINE = 4096  # bytes of a question
TO_SIGN_IN = 30.0  # seconds
DAMAGED_IN_A_ROW = 3  # lines that are asked for again; more of them are read over, for the machine makes them so
REMEMBERED = 256  # terminals
UNDATED = 60.0  # seconds in which a line without a date is one that was sent twice
ASK_AGAIN = Message("96")


@dataclass(frozen=True, slots=True)
class ServerLimits:
    idle: float = 600.0  # seconds without a question
    connections: int = 100
    telnet: bool = False  # greet with `login:` and `password:`


class Server:
    def __init__(self, limits: ServerLimits | None = None) -> None:
        self._limits = limits or ServerLimits()
        self._open = 0
        # The last question and answer of each terminal: asked the same after a lost connection, it hears the same.
        self._last: OrderedDict[str, tuple[bytes, bytes, float]] = OrderedDict()

    async def start(self, host: str, port: int, context: ssl.SSLContext | None = None) -> asyncio.Server:
        return await asyncio.start_server(self._welcome, host, port, ssl=context)

    async def _welcome(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Whatever one client does, the others are served on."""
        if self._open >= self._limits.connections:
            log.warning("SIP2: too many connections, one was refused")
            writer.close()
            return
        self._open += 1
        try:
            await Conversation(self, reader, writer, self._limits).run()
        except (OSError, TimeoutError) as error:
            log.info("SIP2: a connection ended: %s", type(error).__name__)
        except Exception:
            log.exception("SIP2: a connection failed")
        finally:
            self._open -= 1
            writer.close()
            with contextlib.suppress(Exception):
                await writer.wait_closed()

    def remembered(self, terminal: str, question: bytes, received: Received) -> bytes | None:
        """A line without a date is the same one only for a while: later it is the same wish once more."""
        asked, answer, when = self._last.get(terminal, (b"", b"", 0.0))
        dated = bool(received.message.fixed.get("at", "").strip())
        return answer if asked == question and (dated or time.monotonic() < when + UNDATED) else None

    def remember(self, terminal: str, question: bytes, answer: bytes) -> None:
        self._last[terminal] = (question, answer, time.monotonic())
        self._last.move_to_end(terminal)
        while len(self._last) > REMEMBERED:
            self._last.popitem(last=False)


class Conversation:
    """One connection, from hello to the end."""

    def __init__(
        self, server: Server, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, limits: ServerLimits
    ) -> None:
        self._server, self._reader, self._writer, self._limits = server, reader, writer, limits
        self._desk = Desk()
        self._greeter = Greeter(self._desk.sign_in, prompts=limits.telnet)
        self._lines = Questions(LINE)
        self._said = b""  # for 97
        self._damaged = 0

    async def run(self) -> None:
        await self._send(self._greeter.hello)
        while lines := await self._heard():
            for line in lines:
                if not await self._deal_with(line):
                    return

    async def _heard(self) -> list[bytes]:
        """The lines that have come, at least one; none when the machine has hung up. Raises TimeoutError."""
        patience = self._limits.idle if self._desk.terminal else min(TO_SIGN_IN, self._limits.idle)
        async with asyncio.timeout(patience):
            while data := await self._reader.read(LINE):
                if lines := self._lines.add(data):
                    return lines
        return []

    async def _deal_with(self, line: bytes) -> bool:
        """False: enough of this client."""
        if not self._desk.terminal and self._greeter.expects(line):
            return await self._greeted(line)
        try:
            received = decode(line, encoding=settings.SIP2_ENCODING)
        except Unknown:
            log.info("SIP2: stray text of %d bytes is read over", len(line))
            return bool(self._desk.terminal) or await self._greeted(line)
        except BadLine as error:
            log.info("SIP2: %s", error)
            return await self._again()
        self._damaged = 0
        if received.message.code == "97":
            return await self._send(self._said or _written(ASK_AGAIN))
        if not is_question(received.message.code):
            return True
        return await self._answer(line, received)

    async def _greeted(self, line: bytes) -> bool:
        """A step of a login as at a terminal, or text that no one waits to hear about."""
        await self._send(await sync_to_async(self._greeter.answer, thread_sensitive=False)(line))
        return not self._desk.is_over

    async def _again(self) -> bool:
        """A machine whose every line is damaged is not answered for ever."""
        self._damaged += 1
        return self._damaged > DAMAGED_IN_A_ROW or await self._send(_written(ASK_AGAIN))

    async def _answer(self, line: bytes, received: Received) -> bool:
        known = self._server.remembered(self._desk.terminal, line, received) if _is_deed(received) else None
        if known is None:
            try:
                answer = await sync_to_async(_asked, thread_sensitive=False)(self._desk, received.message)
            except NotSignedIn:
                log.warning("SIP2: a question before the login was refused")
                return False
            known = _written(answer, received)
            if _is_deed(received) and self._desk.terminal:
                self._server.remember(self._desk.terminal, line, known)
        self._said = known
        await self._send(known)
        return not self._desk.is_over

    async def _send(self, line: bytes) -> bool:
        self._writer.write(line)
        async with asyncio.timeout(self._limits.idle):
            await self._writer.drain()
        return True


def _is_deed(received: Received) -> bool:
    """What may not be done twice."""
    return received.message.code in DEEDS


def _asked(desk: Desk, question: Message) -> Message:
    close_old_connections()
    try:
        return desk.answer(question)
    finally:
        close_old_connections()


def _written(answer: Message, received: Received | None = None) -> bytes:
    """With the number of the question; with a checksum where the question had one. Never fails: the action is done."""
    if received is None:
        return write(answer, None)
    return write(answer, received.sequence, checksum=received.checked, encoding=settings.SIP2_ENCODING)


async def serve(host: str, port: int, *, context: ssl.SSLContext | None, limits: ServerLimits) -> None:
    server = await Server(limits).start(host, port, context)
    async with server:
        await server.serve_forever()
