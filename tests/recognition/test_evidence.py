"""The evidence page: what is measured, where and when; and plainly what is not."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts.roles import Purpose
from config.errors import Refused
from lockers.models import AccessAttempt
from recognition.admin.evidence import gathering, measuring, results
from recognition.models import WayCount
from recognition.sightings.decisions import IdentityEvent
from recognition.stations import card_and_pin, stations
from recognition.stations.app.dispatch import dispatch
from recognition.stations.ways import way_counts
from tests.support.faces import enrolled
from tests.support.impostors import look_of, taken_for

# What a page says, and to whom, is Python and templates: the role matrix asks every address of each database.
pytestmark = pytest.mark.same_on_every_database

PAIRS = {"pairs": 960, "eer": 0.02, "accuracy": 0.983, "fnmr_at_fmr": {"1e-2": 0.027, "1e-3": None}}
GALLERY = {"enrolled": 40, "strangers": 9, "rank1": 0.99, "fnir_at_fpir": {"1e-1": 0.01, "1e-2": 0.04}}
APCER = {"kind": "moved", "rate": 0.0, "errors": 0, "of": 70, "low": 0.0, "high": 0.052}
BPCER = {"rate": 0.05, "errors": 1, "of": 20, "low": 0.01, "high": 0.24}
LIVENESS = {"apcer": [APCER], "bpcer": BPCER, "passive": True, "clips": [{"clip": "anne.mp4", "label": "live"}]}


@pytest.fixture(autouse=True)
def own_folders(settings, tmp_path, monkeypatch):
    settings.MODELS_DIR = tmp_path / "models"
    monkeypatch.setattr(results, "PUBLISHED", tmp_path / "published")


def keep(document, **options):
    return results.write(results.measured(document, **({"profile": "bundled", "data": "lfw"} | options)))


# --- results as files -------------------------------------------------------------------------------


def test_each_command_is_known_by_what_it_prints():
    kinds = [results.kind_of(one, passive=False) for one in (PAIRS, GALLERY, LIVENESS)]
    assert kinds == ["pairs", "gallery", "challenge"]
    assert results.kind_of(LIVENESS, passive=True) == "passive"
    for nothing in ({}, [], None, {"pairs": 1}, "pairs"):
        with pytest.raises(Refused, match=r"^not_a_result:"):
            results.kind_of(nothing, passive=False)


def test_a_result_keeps_day_data_and_versions_and_names_no_clip_or_group():
    path = keep(LIVENESS | {"groups": {"worse": [{"group": "x"}]}}, passive=True)
    text = path.read_text()
    assert "anne.mp4" not in text and '"groups"' not in text
    kept = json.loads(text)
    assert (kept["kind"], kept["data"], kept["profile"]) == ("passive", "lfw", "")
    assert kept["measured_at"] == timezone.localdate().isoformat() and kept["versions"]["numpy"]


def test_this_sites_result_comes_before_the_published_one():
    results.write(results.measured(PAIRS, profile="bundled", data="theirs"), results.PUBLISHED)
    assert [(one.data, one.origin) for one in results.load()] == [("theirs", "product")]
    keep(PAIRS, data="ours")
    assert [(one.data, one.origin) for one in results.load()] == [("ours", "site")]


def test_a_file_that_cannot_be_read_is_no_evidence():
    results.site_folder().mkdir(parents=True)
    (results.site_folder() / "pairs-x.json").write_text("{")
    (results.site_folder() / "pairs-y.json").write_text('{"kind": "pairs"}')
    assert results.load() == []


def test_a_profile_with_slashes_stays_in_the_folder():
    assert keep(PAIRS, profile="../../etc/x").parent == results.site_folder()
    assert results.load()[0].profile == "../../etc/x"


# --- the page ---------------------------------------------------------------------------------------


def test_where_nothing_was_measured_the_page_says_so(db, administrator, client):
    client.force_login(administrator)
    page = client.get("/evidence/").content.decode()
    assert page.count("Not measured on this site.") == 3, "one against one, passive, challenge"
    assert "No one has entered yet" in page
    document = client.get("/evidence/evidence.json").json()
    assert document["liveness"] == {"passive": None, "challenge": None} and document["pairs"] == []
    assert {"bundled", "accurate"} <= {profile["name"] for profile in document["profiles"]}


def test_the_page_says_what_where_and_when(db, administrator, client):
    keep(PAIRS)
    keep(GALLERY)
    keep(LIVENESS, passive=True, data="films")
    client.force_login(administrator)
    page = client.get("/evidence/").content.decode().replace("\u00a0", " ")
    for words in (
        "98.30 %",
        "4.00 %",
        "APCER: moved",
        "0 of 70",
        "5.20 %",
        "1 of 20",
        "measured on this site",
        "films",
    ):
        assert words in page, words
    assert page.count("Not measured on this site.") == 1, "the challenge"


def test_members_do_not_see_it_and_their_menu_has_no_link(ada, teacher, client):
    client.force_login(ada)
    assert client.get("/evidence/").status_code == 403
    assert "/evidence/" not in client.get("/home/").content.decode()
    client.force_login(teacher)
    assert "/evidence/" in client.get("/home/").content.decode()


def test_a_hostile_name_in_a_result_is_text(db, administrator, client):
    keep(PAIRS, data="<script>alert(1)</script>")
    client.force_login(administrator)
    assert "<script>alert" not in client.get("/evidence/").content.decode()


# --- the command ------------------------------------------------------------------------------------


def test_the_command_writes_a_page_that_stands_alone(db, tmp_path, capsys):
    (tmp_path / "passive.json").write_text(json.dumps(LIVENESS))
    call_command("evidence", "--take", tmp_path / "passive.json", "--passive", "--data", "films", "--output", tmp_path)
    html = (tmp_path / "evidence.html").read_text()
    assert "APCER: moved" in html and "<script" not in html and "http" not in html.split("<body>")[0]
    assert json.loads((tmp_path / "evidence.json").read_text())["liveness"]["passive"]["data"] == "films"


def test_json_is_one_document_and_nothing_else(db, tmp_path, capsys):
    call_command("evidence", "--json", "--output", tmp_path)
    assert json.loads(capsys.readouterr().out)["product"]["name"] == "Ostiary"
    assert not (tmp_path / "evidence.html").exists()


@pytest.mark.parametrize("arguments", [("--take", "missing.json"), ("--measure", "missing")])
def test_bad_input_is_one_line_and_code_2(db, tmp_path, arguments):
    with pytest.raises(CommandError) as refusal:
        call_command("evidence", arguments[0], tmp_path / arguments[1], "--json")
    assert refusal.value.returncode == 2 and "\n" not in str(refusal.value)


def test_measuring_calls_the_commands_as_anybody_does(tmp_path, monkeypatch):
    asked = []

    def call(name, *arguments, stdout):
        asked.append((name, arguments))
        stdout.write(json.dumps({"evaluate_pairs": PAIRS, "evaluate_gallery": GALLERY}.get(name, LIVENESS)))

    monkeypatch.setattr(measuring, "call_command", call)
    (tmp_path / "ada").mkdir()
    (tmp_path / "pairs.csv").touch()
    assert [one.kind for one in measuring.measure(tmp_path, profile="accurate")] == ["pairs", "gallery"]
    assert all(arguments[-1] == "--json" and "accurate" in arguments for _name, arguments in asked)
    (tmp_path / "labels.csv").touch()
    kinds = [one.kind for one in measuring.measure(tmp_path, profile="accurate")]
    assert kinds == ["pairs", "passive", "challenge"]


def test_a_command_that_refuses_keeps_what_was_measured_before(tmp_path, monkeypatch):
    def call(name, *arguments, stdout):
        if name != "evaluate_pairs":
            raise CommandError("no models")
        stdout.write(json.dumps(PAIRS))

    monkeypatch.setattr(measuring, "call_command", call)
    (tmp_path / "ada").mkdir()
    (tmp_path / "pairs.csv").touch()
    with pytest.raises(Refused, match=r"^not_measured:"):
        list(measuring.measure(tmp_path, profile="bundled"))
    assert [one.kind for one in results.load()] == ["pairs"]


# --- with a face and without ------------------------------------------------------------------------


def test_a_face_a_card_and_a_wrong_card_are_counted_by_day(ada, front_door, notices):
    enrolled(ada, "ada", Purpose.RECEPTION)
    ada.card_barcode = "C-1"
    ada.save()
    device, _token = stations.pair(stations.new_pairing_code(front_door, by=None), device_name="Tablet")
    taken_for(ada, front_door, look_of("ada"))
    card_and_pin.by_card(device, "C-1", seconds=4.2)
    with pytest.raises(Refused):
        card_and_pin.by_card(device, "C-2")
    dispatch(IdentityEvent("front-door", "reception", None, timezone.now(), match={"reason": "too_far"}))
    ways = {one.way: one for one in way_counts.parity(90)}
    assert (ways["face"].accepted, ways["face"].refused, ways["face"].median) == (1, 1, None)
    assert (ways["card"].accepted, ways["card"].refused, ways["card"].median) == (1, 1, 5)


def test_whoever_stays_in_view_came_in_once(ada, front_door, notices):
    enrolled(ada, "ada", Purpose.RECEPTION)
    for again in (False, True, True):
        event = IdentityEvent("front-door", "reception", ada.pk, timezone.now(), again=again)
        dispatch(event)
    assert WayCount.objects.get().accepted == 1


def test_counting_keeps_nobody_out(ada, front_door, notices, monkeypatch):
    def broken(*args):
        raise RuntimeError

    monkeypatch.setattr(way_counts, "_note", broken)
    assert dispatch(IdentityEvent("front-door", "reception", None, timezone.now())) is None


def test_a_wrong_clock_is_no_time():
    assert way_counts.median_of({}) is None
    assert way_counts.median_of({"more": 5, "1": 1}) is None
    assert way_counts.median_of({"1": 1, "2": 1, "8": 1}) == 2


@given(st.floats(0, 5000))
def test_every_time_has_its_bound(seconds):
    bound = way_counts.bound_of(seconds)
    assert bound == way_counts.MORE or seconds <= int(bound)
    assert way_counts.median_of({bound: 1}) == (None if bound == way_counts.MORE else int(bound))


def test_lockers_are_compared_by_their_attempts(ada):
    now = timezone.now()
    for lane, seconds, state in (("face", 12, "succeeded"), ("face", 9, "failed"), ("card", 40, "succeeded")):
        ended = now + timedelta(seconds=seconds)
        AccessAttempt.objects.create(person=ada, station="bank", lane=lane, state=state, started_at=now, ended_at=ended)
    AccessAttempt.objects.create(person=ada, station="bank", lane="face", state="abandoned", started_at=now)
    ways = {one.way: (one.accepted, one.refused, one.median) for one in way_counts.parity(90)}
    assert ways == {"face": (1, 1, 12), "card": (1, 0, 40)}


def test_old_days_are_not_counted_in(db):
    WayCount.objects.create(
        day=timezone.localdate() - timedelta(days=gathering.DAYS), purpose="library", way="face", accepted=3
    )
    assert way_counts.parity(gathering.DAYS) == []
