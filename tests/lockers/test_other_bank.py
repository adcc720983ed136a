"""Two banks with officers of their own: anyone who is an officer of the one is nobody at the other."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from django.db.transaction import Atomic
from django.urls import reverse
from django.utils import timezone

from accounts.models import OutgoingMail
from accounts.roles import Purpose, Role
from config.errors import Refused
from lockers.access import attempts, card_and_pin, credentials, duress, vaults
from lockers.access.passkeys import registration as keeping
from lockers.assignments import customers, out_of_service, registration, sharing
from lockers.assignments.abandoned import notices as cases
from lockers.assignments.abandoned import witnessed_opening
from lockers.assignments.grants import drafts, execution, rows
from lockers.bank import access_times, notices
from lockers.bank.terms import terms
from lockers.desk import board
from lockers.desk.consumers import LockersConsumer
from lockers.desk.emergency_release import bank_releases
from lockers.doors import doors, openings
from lockers.models import Alarm, Bank, BankOfficer, Lockout, Opening, Passkey, SilentAlarm
from recognition.enrol.enrolment import require_enrollable
from tests.conftest import person
from tests.support.lockers import KIOSK, code_of, given, locker

TODAY = timezone.localdate
# Rights are Python: what is allowed is done on each database by the tests of the services.
pytestmark = [pytest.mark.django_db, pytest.mark.same_on_every_database]


@pytest.fixture(autouse=True)
def no_durable_checks(monkeypatch, settings, tmp_path):
    monkeypatch.setattr(Atomic, "_ensure_durability", False, raising=False)
    settings.VAR_DIR = tmp_path


class TwoBanks:
    """Ada has vault 1 with Grace in the bank `main`, of which Edsger is the officer; Tony is the other bank's."""

    def __init__(self, ada, grace, ours):
        self.door = given(ada, joint=[grace], kind="vault")
        self.free = locker("2", of=self.door.bank)
        self.bank = self.door.bank
        self.mine = self.door.assignments.get()
        self.theirs = person("o-tony", "Tony", Role.LOCKER_OFFICER, last_name="Hoare", email="tony@example.org")
        other = Bank.objects.create(code="other", name="The other bank", own_officers=True)
        self.elsewhere = locker("9", of=other)
        BankOfficer.objects.create(bank=other, person=self.theirs)
        self.ours, self.ada, self.grace = ours, ada, grace
        self.alarm = Alarm.objects.create(locker=self.door, kind="forced", raised_at=timezone.now())
        self.silent = SilentAlarm.objects.create(
            person=ada, how="pin", station=KIOSK, locker=None, raised_at=timezone.now()
        )
        self.terms = terms.publish(self.bank, "Terms", in_force_from=TODAY(), grace_days=9, by=None)
        self.case = cases.begin(self.mine, "unpaid", by=None)
        self.grant = drafts.draft(self.frame(), rows.from_list("s-grace"), by=None)
        self.attempt = card_and_pin.begin_checked(ada, self.door, station=KIOSK)
        self.wait = registration.wait(self.bank, grace, by=None)
        self.passkey = Passkey.objects.create(
            person=ada, name="Phone", digest="d", credential="c", public_key=b"", handle="h"
        )
        Bank.objects.filter(pk=self.bank.pk).update(own_officers=True)
        BankOfficer.objects.create(bank=self.bank, person=ours)
        self.bank.refresh_from_db()
        self.opening = Opening.objects.create(
            transaction="t", locker=self.door, route="override", person=ours, reason="Fire"
        )
        self.release = bank_releases.begin(self.bank, by=ours, reason="Fire")
        for row in (self.door, self.free, self.alarm.locker, self.opening.locker, self.mine.locker):
            row.bank.refresh_from_db()

    def frame(self):
        return drafts.GrantFrame("Spring", self.bank, TODAY(), TODAY() + timedelta(days=90))


@pytest.fixture
def two(ada, grace, officer):
    officer.email = "edsger@example.org"
    officer.save()
    return TwoBanks(ada, grace, officer)


DEEDS = {
    "assign": lambda two, by: registration.assign(two.free, two.ada, by=by),
    "release": lambda two, by: registration.release(two.mine, by=by, checklist={}),
    "end": lambda two, by: registration.set_end(two.mine, None, by=by),
    "share": lambda two, by: registration.share(two.mine, two.grace, by=by),
    "unshare": lambda two, by: registration.unshare(two.mine, two.grace, by=by),
    "share days": lambda two, by: sharing.set_dates(two.mine, two.grace, starts_on=None, ends_on=None, by=by),
    "hours": lambda two, by: access_times.set_hours(two.mine, {}, by=by),
    "wait": lambda two, by: registration.wait(two.bank, two.ada, by=by),
    "stop waiting": lambda two, by: registration.stop_waiting(two.wait, by=by),
    "service": lambda two, by: out_of_service.set_service(two.door, out=True, by=by),
    "open": lambda two, by: openings.override(two.door, by=by, reason="Fire"),
    "approve": lambda two, by: openings.approve(two.opening, by=by),
    "withdraw": lambda two, by: openings.withdraw(two.opening, by=by),
    "officer's key": lambda two, by: vaults.show(two.door, by=by),
    "turn": lambda two, by: vaults.turn(two.door, by=by, method="password"),
    "confirm": lambda two, by: card_and_pin.confirm(two.attempt, by=by),
    "decline": lambda two, by: card_and_pin.decline(two.attempt, by=by),
    "alarm": lambda two, by: doors.acknowledge(two.alarm, by=by),
    "silent alarm": lambda two, by: duress.acknowledge(two.silent, by=by),
    "begin release": lambda two, by: bank_releases.begin(two.bank, by=by, reason="Fire"),
    "confirm release": lambda two, by: bank_releases.confirm(two.release, by=by, reason="Fire"),
    "end release": lambda two, by: bank_releases.end(two.release, by=by),
    "draft grant": lambda two, by: drafts.draft(two.frame(), rows.from_list("s-grace"), by=by),
    "discard grant": lambda two, by: drafts.discard(two.grant, by=by),
    "start grant": lambda two, by: execution.start(two.grant, by=by),
    "end grant": lambda two, by: execution.end(two.grant, TODAY(), by=by),
    "undo grant": lambda two, by: execution.undo(two.grant, by=by),
    "begin case": lambda two, by: cases.begin(two.mine, "unpaid", by=by),
    "settle case": lambda two, by: cases.settle(two.case, by=by, note="Paid"),
    "notice": lambda two, by: cases.notify(two.case, by=by, how="By hand"),
    "by hand": lambda two, by: cases.gave_by_hand(two.case, by=by, how="By hand"),
    "ask a witness": lambda two, by: witnessed_opening.ask(two.case, by=by, witness=two.ours),
    "call off": lambda two, by: witnessed_opening.call_off(two.case, by=by),
    "list": lambda two, by: witnessed_opening.take_inventory(two.case, by=by, contents=""),
    "hand out": lambda two, by: witnessed_opening.hand_out(two.case, by=by, note="Given"),
    "dispose": lambda two, by: witnessed_opening.dispose(two.case, by=by, note="Gone"),
    "terms on paper": lambda two, by: terms.answer(two.terms, two.ada, accepted=True, how="paper", by=by),
    "more time": lambda two, by: terms.postpone(two.terms, two.ada, TODAY(), by=by),
    # about a person: it would open every locker of theirs
    "card": lambda two, by: credentials.give_card(two.ada, "C-1", by=by),
    "no card": lambda two, by: credentials.withdraw_card(two.ada, by=by),
    "PIN": lambda two, by: credentials.take_pin(two.ada, "4711", by=by, reason="Forgotten"),
    "PIN of a joint holder": lambda two, by: credentials.take_pin(two.grace, "4711", by=by),
    "duress": lambda two, by: duress.choose_first(two.ada, by=by, pin="4711", duress_pin="9025", gesture=""),
    "code for a passkey": lambda two, by: keeping.invite(two.ada, by=by),
    "remove a passkey": lambda two, by: keeping.remove(two.passkey, by=by),
    "lift a lock-out": lambda two, by: attempts.lift(two.ada, by=by, reason="Seen"),
    "photos": lambda two, by: require_enrollable(two.ada, [Purpose.LOCKERS], by=by),
}


@pytest.mark.parametrize("deed", DEEDS)
def test_officer_of_another_bank_does_nothing_here(two, deed):
    assert code_of(DEEDS[deed], two, two.theirs) == "other_bank"


@pytest.mark.parametrize("deed", DEEDS)
@pytest.mark.on_every_database
def test_officer_of_the_bank_is_not_stopped_by_the_rule(two, deed):
    try:
        DEEDS[deed](two, two.ours)
    except Refused as refused:
        assert refused.code not in ("other_bank", "not_officer")


@pytest.mark.parametrize("deed", DEEDS)
def test_administrator_who_is_not_listed_does_nothing_either(two, administrator, deed):
    assert code_of(DEEDS[deed], two, administrator) == "other_bank"


def test_other_bank_gives_its_own_locker_to_somebody_who_has_one_here(two):
    registration.assign(two.elsewhere, two.ada, by=two.theirs)
    assert code_of(credentials.give_card, two.ada, "C-1", by=two.theirs) == "other_bank"
    assert code_of(credentials.give_card, two.ada, "C-1", by=two.ours) == "other_bank", (
        "nor ours: she has one there now"
    )
    BankOfficer.objects.create(bank=two.bank, person=two.theirs)
    credentials.give_card(two.ada, "C-1", by=two.theirs)


def test_registering_for_the_other_bank_changes_no_pin_of_a_customer_of_this_one(two):
    wish = customers.RegistrationWish(locker=two.elsewhere, pin="4711")
    assert code_of(customers.register, two.ada, wish, by=two.theirs) == "other_bank"
    assert not two.elsewhere.assignments.exists(), "all of it, or nothing"
    customers.register(two.ada, customers.RegistrationWish(locker=two.elsewhere), by=two.theirs)


@pytest.mark.on_every_database
def test_somebody_without_a_locker_is_helped_by_any_officer(two):
    registration.unshare(two.mine, two.grace, by=two.ours)
    credentials.take_pin(two.grace, "4711", by=two.theirs)


def test_passkey_that_another_banks_officer_let_in_opens_nothing_here(two):
    Passkey.objects.filter(pk=two.passkey.pk).update(invited=True, invited_by=two.theirs)
    registration.assign(two.free, two.ada, by=two.ours)
    assert keeping.of(two.ada, locker=two.free) == []
    Passkey.objects.filter(pk=two.passkey.pk).update(invited_by=two.ours)
    assert keeping.of(two.ada, locker=two.free) == [two.passkey]
    Passkey.objects.filter(pk=two.passkey.pk).update(invited_by=None)
    assert keeping.of(two.ada, locker=two.free) == [], "who let it in is gone, and so is their word"


def test_officer_who_is_taken_off_the_list_carries_out_no_more_lines(two):
    person("s-alan", "Alan", last_name="Turing")
    grant = drafts.draft(two.frame(), rows.from_list("s-alan"), by=two.ours)
    BankOfficer.objects.filter(person=two.ours).delete()
    with pytest.raises(Refused):
        execution.start(grant, by=two.ours)
    BankOfficer.objects.create(bank=two.bank, person=two.ours)
    execution.start(grant, by=two.ours)
    BankOfficer.objects.filter(person=two.ours).delete()
    execution.work(grant)
    assert set(grant.lines.values_list("code", flat=True)) == {"other_bank"}


# --- what they see --------------------------------------------------------------------------------

LISTS = ("doors", "openings", "assignments", "attempts", "alarms", "abandoned", "terms", "terms-answers", "grants",
         "releases", "silent-alarms", "customers")  # fmt: skip


@pytest.mark.parametrize("name", LISTS)
def test_lists_of_the_api_hold_nothing_of_another_bank(client, two, name):
    terms.answer(two.terms, two.ada, accepted=True, how="page")
    execution.start(two.grant, by=None)
    client.force_login(two.theirs)
    there = client.get(f"/api/v1/lockers/{name}/").json()["results"]
    assert [row for row in there if row.get("bank") != "other" and row.get("number") != "9"] == []
    client.force_login(two.ours)
    assert client.get(f"/api/v1/lockers/{name}/").json()["results"]


def rows_of_api(two):
    return [
        f"doors/{two.door.pk}/", f"openings/{two.opening.pk}/", f"assignments/{two.mine.pk}/",
        f"attempts/{two.attempt.pk}/", f"alarms/{two.alarm.pk}/", f"abandoned/{two.case.pk}/",
        f"terms/{two.terms.pk}/", f"grants/{two.grant.pk}/", f"releases/{two.release.pk}/",
        f"silent-alarms/{two.silent.pk}/", f"customers/{two.ada.id_number}/",
    ]  # fmt: skip


def test_rows_of_the_api_are_not_there_for_another_bank(client, two):
    client.force_login(two.theirs)
    answers = {row: client.get(f"/api/v1/lockers/{row}").status_code for row in rows_of_api(two)}
    assert set(answers.values()) == {404}, answers


def posts_of_api(two):
    return {
        f"doors/{two.door.pk}/override/": {"reason": "Fire"},
        f"doors/{two.door.pk}/officer-key/": {"secret": "correct horse battery"},
        f"openings/{two.opening.pk}/approve/": {},
        f"openings/{two.opening.pk}/withdraw/": {},
        "assignments/": {"locker_id": two.free.pk, "customer": "s-ada"},
        f"assignments/{two.mine.pk}/release/": {"checklist": {}},
        f"assignments/{two.mine.pk}/share/": {"person": "s-grace"},
        f"alarms/{two.alarm.pk}/acknowledge/": {},
        "releases/": {"bank_id": two.bank.pk, "reason": "Fire", "secret": "correct horse battery"},
        f"silent-alarms/{two.silent.pk}/acknowledge/": {},
        "abandoned/": {"assignment_id": two.mine.pk, "reason": "unpaid"},
        f"abandoned/{two.case.pk}/settle/": {"note": "Paid"},
        f"grants/{two.grant.pk}/start/": {},
        f"terms/{two.terms.pk}/on_paper/": {"person": "s-ada", "accepted": True},
        "keys/redeem/": {"key": "AAAAAAAA", "locker_id": two.door.pk, "station": KIOSK},
    }


def test_posts_of_the_api_meet_nobody_of_another_bank(client, two):
    client.force_login(two.theirs)
    answers = {
        address: client.post(f"/api/v1/lockers/{address}", body, content_type="application/json").status_code
        for address, body in posts_of_api(two).items()
    }
    assert set(answers.values()) <= {403, 404}, answers


def pages(two):
    return {
        "locker": two.door.pk, "attempt": two.attempt.pk, "abandoned_case": two.case.pk, "grant": two.grant.pk,
        "release": two.release.pk, "terms_text": two.terms.pk,
    }  # fmt: skip


def test_pages_of_another_bank_are_not_there(client, two):
    client.force_login(two.theirs)
    for name, pk in pages(two).items():
        assert client.get(reverse(f"lockers:{name}", args=[pk])).status_code == 404, name
    client.force_login(two.ours)
    for name, pk in pages(two).items():
        if name != "grant":  # a draft of the command
            assert client.get(reverse(f"lockers:{name}", args=[pk])).status_code == 200, name


SHOWN = ("board", "customers", "endings", "abandoned", "waiting", "terms", "attempts", "lockouts", "releases", "grants",
         "new_grant", "register", "simulator")  # fmt: skip


@pytest.mark.parametrize("name", SHOWN)
def test_overviews_name_nothing_of_another_bank(client, two, name):
    Lockout.objects.update_or_create(person=two.ada, defaults={"failures": 7})
    registration.set_end(two.mine, TODAY(), by=two.ours)
    client.force_login(two.theirs)
    answer = client.get(reverse(f"lockers:{name}"))
    assert answer.status_code == 200
    text = answer.content.decode()
    assert "The main bank" not in text
    assert "Lovelace" not in text


def test_customers_page_shows_only_what_is_in_ones_own_bank(client, two):
    client.force_login(two.theirs)
    text = client.get(reverse("lockers:customer", args=[two.ada.pk])).content.decode()
    assert "its own officers" in text
    assert "The main bank" not in text
    assert reverse("lockers:pin", args=[two.ada.pk]) not in text
    assert reverse("recognition:enrol", args=[two.ada.pk]) not in text
    client.force_login(two.ours)
    text = client.get(reverse("lockers:customer", args=[two.ada.pk])).content.decode()
    assert "The main bank" in text
    assert reverse("lockers:pin", args=[two.ada.pk]) in text


@pytest.mark.on_every_database
def test_access_log_is_for_officers_of_every_bank(client, two, administrator):
    for who, status in ((two.theirs, 403), (two.ours, 403), (administrator, 200)):
        client.force_login(who)
        assert client.get(reverse("lockers:log")).status_code == status
        assert client.get(reverse("lockers:log_file", args=["csv"])).status_code == status
        assert client.get(reverse("admin:lockers_accesslog_changelist")).status_code == status
        assert client.get(reverse("admin:lockers_assignment_changelist")).status_code == status
    BankOfficer.objects.create(bank=two.bank, person=two.theirs)
    client.force_login(two.theirs)
    assert client.get(reverse("lockers:log")).status_code == 200


def test_board_is_of_ones_own_banks(two, administrator):
    seen = board.hello(two.theirs)
    assert [bank["name"] for bank in seen.pop("banks")] == ["The other bank"]
    assert set(map(str, seen.values())) == {"hello", "[]"}
    assert len(board.hello(administrator)["banks"]) == 2
    assert board.hello(two.ours)["asking"]


@pytest.mark.parametrize("whole", [True, False])
def test_news_of_other_banks_are_not_passed_on(monkeypatch, whole):
    """Anyone who may not hear of every bank gets the state of theirs instead."""
    told, socket = [], LockersConsumer()

    async def send(event):
        told.append(event)

    async def closed(code):
        pass

    async def news():
        socket.whole, socket.changed = whole, asyncio.Event()
        socket.scope = {"path": "/ws/lockers/"}
        monkeypatch.setattr(socket, "send_json", send)
        monkeypatch.setattr(socket, "close", closed)
        await socket.live_event({"type": "live.event", "event": {"kind": "lockers.door", "bank": "main"}})
        return socket.changed.is_set()

    assert asyncio.run(news()), "the state is told again"
    assert bool(told) == whole
    told.clear()
    asyncio.run(LockersConsumer.refuse(socket, Refused("not_permitted", "Goodbye", status=403)))
    assert [event["kind"] for event in told] == ["bye"], "but a goodbye is"


def test_silent_alarm_at_another_door_of_the_site_is_everybodys(two):
    SilentAlarm.objects.filter(pk=two.silent.pk).update(station="")
    alarm = SilentAlarm.objects.get(pk=two.silent.pk)
    assert board.hello(two.theirs)["silent"]
    assert duress.acknowledge(alarm, by=two.theirs).acknowledged_by == two.theirs


def test_officers_are_written_to_by_bank(two):
    OutgoingMail.objects.all().delete()
    notices.alarm(two.alarm)
    assert [row.to for row in OutgoingMail.objects.all()] == ["edsger@example.org"]
    assert notices.officers(two.elsewhere.bank) == [two.theirs]
    assert set(notices.officers()) == {two.ours, two.theirs}


def test_witness_of_another_bank_does_not_count_as_the_second_officer_of_a_vault(two):
    case = two.case
    case.state, case.officer, case.witness, case.stepped_at = "asked", two.ours, two.theirs, timezone.now()
    case.save()
    done = witnessed_opening.confirm(case, by=two.theirs)
    assert done.opening.state == "requested", "an officer of this bank must still approve"
