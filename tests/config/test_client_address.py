"""Where a request comes from, whatever its headers say: for limits, locks and every log."""

import ipaddress

import pytest
from auditlog.models import LogEntry
from axes.models import AccessAttempt
from django.test import RequestFactory

from config.web.client_address import address_of, network_of, place_of

PROXY = "10.0.0.1"


def request(forwarded="", peer=PROXY):
    more = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}
    return RequestFactory().get("/", REMOTE_ADDR=peer, **more)


@pytest.mark.parametrize(
    ("trusted", "forwarded", "answer"),
    [
        (0, "6.6.6.6", PROXY),  # nobody stands in front: the header is the client's own
        (None, "6.6.6.6", PROXY),
        (1, "", PROXY),
        (1, "6.6.6.6, 192.0.2.9", "192.0.2.9"),
        (1, "192.0.2.9", "192.0.2.9"),
        (2, "6.6.6.6, 192.0.2.9, 10.0.0.2", "192.0.2.9"),
        (2, "192.0.2.9", "192.0.2.9"),  # past the outer proxy
        (1, "6.6.6.6, unknown", PROXY),  # nothing beyond what is no address is believed
        (1, "6.6.6.6, 192.0.2.9:51000", "192.0.2.9"),
        (1, "[2001:db8::9]:443", "2001:db8::9"),
        (1, '"[2001:db8::9]:443"', "2001:db8::9"),
        (1, "::ffff:192.0.2.9", "192.0.2.9"),
        (1, "fe80::9%eth0", "fe80::9"),
        (1, " , ,192.0.2.9,", "192.0.2.9"),
        (["10.0.0.0/24"], "6.6.6.6, 192.0.2.9, 10.0.0.2", "192.0.2.9"),
        (["10.0.0.0/24"], "10.0.0.3, 10.0.0.2", "10.0.0.3"),
        (["10.0.0.0/24"], "6.6.6.6, nonsense, 10.0.0.2", "10.0.0.2"),
        (["172.16.0.0/12"], "6.6.6.6", PROXY),  # who came past the proxy is asked for no header
    ],
)
def test_the_rightmost_address_that_is_no_proxy_of_ours(settings, trusted, forwarded, answer):
    settings.TRUSTED_PROXIES = [ipaddress.ip_network(one) for one in trusted] if isinstance(trusted, list) else trusted
    assert address_of(request(forwarded)) == answer


def test_over_a_socket_file_the_proxy_is_believed(settings):
    settings.TRUSTED_PROXIES = [ipaddress.ip_network("10.0.0.0/24")]
    assert address_of(request("192.0.2.9", peer="")) == "192.0.2.9"
    assert address_of(request(peer="")) == address_of(None) == ""


def test_behind_proxy_alone_means_one(settings):
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    assert address_of(request("6.6.6.6, 192.0.2.9")) == "192.0.2.9"


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.9", "192.0.2.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.9", "192.0.2.9"),
        ("", ""),
        ("nonsense", ""),
    ],
)
def test_one_line_is_one_place(address, network):
    assert network_of(address) == network
    assert place_of(request(peer=address)) == network


def test_every_log_names_the_same_address(client, administrator, settings):
    """axes and the audit log took the leftmost entry, or the proxy's own address."""
    settings.AXES_ENABLED = True
    settings.TRUSTED_PROXIES = 1
    hops = {"HTTP_X_FORWARDED_FOR": "6.6.6.6, 192.0.2.9", "HTTP_X_FORWARDED_PORT": "99"}
    hops["HTTP_X_CORRELATION_ID"] = "x" * 999
    client.post("/sign-in/", {"username": "a-root", "password": "nope"}, **hops)
    assert AccessAttempt.objects.get().ip_address == "192.0.2.9"
    client.force_login(administrator)
    form = {"code": "cs", "name": "Computing"}
    assert client.post("/admin/accounts/department/add/", form, **hops).status_code == 302
    entry = LogEntry.objects.get(content_type__model="department")
    assert (entry.remote_addr, entry.remote_port, entry.cid) == ("192.0.2.9", None, None)


def test_axes_writes_down_and_locks_nobody(client, ada, settings):
    settings.AXES_ENABLED = True
    for n in range(4):
        client.post("/sign-in/", {"username": "s-ada", "password": "nope"}, REMOTE_ADDR=f"192.0.2.{n}")
    assert AccessAttempt.objects.count() == 4
    assert client.post("/sign-in/", {"username": "s-ada", "password": "correct horse battery"}).status_code == 302
