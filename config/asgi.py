"""HTTP through Django, websockets through Channels, both only for the hosts we know."""

from __future__ import annotations

import logging
import os
from urllib.parse import ParseResult

from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import OriginValidator
from django.conf import settings
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django_app = get_asgi_application()

from config.clock import ClockInWeb  # noqa: E402
from config.routing import websocket_urlpatterns  # noqa: E402  needs the apps to be loaded

log = logging.getLogger("ostiary.live")


class KnownOrigins(OriginValidator):
    """Pages of our own hosts only. Who is turned away here never hears why, so the log must say it."""

    def valid_origin(self, parsed_origin: ParseResult | None) -> bool:
        known = bool(super().valid_origin(parsed_origin))
        if not known:
            log.warning("Refused: wrong_origin %r", parsed_origin and parsed_origin.geturl())
        return known


application = ClockInWeb(
    ProtocolTypeRouter(
        {
            "http": django_app,
            "websocket": KnownOrigins(AuthMiddlewareStack(URLRouter(websocket_urlpatterns)), settings.ALLOWED_HOSTS),
        }
    )
)
