"""The outbox that e-mails and webhooks share: one process at a time, dead letters, replay, and what is forgotten."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from accounts.mail.delivery import OUTBOX as MAILS
from accounts.models import OutgoingMail, WebhookDelivery
from accounts.webhooks.delivery import OUTBOX as WEBHOOKS
from config.delivery.pauses import Pauses
from config.delivery.purging import delete_in_pieces
from tests.support.webhooks import subscribed

NOW = timezone.now()


def mail(key="k", **fields):
    return OutgoingMail.objects.create(kind="test.news", key=key, to="ada@example.org", **fields)


def delivery(**fields):
    endpoint = subscribed()
    return WebhookDelivery.objects.create(
        endpoint=endpoint, kind="library.loaned", give_up_at=NOW + timedelta(days=3), **fields
    )


def test_pauses_grow_and_end():
    pauses = Pauses((timedelta(seconds=1), timedelta(seconds=2)), timedelta(hours=1), most=4)
    assert [pauses.after(tries) for tries in (1, 2, 3, 4)] == [
        timedelta(seconds=1),
        timedelta(seconds=2),
        timedelta(hours=1),
        None,
    ]
    assert Pauses((), timedelta(hours=1)).next_try(1000, NOW) == NOW + timedelta(hours=1)


@pytest.mark.parametrize("outbox", [MAILS, WEBHOOKS])
def test_claimed_row_belongs_to_one_process(db, outbox):
    (mail if outbox is MAILS else delivery)()
    mine = outbox.claim(outbox.due(timezone.now()), timezone.now())
    assert mine.tries == 1 and outbox.claim(outbox.due(timezone.now()), timezone.now()) is None
    assert outbox.counts() == {"sending": 1}


@pytest.mark.parametrize(("outbox", "state"), [(MAILS, "unclear"), (WEBHOOKS, "waiting")])
def test_row_of_a_dead_process_is_reclaimed_after_its_lease(db, outbox, state):
    (mail if outbox is MAILS else delivery)()
    outbox.claim(outbox.due(timezone.now()), timezone.now())
    assert outbox.reclaim(timezone.now()) == 0
    assert outbox.reclaim(timezone.now() + timedelta(minutes=11)) == 1
    assert outbox.counts() == {state: 1}


class ReadBefore:
    """A list of rows that was read once: its first row is old, and there is no second."""

    def __init__(self, row):
        self._rows = [row]

    def first(self):
        return self._rows.pop() if self._rows else None


def test_row_read_before_another_process_tried_it_is_not_claimed(db):
    delivery()
    old = WebhookDelivery.objects.get()
    quick = WEBHOOKS.claim(WEBHOOKS.due(timezone.now()), timezone.now())
    WEBHOOKS.try_later(quick, "HTTP 500", timezone.now() + timedelta(minutes=1))
    assert WEBHOOKS.claim(ReadBefore(old), timezone.now()) is None
    assert WEBHOOKS.counts() == {"waiting": 1} and WebhookDelivery.objects.get().tries == 1


def test_late_process_writes_nothing_over_the_next_one(db):
    delivery()
    slow = WEBHOOKS.claim(WEBHOOKS.due(timezone.now()), timezone.now())
    later = timezone.now() + timedelta(minutes=3)
    WEBHOOKS.reclaim(later)
    quick = WEBHOOKS.claim(WEBHOOKS.due(later), later)
    assert quick.pk == slow.pk and not WEBHOOKS.note(slow, "given_up", "too late")
    assert WEBHOOKS.note(quick, "delivered", "HTTP 200") and WEBHOOKS.counts() == {"delivered": 1}


def test_late_process_that_was_heard_spares_a_second_delivery(db):
    delivery()
    slow = WEBHOOKS.claim(WEBHOOKS.due(timezone.now()), timezone.now())
    WEBHOOKS.reclaim(timezone.now() + timedelta(minutes=3))
    assert WEBHOOKS.note(slow, "delivered", "HTTP 200") and WEBHOOKS.counts() == {"delivered": 1}


def test_dead_letters_wait_for_a_person_and_start_afresh(db):
    row = mail()
    held = MAILS.claim(MAILS.due(timezone.now()), timezone.now())
    MAILS.try_later(held, "x" * 900, None)
    row.refresh_from_db()
    assert (row.state, len(row.last_error)) == ("failed", 500)
    assert MAILS.replay(MAILS.rows, timezone.now()) == 1
    row.refresh_from_db()
    assert (row.state, row.tries, row.last_error) == ("waiting", 0, "")


def test_what_is_being_sent_or_was_sent_is_not_replayed(db):
    mail("a", state="sent")
    mail("b", state="sending", lease_until=NOW)
    assert MAILS.replay(MAILS.rows, NOW) == 0


def test_purge_forgets_what_is_over_and_keeps_what_waits(db, monkeypatch):
    monkeypatch.setattr("config.delivery.purging.AT_ONCE", 2)
    old = NOW - timedelta(days=100)
    for number, state in enumerate(("sent", "failed", "cancelled", "waiting", "sending")):
        mail(str(number), state=state, created_at=old)
    mail("new", state="sent")
    assert MAILS.purge(NOW - timedelta(days=90)) == 3
    assert delete_in_pieces(OutgoingMail.objects.all()) == 3


@pytest.mark.django_db(transaction=True)
def test_four_processes_claim_each_row_once():
    for number in range(12):
        mail(str(number))
    claimed = []

    def work():
        try:
            while row := MAILS.claim(MAILS.due(timezone.now()), timezone.now()):
                claimed.append(row.pk)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for one in workers:
        one.start()
    for one in workers:
        one.join(60)
    assert len(claimed) == len(set(claimed)) == 12
