"""The desk's return screen: a stack of books, one scan after the other, and what the librarian reads of each."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from library.circulation import holds, loans
from library.desk import returns
from library.models import Copy, Hold, Loan, LoanPolicy
from tests.support.library import book

pytestmark = pytest.mark.django_db
ADDRESS = "/library/desk/return/"


@pytest.fixture
def desk(client, librarian):
    client.force_login(librarian, backend="accounts.backends.RoleBackend")
    return client


def scan(desk, barcode, nonce=""):
    return desk.post(ADDRESS, {"barcode": barcode, "nonce": nonce}, headers={"accept": "application/json"}).json()


def listed(desk):
    return desk.get(ADDRESS).context["rows"]


def test_a_stack_comes_back_newest_first_with_reader_fine_hold_and_shelf(desk, ada, grace):
    LoanPolicy.objects.create(days=28, fine_per_day="0.20")
    emma, wuthering = book("E-1", "Emma", location="Fiction A"), book("W-1", "Wuthering Heights")
    loans.check_out(emma, to=ada, at=timezone.now() - timedelta(days=31))
    loans.check_out(wuthering, to=ada)
    holds.place(wuthering.title, grace)
    for barcode in ("E-1", "W-1", "9780000000002"):
        scan(desk, barcode)
    unknown, held, late = listed(desk)
    assert (late.tone, late.reader, late.late, str(late.fine), late.message) == (
        "late",
        ada,
        3,
        "0.60",
        "Shelf: Fiction A.",
    )
    assert (held.tone, held.message) == ("hold", "Hold shelf, for Grace Hopper (s-grace).")
    assert (unknown.tone, unknown.barcode) == ("fault", "9780000000002")
    page = desk.get(ADDRESS).content.decode()
    assert page.index("9780000000002") < page.index("Wuthering Heights") < page.index("Emma")


def test_each_scan_is_said_aloud_in_a_short_sentence(desk, ada):
    loans.check_out(book("E-1", "Emma", location="Fiction A"), to=ada)
    assert scan(desk, "E-1")["said"] == "Emma. Shelf: Fiction A"
    assert scan(desk, "X-9")["said"].startswith("Nothing was returned: this barcode is not in the catalogue")


def test_a_scan_whose_answer_was_lost_is_one_return_and_one_row(desk, ada):
    loans.check_out(book("E-1", "Emma"), to=ada)
    first, second = scan(desk, "E-1", "n-1"), scan(desk, "E-1", "n-1")
    assert first == second and first["tone"] == "returned"
    assert len(listed(desk)) == 1


def test_the_same_book_scanned_twice_is_no_fault(desk, ada):
    loans.check_out(book("E-1", "Emma"), to=ada)
    assert [scan(desk, "E-1", nonce)["tone"] for nonce in ("n-1", "n-2")] == ["returned", "again"]
    assert Loan.objects.count() == 1


@pytest.mark.parametrize(
    ("barcode", "words"),
    [
        ("nothing", "may belong to another library"),
        ("CARD-7", "reader&#x27;s card"),
        ("s-ada", "reader&#x27;s card"),
        ("S-1", "was not on loan"),
        ("G-1", "Do not put it on a shelf"),
    ],
)
def test_faults_are_rows_too(desk, ada, barcode, words):
    ada.card_barcode = "CARD-7"
    ada.save()
    book("S-1", "Emma", location="Fiction A")
    book("G-1", "Persuasion", status="withdrawn")
    told = scan(desk, barcode)
    assert told["tone"] == "fault" and words in told["html"]
    kept = str(desk.session[returns.KEY])
    assert "CARD-7" not in kept and "s-ada" not in kept, "nothing of a reader stays in the librarian's session"


def test_a_lost_book_that_comes_back_leaves_its_account(desk, ada, librarian):
    copy = book("E-1", "Emma")
    loans.check_out(copy, to=ada)
    loans.mark_lost(copy, by=librarian)
    assert scan(desk, "E-1")["tone"] == "returned"
    assert Copy.objects.get().status == "available"


def test_without_a_script_the_list_is_the_same_page(desk, ada):
    loans.check_out(book("E-1", "Emma"), to=ada)
    answer = desk.post(ADDRESS, {"barcode": "E-1"}, follow=True)
    assert answer.redirect_chain == [(ADDRESS, 302)] and "Ada Lovelace" in answer.content.decode()
    desk.post(f"{ADDRESS}clear/")
    assert listed(desk) == []
    assert Loan.objects.get().returned_at


def test_no_name_is_kept_in_the_session(desk, ada):
    loans.check_out(book("E-1", "Emma"), to=ada)
    scan(desk, "E-1")
    assert "Ada" not in str(desk.session[returns.KEY]) and "s-ada" not in str(desk.session[returns.KEY])


def test_the_list_reads_the_database_a_few_times_only(desk, ada, django_assert_max_num_queries):
    for number in range(12):
        loans.check_out(book(f"E-{number}", f"Emma {number}"), to=ada)
        scan(desk, f"E-{number}")
    with django_assert_max_num_queries(13):
        assert len(listed(desk)) == 12


# --- what the desk refuses is said to a librarian -------------------------------------------------


def issue(desk, reader, barcode):
    return desk.post(f"/library/desk/people/{reader.pk}/issue/", {"barcode": barcode}, follow=True)


def test_a_book_on_anothers_account_is_returned_and_issued_with_one_button(desk, ada, grace):
    copy = book("E-1", "Emma")
    loan = loans.check_out(copy, to=ada)
    page = issue(desk, grace, "E-1")
    address = f"/library/desk/people/{grace.pk}/issue/{copy.pk}/"
    assert "Ada Lovelace (s-ada), due " in page.content.decode() and address in page.content.decode()
    desk.post(address)
    loan.refresh_from_db()
    assert loan.returned_at and Loan.objects.get(open_slot=1).person == grace


def test_a_return_stands_when_the_issue_is_refused(desk, ada, grace, librarian):
    copy = book("E-1", "Emma")
    loans.check_out(copy, to=ada)
    holds.place(copy.title, librarian)
    said = [
        str(m) for m in desk.post(f"/library/desk/people/{grace.pk}/issue/{copy.pk}/", follow=True).context["messages"]
    ]
    assert not Loan.objects.filter(open_slot=1).exists() and Hold.objects.get().copy == copy
    assert "is reserved for" in said[0] and librarian.id_number in said[0]
