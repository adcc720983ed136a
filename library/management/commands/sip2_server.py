"""`manage.py sip2_server`: lets self-check machines and gates borrow from this ledger."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from library.sip2.server.server import ServerLimits, serve

LOOPBACK = ("127.0.0.1", "::1", "localhost")


class Command(BaseCommand):
    help = "Serve SIP2 to self-check machines, with the loans of this site."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=6001)
        parser.add_argument("--tls-cert", type=Path, help="certificate chain, PEM")
        parser.add_argument("--tls-key", type=Path, help="private key of the certificate, PEM")
        parser.add_argument("--idle", type=float, default=600, help="seconds after which an idle connection is closed")
        parser.add_argument("--connections", type=int, default=100, help="machines connected at the same time")
        parser.add_argument("--telnet", action="store_true", help="ask for login: and password: as on a terminal")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.LIBRARY_BACKEND != "local":
            raise CommandError(
                "LIBRARY_BACKEND is not local, so the loans are kept elsewhere and nothing can be served here."
            )
        if not settings.SIP2_TERMINALS:
            raise CommandError(
                "SIP2_TERMINALS is empty, so no machine could sign in. Add one with manage.py sip2_terminal NAME."
            )
        context = _context(options["tls_cert"], options["tls_key"])
        if context is None and options["host"] not in LOOPBACK:
            self.stderr.write("Without --tls-cert everything crosses the network unencrypted, including PINs.")
        self.stdout.write(f"SIP2 on {options['host']}:{options['port']}{' with TLS' if context else ''}")
        limits = ServerLimits(options["idle"], options["connections"], options["telnet"])
        with contextlib.suppress(KeyboardInterrupt):
            asyncio.run(serve(options["host"], options["port"], context=context, limits=limits))


def _context(cert: Path | None, key: Path | None) -> ssl.SSLContext | None:
    if cert is None and key is None:
        return None
    if cert is None or key is None:
        raise CommandError("--tls-cert and --tls-key belong together.")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(cert, key)
    except (OSError, ssl.SSLError) as error:
        raise CommandError(f"The certificate or its key cannot be read: {error}") from error
    return context
