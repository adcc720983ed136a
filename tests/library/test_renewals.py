"""Renewing everything at once, not too early, and by itself."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import OutgoingMail
from config.errors import Refused
from config.ops.jobs import registry
from library.circulation import holds, loans, notices, renewals
from library.models import Loan, LoanPolicy
from tests.support.api import client_of
from tests.support.library import book

NOW = timezone.now


def as_(client, someone):
    client.force_login(someone, backend="accounts.backends.RoleBackend")
    return client


def two_loans(reader, rival):
    """One that can be renewed, and one that another reader waits for."""
    free, wanted = book("B-1", "Emma"), book("B-2", "Persuasion")
    for copy in (free, wanted):
        loans.check_out(copy, to=reader)
    holds.place(wanted.title, rival)


def test_each_book_has_its_result(ada, grace):
    two_loans(ada, grace)
    done = renewals.renew_all(ada)
    assert [(one.loan.copy.barcode, one.code) for one in done] == [("B-1", ""), ("B-2", "on_hold")]
    assert done[0].sentence.startswith("Renewed until") and "waiting" in done[1].sentence


@pytest.mark.parametrize("who", ["ada", "librarian"])
def test_the_page_shows_one_line_for_each_book_once(client, ada, grace, librarian, who):
    two_loans(ada, grace)
    mine = who == "ada"
    post, page = (f"/library/{part}/" for part in (("mine/renew", "mine") if mine else ("", "")))
    if not mine:
        post, page = f"/library/desk/people/{ada.pk}/renew/", f"/library/desk/people/{ada.pk}/"
    as_(client, ada if mine else librarian).post(post)
    shown = client.get(page).content.decode()
    assert "Not renewed" in shown and "Renewed until" in shown
    assert "Not renewed" not in client.get(page).content.decode()


def test_the_desks_results_are_shown_on_no_other_readers_page(client, ada, grace, librarian):
    two_loans(ada, grace)
    as_(client, librarian).post(f"/library/desk/people/{ada.pk}/renew/")
    assert "Not renewed" not in client.get(f"/library/desk/people/{grace.pk}/").content.decode()


def test_over_the_api(ada, grace, librarian):
    two_loans(ada, grace)
    mine = client_of(ada).post("/api/v1/library/renew-all/", {}, format="json").json()
    assert [row["code"] for row in mine] == ["", "on_hold"]
    theirs = client_of(librarian).post("/api/v1/library/renew-all/", {"patron": grace.id_number}, format="json")
    assert theirs.json() == []
    assert (
        client_of(ada).post("/api/v1/library/renew-all/", {"patron": grace.id_number}, format="json").status_code == 404
    )


def test_too_early_by_policy_and_by_setting(ada, settings):
    loan = loans.check_out(book(), to=ada)
    settings.LIBRARY_RENEW_WITHIN = 3
    with pytest.raises(Refused, match="too early"):
        loans.renew(loan)
    LoanPolicy.objects.create(days=28, renew_within=28)
    assert loans.renew(loan).renewals == 1, "the policy says otherwise"


# --- by itself ------------------------------------------------------------------------------------


@pytest.fixture
def automatic(db):
    return LoanPolicy.objects.create(days=14, auto_renew=True)


def day_before_the_reminder(settings):
    return NOW() + timedelta(days=14 - settings.LIBRARY_DUE_SOON_DAYS - 1)


def test_books_renew_by_themselves_with_one_mail_for_all(ada, grace, automatic, settings):
    two_loans(ada, grace)
    registry.run("library.renewals", NOW() + timedelta(days=5))
    assert not Loan.objects.filter(renewals=1).exists(), "it is not their turn yet"
    at = day_before_the_reminder(settings)
    registry.run("library.renewals", at)
    registry.run("library.renewals", at + timedelta(hours=1))
    assert list(Loan.objects.filter(renewals=1).values_list("copy__barcode", flat=True)) == ["B-1"]
    assert OutgoingMail.objects.get(kind="library.auto_renewed").person == ada
    notices.remind(at + timedelta(days=1))
    assert OutgoingMail.objects.filter(kind="library.due_soon").count() == 1, "only of the book that was not renewed"


def test_what_has_no_such_policy_stays_as_it_is(ada, settings):
    LoanPolicy.objects.create(days=14)
    loans.check_out(book(), to=ada)
    renewals.renew_due(day_before_the_reminder(settings))
    assert Loan.objects.get().renewals == 0 and not OutgoingMail.objects.filter(kind="library.auto_renewed").exists()


def test_the_next_due_date_is_tried_again(ada, automatic, settings):
    loans.check_out(book(), to=ada)
    for _turn in range(2):
        renewals.renew_due(Loan.objects.get().due_at - timedelta(days=2))
    assert Loan.objects.get().renewals == 2
