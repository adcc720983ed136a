"""How long each client of Redis waits for it. redis-py's own 5 s are as long as one read of the channel layer."""

from __future__ import annotations

from typing import Any

CONNECTS = 3.0  # s for a new connection
ANSWERS = 3.0  # s for the cache: a page waits for it
# The channel layer asks for the next message with BZPOPMIN, which answers nothing for 5 s (`brpop_timeout`) where
# nothing happens. A client that waits no longer than that ends every socket that is idle; this one waits three times as
# long, so that a busy machine may be late, and a Redis that is silent for ever is still noticed.
LISTENS = 15.0  # s


def channel_layer(url: str) -> dict[str, Any]:
    """For settings.CHANNEL_LAYERS."""
    host = {"address": url, "socket_timeout": LISTENS, "socket_connect_timeout": CONNECTS, "socket_keepalive": True}
    return {"BACKEND": "channels_redis.core.RedisChannelLayer", "CONFIG": {"hosts": [host]}}


def cache_options() -> dict[str, Any]:
    """For OPTIONS in settings.CACHES."""
    return {"socket_timeout": ANSWERS, "socket_connect_timeout": CONNECTS, "socket_keepalive": True}
