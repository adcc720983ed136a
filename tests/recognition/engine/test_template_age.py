"""Templates age: whose accepted looks move away from their photos is asked for new ones, now and then."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts.consent.consent import withdraw_consent
from accounts.models import OutgoingMail
from accounts.roles import Purpose
from recognition.models import FaceTemplate, LookTrend
from recognition.sightings import age_rule, template_age
from recognition.sightings.decisions import IdentityEvent
from tests.support.faces import enrolled

NEAR, FAR = [0.60 + 0.01 * (n % 7) for n in range(20)], [0.75 + 0.01 * (n % 7) for n in range(20)]


def test_clearly_and_surely_farther_out_has_aged():
    assert age_rule.has_aged(NEAR, FAR)
    assert not age_rule.has_aged(FAR, NEAR), "nearer is better"
    assert not age_rule.has_aged(NEAR, NEAR)
    assert not age_rule.has_aged(NEAR, FAR[:19]), "not before there are twenty"


def test_one_poor_week_is_no_age():
    assert not age_rule.has_aged(NEAR, NEAR[:12] + FAR[:8])


def test_a_clear_difference_within_the_usual_spread_is_not_sure():
    rng = np.random.default_rng(1)
    first, last = rng.uniform(0.2, 1.0, 20), rng.uniform(0.2, 1.0, 20)
    last += max(0.0, np.median(first) + 0.1 - np.median(last))
    assert np.median(last) - np.median(first) >= age_rule.GROWTH - 1e-9
    assert not age_rule.has_aged(list(first), list(last))


@given(st.lists(st.floats(0, 1), min_size=20, max_size=20), st.lists(st.floats(0, 1), min_size=20, max_size=20))
def test_a_rank_score_is_the_same_seen_from_the_other_side(first, last):
    assert age_rule.rank_score(first, last) == pytest.approx(-age_rule.rank_score(last, first), abs=1e-9)


# --- kept as numbers ---------------------------------------------------------------------------------


def look(person, ratio, at, purpose="library", profile="fake"):
    match = {"distance": ratio * 0.5, "threshold": 0.5, "profile": profile}
    template_age.note(person, IdentityEvent("desk", purpose, person.pk, at, match=match))


def looks(person, ratios, start, *, days=1):
    for number, ratio in enumerate(ratios):
        look(person, ratio, start + timedelta(days=days * number))
    return start + timedelta(days=days * len(ratios))


@pytest.fixture
def known(ada, notices):
    enrolled(ada, "ada", Purpose.LIBRARY)
    return ada


@pytest.fixture
def aged(known):
    end = looks(known, NEAR + FAR, timezone.now() - timedelta(days=60))
    assert LookTrend.objects.get().aged
    return known, end


def test_the_first_stay_and_of_the_rest_the_last_twenty(known):
    looks(known, NEAR + FAR + NEAR, timezone.now())
    trend = LookTrend.objects.get()
    assert (trend.first, trend.last, trend.aged) == ([round(n, 3) for n in NEAR], [round(n, 3) for n in NEAR], False)


def test_looks_of_one_visit_count_once(known):
    for second in range(10):
        look(known, 0.6, timezone.now() + timedelta(seconds=second))
    assert len(LookTrend.objects.get().first) == 1


def test_new_photos_begin_again(aged):
    person, end = aged
    FaceTemplate.objects.update(updated_at=timezone.now() + timedelta(days=1))
    look(person, 0.5, end)
    trend = LookTrend.objects.get()
    assert (trend.first, trend.last, trend.aged) == ([0.5], [], False)


def test_a_look_of_another_profile_or_without_a_template_leaves_nothing(known, grace):
    look(known, 0.6, timezone.now(), profile="accurate")
    look(grace, 0.6, timezone.now())
    assert not LookTrend.objects.exists()


def test_it_goes_with_the_consent(aged):
    withdraw_consent(aged[0], "library", by=aged[0])
    assert not LookTrend.objects.exists()


# --- telling ----------------------------------------------------------------------------------------


def test_the_person_is_written_to_once_in_six_months(aged, settings):
    person, end = aged
    assert (template_age.remind(end), template_age.remind(end + timedelta(days=100))) == (1, 0)
    mail = OutgoingMail.objects.get()
    assert (mail.kind, mail.person) == ("recognition.new_photos", person)
    assert "Library" in mail.body and person.get_full_name() in mail.body
    assert template_age.remind(end + timedelta(days=30 * settings.NEW_PHOTOS_MONTHS, seconds=1)) == 1


def test_a_site_that_reminds_nobody_tells_nobody(aged, settings, client, librarian):
    settings.NEW_PHOTOS_MONTHS = 0
    assert template_age.remind(aged[1]) == 0
    assert not template_age.aged().exists()


def test_what_is_no_longer_true_is_not_sent(aged):
    LookTrend.objects.update(aged=False)
    assert template_age.letter_of({"person": aged[0].pk}) is None


def test_staff_and_the_person_see_it_on_their_pages(aged, librarian, officer, client):
    client.force_login(librarian)
    page = client.get("/enrol/", {"show": "aged"}).content.decode()
    assert "Ada" in page and "new photos needed" in page
    assert "new photos needed" in client.get(f"/enrol/{aged[0].pk}/").content.decode()
    client.force_login(officer)
    assert "Ada" not in client.get("/enrol/", {"show": "aged"}).content.decode(), "the library's looks are not theirs"
    client.force_login(aged[0])
    assert "New photos are needed for" in client.get("/me/").content.decode()


def test_a_sighting_is_noted_by_itself(known, settings):
    from recognition.models import Station
    from tests.support.impostors import look_of, taken_for

    desk = Station.objects.create(slug="front", name="Front", purpose=Purpose.RECEPTION)
    enrolled(known, "ada", Purpose.RECEPTION)
    taken_for(known, desk, look_of("ada"), at=datetime.now(tz=timezone.get_current_timezone()), distance=0.25)
    assert LookTrend.objects.get(purpose="reception").first == [0.5]
