"""Library systems as they really write: the reader gets out, the due date is theirs, and the mirror stays true."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.core.cache import cache
from django.utils import timezone

from library.circulation import loans
from library.kiosk import basket as baskets
from library.models import CirculationEvent, Loan
from library.sip2 import mirror
from library.sip2.client import client as client_module
from library.sip2.client import connection, from_settings
from tests.support.library import book, inside
from tests.support.sip2_dialects import DIALECTS, Dialect

# A protocol is Python: what it lends, opens or records is done on each database by the tests of the services.
pytestmark = pytest.mark.same_on_every_database

EVENING = datetime(2026, 12, 20, 23, 59, tzinfo=UTC)
DUES = {
    "zdue": datetime(2026, 12, 20, 23, tzinfo=UTC),
    "letters": datetime(2026, 12, 20, 17, tzinfo=UTC),
    "offset": datetime(2026, 12, 20, 22, 59, tzinfo=UTC),
}


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch):
    monkeypatch.setattr(client_module, "time", SimpleNamespace(sleep=lambda seconds: None))


@pytest.fixture
def spoken(settings, db, monkeypatch):
    """Our loans are kept by a system that speaks the dialect."""
    systems = []

    def start(name):
        if "inside" in name or "nl" in name:  # a loaded machine may stop in the middle of somebody's words
            monkeypatch.setattr(connection, "QUIET", 2.0)
        system = Dialect(name)
        system.due = "20261220    235900"
        systems.append(system)
        from_settings.forget()
        settings.LIBRARY_BACKEND, settings.SIP2_HOST, settings.SIP2_PORT = "sip2", "127.0.0.1", system.port
        settings.SIP2_USER, settings.SIP2_PASSWORD, settings.SIP2_TIMEOUT = "ostiary", "terminal password", 2
        settings.TIME_ZONE = "UTC"
        return system

    yield start
    from_settings.client().close()
    from_settings.forget()
    for system in systems:
        system.close()


@pytest.fixture
def reader(ada):
    ada.id_number = "lib.s-ada"
    ada.save()
    return inside(ada)


def leave_with(reader, *barcodes):
    basket = baskets.open_for(reader)
    for number, barcode in enumerate(barcodes):
        baskets.add(basket, book(barcode, f"Book {number}"))
    return baskets.finish(reader, station="exit")


def look():
    cache.delete(mirror.PAUSED)
    Loan.objects.filter(open_slot=1).update(asked_at=None, taken_at=timezone.now() - timedelta(hours=1))
    mirror.refresh(timezone.now())


def forget_what_is_under_way(*barcodes):
    for loan in Loan.objects.filter(copy__barcode__in=barcodes):
        cache.delete(f"library:under_way:{loan.copy_id}")


@pytest.mark.parametrize("name", DIALECTS)
def test_the_reader_leaves_and_the_mirror_is_true(spoken, reader, client, name):
    there = spoken(name)
    done = leave_with(reader, "000123a", "0099")
    assert done.permission.allowed and set(there.books) == {"000123a", "0099"}
    expected = DUES.get(name, EVENING)
    assert all(abs((loan.due_at - expected).total_seconds()) < 60 for loan in Loan.objects.all())
    assert "Warning" not in client.get("/readyz").json()["parts"]["library_system"]["note"]
    forget_what_is_under_way("000123a", "0099")
    look()
    assert {loan.copy.barcode for loan in loans.open_loans(reader)} == {"000123a", "0099"}
    del there.books["0099"]
    look()
    assert {loan.copy.barcode for loan in loans.open_loans(reader)} == {"000123a"}
    assert CirculationEvent.objects.filter(station="library-system").count() == 1


@pytest.mark.parametrize("name", ["card", "prefix", "upper", "itemupper", "itemtrim", "itemprefix"])
def test_their_own_writing_without_our_number_is_no_answer_or_plainly_the_same(spoken, reader, name, monkeypatch):
    """Only the number of the question proves that an answer by another name is about the one who was asked about."""
    there = spoken(name)
    monkeypatch.setattr(there, "_trailer", lambda body, number: b"")
    if name in ("upper", "itemupper"):
        assert leave_with(reader, "000123a").permission.allowed
        return
    with pytest.raises(client_module.Silent):
        leave_with(reader, "000123a")
    assert not Loan.objects.exists() and not there.books


def test_a_due_date_that_could_be_two_days_is_said_in_readyz_until_the_format_is(spoken, reader, client, settings):
    there = spoken("plain")
    there.due = "05/06/2027"
    leave_with(reader, "B-1")
    note = client.get("/readyz").json()["parts"]["library_system"]["note"]
    assert "05/06/2027" in note and "SIP2_DUE_FORMAT" in note
    settings.SIP2_DUE_FORMAT = "%d/%m/%Y"
    assert "Warning" not in client.get("/readyz").json()["parts"]["library_system"]["note"]
    loans.give_back(Loan.objects.get().copy)
    there.books.clear()
    inside(reader)
    baskets.add(baskets.open_for(reader), book("B-2", "Another"))
    baskets.finish(reader, station="exit")
    assert Loan.objects.get(open_slot=1).due_at == datetime(2027, 6, 5, 23, 59, 59, tzinfo=UTC)


def test_a_loan_without_a_due_date_asks_the_item_and_is_said_where_nobody_knows(spoken, reader, client):
    there = spoken("plain")
    there.due, there.dues["B-1"] = "", "20261220    235900"
    leave_with(reader, "B-1", "B-2")
    assert Loan.objects.get(copy__barcode="B-1").due_at == EVENING
    assert "no due dates" in client.get("/readyz").json()["parts"]["library_system"]["note"]
