"""The site under a browser test. What another process wrote is news here after a second: no test sits out ten."""

from __future__ import annotations

from config.asgi import application
from config.web.state_socket import StateSocket

__all__ = ["application"]

for page in StateSocket.__subclasses__():
    page.refresh = 1.0
