"""A real HTTP server that hears webhooks, subscriptions to it, and a round of deliveries."""

from __future__ import annotations

import json
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from django.utils import timezone

from accounts.models import WebhookDelivery, WebhookEndpoint
from accounts.webhooks import sending
from accounts.webhooks.payload import payload_of


def subscribed(url="https://college.example.org/hook", *, name="College", secret="", names=True, kinds=()):
    endpoint = WebhookEndpoint(name=name, url=url, kinds=list(kinds), sees_names=names)
    if secret:
        endpoint.keep(secret)
    endpoint.save()
    return endpoint


def go(minutes=0.0):
    return sending.deliver_due(timezone.now() + timedelta(minutes=minutes, seconds=1))


def told(endpoint):
    """What this endpoint is to be told, in order."""
    return [payload_of(row) for row in WebhookDelivery.objects.filter(endpoint=endpoint).order_by("pk")]


class Receiver:
    """What it heard, and how it answers: `statuses` in order, then 200."""

    def __init__(self):
        self.heard, self.statuses, self.slow, self.long = [], [], threading.Event(), b"ok"
        self.retry_after = ""
        self.slow.set()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.heard.append((self.path, dict(self.headers), body))
                receiver.slow.wait(10)
                self.send_response(receiver.statuses.pop(0) if receiver.statuses else 200)
                if receiver.retry_after:
                    self.send_header("Retry-After", receiver.retry_after)
                self.send_header("Location", f"http://127.0.0.1:{self.server.server_port}/elsewhere")
                self.end_headers()
                self.wfile.write(receiver.long)

            def log_message(self, *args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_port
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def kinds(self):
        return [json.loads(body)["kind"].removeprefix("library.") for _path, _headers, body in self.heard]

    def close(self):
        self.slow.set()
        self.server.shutdown()
        self.server.server_close()
