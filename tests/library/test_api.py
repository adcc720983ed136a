"""Other systems at the library's desk: what they may ask, do, and do twice without harm."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.api import idempotency
from accounts.models import IdempotencyKey
from library.circulation import holds, loans
from library.models import CirculationEvent, ExitPass, Hold, Loan
from tests.support.api import V1, client_of, code_of, results
from tests.support.library import book, inside

LIB = f"{V1}/library"


@pytest.fixture
def desk(librarian):
    return client_of(librarian)


def lend(client, patron="s-ada", barcode="B-1", **headers):
    return client.post(f"{LIB}/checkout/", {"patron": patron, "barcode": barcode}, **headers)


def test_a_book_goes_out_is_renewed_and_comes_back(desk, ada):
    ada.card_barcode = "2900001"
    ada.save()
    book("B-1")
    out = lend(desk, patron="2900001")
    assert out.status_code == 201, out.content
    assert (out.json()["barcode"], out.json()["person"]["id_number"]) == ("B-1", "s-ada")
    assert desk.post(f"{LIB}/renew/", {"barcode": "B-1"}).json()["renewals"] == 1
    back = desk.post(f"{LIB}/checkin/", {"barcode": "B-1"}).json()
    assert back["loan"]["returned_at"] and not back["hold"]
    assert desk.post(f"{LIB}/checkin/", {"barcode": "B-1"}).json()["loan"] is None


def test_refusals_have_the_codes_of_the_rules(desk, ada, grace):
    book("B-1")
    lend(desk)
    assert code_of(lend(desk, patron="s-grace")) == "on_loan"
    assert code_of(lend(desk, barcode="B-9")) == "unknown_barcode"
    assert code_of(lend(desk, patron="nobody")) == "unknown_person"


def test_somebodys_account_for_staff_and_ones_own_for_everybody(desk, ada, grace):
    loans.check_out(book("B-1"), to=ada)
    holds.place(book("B-2", "Emma", status="on_loan").title, ada)
    account = desk.get(f"{LIB}/patrons/s-ada/").json()
    assert [loan["barcode"] for loan in account["loans"]] == ["B-1"]
    assert [hold["title"] for hold in account["holds"]] == ["Emma"]
    assert (account["valid"], account["blocked"], account["unpaid"]) == (True, "", "0.00")
    mine = client_of(grace).get(f"{LIB}/patrons/me/").json()
    assert (mine["id_number"], mine["loans"]) == ("s-grace", [])
    assert code_of(client_of(grace).get(f"{LIB}/patrons/s-ada/")) == "permission_denied"


def test_a_member_renews_and_waits_only_for_themselves(ada, grace):
    loans.check_out(book("B-1"), to=ada)
    emma = book("B-2", "Emma", status="on_loan").title
    me, other = client_of(ada), client_of(grace)
    assert me.post(f"{LIB}/renew/", {"barcode": "B-1"}).status_code == 200
    assert code_of(other.post(f"{LIB}/renew/", {"barcode": "B-1"})) == "not_on_loan"
    placed = me.post(f"{LIB}/holds/", {"title": emma.pk})
    assert placed.status_code == 201
    for_ada = other.post(f"{LIB}/holds/", {"title": emma.pk, "patron": "s-ada"})
    assert (for_ada.status_code, code_of(for_ada)) == (404, "unknown_person")
    assert code_of(other.post(f"{LIB}/holds/{placed.json()['id']}/cancel/")) == "not_found"
    assert results(other.get(f"{LIB}/holds/")) == []
    assert me.post(f"{LIB}/holds/{placed.json()['id']}/cancel/").json()["state"] == "cancelled"
    assert not Hold.objects.filter(open_slot=1).exists()


def test_titles_and_copies_say_what_is_there_and_not_who_has_it(ada, grace):
    loans.check_out(book("B-1"), to=ada)
    book("B-2")
    client = client_of(grace)
    [title] = results(client.get(f"{LIB}/titles/?q=pride"))
    assert (title["owned"], title["free"]) == (2, 1)
    assert results(client.get(f"{LIB}/titles/?q=nothing")) == []
    copies = results(client.get(f"{LIB}/copies/?title={title['id']}"))
    assert {copy["barcode"]: copy["status"] for copy in copies} == {"B-1": "on_loan", "B-2": "available"}
    assert "s-ada" not in client.get(f"{LIB}/copies/B-1/").content.decode()


def test_a_gate_uses_a_pass_once(desk, ada):
    inside(ada)
    ExitPass.objects.create(
        number="GOOD", person=ada, allowed=True, expires_at=timezone.now() + timedelta(minutes=1), loans=3
    )
    assert desk.post(f"{LIB}/passes/GOOD/use/").json()["loans"] == 3
    assert code_of(desk.post(f"{LIB}/passes/GOOD/use/")) == "bad_pass"
    assert [visit["person"]["name"] for visit in results(desk.get(f"{LIB}/visits/"))] == ["Ada Lovelace"]


def test_a_gate_that_did_not_hear_the_answer_asks_with_its_key(desk, ada):
    ExitPass.objects.create(number="GOOD", person=ada, allowed=True, expires_at=timezone.now() + timedelta(minutes=1))
    first = desk.post(f"{LIB}/passes/GOOD/use/", HTTP_IDEMPOTENCY_KEY="k")
    again = desk.post(f"{LIB}/passes/GOOD/use/", HTTP_IDEMPOTENCY_KEY="k")
    assert first.status_code == again.status_code == 200


def test_events_are_read_in_order_and_on_from_the_last(desk, ada):
    loan = loans.check_out(book("B-1"), to=ada)
    loans.give_back(loan.copy)
    first, second = results(desk.get(f"{LIB}/events/"))
    assert (first["kind"], second["kind"]) == ("loaned", "returned")
    assert results(desk.get(f"{LIB}/events/?after={first['id']}")) == [second]


def test_the_day_as_csv(desk, ada):
    loans.check_out(book("B-1", "=SUM(A1)"), to=ada)
    yesterday = timezone.now() - timedelta(days=1)
    loans.check_out(book("B-2", "Emma"), to=ada, at=yesterday)
    answer = desk.get(f"{LIB}/circulation.csv?day={timezone.localdate()}")
    rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode())))
    assert [(row["what"], row["id_number"], row["barcode"]) for row in rows] == [("loaned", "s-ada", "B-1")]
    assert rows[0]["title"] == "'=SUM(A1)"
    assert code_of(desk.get(f"{LIB}/circulation.csv?day=soon")) == "bad_day"


# --- done twice -----------------------------------------------------------------------------------


def test_the_same_key_and_body_is_done_once_and_answered_alike(desk, ada):
    book("B-1")
    first = lend(desk, HTTP_IDEMPOTENCY_KEY="k-1")
    again = lend(desk, HTTP_IDEMPOTENCY_KEY="k-1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json() and again[idempotency.REPLAYED] == "true"
    assert Loan.objects.count() == 1 and CirculationEvent.objects.count() == 1


def test_the_same_key_for_something_else_is_refused(desk, ada, grace):
    book("B-1"), book("B-2", "Emma")
    lend(desk, HTTP_IDEMPOTENCY_KEY="k-1")
    other = lend(desk, barcode="B-2", HTTP_IDEMPOTENCY_KEY="k-1")
    assert (other.status_code, code_of(other)) == (409, "idempotency_key_reused")
    assert Loan.objects.count() == 1


def test_what_was_refused_left_no_key_and_may_be_tried_again(desk, ada):
    copy = book("B-1")
    loans.mark_lost(copy, by=None)
    assert code_of(lend(desk, HTTP_IDEMPOTENCY_KEY="k-1")) == "lost"
    assert not IdempotencyKey.objects.exists()
    loans.give_back(copy)
    assert lend(desk, HTTP_IDEMPOTENCY_KEY="k-1").status_code == 201


def test_keys_are_ones_own_plain_and_forgotten_after_a_day(desk, administrator, ada):
    book("B-1"), book("B-2", "Emma")
    lend(desk, HTTP_IDEMPOTENCY_KEY="k-1")
    assert lend(client_of(administrator), barcode="B-2", HTTP_IDEMPOTENCY_KEY="k-1").status_code == 201
    assert code_of(lend(desk, HTTP_IDEMPOTENCY_KEY="x" * 65)) == "bad_idempotency_key"
    assert idempotency.purge(timezone.now()) == {"idempotency_keys": 0}
    assert idempotency.purge(timezone.now() + timedelta(days=2)) == {"idempotency_keys": 2}


@pytest.mark.parametrize(
    ("path", "queries"),
    [("titles/", 3), ("copies/", 3), ("holds/", 3), ("visits/", 3), ("events/", 3), ("patrons/s-ada/", 9)],
)
def test_a_long_list_costs_no_more_queries(desk, ada, grace, path, queries, django_assert_num_queries):
    inside(ada), inside(grace)
    for number in range(6):
        loans.check_out(book(f"B-{number}", f"Book {number}"), to=ada)
        holds.place(book(f"C-{number}", f"Comic {number}", status="on_loan").title, ada)
    with django_assert_num_queries(queries):
        assert desk.get(f"{LIB}/{path}").status_code == 200
