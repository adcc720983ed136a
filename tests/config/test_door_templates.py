"""Doors by template: a Shelly, a Tasmota and a lock at home open without code; nobody else learns a secret."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import timedelta
from ipaddress import ip_network
from urllib.parse import urlsplit

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.utils import timezone
from hypothesis import given as for_all
from hypothesis import strategies as some

from config.door_relays import devices, digest, grammar, reading
from config.door_relays.models import DoorDevice, DoorTemplate
from config.door_relays.owners import OWNERS
from config.door_relays.presets import PRESETS
from config.door_relays.sending import AUTHS, HIDDEN, NotDone
from config.errors import Refused
from config.ops import sealing
from library.visits.gates import gate_of
from lockers.access import keys
from lockers.doors import actuators, listener, template_sensors
from lockers.models import AccessLog, Alarm, Opening
from tests.support.devices import HomeAssistant, Plain, Shelly, Tasmota, heard_path, standing
from tests.support.dripping import dripping
from tests.support.lockers import KIOSK, given, key_of, locker

# What a template may say is Python.
pytestmark = [pytest.mark.django_db, pytest.mark.same_on_every_database]
SECRET = 'p"ä ss/&{user}'


@pytest.fixture(autouse=True)
def this_machine(settings):
    settings.DOOR_RELAY_NETWORKS = [ip_network("127.0.0.0/8")]


def template(preset, **fields):
    made = DoorTemplate(**{**PRESETS[preset], "url": PRESETS[preset]["url"].replace("https", "http"), **fields})
    made.full_clean()
    made.save()
    return made


def at_door(preset, host, *, door="main/1", place="lockers", secret="geheim", kind=None, **fields):
    row = DoorDevice(place=place, door=door, template=kind or template(preset), host=host, **fields)
    row.keep(secret)
    row.full_clean()
    row.save()
    return row


def tried(row, *, door="main/1"):
    """(the code against it or "", what may be shown)."""
    device = devices.ready(row)
    try:
        device.open("t1", door)
    except NotDone as no:
        return no.code, device.said
    return "", device.said


# --- the three that the issue names ---------------------------------------------------------------


@pytest.mark.parametrize("preset", ["shelly", "shelly_sensor"])
def test_a_shelly_opens_after_a_digest_handshake(preset):
    with standing(Shelly, password="geheim") as shelly:
        code, said = tried(at_door(preset, shelly.at, user="admin", pulse=7))
        assert (code, shelly.opened) == ("", 1)
        assert len(shelly.heard) == 2, "refused without a password, and once with it"
        assert b'"toggle_after": 7' in shelly.heard[1][3]
        assert "Authorization" not in shelly.heard[0][2]
        assert "Digest " + HIDDEN in said[1].sent


def test_a_shelly_without_a_password_opens_and_the_test_page_says_so(admin_client):
    with standing(Shelly) as shelly:
        row = at_door("shelly", shelly.at, user="admin")
        assert tried(row)[0] == ""
        page = admin_client.post(f"/admin/door_relays/doordevice/{row.pk}/try/", {"open": "1"}).content.decode()
        assert "did not ask for a password" in page


def test_a_wrong_password_is_said_once(monkeypatch):
    with standing(Shelly, password="another") as shelly:
        assert tried(at_door("shelly", shelly.at, user="admin"))[0] == "refused"
        assert (len(shelly.heard), shelly.opened) == (2, 0)


def test_a_nonce_that_is_too_old_is_answered_once_more_and_no_longer():
    with standing(Shelly, password="geheim", stale=1) as shelly:
        assert tried(at_door("shelly", shelly.at, user="admin"))[0] == ""
        assert (len(shelly.heard), shelly.opened) == (3, 1)
    with standing(Shelly, password="geheim", stale=9) as shelly:
        assert tried(at_door("shelly_sensor", shelly.at, user="admin", door="main/2"), door="main/2")[0] == "refused"
        assert (len(shelly.heard), shelly.opened) == (3, 0)


def test_each_opening_answers_a_nonce_of_its_own():
    """What somebody has recorded opens nothing a second time: the device knows each nonce once."""
    with standing(Shelly, password="geheim") as shelly:
        row = at_door("shelly", shelly.at, user="admin")
        assert [tried(row)[0], tried(row)[0]] == ["", ""]
        signed = [headers["Authorization"] for _m, _p, headers, _b in shelly.heard if "Authorization" in headers]
        assert len(set(signed)) == 2
        again = standing_request(shelly, signed[0])
        assert again == 401
        assert shelly.opened == 2


def standing_request(server, authorization):
    import http.client

    connection = http.client.HTTPConnection(server.at)
    connection.request("POST", "/rpc", server.heard[1][3], {"Authorization": authorization})
    return connection.getresponse().status


def test_a_device_that_offers_less_than_sha_256_gets_no_answer():
    with standing(Shelly, password="geheim", algorithm="MD5") as shelly:
        row = at_door("shelly", shelly.at, user="admin")
        assert tried(row)[0] == "refused"
        assert len(shelly.heard) == 1
        row.template.auth = "digest_md5"
        assert tried(row)[0] == ""


def test_a_shelly_that_answers_200_with_an_error_has_not_opened():
    with standing(Shelly, password="geheim") as shelly:
        assert tried(at_door("shelly", shelly.at, user="admin", channel=9))[0] == "refused"
        assert shelly.opened == 0


@pytest.mark.parametrize("says", ["POWER", "POWER1"])
def test_a_tasmota_opens_and_a_secret_with_every_sign_arrives_whole(says):
    with standing(Tasmota, password=SECRET, says=says) as tasmota:
        code, said = tried(at_door("tasmota", tasmota.at, user="admin", secret=SECRET, channel=1))
        assert (code, tasmota.opened) == ("", 1)
        assert SECRET in heard_path(tasmota)
        assert SECRET not in str(said)
        assert HIDDEN in said[0].sent


@pytest.mark.parametrize("old", [False, True])
def test_a_tasmota_with_another_password_has_not_opened(old):
    with standing(Tasmota, password="x", old=old) as tasmota:
        assert tried(at_door("tasmota", tasmota.at, user="admin", channel=1))[0] == "refused"


def test_a_lock_of_home_assistant_opens_with_its_token():
    with standing(HomeAssistant, token="geheim", lock="lock.front", state="locked") as home:
        row = at_door("home_assistant", home.at, device="lock.front")
        assert tried(row)[0] == ""
        assert home.opened == 1
        assert devices.ready(row).state("main/1") == "open"


def test_a_lock_that_home_assistant_does_not_know_has_not_opened(someone):
    """It answers 200 and an empty list; only the question for the state tells."""
    with standing(HomeAssistant, token="geheim", lock="lock.front", state="locked") as home:
        door = given(someone)
        at_door("home_assistant", home.at, device="lock.other")
        opening = opened_by_key(someone, door)
        assert (opening.state, opening.failure) == ("failed", "unavailable")


# --- answers that are no yes ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, b"<html>Please sign in</html>"),
        (200, {"result": {}}),
        (200, {"result": {"was_on": None}}),
        (200, {"error": {"code": 1}, "result": {"was_on": False}}),
        (200, b""),
        (200, b"[" * 60_000),
        (404, {"result": {"was_on": False}}),
        (302, {"result": {"was_on": False}}),
        (500, {}),
    ],
)
def test_what_is_no_clear_yes_is_a_no(status, body):
    with standing(Plain, status=status, body=body) as device:
        assert tried(at_door("shelly", device.at))[0] == "refused"
        assert len(device.heard) == 1


def test_an_error_is_a_no_also_where_nobody_looks_at_the_answer():
    with standing(Plain, status=200, body={"error": "not today"}) as device:
        assert tried(at_door("json_post", device.at))[0] == "refused"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed_and_no_secret_goes_along(status):
    with (
        standing(Plain, status=200, body={}) as thief,
        standing(Plain, status=status, body=b"", more={"Location": f"http://{thief.at}/"}) as device,
    ):
        assert tried(at_door("json_post", device.at))[0] == "refused"
        assert (len(device.heard), thief.heard) == (1, [])


def test_a_device_that_drips_is_cut_off(monkeypatch):
    monkeypatch.setattr("config.door_relays.sending.PATIENCE", 0.3)
    with dripping() as url:
        assert tried(at_door("shelly", urlsplit(url).netloc))[0] == "unreachable"


def test_a_device_that_is_away():
    assert tried(at_door("shelly", "127.0.0.1:9"))[0] == "unreachable"


@pytest.mark.parametrize("host", ["127.0.0.1:1", "169.254.169.254", "[::1]:1", "localhost:1", "[::ffff:127.0.0.1]:1"])
def test_nothing_outside_of_the_named_networks_is_asked(settings, host):
    settings.DOOR_RELAY_NETWORKS = [ip_network("10.0.0.0/8"), ip_network("fc00::/7")]
    assert tried(at_door("shelly", host))[0] == "forbidden"


def test_the_internet_is_asked_over_https_only(monkeypatch):
    monkeypatch.setattr("config.ops.network.relay.numbers_of", lambda target: ["93.184.216.34"])
    assert tried(at_door("shelly", "door.example.org"))[0] == "forbidden"


# --- the grammar ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("url", "http://relay.example.org/open"),  # a secret would follow the template
        ("url", "http://{host}.evil.example/"),
        ("url", "http://{host}@evil.example/"),
        ("url", "http://{host}:80/"),
        ("url", "ftp://{host}/"),
        ("url", "http://{host}/{host}"),
        ("url", "http://{host}/{nothing}"),
        ("url", "http://{host}/a b"),
        ("headers", "Host: evil.example"),
        ("headers", "no header"),
        ("headers", "X-One: {nothing}"),
        ("headers", "X-One: 1\nx-one: 2"),
        ("headers", "Authorization: Bearer {secret}"),  # beside digest
        ("body", "{nothing}"),
        ("success_path", "a..b"),
        ("success_path", "__import__('os')"),
        ("states", "true = ajar"),
        ("states", "true"),
        ("state_url", "http://{host}/state"),  # without what its values mean
        ("least_status", 199),
        ("most_status", 302),
    ],
)
def test_what_is_no_template_is_refused(field, value):
    with pytest.raises(ValidationError) as caught:
        template("shelly", **{field: value})
    assert set(caught.value.message_dict) & {field, "headers", "state_path", "most_status"}


def test_a_template_holds_no_secret():
    with pytest.raises(ValidationError):
        template("home_assistant", headers="Authorization: Bearer eyJhbGciOi")


@pytest.mark.parametrize(
    "host", ["", "a b", "a/b", "a@b", "a:0x1", "1.2.3.4:99999", "a..b", "-a", "{host}", "a\n", "http://a", "a?b", "a#b"]
)
def test_what_is_no_host_is_refused(host):
    with pytest.raises(grammar.BadTemplate):
        grammar.require_host(host)


@for_all(some.text(max_size=40))
def test_no_value_leaves_its_place(value):
    """Whatever a secret or a name holds, the request keeps its shape."""
    values = {"device": value, "secret": value}
    url = grammar.address("http://{host}/a/{device}?x={secret}&y=1", "h:1", values)
    parts = urlsplit(url)
    assert (parts.netloc, parts.path.count("/"), parts.query.count("&"), parts.fragment) == ("h:1", 2, 1, "")
    body = grammar.body('{"a": "{device}", "b": "{secret}"}', values, "application/json; charset=utf-8")
    assert json.loads(body) == {"a": value, "b": value}
    try:
        line = grammar.header("Bearer {secret}", values)
    except grammar.BadTemplate:
        return
    assert "\n" not in line and "\r" not in line


@for_all(some.dictionaries(some.text(max_size=5), some.text(max_size=5)) | some.text() | some.lists(some.integers()))
def test_any_answer_is_a_yes_or_a_no(said):
    with suppress(reading.BadAnswer):
        reading.require_yes(json.dumps(said).encode(), "a.0.b|{channel}", "1", {"channel": "c"})


def test_rfc_7616_has_this_example():
    """Section 3.9.1, SHA-256."""
    line = (
        'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=SHA-256, '
        'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"'
    )
    asked = digest.challenge_in([("www-authenticate", line)])
    said = digest.authorization(
        asked,
        "GET",
        "/dir/index.html",
        "Mufasa",
        "Circle of Life",
        cnonce="f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
    )
    assert 'response="753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"' in said


def test_of_several_challenges_the_strongest_that_is_allowed():
    both = 'Basic realm="x", Digest realm="r", nonce="1", algorithm=MD5, Digest realm="r", nonce="2", algorithm=SHA-256'
    assert digest.challenge_in([("WWW-Authenticate", both)]).nonce == "2"
    assert digest.challenge_in([("WWW-Authenticate", 'Basic realm="x"')], AUTHS["digest_md5"]) is None


# --- secrets --------------------------------------------------------------------------------------


def test_a_secret_is_sealed_for_its_host():
    row = at_door("shelly", "10.0.0.1")
    assert "geheim" not in DoorDevice.objects.values_list("sealed", flat=True)[0]
    assert row.secret() == "geheim"
    row.host = "10.0.0.2"
    with pytest.raises(Refused):
        row.secret()


def test_a_secret_of_the_environment_is_for_its_host_too(monkeypatch):
    row = at_door("shelly", "10.0.0.1", secret="", secret_name="DOOR_SECRET_FRONT")
    for value, good in (
        ("pa@ss@10.0.0.1", True),
        ("pa@ss@*", True),
        ("pass@10.0.0.2", False),
        ("pass", False),
        ("", False),
    ):
        monkeypatch.setenv("DOOR_SECRET_FRONT", value)
        if good:
            assert row.secret() == "pa@ss"
        else:
            with pytest.raises(NotDone):
                row.secret()
    row.secret_name = "SECRET_KEY"
    with pytest.raises(ValidationError):
        row.full_clean()


@pytest.mark.on_every_database
def test_a_new_key_seals_it_again(settings):
    row, old = at_door("shelly", "10.0.0.1"), dict(settings.FACE_KEYS)
    settings.FACE_KEYS = {"new": b"n" * 32, **old}
    call_command("rotate_keys")
    settings.FACE_KEYS = {"new": b"n" * 32}
    row.refresh_from_db()
    assert row.secret() == "geheim"
    settings.FACE_KEYS = old
    with pytest.raises(Refused) as caught:
        row.secret()
    assert caught.value.code == "wrong_key"


@pytest.mark.parametrize("text", ["", "x", "S1", "S1.dev.", "S1.dev.!!", "S1.dev.AAAA", "S2.dev.AAAA"])
def test_what_was_never_sealed_is_damaged(text):
    with pytest.raises(Refused):
        sealing.unseal(text, context="c")


# --- lockers and gates ----------------------------------------------------------------------------


@pytest.fixture
def someone(ada):
    return ada


def opened_by_key(person, door):
    issued = key_of(person, door)
    opening = keys.redeem(issued.code, door, station=KIOSK)
    opening.refresh_from_db()
    return opening


@pytest.fixture(autouse=True)
def at_once(django_capture_on_commit_callbacks, monkeypatch):
    """After the commit, which tests do not have."""
    monkeypatch.setattr("django.db.transaction.on_commit", lambda act, *_a, **_k: act())


def test_a_locker_opens_by_its_device_and_one_without_keeps_its_settings(someone):
    with standing(Shelly, password="geheim") as shelly:
        door, other = given(someone), locker("2")
        at_door("shelly", shelly.at, user="admin")
        opening = opened_by_key(someone, door)
        assert (opening.state, shelly.opened) == ("opened", 1)
        assert actuators.of(other).name == "simulator"
        assert not actuators.speaks(door)


def test_a_device_for_a_whole_bank_is_told_which_door(someone):
    with standing(Plain, status=200, body={"ok": 1}) as board:
        door = given(someone, "12")
        kind = template("json_post", auth="none")
        at_door("", board.at, door="main/*", kind=kind)
        assert opened_by_key(someone, door).state == "opened"
        assert json.loads(board.heard[0][3])["door"] == "main/12"


def test_one_device_for_a_bank_that_could_not_tell_its_doors_apart_is_refused():
    with pytest.raises(ValidationError):
        at_door("shelly", "10.0.0.1", door="main/*")
    with pytest.raises(ValidationError):
        at_door("json_post", "10.0.0.1", door="*")


def test_a_device_that_is_away_fails_the_opening_and_the_door_stays_usable(someone):
    door = given(someone)
    at_door("shelly", "127.0.0.1:9")
    opening = opened_by_key(someone, door)
    assert (opening.state, opening.failure) == ("failed", "unavailable")
    door.refresh_from_db()
    assert door.door == "unknown"


def test_a_device_whose_secret_is_gone_opens_nothing(someone, monkeypatch):
    door = given(someone)
    row = at_door("shelly", "127.0.0.1:9")
    DoorDevice.objects.filter(pk=row.pk).update(sealed="S1.gone.AAAA")
    assert opened_by_key(someone, door).state == "failed"
    assert listener.ask_sensors(timezone.now()) == 0


def test_a_sensor_is_asked_and_a_door_that_nobody_let_in_rings(someone):
    with standing(Shelly, password="geheim", shut=True) as shelly:
        door = given(someone)
        at_door("shelly_sensor", shelly.at, user="admin")
        assert template_sensors.ask(timezone.now()) == 1
        door.refresh_from_db()
        assert door.door == "locked"
        opening = opened_by_key(someone, door)
        assert opening.state == "opened"
        shelly.shut = True
        template_sensors.ask(timezone.now())
        opening.refresh_from_db()
        assert opening.state == "closed"
        Opening.objects.update(authorised_at=timezone.now() - timedelta(minutes=5))
        shelly.shut = False
        template_sensors.ask(timezone.now())
        assert Alarm.objects.get().kind == "forced"


def test_a_door_that_nobody_has_pulled_yet_opens_when_they_do(someone):
    with standing(HomeAssistant, token="geheim", lock="lock.a", state="locked", becomes="locked") as home:
        door = given(someone)
        at_door("home_assistant", home.at, device="lock.a")
        opening = opened_by_key(someone, door)
        template_sensors.ask(timezone.now())
        door.refresh_from_db()
        assert (opening.state, door.door) == ("authorised", "unlocking")
        home.state = "open"
        template_sensors.ask(timezone.now())
        opening.refresh_from_db()
        assert opening.state == "opened"


def test_a_gate_of_the_library_opens_by_its_device():
    soon = timezone.now() + timedelta(seconds=30)
    with standing(Tasmota, password="geheim") as tasmota:
        at_door("tasmota", tasmota.at, door="library-exit", place="library", user="admin", channel=1)
        assert gate_of("library-exit").open("PASS1", soon) == "opened"
        assert tasmota.opened == 1
        with pytest.raises(TimeoutError):
            gate_of("library-exit").open("PASS1", timezone.now())
        tasmota.password = "another"
        with pytest.raises(OSError):
            gate_of("library-exit").open("PASS1", soon)
        assert gate_of("library-entry").name == "simulator"


# --- trying a door out ------------------------------------------------------------------------------


@pytest.fixture
def admin_client(client, administrator):
    client.force_login(administrator)
    return client


def test_the_page_says_exactly_what_was_sent_and_answered_without_secrets(admin_client):
    with standing(Shelly, password=SECRET) as shelly:
        door = locker()
        row = at_door("shelly_sensor", shelly.at, user="admin", secret=SECRET)
        page = admin_client.post(f"/admin/door_relays/doordevice/{row.pk}/try/", {"open": "1"}).content.decode()
        assert f"POST http://{shelly.at}/rpc/Switch.Set" in page
        assert "was_on" in page and "Digest •••" in page
        assert "ä ss/" not in page
        page = admin_client.post(f"/admin/door_relays/doordevice/{row.pk}/try/", {"ask": "1"}).content.decode()
        assert "The door is open." in page
        kinds = AccessLog.objects.order_by("seq").values_list("kind", flat=True)
        assert list(kinds) == ["door.trial", "door.tried"] * 2
        assert AccessLog.objects.last().facts["locker"] == door.pk


def test_a_device_that_repeats_the_secret_does_not_show_it(admin_client):
    with standing(Plain, status=200, body={"you": "geheim", "b64": "dTpnZWhlaW0"}) as device:
        row = at_door("json_post", device.at, user="u")
        page = admin_client.post(f"/admin/door_relays/doordevice/{row.pk}/try/", {"open": "1"}).content.decode()
        assert "geheim" not in page and "dTpnZWhlaW0" not in page


def test_somebodys_locker_is_never_opened_to_try_it_out(admin_client, someone):
    with standing(Shelly, password="geheim") as shelly:
        given(someone)
        row = at_door("shelly_sensor", shelly.at, user="admin")
        page = admin_client.post(f"/admin/door_relays/doordevice/{row.pk}/try/", {"open": "1"}).content.decode()
        assert "This locker is assigned" in page
        assert shelly.heard == []
        assert AccessLog.objects.first().kind == "door.trial_refused"
        admin_client.post(f"/admin/door_relays/doordevice/{row.pk}/try/", {"ask": "1"})
        assert len(shelly.heard) == 2, "to ask how it stands is harmless"


def test_no_door_of_a_place_without_an_owner_is_tried_out(admin_client):
    with standing(Shelly, password="geheim") as shelly, OWNERS.replaced({}):
        locker()
        row = at_door("shelly_sensor", shelly.at, user="admin")
        page = admin_client.post(f"/admin/door_relays/doordevice/{row.pk}/try/", {"open": "1"}).content.decode()
        assert "No app is responsible for the doors of this place" in page
        assert shelly.heard == []


def test_a_lockers_device_is_not_opened_by_way_of_the_library(admin_client, someone):
    with standing(Plain, status=200, body={}) as device:
        kind = template("json_post")
        given(someone)
        at_door("", device.at, kind=kind)
        row = at_door("", device.at, kind=kind, place="library", door="library-exit")
        page = admin_client.post(f"/admin/door_relays/doordevice/{row.pk}/try/", {"open": "1"}).content.decode()
        assert "also opens lockers" in page
        assert device.heard == []


def form(row, **fields):
    named = {name: getattr(row, name) for name in ("place", "door", "host", "device", "channel", "pulse", "user")}
    return {**named, "template": row.template_id, "secret_name": "", "new_secret": "", "active": "on", **fields}


def test_in_the_administration_a_secret_is_kept_and_never_shown(admin_client):
    row = at_door("shelly", "10.0.0.1")
    address = f"/admin/door_relays/doordevice/{row.pk}/change/"
    page = admin_client.get(address).content.decode()
    assert "geheim" not in page and row.sealed not in page
    admin_client.post(address, form(row, user="admin"))
    row.refresh_from_db()
    assert (row.user, row.secret()) == ("admin", "geheim")
    page = admin_client.post(address, form(row, host="10.0.0.2")).content.decode()
    assert "Enter the secret again" in page
    admin_client.post(address, form(row, host="10.0.0.2", new_secret=" neu "))
    row.refresh_from_db()
    assert (row.host, row.secret()) == ("10.0.0.2", " neu ")
    admin_client.post(address, form(row, no_secret="on"))
    row.refresh_from_db()
    assert row.sealed == ""


@pytest.mark.parametrize("preset", PRESETS)
def test_a_preset_fills_the_form_and_is_a_whole_template(admin_client, preset):
    page = admin_client.get(f"/admin/door_relays/doortemplate/add/?preset={preset}").content.decode()
    assert PRESETS[preset]["name"] in page
    DoorTemplate(**PRESETS[preset]).full_clean()
