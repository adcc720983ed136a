"""What the site says of itself: where its links lead, who may open a socket, and what a page may use."""

from __future__ import annotations

import pytest
from asgiref.sync import sync_to_async
from auditlog.models import LogEntry

from accounts.consent.consent import give_consent, withdraw_consent
from accounts.models import Consent
from accounts.roles import Purpose
from config.live.origins import is_own
from recognition.live.consumers import COOKIE
from recognition.models import BiometricAccess
from recognition.stations import stations
from tests.support.api import V1, client_of
from tests.support.faces import enrolled
from tests.support.live import camera as camera_token
from tests.support.live import knock

# --- links in mails -----------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["127.0.0.1:9999", "localhost", "testserver"])
def test_the_link_of_a_new_password_leads_to_the_site_and_not_to_the_host_header(
    client, ada, mailoutbox, settings, host
):
    settings.SITE_URL, settings.SITE_NAME = "https://doors.example.org:8443", "Doors"
    client.post("/password/forgotten/", {"email": "ada@example.org"}, headers={"Host": host})
    [letter] = mailoutbox
    assert "https://doors.example.org:8443/password/new/" in letter.body
    assert host not in letter.body and "Doors" in letter.subject


# --- sockets ------------------------------------------------------------------------------------


def arrival(host=b"doors.example.org", **headers):
    named = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return {"type": "websocket", "headers": [(b"host", host), *named]}


@pytest.fixture
def site(settings):
    settings.ALLOWED_HOSTS = ["doors.example.org"]
    settings.SITE_URL = "https://doors.example.org"
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    return settings


@pytest.mark.parametrize(
    ("origin", "good"),
    [
        ("https://doors.example.org", True),
        ("https://doors.example.org:443", True),
        ("https://DOORS.example.org", True),
        ("http://doors.example.org", False),  # the same host in the clear
        ("http://doors.example.org:443", False),
        ("https://doors.example.org:8443", False),  # another service of the same machine
        ("https://doors.example.org.evil.example", False),
        ("https://evil.example", False),
        ("https://user@doors.example.org", False),
        ("https://doors.example.org/path", False),
        ("https://doors.example.org:99999", False),
        ("chrome-extension://doors.example.org", False),
        ("null", False),
        ("", False),
    ],
)
def test_a_socket_is_opened_by_a_page_of_this_scheme_host_and_port(site, origin, good):
    assert is_own(origin, arrival(x_forwarded_proto="https")) is good


def test_what_the_connection_itself_says_counts_and_must_be_a_host_of_ours(site):
    site.SITE_URL = "https://other.example.org"
    assert is_own("https://doors.example.org", arrival(x_forwarded_proto="https"))
    assert not is_own("https://doors.example.org", arrival(x_forwarded_proto="http"))
    assert not is_own("https://evil.example", arrival(b"evil.example", x_forwarded_proto="https"))
    site.SECURE_PROXY_SSL_HEADER = None
    assert not is_own("https://doors.example.org", arrival(x_forwarded_proto="https")), "nobody vouches for the header"
    assert is_own("http://doors.example.org:8000", arrival(b"doors.example.org:8000"))
    assert not is_own("http://doors.example.org:8001", arrival(b"doors.example.org:8000"))


def test_trusted_origins_are_those_of_forms(site):
    site.CSRF_TRUSTED_ORIGINS = ["https://front.example.org", "https://*.campus.example"]
    for origin in ("https://front.example.org", "https://a.campus.example"):
        assert is_own(origin, arrival()), origin
    for origin in ("http://front.example.org", "http://a.campus.example", "https://evilcampus.example"):
        assert not is_own(origin, arrival()), origin


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "origin",
    [(b"origin", b"https://testserver"), (b"origin", b"http://testserver:8001"), (b"origin", b"null"), None],
)
async def test_a_browser_of_another_origin_gets_no_socket(front_door, origin):
    token = await sync_to_async(camera_token)(front_door)
    socket = knock("/ws/station/", cookie=f"{COOKIE}={token}", origin=origin)
    assert (await socket.connect())[0] is False


# --- what a page may use ------------------------------------------------------------------------


def test_no_page_may_use_anything_of_the_machine_but_the_camera_where_it_is_needed(
    client, front_door, ada, notices, administrator
):
    for address in ("/", "/sign-in/", "/api/v1/people/", "/nowhere/", "/healthz", "/static/nowhere.js"):
        said = client.get(address)["Permissions-Policy"]
        assert "camera=()" in said and "microphone=()" in said and "geolocation=()" in said, address
    _device, token = stations.pair(stations.new_pairing_code(front_door, by=None), device_name="Tablet")
    client.cookies[COOKIE] = token
    assert "camera=(self)" in client.get("/kiosk/")["Permissions-Policy"]
    client.force_login(administrator)
    give_consent(ada, Purpose.LIBRARY, by=ada)
    assert "camera=(self)" in client.get(f"/enrol/{ada.pk}/camera/")["Permissions-Policy"]
    assert "camera=()" in client.get(f"/enrol/{ada.pk}/")["Permissions-Policy"]


# --- consents -----------------------------------------------------------------------------------


@pytest.mark.parametrize("door", ["page", "api"])
def test_a_withdrawal_is_logged_under_who_did_it(client, ada, notices, door):
    enrolled(ada, "ada")
    give_consent(ada, Purpose.LIBRARY, by=ada)
    if door == "page":
        client.force_login(ada)
        client.post("/me/consents/library/withdraw/")
    else:
        consent = Consent.objects.get(purpose="library")
        assert client_of(ada).post(f"{V1}/consents/{consent.pk}/withdraw/").status_code == 200
    row = BiometricAccess.objects.get(action="purpose_erased")
    assert (row.actor, row.actor_name) == (ada, str(ada))
    assert LogEntry.objects.filter(content_type__model="consent", action=LogEntry.Action.UPDATE, actor=ada).exists()


def test_what_an_officer_withdraws_is_logged_under_the_officer(ada, librarian, notices):
    give_consent(ada, Purpose.LIBRARY, by=ada)
    withdraw_consent(ada, Purpose.LIBRARY, by=librarian)
    assert BiometricAccess.objects.get(action="purpose_erased").actor == librarian
