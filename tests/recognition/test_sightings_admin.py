"""What staff read about sightings and about uses of faces: words and rounded numbers, no codes."""

from __future__ import annotations

import datetime
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Purpose
from recognition.admin import access_labels, decision_labels
from recognition.engine.search.gallery import Gallery
from recognition.faces import access_log
from recognition.models import Sighting
from tests.config.test_docs import ROOT
from tests.support.faces import enrolled

# What a page says, and to whom, is Python and templates: the role matrix asks every address of each database.
pytestmark = [pytest.mark.usefixtures("notices"), pytest.mark.same_on_every_database]


@pytest.fixture
def admin(client, administrator):
    client.force_login(administrator)
    return client


def page(admin, name, *arguments, **query):
    return admin.get(reverse(f"admin:recognition_{name}", args=arguments), query).content.decode()


@pytest.fixture
def sighting(front_door, ada):
    return Sighting.objects.create(
        station=front_door,
        person=ada,
        outcome="recognised",
        at=timezone.make_aware(datetime.datetime(2026, 3, 2, 9, 5)),
        distance=0.23456789,
        threshold=0.34567891,
        record={"reason": "match", "roster_size": 12, "target_fmr": 0.00083745, "quality": {"score": 0.876}},
    )


def test_the_log_of_uses_is_read_in_words(admin, ada):
    enrolled(ada, "ada", Purpose.RECEPTION, Purpose.LIBRARY)
    access_log.record("photo_removed", actor=None, person=ada, sample=7, purposes=[Purpose.LIBRARY])
    shown = page(admin, "biometricaccess_changelist")
    assert "Photos enrolled" in shown
    assert "purposes: Library, Reception; photos: 3; from: Upload" in shown
    assert "Photo removed" in shown and "photo number: 7; purposes: Library" in shown
    for code in ("photo_removed<", ">enrolled</td>", "[&#x27;", "Purpose."):
        assert code not in shown


@pytest.mark.on_every_database
def test_the_log_is_filtered_by_actions_in_words(admin, ada):
    enrolled(ada, "ada", Purpose.RECEPTION)
    access_log.record("lookalike_named", actor=None, person=ada, while_enrolling="s-grace")
    shown = page(admin, "biometricaccess_changelist", action="lookalike_named")
    assert shown.count("while enrolling: s-grace") == 1 and "purposes: Reception" not in shown
    assert ">Named as a look-alike while another person was enrolled</a>" in shown


def test_an_entry_of_the_log_has_a_name_and_its_detail_in_words(admin, ada, administrator):
    row = access_log.record("verified", actor=administrator, person=ada, purpose="lockers", match=False)
    shown = page(admin, "biometricaccess_change", row.pk)
    assert "Compared with a picture" in shown and "purpose: Lockers; same person: no" in shown
    assert str(row).startswith("Margaret Hamilton (a-root), ") and "BiometricAccess object" not in shown


def test_a_sighting_is_called_by_who_where_and_when(admin, sighting, front_door):
    assert str(sighting) == "Ada Lovelace, Front door, 2 Mar 2026, 09:05"
    stranger = Sighting(station=front_door, outcome="unknown", at=sighting.at)
    assert str(stranger) == "Not recognised, Front door, 2 Mar 2026, 09:05"
    shown = page(admin, "sighting_change", sighting.pk)
    assert "Sighting object" not in shown and "Ada Lovelace, Front door" in shown


def test_a_sighting_says_why_in_words_and_rounded_numbers(admin, sighting):
    shown = page(admin, "sighting_change", sighting.pk)
    for words in ("0.235", "0.346", "Reason: recognised", "People searched: 12", "False match rate: 0.00084", "88 %"):
        assert words in shown
    assert "0.2345" not in shown and "roster_size" not in shown and "&quot;" not in shown


def test_a_sighting_by_card_says_so(admin, sighting):
    sighting.record, sighting.distance = {"lane": "card"}, None
    sighting.save()
    assert "Method: by card" in page(admin, "sighting_change", sighting.pk)


def test_every_action_that_the_code_records_has_words():
    source = "\n".join(path.read_text() for path in (ROOT / "recognition").rglob("*.py"))
    recorded = set(re.findall(r'\brecord\(\s*"(\w+)"', source))
    assert recorded == set(access_labels.ACTIONS)
    assert access_labels.action("something_new") == "Something new"


def test_every_reason_that_the_gallery_gives_has_words():
    empty = Gallery(()).match(None, frames=1, threshold=lambda photos: 0.3, target_fmr=1e-3)
    assert empty.reason in decision_labels.REASONS
    reasons = {"match", "too_far", "too_close_to_call", "empty_roster", "impostor_example"}
    assert set(decision_labels.REASONS) == reasons
