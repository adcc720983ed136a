"""HTTP through Django, websockets through Channels, the latter for pages of our own only."""

from __future__ import annotations

import os

from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django_app = get_asgi_application()

from config.live.origins import OwnOrigins  # noqa: E402
from config.ops.jobs.in_web import JobsInWeb  # noqa: E402
from config.ops.logs.requests import RequestLog  # noqa: E402
from config.routing import websocket_urlpatterns  # noqa: E402  needs the apps to be loaded
from config.web.files import uploads  # noqa: E402
from config.web.language.choice import SocketLanguage  # noqa: E402

uploads.begin()

application = RequestLog(
    JobsInWeb(
        ProtocolTypeRouter(
            {
                "http": django_app,
                "websocket": OwnOrigins(AuthMiddlewareStack(SocketLanguage(URLRouter(websocket_urlpatterns)))),
            }
        )
    )
)
