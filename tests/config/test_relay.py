"""What goes out to other machines: a door's relay gets its secret, nobody else does, and none of them holds us up."""

from __future__ import annotations

import ast
import hmac
import socket
import threading
import time
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.utils import timezone

from accounts.webhooks import addresses
from accounts.webhooks.post import post
from accounts.webhooks.signing import SIGNATURE, signature
from config.door_relays.digest import SignsByDigest
from config.door_relays.sending import Device, NotDone, Recipe, Request
from config.errors import Refused
from config.ops.network import relay
from config.ops.network.networks import is_public
from config.ops.network.relay import AtOnce, Forbidden, Limits, RelayClient, basic, bearer, target_of, within
from library.visits.gates import HttpGate as Gate
from lockers.doors.hardware.http_relay import HttpRelay as Lock
from lockers.rules.doors import Command, NotOpened
from tests.support.devices import Plain, Shelly, standing
from tests.support.dripping import dripping

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def machine(status=200, location="", body=b""):
    """Notes who asks it and with which secret."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            server.asked.append((self.command, self.headers["Authorization"]))
            self.send_response(status)
            if location:
                self.send_header("Location", location)
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET  # noqa: N815

        def log_message(self, *_words):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.asked, server.url = [], f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def gate(url):
    return Gate(url, "secret").open("PASS", timezone.now() + timedelta(seconds=9))


def lock(url):
    now = timezone.now()
    return Lock(url, "secret").open(Command("t-1", "main/1", now, now + timedelta(seconds=9)))


def sensor(url):
    return Lock(url, "secret", has_sensor=True).state("main/1")


def device(url):
    recipe = Recipe(Request("POST", "http://{host}/open", (("Authorization", "Bearer {secret}"),)))
    values = {"door": "main/1", "user": "", "secret": "secret"}
    return Device(recipe, urlsplit(url).netloc, values, [ip_network("127.0.0.0/8")]).open("t-1")


def webhook(url):
    status = post(target_of(url), b"{}", {"Authorization": "Bearer secret"}).status
    if not 200 <= status < 300:
        raise OSError(f"HTTP {status}")


NOT_DONE = (OSError, NotOpened, NotDone, Refused)
USERS = [gate, lock, device, webhook]


@pytest.fixture(autouse=True)
def webhooks_may_come_here(settings):
    settings.LIBRARY_WEBHOOK_PRIVATE = True


# --- each user has the rules of the one client ----------------------------------------------------


@pytest.mark.parametrize("user", USERS)
def test_each_user_asks_once_and_gives_no_secret_away_elsewhere(user):
    """The library's followed redirects once, and handed its Bearer token to another machine."""
    with machine() as thief, machine(307, location=thief.url + "/open") as there:
        with pytest.raises(NOT_DONE):
            user(there.url)
        assert [secret for _method, secret in there.asked] == ["Bearer secret"], "asked once"
        assert thief.asked == []


@pytest.mark.parametrize(
    ("user", "shorter"),
    [
        (gate, "library.visits.gates.PATIENCE"),
        (lock, "lockers.doors.hardware.http_relay.PATIENCE"),
        (device, "config.door_relays.sending.PATIENCE"),
        (webhook, "accounts.webhooks.post.WHOLE"),
    ],
)
def test_each_user_ends_with_a_machine_that_drips(user, shorter, monkeypatch):
    monkeypatch.setattr(shorter, 0.4)
    begun = time.monotonic()
    with dripping() as url, pytest.raises(NOT_DONE):
        user(url)
    assert time.monotonic() - begun < 3


@pytest.mark.parametrize("user", [gate, lock, device])
def test_each_door_is_asked_in_the_open_only_inside_the_house(user, monkeypatch):
    monkeypatch.setattr(relay, "numbers_of", lambda _target: ["93.184.216.34"])
    monkeypatch.setattr(relay, "exchange", lambda *_args: pytest.fail("it was asked"))
    with pytest.raises(NOT_DONE):
        user("http://relay.example.org")


def test_a_webhook_is_never_sent_inside_the_house_unless_the_site_says_so(settings, monkeypatch):
    settings.LIBRARY_WEBHOOK_PRIVATE = False
    monkeypatch.setattr(relay, "exchange", lambda *_args: pytest.fail("it was asked"))
    with pytest.raises(Refused, match="inside_network"):
        webhook("http://127.0.0.1:9")


def test_a_sensor_that_sends_elsewhere_is_away():
    with machine() as thief, machine(302, location=thief.url) as there:
        assert sensor(there.url) == "unavailable"
        assert thief.asked == []


def test_no_other_module_speaks_http():
    """The others load model files, ask our own server whether it is up, and look at one camera in a bare process."""
    apps = ("accounts", "attendance", "config", "home", "library", "lockers", "recognition", "visitors")
    found = {str(path.relative_to(ROOT)) for app in apps for path in (ROOT / app).rglob("*.py") if _speaks(path)}
    assert found == {
        "config/ops/launch/announce.py",
        "config/ops/network/relay.py",
        "recognition/engine/model_files/download.py",
        "recognition/stations/camera/probe.py",
    }


def _speaks(path):
    calls = ("HTTPConnection", "HTTPSConnection", "urlopen", "build_opener")
    tree = list(ast.walk(ast.parse(path.read_text())))
    imported = [one.name for node in tree if isinstance(node, ast.Import | ast.ImportFrom) for one in node.names]
    modules = [node.module or "" for node in tree if isinstance(node, ast.ImportFrom)]
    clients = {name.split(".")[0] for name in [*imported, *modules]} & {"requests", "httpx", "aiohttp", "urllib3"}
    return bool(clients) or any(isinstance(node, ast.Attribute) and node.attr in calls for node in tree)


# --- the client -----------------------------------------------------------------------------------


def ask(method, url, **how):
    return RelayClient(**how).ask(method, url)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_relay_that_sends_elsewhere_is_not_followed(status):
    with machine() as thief, machine(status, location=thief.url + "/open") as there:
        with pytest.raises(OSError, match=str(status)):
            ask("POST", there.url)
        assert (len(there.asked), thief.asked) == (1, [])


def test_a_relay_is_found_at_whichever_of_its_numbers_it_listens():
    """`localhost` is ::1 first on many machines."""
    with machine() as there:
        url = there.url.replace("127.0.0.1", "localhost")
        ask("POST", url, hosts=lambda _target: ["::1", "127.0.0.2", "127.0.0.1"])
        assert len(there.asked) == 1


def test_a_name_is_looked_up_once_and_the_number_that_was_looked_at_is_asked(monkeypatch):
    """A name server that gives another number the second time changes nothing."""
    lookups, reached = [], []

    def looked_up(host, port, **_how):
        lookups.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 0, "", ("127.0.0.1", port))]

    def connected(to, timeout):
        reached.append(to[0])
        made = socket.socket()
        made.connect(to)
        return made

    with machine() as there:
        monkeypatch.setattr(relay.socket, "getaddrinfo", looked_up)
        monkeypatch.setattr(relay.socket, "create_connection", connected)
        ask("POST", there.url.replace("127.0.0.1", "relay.example.org"))
    assert (lookups, reached) == (["relay.example.org"], ["127.0.0.1"])


def test_a_name_that_also_leads_outside_gets_no_secret_in_the_clear(monkeypatch):
    found = [(0, 0, 0, "", (number, 80)) for number in ("127.0.0.1", "93.184.216.34")]
    monkeypatch.setattr(relay.socket, "getaddrinfo", lambda *_args, **_how: found)
    with pytest.raises(Forbidden, match="https"):
        ask("POST", "http://relay.example.org/open")


@pytest.mark.parametrize(
    ("number", "url", "allowed"),
    [
        ("127.0.0.1", "http://a", True),
        ("::ffff:127.0.0.1", "http://a", True),
        ("10.0.0.1", "http://a", False),
        ("10.0.0.1", "https://a", False),
        ("93.184.216.34", "https://a", True),
        ("93.184.216.34", "http://a", False),
        ("fe80::1%eth0", "http://a", False),
    ],
)
def test_a_device_stands_in_a_network_that_the_site_names_or_has_https(number, url, allowed, monkeypatch):
    monkeypatch.setattr(relay, "numbers_of", lambda _target: [number])
    rule = within([ip_network("127.0.0.0/8")])
    if allowed:
        assert rule(target_of(url)) == [number]
    else:
        with pytest.raises(Forbidden, match="DOOR_RELAY_NETWORKS"):
            rule(target_of(url))


def test_a_machine_that_drips_is_cut_off():
    with dripping() as url, pytest.raises(OSError, match=r"."):
        ask("GET", url, limits=Limits(5.0, 0.4))


def test_a_huge_answer_is_read_in_part():
    with machine(body=b"x" * 3_000_000) as there:
        assert len(ask("GET", there.url).body) == 4096


def test_a_proxy_of_the_environment_never_sees_the_secret(monkeypatch):
    with machine() as proxy, machine() as there:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        ask("POST", there.url)
        assert proxy.asked == [] and len(there.asked) == 1


@pytest.mark.parametrize(
    ("signs_in", "sent"),
    [
        (AtOnce(), None),
        (bearer("secret"), "Bearer secret"),
        (basic("door", "p:w"), "Basic ZG9vcjpwOnc="),
    ],
)
def test_who_we_are_is_said_once_and_not_again_when_it_is_not_believed(signs_in, sent):
    with machine(401) as there:
        with pytest.raises(OSError, match="401"):
            ask("POST", there.url, signs_in=signs_in)
        assert there.asked == [("POST", sent)]


def test_a_digest_is_said_when_it_is_asked_for_and_the_secret_itself_never():
    with standing(Shelly, password="geheim") as shelly:
        noted = []
        client = RelayClient(
            signs_in=SignsByDigest("admin", "geheim"), noted=lambda said, came: noted.append((said[:7], came.status))
        )
        body = b'{"id": 1, "method": "Switch.Set", "params": {"id": 0, "on": true}}'
        assert client.ask("POST", f"http://{shelly.at}/rpc", body, {"Content-Type": "application/json"}).status == 200
        assert noted == [("", 401), ("Digest ", 200)]
        assert [sent for _m, _p, _h, sent in shelly.heard] == [body, body], "what was asked stays the same"
        assert "geheim" not in str(shelly.heard)


def test_a_signature_and_the_body_that_was_signed_arrive_as_they_are():
    body = '{"title": "Ä"}'.encode()
    signed = signature("secret", "msg_1", 1, body)
    with standing(Plain, status=200, body={}) as there:
        RelayClient().ask("POST", f"http://{there.at}/", body, {SIGNATURE: signed})
        [(_method, _path, headers, heard)] = there.heard
    assert hmac.compare_digest(headers[SIGNATURE], signature("secret", "msg_1", 1, heard))


@pytest.mark.parametrize(
    "url",
    ["ftp://127.0.0.1/", "file:///etc/passwd", "nonsense", "http://", "http://user:word@127.0.0.1/",
     "http://127.0.0.1/a b", "http://127.0.0.1/\r\nX: y", "http://127.0.0.1:99999/", "http://[::1/"],
)  # fmt: skip
def test_an_address_that_is_no_relay_is_refused(url):
    with pytest.raises(ValueError, match=r"."):
        ask("GET", url)


def test_a_secret_goes_out_into_the_world_over_https_only(monkeypatch):
    monkeypatch.setattr(relay.socket, "getaddrinfo", lambda *_args, **_how: [(0, 0, 0, "", ("93.184.216.34", 80))])
    with pytest.raises(Forbidden, match="https"):
        ask("POST", "http://relay.example.org/open")


# --- numbers ------------------------------------------------------------------------------------

PRIVATE = """10.0.0.1 127.0.0.1 169.254.169.254 192.168.1.1 172.16.0.1 100.64.0.1 0.0.0.0 224.0.0.1 255.255.255.255
    198.18.0.1 192.88.99.1 240.0.0.1 :: ::1 fe80::1 fe80::1%eth0 fd00::1 fec0::1 ff02::1 2001:db8::1 3fff::1 5f00::1
    100::1 64:ff9b::7f00:1 64:ff9b::a00:1 64:ff9b::a9fe:a9fe 64:ff9b::808:808 64:ff9b:1::a00:1 64:ff9b:1:ffff::1
    2002:7f00:1:: 2002:a00:1::1 2002:c0a8:101::1 2002:808:808::1 2001:0:7f00:1:: 2001:0:808:808::f5ff:fffe
    ::7f00:1 ::127.0.0.1 ::10.0.0.1 ::169.254.169.254 ::ffff:10.0.0.1 ::ffff:127.0.0.1 ::ffff:0:10.0.0.1
    ::ffff:0:7f00:1 2a00:1450::5efe:10.0.0.1 2a00:1450::200:5efe:127.0.0.1 nonsense""".split()  # noqa: SIM905
PUBLIC = "93.184.216.34 8.8.8.8 2a00:1450:4001::8a 2606:4700::1111 ::ffff:8.8.8.8 ::8.8.8.8 2a00::5efe:8.8.8.8".split()  # noqa: SIM905


@pytest.mark.parametrize("number", PRIVATE)
def test_a_number_that_leads_inside_however_it_is_written(number):
    assert not is_public(number)


@pytest.mark.parametrize("number", PUBLIC)
def test_a_number_of_the_world(number):
    assert is_public(number)


@pytest.mark.parametrize("number", ["64:ff9b::a00:1", "64:ff9b:1::a00:1", "2002:a00:1::", "::a00:1", "2001:0:a00:1::"])
def test_a_webhook_never_goes_inside_through_a_gateway(number, monkeypatch, settings):
    settings.LIBRARY_WEBHOOK_PRIVATE = False
    found = [(socket.AF_INET6, socket.SOCK_STREAM, 0, "", (number, 443, 0, 0))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_how: found)
    with pytest.raises(addresses.Refused, match="inside_network"):
        addresses.resolved(addresses.split("https://college.example.org/"))
