"""Door devices over real HTTP: a Shelly, a Tasmota and a Home Assistant, with their passwords."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit


class Device(BaseHTTPRequestHandler):
    """`answer()` gives (status, body) or (status, body, headers) to one request."""

    protocol_version = "HTTP/1.0"

    def do_GET(self):
        self.content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.heard.append((self.command, self.path, dict(self.headers), self.content))
        status, body, *more = self.answer()
        self.send_response(status)
        for name, value in (more[0] if more else {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body if isinstance(body, bytes) else json.dumps(body).encode())

    do_POST = do_PUT = do_GET  # noqa: N815

    def log_message(self, *_words):
        pass


@contextmanager
def standing(kind, **state) -> Iterator[ThreadingHTTPServer]:
    """`state` are its attributes; `heard` is every request, `opened` how often it opened, `at` its host and port."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), kind)
    server.heard, server.opened, server.at = [], 0, f"127.0.0.1:{server.server_port}"
    for name, value in state.items():
        setattr(server, name, value)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


class Shelly(Device):
    """Gen2: digest with SHA-256, user admin, a nonce that is good once. Written from RFC 7616, not from our client."""

    def answer(self):
        server = self.server
        password = getattr(server, "password", "")
        if password and not self._signed(password):
            nonce = secrets.token_hex(8)
            server.nonces = {*getattr(server, "nonces", set()), nonce}
            stale = ", stale=true" if server.__dict__.pop("was_stale", False) else ""
            algorithm = getattr(server, "algorithm", "SHA-256")
            challenge = f'Digest qop="auth", realm="shellyplus1", nonce="{nonce}", algorithm={algorithm}{stale}'
            return 401, b"", {"WWW-Authenticate": challenge}
        if "Input.GetStatus" in self.path:
            return 200, {"id": 0, "state": getattr(server, "shut", True)}
        return self._rpc()

    def _rpc(self):
        asked = json.loads(self.content)
        frame = urlsplit(self.path).path == "/rpc"
        params = asked["params"] if frame else asked
        if params["id"] != 0:
            error = {"code": -105, "message": "Argument 'id', value 9 not found!"}
            return (200, {"id": asked["id"], "error": error}) if frame else (500, error)
        self.server.opened += 1
        self.server.shut = False
        result = {"was_on": False}
        return 200, {"id": asked["id"], "src": "shellyplus1", "result": result} if frame else result

    def _signed(self, password):
        said = self.headers.get("Authorization", "")
        if not said.startswith("Digest "):
            return False
        parts = {name: a or b for name, a, b in re.findall(r'(\w+)=(?:"([^"]*)"|([^\s,]+))', said)}
        nonces = getattr(self.server, "nonces", set())
        if parts.get("nonce") not in nonces:  # unknown, or used before
            return False
        nonces.discard(parts["nonce"])
        if getattr(self.server, "stale", 0) > 0:
            self.server.stale -= 1
            self.server.was_stale = True
            return False
        if parts["uri"] != self.path or parts["username"] != "admin" or parts["realm"] != "shellyplus1":
            return False
        kind = hashlib.md5 if getattr(self.server, "algorithm", "SHA-256") == "MD5" else hashlib.sha256

        def hashed(text):
            return kind(text.encode()).hexdigest()

        a1, a2 = hashed(f"admin:shellyplus1:{password}"), hashed(f"{self.command}:{self.path}")
        middle = f"{parts['nonce']}:{parts['nc']}:{parts['cnonce']}:{parts['qop']}"
        return parts["response"] == hashed(f"{a1}:{middle}:{a2}")


class Tasmota(Device):
    """`/cm?user=…&password=…&cmnd=Power1%20On`; a wrong password is a status of 401, or of 200 in older ones."""

    def answer(self):
        asked = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
        if asked.get("password", "") != self.server.password or asked.get("user") != "admin":
            old = getattr(self.server, "old", False)
            return 200 if old else 401, {"WARNING": "Need user=<username>&password=<password>"}
        if asked["cmnd"] not in ("Power1 On", "Power On"):
            return 200, {"Command": "Unknown"}
        self.server.opened += 1
        return 200, {getattr(self.server, "says", "POWER"): "ON"}


class HomeAssistant(Device):
    """A long-lived token; a lock that it does not know is answered with 200 and an empty list, as the real one does."""

    def answer(self):
        if self.headers.get("Authorization") != f"Bearer {self.server.token}":
            return 401, b"401: Unauthorized"
        lock = self.server.lock
        if self.path == f"/api/states/{lock}":
            return 200, {"entity_id": lock, "state": self.server.state, "attributes": {}}
        if self.path.startswith("/api/states/"):
            return 404, {"message": "Entity not found."}
        if self.path != "/api/services/lock/unlock":
            return 404, b"404: Not Found"
        if json.loads(self.content)["entity_id"] != lock:
            return 200, []
        self.server.opened += 1
        self.server.state = getattr(self.server, "becomes", "unlocked")
        return 200, [{"entity_id": lock, "state": self.server.state}]


class Plain(Device):
    """Answers what it is told to."""

    def answer(self):
        return self.server.status, self.server.body, getattr(self.server, "more", {})


def heard_path(server) -> str:
    return unquote(server.heard[-1][1])
