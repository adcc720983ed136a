"""The lockers of a grant whose semester is over are released together, and nothing that lies in one is lost."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from config.errors import Refused
from lockers.assignments import registration
from lockers.assignments.abandoned import notices as cases
from lockers.assignments.grants import bulk_release
from lockers.models import AccessLog, Assignment, Bank, Locker, Opening
from lockers.rules.doors import DoorState
from lockers.rules.opening import RELEASE_CHECKLIST
from tests.lockers.test_grants import TODAY, asked, day, done, doors, doors_of_its_own
from tests.lockers.test_pages import as_, page_of, said
from tests.support.api import V1, client_of, code_of

__all__ = ["doors_of_its_own"]  # a fixture
pytestmark = pytest.mark.django_db

ALL = dict.fromkeys(RELEASE_CHECKLIST, True)


@pytest.fixture
def grant(ada, grace):
    """Ada has locker 1 and Grace locker 2, until yesterday; Ada has opened hers."""
    one, _two = doors(1, 2)
    made = done(asked("id_number,locker\ns-ada,1\ns-grace,2\n"))
    long_ago = timezone.now() - timedelta(days=40)
    Assignment.objects.update(ends_on=day(-1), starts_on=day(-40), assigned_at=long_ago)
    Opening.objects.create(locker=one, person=ada, route="key", state="closed", requested_at=long_ago)
    return made


def of(number):
    return Assignment.objects.get(locker__number=str(number))


def preview(grant, by=None):
    return {
        one.assignment.locker.number: (one.used, one.code)
        for one in bulk_release.preview(grant, by=by, now=timezone.now())
    }


def release(grant, *numbers, by=None, seen_at=None, checklist=ALL):
    chosen = [of(number).pk for number in numbers]
    return bulk_release.release(grant, chosen, by=by, checklist=checklist, seen_at=seen_at or timezone.now())


def refusals(found):
    return [(one.assignment.locker.number, one.why.code) for one in found.refused]


def opened(number, **fields):
    door = of(number).locker
    return Opening.objects.create(locker=door, route="override", state="opened", transaction=uuid4().hex, **fields)


def test_the_preview_tells_the_used_from_those_that_were_never_opened(grant):
    assert preview(grant) == {"1": (True, ""), "2": (False, "")}
    assert {row.open_slot for row in Assignment.objects.all()} == {1}, "looking changes nothing"


def test_what_is_chosen_is_released_with_its_checklist_and_the_rest_stays(grant, officer):
    found = release(grant, 2, by=officer)
    assert [row.locker.number for row in found.done] == ["2"]
    assert (of(2).released_by, of(2).checklist) == (officer, ALL)
    assert of(1).open_slot == 1
    kinds = list(AccessLog.objects.order_by("-seq").values_list("kind", flat=True)[:2])
    assert kinds == ["grant.released", "locker.released"]


def test_what_is_opened_after_the_list_was_read_is_looked_into_first(grant, grace):
    seen = timezone.now()
    opened(2, person=grace)
    found = release(grant, 1, 2, seen_at=seen)
    assert [row.locker.number for row in found.done] == ["1"]
    assert refusals(found) == [("2", "opened_since_preview")]
    assert of(2).open_slot == 1


def test_a_list_that_was_read_in_the_future_was_not_read(grant, grace):
    opened(2, requested_at=timezone.now() + timedelta(seconds=1))
    assert release(grant, 2, seen_at=timezone.now() + timedelta(days=1)).done == []


def test_who_was_given_more_time_keeps_the_locker(grant):
    seen = timezone.now()
    registration.set_end(of(1), TODAY(), by=None)
    assert preview(grant) == {"2": (False, "")}
    assert refusals(release(grant, 1, seen_at=seen)) == [("1", "not_ended")]


@pytest.mark.parametrize("state", [DoorState.OPEN, DoorState.JAMMED])
def test_a_door_that_is_not_locked_is_done_by_itself(grant, state):
    Locker.objects.filter(number="2").update(door=state)
    assert preview(grant)["2"] == (False, "door_not_locked")
    assert refusals(release(grant, 2)) == [("2", "door_not_locked")]


def test_a_locker_with_an_open_case_is_its_case_s_business(grant):
    cases.begin(of(1), "ended", by=None)
    assert preview(grant)["1"] == (True, "case_open")
    assert refusals(release(grant, 1)) == [("1", "case_open")]


def test_an_officer_s_own_is_another_officer_s_business(grant, officer):
    Assignment.objects.filter(locker__number="2").update(customer=officer)
    assert preview(grant, officer)["2"] == (False, "not_yourself")
    assert refusals(release(grant, 2, by=officer)) == [("2", "not_yourself")]


def test_without_every_box_nothing_is_released(grant):
    with pytest.raises(Refused, match="checklist_incomplete"):
        release(grant, 1, 2, checklist=ALL | {"emptied": False})
    with pytest.raises(Refused, match="nothing_chosen"):
        release(grant)
    assert {row.open_slot for row in Assignment.objects.all()} == {1}


def test_lockers_of_no_grant_and_of_another_one_are_not_touched(grant, ada):
    locker = doors(3)[0]
    other = registration.assign(locker, ada, by=None, starts_on=day(-9), ends_on=day(-1))
    assert bulk_release.release(grant, [other.pk], by=None, checklist=ALL, seen_at=timezone.now()).done == []
    other.refresh_from_db()
    assert other.open_slot == 1


def test_the_page_ticks_the_unused_and_says_what_became_of_each(client, grant, officer):
    client = as_(client, officer)
    assert "2 lockers of this grant are due" in page_of(client, f"/lockers/grants/{grant.pk}/")
    page = page_of(client, f"/lockers/grants/{grant.pk}/release/")
    assert f'value="{of(2).pk}" checked' in page and f'value="{of(1).pk}" checked' not in page
    seen = page.split('name="seen_at" value="')[1].split('"')[0]
    form = {"assignment": [of(1).pk, of(2).pk], "seen_at": seen, **dict.fromkeys(RELEASE_CHECKLIST, "on")}
    opened(1)
    answer = client.post(f"/lockers/grants/{grant.pk}/release/now/", form, follow=True)
    told = "Locker 1 was not released. It was opened after you looked at the list. Look into it, and try again."
    assert said(answer) == [told, "1 locker is released."]


def test_a_page_that_does_not_say_when_it_was_read_releases_nothing_that_was_used(client, grant, officer):
    form = {"assignment": [of(1).pk], "seen_at": "soon", **dict.fromkeys(RELEASE_CHECKLIST, "on")}
    as_(client, officer).post(f"/lockers/grants/{grant.pk}/release/now/", form)
    assert of(1).open_slot == 1


def test_the_api_previews_and_releases(grant, officer):
    api, url = client_of(officer), f"{V1}/lockers/grants/{grant.pk}"
    found = api.get(f"{url}/due/").json()
    assert [(one["locker"], one["used"]) for one in found["lockers"]] == [("1", True), ("2", False)]
    chosen = [one["assignment_id"] for one in found["lockers"]]
    body = {"assignments": chosen, "seen_at": found["seen_at"], "checklist": ALL}
    assert code_of(api.post(f"{url}/release/", body | {"checklist": {}})) == "checklist_incomplete"
    Locker.objects.filter(number="2").update(door=DoorState.OPEN)
    answer = api.post(f"{url}/release/", body).json()
    assert answer["released"] == chosen[:1]
    assert [(one["assignment_id"], one["code"]) for one in answer["refused"]] == [(chosen[1], "door_not_locked")]


def test_an_officer_of_another_bank_sees_no_such_grant(grant, officer):
    Bank.objects.update(own_officers=True)
    assert client_of(officer).get(f"{V1}/lockers/grants/{grant.pk}/due/").status_code == 404
    with pytest.raises(Refused, match="other_bank"):
        release(grant, 2, by=officer)
