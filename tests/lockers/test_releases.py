"""Every door of a bank, by two officers: who they may be, what the doors answer, and that nothing takes it up again."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import OutgoingMail, User
from accounts.roles import Role
from lockers.assignments import registration
from lockers.bank.log import access_log
from lockers.desk.emergency_release import bank_releases
from lockers.desk.emergency_release import progress as release_progress
from lockers.doors import doors, openings
from lockers.models import AccessLog, Bank, BankOfficer, BankRelease, Locker, Opening
from lockers.rules.doors import DoorState, NotOpened, Report
from tests.conftest import person
from tests.support.lockers import bank, code_of, given, locker, the_board
from tests.support.races import at_once

NOW = timezone.now
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def own_doors(settings, tmp_path):
    settings.VAR_DIR = tmp_path


@pytest.fixture(autouse=True)
def waits_for_the_doors(monkeypatch):
    """The thread is the same; the story goes on when it has ended."""

    def start(pk):
        thread = threading.Thread(target=bank_releases.run, args=(pk,))
        thread.start()
        thread.join(60)

    monkeypatch.setattr(bank_releases, "start", start)


@pytest.fixture
def second(db):
    return person("o-tony", "Tony", Role.LOCKER_OFFICER, last_name="Hoare", email="tony@example.org")


@pytest.fixture
def hall(ada):
    given(ada, "1")
    locker("2", kind="vault")
    locker("3", out_of_service=True)
    locker("1", of=bank("other", "other-kiosk"))
    return Bank.objects.get(code="main")


def released(hall, officer, second, **how):
    begun = bank_releases.begin(hall, by=officer, reason="Fire in the hall", **how)
    done = bank_releases.confirm(begun, by=second, reason="I see the smoke", **how)
    done.refresh_from_db()
    return done


def kinds(begin="release"):
    return [kind for kind in AccessLog.objects.order_by("seq").values_list("kind", flat=True) if kind.startswith(begin)]


# --- two officers ---------------------------------------------------------------------------------


def test_two_officers_open_every_door_of_the_bank_and_no_other(ada, officer, second, hall):
    User.objects.filter(pk=ada.pk).update(email="ada@example.org")
    done = released(hall, officer, second)
    assert done.state == "finished"
    assert set(Locker.objects.filter(bank=hall).values_list("door", flat=True)) == {"open"}
    assert Locker.objects.get(bank__code="other").door == "unknown"
    progress = release_progress.of(done)
    assert (progress.opened, progress.by_hand, progress.total) == (3, 0, 3)
    assert kinds() == ["release.begun", "release.confirmed", "release.finished"]
    assert access_log.verify().broken is None
    assert OutgoingMail.objects.filter(kind="lockers.overridden", person=ada).count() == 1
    opening = Opening.objects.first()
    assert (opening.route, opening.person, opening.approvals.get().officer) == ("release", officer, second)


def test_one_officer_opens_nothing(officer, hall):
    begun = bank_releases.begin(hall, by=officer, reason="Fire")
    assert code_of(bank_releases.confirm, begun, by=officer, reason="Fire!") == "own_request"
    assert not Opening.objects.exists()


def test_both_need_a_reason(officer, second, hall):
    assert code_of(bank_releases.begin, hall, by=officer, reason="  ") == "no_reason"
    begun = bank_releases.begin(hall, by=officer, reason="Fire")
    assert code_of(bank_releases.confirm, begun, by=second, reason="") == "no_reason"


def test_officer_with_a_locker_in_the_bank_is_neither_of_the_two(ada, officer, second, hall):
    ada.role = Role.LOCKER_OFFICER
    ada.save()
    assert code_of(bank_releases.begin, hall, by=ada, reason="Fire") == "own_locker"
    begun = bank_releases.begin(hall, by=officer, reason="Fire")
    assert code_of(bank_releases.confirm, begun, by=ada, reason="Fire") == "own_locker"
    registration.share(Locker.objects.get(bank=hall, number="1").assignments.get(), officer, by=None)
    assert code_of(bank_releases.confirm, begun, by=second, reason="Fire") == "not_waiting", "the first became a holder"


def test_officer_of_another_bank_is_neither_of_the_two(officer, second, hall):
    Bank.objects.filter(pk=hall.pk).update(own_officers=True)
    hall.refresh_from_db()
    assert code_of(bank_releases.begin, hall, by=officer, reason="Fire") == "other_bank"
    BankOfficer.objects.create(bank=hall, person=officer)
    begun = bank_releases.begin(hall, by=officer, reason="Fire")
    assert code_of(bank_releases.confirm, begun, by=second, reason="Fire") == "other_bank"
    assert code_of(bank_releases.end, begun, by=second) == "other_bank"


def test_members_begin_nothing(grace, hall):
    assert code_of(bank_releases.begin, hall, by=grace, reason="Fire") == "not_officer"


def test_first_officer_who_left_meanwhile_counts_no_more(officer, second, hall):
    begun = bank_releases.begin(hall, by=officer, reason="Fire")
    User.objects.filter(pk=officer.pk).update(is_active=False)
    assert code_of(bank_releases.confirm, begun, by=second, reason="Fire") == "not_waiting"


def test_first_half_expires_and_a_clock_that_jumps_back_revives_nothing(officer, second, hall, settings):
    settings.LOCKER_RELEASE_WITHIN = 60
    at = NOW()
    begun = bank_releases.begin(hall, by=officer, reason="Fire", at=at)
    for late in (61, -6):
        late_at = at + timedelta(seconds=late)
        assert code_of(bank_releases.confirm, begun, by=second, reason="Fire", at=late_at) == "not_waiting"
    assert bank_releases.expire(at + timedelta(seconds=61)) == 1
    begun.refresh_from_db()
    assert (begun.state, begun.open_slot) == ("lapsed", None)
    assert code_of(bank_releases.confirm, begun, by=second, reason="Fire", at=at) == "not_waiting"


def test_bank_without_lockers_has_nothing_to_release(officer):
    assert code_of(bank_releases.begin, bank("empty", "empty-kiosk"), by=officer, reason="Fire") == "no_doors"


def test_the_other_officers_are_told(officer, second, hall):
    bank_releases.begin(hall, by=officer, reason="Fire")
    letter = OutgoingMail.objects.get(kind="lockers.officer_release")
    assert letter.person == second and "Fire" in str(letter.body) + str(letter.facts)


# --- the doors ------------------------------------------------------------------------------------


class Silent:
    """The lock of door 2 says nothing; the others open."""

    def open(self, command):
        if command.address == "main/2":
            raise NotOpened("unavailable")
        return Report(command.address, DoorState.OPEN, command.transaction)


def test_a_door_that_does_not_answer_holds_up_no_other_and_is_named(officer, second, hall, monkeypatch):
    monkeypatch.setattr("lockers.doors.actuators.of", lambda locker: Silent())
    progress = release_progress.of(released(hall, officer, second))
    assert [(door.number, door.state) for door in progress.doors] == [("1", "open"), ("2", "by_hand"), ("3", "open")]
    assert progress.doors[1].words == "It did not open: the lock could not be reached. Open it by hand."


def test_a_door_that_breaks_our_own_code_holds_up_no_other(officer, second, hall, monkeypatch):
    real = bank_releases._opening

    def broken(release, locker, now):
        if locker.number == "1":
            raise RuntimeError
        return real(release, locker, now)

    monkeypatch.setattr(bank_releases, "_opening", broken)
    progress = release_progress.of(released(hall, officer, second))
    assert [door.state for door in progress.doors] == ["by_hand", "open", "open"]


def test_a_door_that_is_open_already_is_told_nothing(officer, second, hall):
    Locker.objects.filter(bank=hall, number="2").update(door="open")
    done = released(hall, officer, second)
    assert Opening.objects.count() == 2 and release_progress.of(done).opened == 3


def test_released_doors_are_no_forced_doors_and_fill_no_mailbox(officer, second, hall):
    released(hall, officer, second)
    doors.look(NOW() + timedelta(hours=1))
    rung = {alarm.kind for one in Locker.objects.filter(bank=hall) for alarm in one.alarms.all()}
    assert "forced" not in rung and "not_closed" in rung
    assert not OutgoingMail.objects.filter(kind="lockers.officer_alarm").exists()


# --- ending it ------------------------------------------------------------------------------------


def test_an_officer_ends_it_and_no_further_door_is_told(officer, second, hall, monkeypatch):
    monkeypatch.setattr(bank_releases, "AT_ONCE", 1)
    told = []

    def command(pk, *rest):
        told.append(pk)
        bank_releases.end(BankRelease.objects.get(), by=officer)

    monkeypatch.setattr(openings, "command", command)
    done = released(hall, officer, second)
    assert (done.state, len(told)) == ("ended", 1)
    assert AccessLog.objects.get(kind="release.ended").facts["not_told"] == 2
    assert release_progress.of(done).doors[1].words == "The command was not sent. Open it by hand."
    assert code_of(bank_releases.end, done, by=officer) == "not_waiting"


def test_what_waits_can_be_ended_and_then_confirmed_no_more(officer, second, hall):
    begun = bank_releases.begin(hall, by=officer, reason="Fire")
    bank_releases.end(begun, by=second)
    assert code_of(bank_releases.confirm, begun, by=second, reason="Fire") == "not_waiting"
    assert bank_releases.begin(hall, by=officer, reason="Fire again").state == "waiting"


# --- never again ----------------------------------------------------------------------------------


def interrupted(hall, officer, second, monkeypatch):
    """The process ended right after the second officer's yes."""
    monkeypatch.setattr(bank_releases, "start", lambda pk: None)
    return released(hall, officer, second)


def test_after_a_restart_nothing_opens_and_the_clock_says_so(officer, second, hall, monkeypatch):
    row = interrupted(hall, officer, second, monkeypatch)
    later = NOW() + timedelta(seconds=61)
    assert bank_releases.expire(NOW()) == 0
    assert bank_releases.expire(later) == 1 and bank_releases.expire(later) == 0
    row.refresh_from_db()
    assert row.state == "interrupted" and not Opening.objects.exists()
    bank_releases.run(row.pk)
    assert not Opening.objects.exists()
    assert {door.state for door in release_progress.of(row).doors} == {"by_hand"}


def test_a_machine_that_was_frozen_opens_nothing_when_it_goes_on(officer, second, hall, monkeypatch):
    """Before the clock has seen it."""
    row = interrupted(hall, officer, second, monkeypatch)
    BankRelease.objects.update(moved_at=NOW() - timedelta(minutes=5))
    bank_releases.run(row.pk)
    assert not Opening.objects.exists()


def test_a_run_that_is_repeated_tells_no_door_twice(officer, second, hall):
    row = released(hall, officer, second)
    BankRelease.objects.update(state="running")
    bank_releases.run(row.pk)
    assert Opening.objects.count() == 3


def test_a_confirmation_that_comes_twice_is_one(officer, second, hall):
    begun = bank_releases.begin(hall, by=officer, reason="Fire")
    bank_releases.confirm(begun, by=second, reason="Fire")
    assert code_of(bank_releases.confirm, begun, by=second, reason="Fire") == "not_waiting"
    assert Opening.objects.count() == 3


# --- at the same instant --------------------------------------------------------------------------


def test_two_who_begin_at_once_begin_one(officer, second, hall):
    acts = [lambda by=by: bank_releases.begin(hall, by=by, reason="Fire") for by in (officer, second)]
    answers = at_once(*acts)
    assert BankRelease.objects.count() == 1 and answers.count("release_waits") == 1


def test_two_confirmations_at_once_open_each_door_once(officer, second, hall):
    third = person("o-third", "Third", Role.LOCKER_OFFICER)
    begun = bank_releases.begin(hall, by=officer, reason="Fire")
    acts = [lambda by=by: bank_releases.confirm(begun, by=by, reason="Fire") for by in (second, third)] * 2
    answers = at_once(*acts)
    assert answers.count("not_waiting") == 3
    assert Opening.objects.count() == 3 and kinds().count("release.confirmed") == 1


def test_ending_and_confirming_at_once_is_one_of_the_two(officer, second, hall):
    begun = bank_releases.begin(hall, by=officer, reason="Fire")
    at_once(
        lambda: bank_releases.end(begun, by=officer), lambda: bank_releases.confirm(begun, by=second, reason="Fire")
    )
    begun.refresh_from_db()
    assert begun.open_slot is None and begun.state in ("ended", "finished")
    assert access_log.verify().broken is None


# --- pages and API --------------------------------------------------------------------------------


def test_pages_ask_for_each_officers_own_password(client, officer, second, hall):
    for one in (officer, second):
        one.set_password("a good long one")
        one.save()
    address = f"/lockers/releases/begin/{hall.pk}/"
    client.force_login(officer, backend="accounts.backends.RoleBackend")
    for secret in ("", "wrong", "2718"):
        client.post(address, {"reason": "Fire", "secret": secret})
    assert not BankRelease.objects.exists()
    assert client.post(address, {"reason": "Fire", "secret": "a good long one"}).status_code == 302
    row = BankRelease.objects.get()
    assert "Another officer must confirm" in client.get(f"/lockers/releases/{row.pk}/").content.decode()
    assert the_board()["releases"][0]["words"] == "Waiting for a second officer"
    client.force_login(second, backend="accounts.backends.RoleBackend")
    client.post(f"/lockers/releases/{row.pk}/confirm/", {"reason": "Smoke", "secret": "wrong"})
    row.refresh_from_db()
    assert row.state == "waiting"
    client.post(f"/lockers/releases/{row.pk}/confirm/", {"reason": "Smoke", "secret": "a good long one"})
    page = client.get(f"/lockers/releases/{row.pk}/").content.decode()
    assert "3 of 3 are open." in page and "a good long one" not in page
    for address in ("/lockers/", "/lockers/releases/", "/lockers/log/"):
        assert client.get(address).status_code == 200


def test_api_wants_the_password_beside_the_token(client, officer, second, hall):
    from rest_framework.test import APIClient

    second.set_password("a good long one")
    second.save()
    begun = bank_releases.begin(hall, by=officer, reason="Fire")
    api = APIClient()
    api.force_authenticate(second)
    address = f"/api/v1/lockers/releases/{begun.pk}/confirm/"
    assert api.post(address, {"reason": "Fire"}, format="json").status_code == 400
    assert api.post(address, {"reason": "Fire", "secret": "wrong"}, format="json").status_code == 403
    answer = api.post(address, {"reason": "Fire", "secret": "a good long one"}, format="json")
    assert answer.status_code == 200 and len(answer.json()["doors"]) == 3
    assert "secret" not in answer.json()
