"""Timed jobs: a step that breaks keeps none of the others from running."""

from __future__ import annotations

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from config.ops.jobs.steps import for_each
from library.kiosk import pending_gates
from library.models import ExitPass
from library.visits import exit_passes
from lockers.doors import doors, listener
from lockers.kiosk import actions
from lockers.models import Bank, Locker
from lockers.wiring import job_steps
from tests.support import attendance as campus
from tests.support.attendance import NINE


def test_broken_step_does_not_silence_the_alarms_of_doors(db, monkeypatch, caplog):
    looked = []

    def look(now):
        looked.append(now)

    def give_up(_now):
        raise RuntimeError("a challenge that cannot be read")

    monkeypatch.setattr(actions, "give_up", give_up)
    monkeypatch.setattr(doors, "look", look)
    job_steps.tidy(timezone.now())
    assert len(looked) == 1
    assert "give_up failed" in caplog.text


def test_session_that_cannot_be_closed_keeps_no_other_open(ada, monkeypatch, caplog):
    from attendance.roll import roll
    from attendance.sessions import sessions

    broken = campus.session(campus.course(ada, code="cs101"))
    healthy = campus.session(campus.course(ada, code="cs102", station=campus.room("room-2")))
    settle = roll.settle

    def breaks(session, seeable):
        return 1 / 0 if session.pk == broken.pk else settle(session, seeable)

    monkeypatch.setattr(roll, "settle", breaks)
    assert sessions.close_due(NINE + campus.minutes(61)) == 1
    healthy.refresh_from_db()
    assert healthy.is_closed
    assert "could not be opened or closed" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_what_is_too_slow_for_one_keeps_no_other_waiting_and_is_tried_again():
    """A statement that takes longer than DATABASE_STATEMENT_SECONDS looks like a database that is away."""
    connection.ensure_connection()
    done = []

    def act(number):
        if number == 1:
            raise OperationalError("canceling statement due to statement timeout")
        done.append(number)

    with pytest.raises(OperationalError):
        for_each(act, (1, 2, 3))
    assert done == [2, 3]


@pytest.mark.django_db(transaction=True)
def test_database_that_is_away_is_away_for_all(monkeypatch):
    connection.ensure_connection()
    monkeypatch.setattr(connection, "is_usable", lambda: False)
    tried = []

    def act(number):
        tried.append(number)
        raise OperationalError("server closed the connection unexpectedly")

    with pytest.raises(OperationalError):
        for_each(act, (1, 2, 3))
    assert tried == [1]


def test_gate_that_nobody_can_name_keeps_no_other_shut(db, settings, caplog):
    settings.LIBRARY_GATES = {"north": {"kind": "http"}, "*": {"kind": "simulator"}}
    now = timezone.now()
    until = {
        "decided_at": now - 2 * exit_passes.TAKEN_UP_AFTER,
        "expires_at": now + exit_passes.PASS_LIVES,
        "allowed": True,
    }
    for number, station in enumerate(("north", "south")):
        ExitPass.objects.create(number=f"PASS{number}", station=station, **until)
    pending_gates.open_pending(now)
    assert ExitPass.objects.get(station="south").gate_answer == "opened"
    assert "failed; the others go on" in caplog.text


def test_bank_whose_relay_has_no_address_keeps_no_other_unwatched(db, settings, caplog):
    settings.LOCKER_ACTUATORS = {
        "a": {"kind": "http", "has_sensor": True},
        "b": {"kind": "http", "has_sensor": True, "url": "http://127.0.0.1:9", "token": "x"},
    }
    for code in ("a", "b"):
        bank = Bank.objects.create(code=code, name=code)
        Locker.objects.create(bank=bank, number="1", door="locked")
    listener.ask_sensors(timezone.now())
    assert Locker.objects.get(bank__code="b").door == "unavailable"
    assert "bank" in caplog.text and "failed; the others go on" in caplog.text
