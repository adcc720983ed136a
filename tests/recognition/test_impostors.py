"""A face that was taken for somebody: what is kept of it, who may say so, and what it changes."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts.consent.consent import withdraw_consent
from accounts.models import NoticeText
from accounts.roles import Purpose
from config.errors import Refused
from recognition.engine.search.gallery import Gallery
from recognition.engine.search.impostors import Impostors
from recognition.faces import crypto
from recognition.faces import gallery as gallery_store
from recognition.faces.erasure import erase_person
from recognition.faces.identify import verify_image
from recognition.faces.key_rotation import rotate_keys
from recognition.live.consumers import COOKIE
from recognition.management.retention import purge_expired
from recognition.models import BiometricAccess, FaceSample, ImpostorExample, KeptLook, Sighting
from recognition.sightings import impostor_examples, impostor_rules, kept_looks, probes
from recognition.stations import denials, stations
from tests.support.faces import enrolled, impostor_example
from tests.support.fake_engine import FakeEngine, picture
from tests.support.impostors import THRESHOLD, look_of, near, stricter, taken_for

ADA = look_of("ada")
DOUBLE = near(ADA, 0.4)  # within the threshold of Ada, and outside the region of her own looks
STAFF = ImpostorExample.Source.STAFF


def refused(code):
    return pytest.raises(Refused, match=f"^{code}:")


def ask(gallery, probe, **options):
    return gallery.match(probe, frames=3, threshold=lambda photos: THRESHOLD, target_fmr=1e-3, **options)


@pytest.fixture(autouse=True)
def two_points(monkeypatch):
    stricter(monkeypatch)
    probes.forget()


@pytest.fixture
def known_ada(ada, notices):
    enrolled(ada, "ada", Purpose.RECEPTION)
    return ada


@pytest.fixture
def kiosk(front_door, client):
    device, token = stations.pair(stations.new_pairing_code(front_door, by=None), device_name="Tablet")
    client.cookies[COOKIE] = token
    return device


# --- the search -----------------------------------------------------------------------------------


def test_a_look_nearer_to_an_impostor_than_to_the_person_names_nobody():
    people = [(1, ADA, 3), (2, look_of("grace"), 3)]
    assert ask(Gallery.build(people), DOUBLE).person == 1, "without the example it would be a mistake again"
    match = ask(Gallery.build(people, Impostors.build([(1, DOUBLE)])), DOUBLE)
    assert (match.person, match.reason, match.best) == (None, "impostor_example", 1)
    assert match.distance == pytest.approx(0.4, abs=1e-3), "the record still says why"


def test_the_person_themself_is_named_as_before():
    gallery = Gallery.build([(1, ADA, 3)], Impostors.build([(1, DOUBLE)]))
    for seed in range(20):
        assert ask(gallery, near(ADA, 0.15, seed)).person == 1


def test_an_example_makes_no_other_identity_stricter():
    grace = look_of("grace")
    gallery = Gallery.build([(1, ADA, 3), (2, grace, 3)], Impostors.build([(1, near(grace, 0.1))]))
    assert ask(gallery, near(grace, 0.2)).person == 2


def test_where_the_impostor_is_enrolled_they_are_named_themself():
    twin = near(ADA, 0.3)
    probe = near(twin, 0.29, 5)
    people = [(1, ADA, 3), (2, twin, 3)]
    without = ask(Gallery.build([(1, ADA, 3)]), probe)
    if without.person is None:
        probe = near(ADA, 0.2, 5)
    match = ask(Gallery.build(people, Impostors.build([(1, probe)])), probe, margin=0.0)
    assert match.person == 2 and match.reason == "match"


def test_the_example_holds_on_a_roster_and_in_the_margin_too():
    gallery = Gallery.build([(n, look_of(name), 3) for n, name in enumerate(("grace", "alan"), 5)] + [(1, ADA, 1)])
    learned = Gallery.build([(1, ADA, 1), (5, look_of("grace"), 3)], Impostors.build([(1, DOUBLE)]))
    assert ask(gallery, DOUBLE, roster=frozenset({1, 5})).person == 1
    assert ask(learned, DOUBLE, roster=frozenset({1, 5})).reason == "impostor_example"
    assert ask(learned, DOUBLE, roster=frozenset({1}), learned=False).person == 1


def test_who_is_left_out_is_not_searched():
    gallery = Gallery.build([(1, ADA, 3), (2, look_of("grace"), 3)])
    assert ask(gallery, ADA, without=frozenset({1})).person is None
    assert ask(Gallery.build([(1, ADA, 3)]), ADA, without=frozenset({1})).reason == "empty_roster"


def test_what_is_no_number_is_named_nobody():
    """A damaged example must not open the identity to everybody: it closes it, and staff see why."""
    broken = np.full_like(ADA, np.nan)
    assert (
        ask(Gallery.build([(1, ADA, 3)], Impostors.build([(1, broken)])), near(ADA, 0.1)).reason == "impostor_example"
    )


@given(st.integers(0, 500), st.floats(0.02, 0.48), st.integers(1, 4))
def test_an_example_takes_names_away_and_never_gives_one(seed, apart, others):
    probe = near(ADA, apart, seed)
    people = [(n, near(ADA, 0.6, n), 3) for n in range(2, 2 + others)] + [(1, ADA, 3)]
    before = ask(Gallery.build(people), probe)
    after = ask(Gallery.build(people, Impostors.build([(1, DOUBLE)])), probe)
    assert after.person in (before.person, None) or after.person != 1


# --- when a look may be used at once ----------------------------------------------------------------


def own(count=3, spread=0.1):
    return np.stack([near(ADA, spread, seed) for seed in range(count)])


def why(example, photos):
    return impostor_rules.why_wait(example, photos, ADA, lambda count: 0.3)


def test_a_clear_stranger_is_used_at_once():
    assert why(DOUBLE, own()) == ""


def test_a_look_where_the_owners_own_looks_lie_waits():
    assert why(near(ADA, 0.25), own()) == "own_region"


def test_a_look_that_would_lose_a_photo_of_the_owner_waits():
    photos = np.stack([*own(), near(DOUBLE, 0.05)])
    assert why(DOUBLE, photos) == "locks_out"
    assert impostor_rules.locked_out(DOUBLE, photos) == 1


def test_with_too_few_photos_nobody_can_be_sure():
    assert why(DOUBLE, own(2)) == "too_few"
    assert why(DOUBLE, np.empty((0, len(ADA)), np.float32)) == "too_few"


# --- what is kept ---------------------------------------------------------------------------------


def test_a_look_is_kept_sealed_and_belongs_to_its_sighting(known_ada, front_door):
    sighting = taken_for(known_ada, front_door, DOUBLE)
    look = KeptLook.objects.get()
    assert look.sighting == sighting and DOUBLE.tobytes() not in bytes(look.vector)
    assert np.allclose(kept_looks.opened(look), DOUBLE)
    other = taken_for(known_ada, front_door, ADA, at=timezone.now() + timedelta(seconds=1))
    KeptLook.objects.filter(sighting=other).update(vector=look.vector)
    with refused("damaged"):
        kept_looks.opened(KeptLook.objects.get(sighting=other))


def test_nothing_is_kept_of_a_stranger_or_of_who_agreed_to_an_older_notice(known_ada, front_door):
    NoticeText.objects.update(keeps_looks=False)
    taken_for(known_ada, front_door, DOUBLE)
    assert not KeptLook.objects.exists()


def test_a_site_that_keeps_no_looks_keeps_none(known_ada, front_door, settings):
    settings.KEPT_LOOK_DAYS = 0
    taken_for(known_ada, front_door, DOUBLE)
    assert not KeptLook.objects.exists()


def test_a_vector_is_held_once_and_for_a_moment(monkeypatch):
    key = probes.hold(ADA, frames=3, profile="fake")
    assert probes.take(key).frames == 3 and probes.take(key) is None
    assert probes.hold(None, frames=3, profile="fake") == "" and probes.take("") is None
    late = probes.hold(ADA, frames=3, profile="fake")
    monkeypatch.setattr(probes, "LIVES", 0.0)
    assert probes.take(late) is None
    for _ in range(probes.MOST + 20):
        probes.hold(ADA, frames=1, profile="fake")
    assert len(probes._held) <= probes.MOST


def test_the_shipped_notice_says_so_and_an_older_text_does_not(notices):
    assert set(NoticeText.objects.values_list("keeps_looks", flat=True)) == {True}
    assert "365 days" in NoticeText.objects.first().text


# --- saying so ------------------------------------------------------------------------------------


def test_staff_say_so_and_the_face_is_not_taken_for_her_again(known_ada, front_door, administrator):
    sighting = taken_for(known_ada, front_door, DOUBLE)
    assert ask(gallery_store.gallery("reception", at_once=True), DOUBLE).person == known_ada.pk
    example = denials.deny(sighting, source=STAFF, by=administrator, sure=True)
    assert (example.state, example.why, example.person) == ("active", "", known_ada)
    gallery = gallery_store.gallery("reception", at_once=True)
    assert ask(gallery, DOUBLE).reason == "impostor_example"
    assert ask(gallery, near(ADA, 0.2)).person == known_ada.pk
    assert [row.action for row in BiometricAccess.objects.order_by("pk")][-2:] == ["look_denied", "impostor_reported"]


def test_saying_it_twice_is_one_example(known_ada, front_door, administrator):
    sighting = taken_for(known_ada, front_door, DOUBLE)
    first = denials.deny(sighting, source=STAFF, by=administrator, sure=True)
    assert denials.deny(sighting, source=STAFF, by=administrator, sure=True) == first
    assert ImpostorExample.objects.count() == 1


def test_the_owners_own_look_locks_nobody_out(known_ada, front_door, kiosk, client):
    """Somebody holds Ada before the camera, or her picture, and presses "Not me"."""
    taken_for(known_ada, front_door, near(ADA, 0.2))
    answer = client.post("/kiosk/not-me/", {"person": known_ada.pk})
    assert answer.status_code == 200
    example = ImpostorExample.objects.get()
    assert (example.state, example.why) == ("waiting", "own_region")
    assert ask(gallery_store.gallery("reception", at_once=True), near(ADA, 0.2)).person == known_ada.pk


def test_staff_decide_about_what_waits(known_ada, front_door, kiosk, administrator, librarian):
    taken_for(known_ada, front_door, near(ADA, 0.28))
    example = denials.at_kiosk(kiosk, known_ada.pk)
    with refused("not_allowed"):
        impostor_examples.accept(example, by=librarian)
    assert impostor_examples.photos_lost(example) == (0, 3)
    impostor_examples.accept(example, by=administrator)
    assert example.state == "active" and example.accepted_by == administrator
    assert ask(gallery_store.gallery("reception", at_once=True), near(ADA, 0.28)).person is None
    impostor_examples.remove(example, by=administrator)
    assert ask(gallery_store.gallery("reception", at_once=True), near(ADA, 0.28)).person == known_ada.pk


def test_a_card_is_no_face(known_ada, front_door, administrator):
    sighting = Sighting.objects.create(
        station=front_door, person=known_ada, outcome="recognised", at=timezone.now(), record={"lane": "card"}
    )
    with refused("not_by_face"):
        denials.deny(sighting, source=STAFF, by=administrator, sure=True)


def test_without_consent_nothing_is_learned_and_the_record_is_still_set_right(known_ada, front_door, administrator):
    sighting = taken_for(known_ada, front_door, DOUBLE)
    NoticeText.objects.update(keeps_looks=False)
    assert denials.deny(sighting, source=STAFF, by=administrator, sure=True) is None
    assert BiometricAccess.objects.filter(action="look_denied").exists()


def test_another_profiles_look_is_not_learned_from(known_ada, front_door, administrator):
    sighting = taken_for(known_ada, front_door, DOUBLE)
    KeptLook.objects.update(profile="accurate")
    assert denials.deny(sighting, source=STAFF, by=administrator, sure=True) is None


def test_of_many_the_unconfirmed_and_oldest_go_first(known_ada, front_door, administrator, settings):
    settings.IMPOSTOR_EXAMPLES = 2
    made = []
    for number in range(3):
        at = timezone.now() + timedelta(seconds=number)
        sighting = taken_for(known_ada, front_door, near(ADA, 0.4, number), at=at)
        made.append(denials.deny(sighting, source=STAFF, by=administrator, sure=True))
        if number == 0:
            ImpostorExample.objects.filter(pk=made[0].pk).update(accepted_by=administrator)
    assert set(ImpostorExample.objects.all()) == {made[0], made[2]}


# --- at the kiosk -----------------------------------------------------------------------------------


def test_not_me_at_the_kiosk_and_the_name_is_not_given_for_a_while(known_ada, front_door, kiosk, client):
    taken_for(known_ada, front_door, DOUBLE)
    answer = client.post("/kiosk/not-me/", {"person": known_ada.pk})
    assert answer.status_code == 200 and "message" in answer.json()
    example = ImpostorExample.objects.get()
    assert (example.state, example.source, example.told_by) == ("active", "kiosk", None)
    assert denials.not_here("front-door") == {known_ada.pk}
    assert denials.not_here("another-door") == frozenset()


def test_not_me_needs_a_fresh_greeting_at_this_very_station(known_ada, front_door, kiosk, client, grace):
    taken_for(known_ada, front_door, DOUBLE, at=timezone.now() - timedelta(minutes=3))
    for person in (known_ada.pk, grace.pk, "", "x", "9" * 40):
        answer = client.post("/kiosk/not-me/", {"person": person})
        assert answer.json()["code"] in ("nothing_to_deny", "too_many_attempts")
    assert not ImpostorExample.objects.exists()


def test_a_kiosk_may_say_it_a_few_times_only(known_ada, front_door, kiosk, client):
    codes = []
    for number in range(denials.AT_A_KIOSK + 1):
        taken_for(known_ada, front_door, near(ADA, 0.4, number), at=timezone.now())
        codes.append(client.post("/kiosk/not-me/", {"person": known_ada.pk}).json().get("code"))
    assert codes[: denials.ABOUT_SOMEBODY] == [None] * denials.ABOUT_SOMEBODY
    assert set(codes[denials.ABOUT_SOMEBODY :]) == {"too_many_attempts"}


def test_after_a_few_unconfirmed_reports_staff_have_to_look(known_ada, front_door, kiosk):
    states = []
    for number in range(3):
        taken_for(known_ada, front_door, near(ADA, 0.4, number), at=timezone.now())
        states.append(denials.at_kiosk(kiosk, known_ada.pk).why)
    assert states == ["", "", "many"]


# --- how long, and for whom -----------------------------------------------------------------------


def test_withdrawing_forgets_looks_and_examples_of_that_purpose_only(known_ada, front_door, administrator):
    sighting = taken_for(known_ada, front_door, DOUBLE)
    denials.deny(sighting, source=STAFF, by=administrator, sure=True)
    enrolled(known_ada, "ada", Purpose.LIBRARY)
    other = impostor_example(known_ada, sighting, purpose=Purpose.LIBRARY, sighting_number=4711)
    withdraw_consent(known_ada, "reception", by=known_ada)
    assert list(ImpostorExample.objects.all()) == [other] and not KeptLook.objects.exists()
    erase_person(known_ada, by=administrator)
    assert not ImpostorExample.objects.exists()


def test_looks_and_examples_end_with_their_days(known_ada, front_door, administrator, settings):
    sighting = taken_for(known_ada, front_door, DOUBLE)
    denials.deny(sighting, source=STAFF, by=administrator, sure=True)
    later = timezone.now() + timedelta(days=settings.KEPT_LOOK_DAYS, seconds=1)
    assert purge_expired(now=later)["kept_looks"] == 1
    assert Sighting.objects.exists(), "the sighting has days of its own"
    year = timezone.now() + timedelta(days=settings.IMPOSTOR_DAYS, seconds=1)
    assert purge_expired(now=year)["impostor_examples"] == 1
    assert ask(gallery_store.gallery("reception", at_once=True), DOUBLE).person == known_ada.pk


def test_a_new_key_seals_looks_and_examples_too(known_ada, front_door, administrator, settings):
    sighting = taken_for(known_ada, front_door, DOUBLE)
    denials.deny(sighting, source=STAFF, by=administrator, sure=True)
    settings.FACE_KEYS = {"new": b"n" * 32, **settings.FACE_KEYS}
    assert set(rotate_keys()) == {"rotated"}
    assert {
        crypto._parse(bytes(row.vector)).key_id for row in (KeptLook.objects.get(), ImpostorExample.objects.get())
    } == {"new"}
    gallery_store.forget()
    assert ask(gallery_store.gallery("reception"), DOUBLE).reason == "impostor_example"


def test_an_example_that_does_not_open_leaves_the_door_working(known_ada, front_door, administrator):
    sighting = taken_for(known_ada, front_door, DOUBLE)
    denials.deny(sighting, source=STAFF, by=administrator, sure=True)
    ImpostorExample.objects.update(vector=b"OS2nonsense")
    gallery_store.forget()
    assert ask(gallery_store.gallery("reception"), near(ADA, 0.1)).person == known_ada.pk


def test_verifying_one_person_knows_their_impostors_too(ada, notices, monkeypatch):
    enrolled(ada, "ada", Purpose.LIBRARY)
    double = near(ADA, 0.4)
    monkeypatch.setattr(FakeEngine, "embed", lambda self, image, faces: np.stack([double] * len(faces)))
    assert verify_image(picture("ada"), person=ada, purpose="library").match
    station_row = taken_for_library(ada)
    impostor_example(ada, station_row, double)
    answer = verify_image(picture("ada"), person=ada, purpose="library")
    assert not answer.match and answer.face.reason == "impostor_example"


def taken_for_library(person):
    from recognition.models import Station

    desk = Station.objects.create(slug="desk", name="Desk", purpose=Purpose.LIBRARY)
    return Sighting.objects.create(station=desk, person=person, outcome="recognised", at=timezone.now())


# --- for staff ------------------------------------------------------------------------------------


def test_the_admin_shows_no_face_accepts_and_forgets(known_ada, front_door, kiosk, administrator, client):
    taken_for(known_ada, front_door, near(ADA, 0.2))
    example = denials.at_kiosk(kiosk, known_ada.pk)
    client.force_login(administrator)
    changelist = reverse("admin:recognition_impostorexample_changelist")
    page = client.get(reverse("admin:recognition_impostorexample_change", args=[example.pk])).content.decode()
    assert "0 of 3 photos" in page and "<img" not in page.split('id="content"')[1]
    client.post(changelist, {"action": "accept", "_selected_action": [example.pk]})
    example.refresh_from_db()
    assert example.state == "active"
    client.post(changelist, {"action": "delete_selected", "_selected_action": [example.pk], "post": "yes"})
    assert not ImpostorExample.objects.exists()
    assert BiometricAccess.objects.filter(action="impostor_removed").exists()


def test_staff_deny_a_sighting_in_the_administration(known_ada, front_door, administrator, client):
    sighting = taken_for(known_ada, front_door, DOUBLE)
    client.force_login(administrator)
    changelist = reverse("admin:recognition_sighting_changelist")
    client.post(changelist, {"action": "deny", "_selected_action": [sighting.pk]})
    assert ImpostorExample.objects.get().told_by == administrator


def test_a_person_denies_their_own_sighting_over_the_api_and_staff_of_others_may_not(
    known_ada, front_door, librarian, client
):
    sighting = taken_for(known_ada, front_door, DOUBLE)
    client.force_login(librarian)
    address = f"/api/v1/sightings/{sighting.pk}/deny/"
    assert client.post(address, content_type="application/json").status_code == 404
    client.force_login(known_ada)
    answer = client.post(address, content_type="application/json")
    assert answer.status_code == 200 and answer.json()["example"]["source"] == "self"
    assert "vector" not in answer.content.decode()
    assert client.get("/api/v1/impostor-examples/").status_code == 403


def test_reembedding_and_new_photos_leave_the_commands_working(known_ada, front_door, administrator):
    sighting = taken_for(known_ada, front_door, DOUBLE)
    denials.deny(sighting, source=STAFF, by=administrator, sure=True)
    call_command("rotate_keys")
    call_command("purge_expired")
    assert FaceSample.objects.count() == 3 and ImpostorExample.objects.count() == 1


def test_a_person_denies_their_own_sightings_a_few_times_an_hour_only(known_ada, front_door):
    sighting = taken_for(known_ada, front_door, DOUBLE)
    for _ in range(denials.BY_THEMSELF):
        denials.deny(sighting, source="self", by=known_ada, sure=False)
    with refused("too_many_attempts"):
        denials.deny(sighting, source="self", by=known_ada, sure=False)


def test_a_cache_that_is_away_keeps_nobody_from_being_recognised(monkeypatch):
    def away(key):
        raise ConnectionError

    monkeypatch.setattr(denials.cache, "get", away)
    assert denials.not_here("front-door") == frozenset()
