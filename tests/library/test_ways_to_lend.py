"""One way to lend: desk, exit, API and SIP2 server ask the same ledger, and refuse for the same reasons."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.hashers import make_password
from django.utils import timezone

from config.errors import Refused
from library.circulation import holds, inventory, ledger, loans
from library.desk import desk
from library.kiosk import actions, basket
from library.models import Copy, Loan, LoanPolicy, PatronBlock
from library.rules.messages import REASONS
from library.sip2.client.questions import Speech
from library.sip2.codec.messages import printable
from library.sip2.server.dispatch import Desk
from tests.library.test_stations import arrive
from tests.support.api import V1, client_of, code_of
from tests.support.library import book, inside, station
from tests.support.sip2 import ZONE

pytestmark = pytest.mark.django_db
SPEECH = Speech("college", ZONE)
LIB = f"{V1}/library"


@pytest.fixture(autouse=True)
def places(settings, ada):
    """An exit where Ada stands, and a self-check machine."""
    settings.SIP2_TERMINALS, settings.SIP2_ASK_PIN = {"selfcheck": make_password("word")}, False
    arrive(station("exit"), inside(ada))


# --- the doors: the code against it, or "" ----------------------------------------------------------


def code_against(act, *args, **how):
    try:
        act(*args, **how)
    except Refused as refused:
        return refused.code
    return ""


class AtDesk:
    def __init__(self, librarian):
        self.librarian = librarian

    def lend(self, person, barcode):
        return code_against(desk.issue, barcode, to=person, by=self.librarian)

    def renew(self, person, barcode):
        return code_against(lambda: desk.renew(Loan.objects.get(copy__barcode=barcode, open_slot=1)))

    def give_back(self, barcode):
        return code_against(desk.take_back, barcode)


class AtExit:
    def __init__(self, _librarian):
        self.slug = "library-exit"

    def lend(self, person, barcode):
        return code_against(self._lent, barcode)

    def _lent(self, barcode):
        actions.scan(self.slug, loans.by_barcode(barcode))
        actions.finish(self.slug)

    def renew(self, person, barcode):
        return code_against(actions.renew, self.slug, barcode)

    def give_back(self, barcode):
        return code_against(actions.give_back_own, self.slug, barcode)


class OverApi:
    def __init__(self, librarian):
        self.client = client_of(librarian)

    def _post(self, what, **body):
        answer = self.client.post(f"{LIB}/{what}/", body)
        return code_of(answer) if answer.status_code >= 400 else ""

    def lend(self, person, barcode):
        return self._post("checkout", patron=person.id_number, barcode=barcode)

    def renew(self, person, barcode):
        return self._post("renew", barcode=barcode)

    def give_back(self, barcode):
        return self._post("checkin", barcode=barcode)


class OverSip2:
    """A machine hears sentences, not codes: the code is that of the sentence."""

    def __init__(self, _librarian):
        self.desk = Desk()
        assert self.desk.sign_in("selfcheck", "word")

    def _asked(self, question):
        answer = self.desk.answer(question)
        said = {printable(str(words)): code for code, words in {**REASONS, "elsewhere": ELSEWHERE}.items()}
        return "" if answer.fixed["ok"] == "1" else said[answer.get("AF")]

    def lend(self, person, barcode):
        return self._asked(SPEECH.check_out(timezone.now(), person.id_number, barcode))

    def renew(self, person, barcode):
        return self._asked(SPEECH.renew(timezone.now(), person.id_number, barcode))

    def give_back(self, barcode):
        return self._asked(SPEECH.check_in(timezone.now(), barcode, ""))


DOORS = [AtDesk, AtExit, OverApi, OverSip2]
ELSEWHERE = "It is kept elsewhere."


@pytest.fixture(params=DOORS)
def door(request, librarian):
    return request.param(librarian)


# --- the same refusals ------------------------------------------------------------------------------


def test_a_book_goes_out_is_renewed_and_comes_back(door, ada):
    book("B-1")
    assert door.lend(ada, "B-1") == ""
    assert Loan.objects.get(open_slot=1).person == ada
    if isinstance(door, AtExit):
        arrive_again(ada)
    assert door.renew(ada, "B-1") == ""
    assert Loan.objects.get(open_slot=1).renewals == 1
    assert door.give_back("B-1") == ""
    assert Copy.objects.get().status == "available"


def arrive_again(person):
    """They went out with the book, and are at the exit once more."""
    inside(person)
    actions.greet_at_exit(person, "library-exit", lane="card", at=timezone.now())


def blocked(ada, grace):
    PatronBlock.objects.create(person=ada, reason="Card stolen")


def overdue(ada, grace):
    LoanPolicy.objects.create(overdue_blocks=True)
    late = loans.check_out(book("OLD", "Emma"), to=ada)
    Loan.objects.filter(pk=late.pk).update(due_at=timezone.now() - timedelta(days=1))


def on_hold_for_another(ada, grace):
    copy = Copy.objects.get(barcode="B-1")
    loans.check_out(copy, to=ada)
    holds.place(copy.title, grace)
    loans.give_back(copy)
    assert Copy.objects.get(barcode="B-1").status == "hold_shelf"


def lent_to_another(ada, grace):
    loans.check_out(Copy.objects.get(barcode="B-1"), to=grace)


def lent_to_oneself(ada, grace):
    loans.check_out(Copy.objects.get(barcode="B-1"), to=ada)


def at_the_limit(ada, grace):
    LoanPolicy.objects.create(most_loans=1)
    loans.check_out(book("ONE", "Emma"), to=ada)


def reference_only(ada, grace):
    Copy.objects.filter(barcode="B-1").update(status="reference")


def lost(ada, grace):
    Copy.objects.filter(barcode="B-1").update(status="lost")


def withdrawn(ada, grace):
    Copy.objects.filter(barcode="B-1").update(status="withdrawn")


def unknown(ada, grace):
    Copy.objects.filter(barcode="B-1").delete()


@pytest.mark.parametrize(
    ("because", "code"),
    [
        (blocked, "blocked"),
        (overdue, "overdue"),
        (on_hold_for_another, "on_hold"),
        (lent_to_another, "on_loan"),
        (lent_to_oneself, "yours_already"),
        (at_the_limit, "too_many"),
        (reference_only, "reference"),
        (lost, "lost"),
        (withdrawn, "withdrawn"),
        (unknown, "unknown_barcode"),
    ],
)
def test_every_door_refuses_for_the_same_reason_and_lends_nothing(door, because, code, ada, grace):
    book("B-1")
    because(ada, grace)
    before = Loan.objects.count()
    assert door.lend(ada, "B-1") == code
    assert Loan.objects.count() == before


@pytest.mark.parametrize(("because", "code"), [(blocked, "blocked"), (None, "renewed_enough")])
def test_every_door_renews_by_the_same_rules(door, because, code, ada, grace):
    loans.check_out(book("B-1"), to=ada)
    if because:
        because(ada, grace)
    else:
        LoanPolicy.objects.create(renewals=0)
    assert door.renew(ada, "B-1") == code
    assert Loan.objects.get().renewals == 0


# --- and by the same ledger -------------------------------------------------------------------------


class Elsewhere:
    """A library system that says no to everything: who does not ask it, gets through."""

    def check_out(self, *_args, **_how):
        raise Refused("elsewhere", ELSEWHERE, status=409)

    check_out_all = give_back = renew = check_out
    judge, together = staticmethod(loans.judge), staticmethod(loans.together)


def test_no_door_lends_renews_or_returns_past_the_ledger(door, ada, monkeypatch):
    book("FREE", "Emma")
    loans.check_out(book("B-1"), to=ada)
    monkeypatch.setitem(ledger.BACKENDS, "local", Elsewhere)
    assert door.lend(ada, "FREE") == "elsewhere"
    assert door.renew(ada, "B-1") == "elsewhere"
    assert door.give_back("B-1") == "elsewhere"
    assert [(loan.copy.barcode, loan.renewals, loan.returned_at) for loan in Loan.objects.all()] == [("B-1", 0, None)]


def test_a_shelf_says_what_it_has_found_to_the_ledger_too(ada, monkeypatch):
    lost_copy = book("B-1", status="lost")
    monkeypatch.setitem(ledger.BACKENDS, "local", Elsewhere)
    with pytest.raises(Refused, match="elsewhere"):
        inventory.found(lost_copy, by=None)


def test_the_desk_writes_down_who_has_lent(ada, librarian):
    book("B-1")
    assert AtDesk(librarian).lend(ada, "B-1") == ""
    assert Loan.objects.get().by == librarian
    assert not basket.lines(basket.open_for(ada))
