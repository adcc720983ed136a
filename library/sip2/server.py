"""The SIP2 server: connections, lines and limits. What is answered is the desk's business."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import ssl
from collections import OrderedDict
from dataclasses import dataclass

from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import close_old_connections

from library.sip2.desk import Desk, NotSignedIn, is_question
from library.sip2.messages import BadMessage, Message, Received, WrongChecksum, decode, encode

log = logging.getLogger("ostiary.sip2")

LINE = 4096  # bytes of a question
TO_SIGN_IN = 30.0  # seconds
DAMAGED_IN_A_ROW = 5  # lines nobody can read, then the connection is closed
REMEMBERED = 256  # terminals
ASK_AGAIN = Message("96")


@dataclass(frozen=True, slots=True)
class Limits:
    idle: float = 600.0  # seconds without a question
    connections: int = 100


class Server:
    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._open = 0
        # The last question and answer of each terminal: asked the same after a broken line, it hears the same.
        self._last: OrderedDict[str, tuple[bytes, bytes]] = OrderedDict()

    async def start(self, host: str, port: int, context: ssl.SSLContext | None = None) -> asyncio.Server:
        return await asyncio.start_server(self._welcome, host, port, ssl=context, limit=LINE)

    async def _welcome(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Whatever one client does, the others are served on."""
        if self._open >= self._limits.connections:
            log.warning("SIP2: too many connections, one was refused")
            writer.close()
            return
        self._open += 1
        try:
            await Conversation(self, reader, writer, self._limits).run()
        except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError) as error:
            log.info("SIP2: a connection ended: %s", type(error).__name__)
        except Exception:
            log.exception("SIP2: a connection failed")
        finally:
            self._open -= 1
            writer.close()
            with contextlib.suppress(Exception):
                await writer.wait_closed()

    def remembered(self, terminal: str, question: bytes) -> bytes | None:
        asked, answer = self._last.get(terminal, (b"", b""))
        return answer if asked == question else None

    def remember(self, terminal: str, question: bytes, answer: bytes) -> None:
        self._last[terminal] = (question, answer)
        self._last.move_to_end(terminal)
        while len(self._last) > REMEMBERED:
            self._last.popitem(last=False)


class Conversation:
    """One connection, from hello to the end."""

    def __init__(
        self, server: Server, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, limits: Limits
    ) -> None:
        self._server, self._reader, self._writer, self._limits = server, reader, writer, limits
        self._desk = Desk()
        self._said = b""  # for 97
        self._damaged = 0

    async def run(self) -> None:
        while self._damaged < DAMAGED_IN_A_ROW:
            line = (await self._line()).strip(b"\r\n\x00 ")
            if line and not await self._deal_with(line):
                return

    async def _line(self) -> bytes:
        patience = self._limits.idle if self._desk.terminal else min(TO_SIGN_IN, self._limits.idle)
        async with asyncio.timeout(patience):
            return await self._reader.readuntil(b"\r")

    async def _deal_with(self, line: bytes) -> bool:
        """False: enough of this client."""
        try:
            received = decode(line, encoding=settings.SIP2_ENCODING)
        except WrongChecksum:
            return await self._again()
        except BadMessage as error:
            log.info("SIP2: %s", error)
            return await self._again()
        self._damaged = 0
        if received.message.code == "97":
            return await self._send(self._said or _written(ASK_AGAIN))
        if not is_question(received.message.code):
            return await self._again()
        return await self._answer(line, received)

    async def _again(self) -> bool:
        self._damaged += 1
        return await self._send(_written(ASK_AGAIN))

    async def _answer(self, line: bytes, received: Received) -> bool:
        known = self._server.remembered(self._desk.terminal, line) if _is_deed(received) else None
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
        return bool(self._desk.terminal)

    async def _send(self, line: bytes) -> bool:
        self._writer.write(line)
        async with asyncio.timeout(self._limits.idle):
            await self._writer.drain()
        return True


def _is_deed(received: Received) -> bool:
    """What may not be done twice."""
    return received.message.code in ("11", "09", "29")


def _asked(desk: Desk, question: Message) -> Message:
    close_old_connections()
    try:
        return desk.answer(question)
    finally:
        close_old_connections()


def _written(answer: Message, received: Received | None = None) -> bytes:
    """With the number of the question; with a checksum where the question had one."""
    if received is None:
        return encode(answer, None)
    return encode(answer, received.sequence, checksum=received.checked, encoding=settings.SIP2_ENCODING)


async def serve(host: str, port: int, *, context: ssl.SSLContext | None, limits: Limits) -> None:
    server = await Server(limits).start(host, port, context)
    async with server:
        await server.serve_forever()
