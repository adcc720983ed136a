"""What the ledger says together."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from config.errors import Refused
from library.circulation import loans
from library.desk.reports import WantedLibraryReport, report
from library.visits import exit_passes, visits
from tests.support.library import book

pytestmark = pytest.mark.django_db


def rows(kind, days=7):
    today = timezone.localdate()
    return list(report(WantedLibraryReport(kind, today - timedelta(days=days), today)).rows)


def test_loans_are_listed_without_their_readers(ada):
    loans.check_out(book("E-1", "Emma"), to=ada, station="exit")
    [row] = rows("loans")
    assert row[:3] == ("Emma", "E-1", "book")
    assert "Lovelace" not in str(row)


def test_visits_are_counted_by_the_hour_of_the_sites_clock(ada, grace):
    at = timezone.localtime().replace(hour=0, minute=5)
    visits.enter(ada, at=at)
    visits.enter(grace, at=at)
    by_hour = rows("hours")
    assert len(by_hour) == 24
    assert by_hour[0][:2] == ("00:00", 2)


def test_peak_hours_are_averages_of_each_weekday_and_a_weekday_that_was_not_there_is_empty(ada, grace):
    at = timezone.localtime().replace(hour=0, minute=5)
    visits.enter(ada, at=at)
    visits.enter(grace, at=at)
    weekday = at.weekday()
    midnight = rows("hours", days=7)[0][3:]  # this weekday twice, every other once
    assert midnight[weekday] == 1.0 and sum(midnight) == 1.0
    today = rows("hours", days=0)[0][3:]
    assert today[weekday] == 2.0 and [one for n, one in enumerate(today) if n != weekday] == [None] * 6


def test_overdue_says_who_and_how_late(ada):
    loans.check_out(book("E-1", "Emma"), to=ada, at=timezone.now() - timedelta(days=40))
    loans.check_out(book("E-2", "Persuasion"), to=ada)
    assert rows("overdue") == [], "it was due before this week"
    [row] = rows("overdue", days=30)
    assert (row[0], row[2], row[-1]) == ("Ada Lovelace", "Emma", 11)


def test_a_self_checkout_succeeds_when_the_first_answer_was_yes(ada, grace, librarian):
    for person in (ada, grace):
        visits.enter(person)
    exit_passes.decide(ada, station="exit")
    exit_passes.decide(grace, station="exit", alarm=True)
    exit_passes.decide(grace, station="exit")
    loans.check_out(book("E-1", "Emma"), to=ada, station="exit")
    loans.check_out(book("E-2", "Persuasion"), to=ada, station="desk", by=librarian)
    [row] = rows("checkout")
    assert row[1:] == (2, 1, 50.0, 1, 1, 0)


def test_a_period_that_ends_before_it_begins_is_refused():
    today = timezone.localdate()
    with pytest.raises(Refused) as refused:
        report(WantedLibraryReport("loans", today, today - timedelta(days=1)))
    assert refused.value.code == "bad_period"


@pytest.mark.parametrize("form", ["csv", "xlsx", "pdf"])
def test_a_librarian_takes_a_report_along(client, librarian, ada, form):
    loans.check_out(book("E-1", "Emma"), to=ada)
    client.force_login(librarian, backend="accounts.backends.RoleBackend")
    assert "Emma" in client.get("/library/reports/").content.decode()
    answer = client.get(f"/library/reports/{form}/")
    assert answer.status_code == 200
    assert len(b"".join(answer.streaming_content)) > 50
