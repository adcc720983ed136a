"""The library's pages: what readers and librarians see and do, and what is nobody's business."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.models import User
from accounts.people.lifecycle import delete_person
from config.errors import Refused
from config.ops.jobs import registry
from library.catalogue import uploads
from library.circulation import fines, holds, loans, patrons, retention
from library.models import CirculationEvent, Copy, Fine, Hold, Loan, PatronBlock, Title, Visit
from library.visits import visits
from tests.conftest import person
from tests.support.library import book, station

# What a page says, and to whom, is Python and templates: the role matrix asks every address of each database.
pytestmark = [pytest.mark.django_db, pytest.mark.same_on_every_database]


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.VAR_DIR = tmp_path


@pytest.fixture
def emma():
    return book("E-1", "Emma", location="Fiction A")


def as_(client, person):
    client.force_login(person, backend="accounts.backends.RoleBackend")
    return client


def said(answer):
    return [str(message) for message in answer.context["messages"]]


# --- the catalogue, for everybody -----------------------------------------------------------------


@pytest.mark.on_every_database
def test_everybody_finds_a_title_and_sees_whether_it_is_here(client, emma):
    page = client.get("/library/", {"q": "ÉMMA"}).content.decode()
    assert "Emma" in page
    assert "1 of 1 available" in page
    assert "Nothing found" in client.get("/library/", {"q": "xyz"}).content.decode()
    assert "The catalogue is empty" not in client.get("/library/").content.decode()


def test_nobody_sees_who_has_a_book(client, emma, ada, grace):
    loans.check_out(emma, to=ada)
    holds.place(emma.title, grace)
    for reader in (None, grace):
        page = (as_(client, reader) if reader else client).get(f"/library/titles/{emma.title_id}/").content.decode()
        assert "On loan" in page
        assert "Lovelace" not in page
        assert "s-ada" not in page
    assert "Hopper" not in as_(client, ada).get(f"/library/titles/{emma.title_id}/").content.decode()


def test_a_lost_copy_is_shown_to_librarians_only(client, emma, librarian):
    Copy.objects.update(status="lost")
    assert "E-1" not in client.get(f"/library/titles/{emma.title_id}/").content.decode()
    assert "E-1" in as_(client, librarian).get(f"/library/titles/{emma.title_id}/").content.decode()


def test_a_hundred_titles_cost_as_many_queries_as_one(client, django_assert_num_queries):
    for number in range(100):
        book(f"B-{number}", f"Title {number}")
    with django_assert_num_queries(7):  # how many, a page of them, and five for what narrows the list
        assert "100 titles" in client.get("/library/").content.decode()


# --- readers --------------------------------------------------------------------------------------


def test_a_reader_waits_for_a_book_and_leaves_the_queue(client, emma, ada, grace):
    loans.check_out(emma, to=grace)
    answer = as_(client, ada).post(f"/library/titles/{emma.title_id}/hold/", follow=True)
    assert "You are in the queue" in said(answer)[0]
    assert "Next in the queue" in client.get("/library/mine/").content.decode()
    hold = Hold.objects.get()
    assert as_(client, grace).post(f"/library/mine/holds/{hold.pk}/cancel/").status_code == 404
    as_(client, ada).post(f"/library/mine/holds/{hold.pk}/cancel/")
    hold.refresh_from_db()
    assert hold.state == "cancelled"


def test_my_books_say_when_they_are_due_and_what_is_overdue(client, emma, ada):
    loans.check_out(emma, to=ada, at=timezone.now() - timedelta(days=40))
    page = as_(client, ada).get("/library/mine/").content.decode()
    assert "Overdue since" in page
    assert "1 book is overdue" in page


def test_a_reader_renews_one_or_all_but_nobody_elses(client, emma, ada, grace):
    then = timezone.now() - timedelta(days=5)
    loan = loans.check_out(emma, to=ada, at=then)
    assert as_(client, grace).post(f"/library/mine/loans/{loan.pk}/renew/").status_code == 404
    as_(client, ada).post(f"/library/mine/loans/{loan.pk}/renew/")
    loan.refresh_from_db()
    assert loan.renewals == 1
    wanted = loans.check_out(book("E-2", "Persuasion"), to=ada, at=then)
    holds.place(wanted.copy.title, grace)
    answer = client.post("/library/mine/renew/", follow=True)
    renewed = {row["title"]: row["sentence"] for row in answer.context["renewed"]}
    assert renewed["Emma"].startswith("Renewed until") and "Another reader is waiting" in renewed["Persuasion"]


def test_history_is_ones_own_until_it_is_anonymous(client, emma, ada, grace):
    loans.check_out(emma, to=ada)
    loans.give_back(emma)
    assert "Emma" in as_(client, ada).get("/library/mine/history/").content.decode()
    assert "Emma" not in as_(client, grace).get("/library/mine/history/").content.decode()
    retention.forget(timezone.now() + timedelta(days=400))
    assert "Emma" not in as_(client, ada).get("/library/mine/history/").content.decode()


def test_twenty_books_and_holds_cost_as_many_queries_as_one(client, ada, grace, django_assert_max_num_queries):
    for number in range(20):
        loans.check_out(book(f"B-{number}", f"Title {number}"), to=ada)
        holds.place(loans.check_out(book(f"C-{number}", f"Other {number}"), to=grace).copy.title, ada)
    as_(client, ada).get("/library/mine/")
    with django_assert_max_num_queries(14):
        assert "20 books" in client.get("/library/mine/").content.decode()


# --- the desk -------------------------------------------------------------------------------------


def test_a_card_a_number_or_a_name_leads_to_the_person(client, librarian, ada, grace, emma):
    ada.card_barcode = "2100"
    ada.save()
    as_(client, librarian)
    for words in ("2100", "s-ada", "S-ADA", "lovelace ada"):
        assert client.get("/library/desk/", {"q": words}).url == f"/library/desk/people/{ada.pk}/"
    assert client.get("/library/desk/", {"q": "E-1"}).url == f"/library/titles/{emma.title_id}/"
    both = client.get("/library/desk/", {"q": "a"}).content.decode()
    assert "Ada Lovelace" in both
    assert "Grace Hopper" in both
    assert "No match" in client.get("/library/desk/", {"q": "xyz"}).content.decode()


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("obrien", "s1"),
        ("O'Brien", "s1"),
        ("O`BRIEN flann", "s1"),
        ("mueller", "s2"),
        ("muller jörg", "s2"),
        ("luk zoe", "s3"),
    ],
)
def test_the_desk_finds_a_person_in_every_spelling_of_the_name(client, librarian, words, number):
    for known, first, last in (("s1", "Flann", "O’Brien"), ("s2", "Jörg", "Müller"), ("s3", "Zoe", "Łuk")):
        person(known, first, last_name=last)
    client.force_login(librarian)
    meant = User.objects.get(id_number=number)
    assert client.get("/library/desk/", {"q": words}).url == f"/library/desk/people/{meant.pk}/"


def test_the_desk_finds_nobody_by_signs_alone(client, librarian, ada):
    client.force_login(librarian)
    assert client.get("/library/desk/", {"q": "%'"}).status_code == 200


def test_the_desk_issues_and_takes_back_by_barcode(client, librarian, ada, grace, emma):
    answer = as_(client, librarian).post(f"/library/desk/people/{ada.pk}/issue/", {"barcode": " E-1 "}, follow=True)
    assert "“Emma” is lent until" in said(answer)[0]
    assert Loan.objects.get().by == librarian
    answer = client.post(f"/library/desk/people/{grace.pk}/issue/", {"barcode": "E-1"}, follow=True)
    assert "is on loan to Ada Lovelace (s-ada), due " in said(answer)[0]
    from_page = {"person": ada.pk}
    answer = client.post("/library/desk/return/", {"barcode": "E-1", **from_page}, follow=True)
    assert said(answer) == ["“Emma” is back. Shelf: Fiction A."]
    answer = client.post("/library/desk/return/", {"barcode": "E-1", **from_page}, follow=True)
    assert "was not on loan" in said(answer)[0]
    answer = client.post("/library/desk/return/", {"barcode": "nothing", **from_page}, follow=True)
    assert said(answer) == ["No copy in the catalogue has the barcode nothing."]


def test_a_scanner_that_types_letters_around_each_code_works_at_the_desk_too(
    client, librarian, ada, grace, emma, settings
):
    settings.LIBRARY_SCANNER_PREFIX, settings.LIBRARY_SCANNER_SUFFIX = "a", "#"
    ada.card_barcode = "2100"
    ada.save()
    as_(client, librarian)
    assert client.get("/library/desk/", {"q": "a2100#"}).url == f"/library/desk/people/{ada.pk}/"
    assert client.get("/library/desk/", {"q": "aE-1#"}).url == f"/library/titles/{emma.title_id}/"
    client.post(f"/library/desk/people/{ada.pk}/issue/", {"barcode": "aE-1#"})
    client.post(f"/library/desk/people/{grace.pk}/hold/", {"barcode": "aE-1#"})
    client.post("/library/desk/return/", {"barcode": "aE-1#"})
    assert Loan.objects.get().returned_at and Hold.objects.get().copy == emma
    assert client.get("/library/desk/", {"q": "ada"}).url == f"/library/desk/people/{ada.pk}/"  # typed, not scanned


def test_a_returned_book_goes_to_who_waits_for_it(client, librarian, ada, grace, emma):
    loans.check_out(emma, to=ada)
    holds.place(emma.title, grace)
    answer = as_(client, librarian).post("/library/desk/return/", {"barcode": "E-1", "person": ada.pk}, follow=True)
    assert said(answer) == ["“Emma” is back. Put it on the hold shelf for Grace Hopper."]
    assert "Grace Hopper" in client.get("/library/holds/").content.decode()


def test_the_desk_holds_a_title_for_a_reader_by_any_copys_barcode(client, librarian, ada, grace, emma):
    loans.check_out(emma, to=grace)
    book("E-9", "Emma", status="withdrawn")
    address = f"/library/desk/people/{ada.pk}/hold/"
    answer = as_(client, librarian).post(address, {"barcode": " E-9 "}, follow=True)
    assert said(answer) == ["Ada Lovelace is now waiting for “Emma”."]
    assert Hold.objects.get().person == ada
    assert "Next in the queue" in answer.content.decode()
    answer = client.post(address, {"barcode": "E-1"}, follow=True)
    assert said(answer) == ["Ada Lovelace is already waiting for “Emma”."]


def test_a_hold_at_the_desk_is_refused_as_the_readers_own(client, librarian, ada, grace, emma, settings):
    address = f"/library/desk/people/{ada.pk}/hold/"
    as_(client, librarian)
    assert "A copy of “Emma” is available" in said(client.post(address, {"barcode": "E-1"}, follow=True))[0]
    assert "the barcode X" in said(client.post(address, {"barcode": "X"}, follow=True))[0]
    settings.LIBRARY_HOLD_FROM_SHELF = True
    loans.check_out(emma, to=ada)
    assert "Ada Lovelace already has “Emma” on loan" in said(client.post(address, {"barcode": "E-1"}, follow=True))[0]
    assert not Hold.objects.exists()


@pytest.mark.on_every_database
def test_a_block_stops_new_loans_and_is_lifted(client, librarian, ada, emma):
    as_(client, librarian)
    answer = client.post(f"/library/desk/people/{ada.pk}/block/", {"reason": " "}, follow=True)
    assert "Give a reason" in said(answer)[0]
    client.post(f"/library/desk/people/{ada.pk}/block/", {"reason": "Card stolen"})
    answer = client.post(f"/library/desk/people/{ada.pk}/issue/", {"barcode": "E-1"}, follow=True)
    assert "Ada Lovelace is blocked: Card stolen." in said(answer)[-1]
    assert "Card stolen" in as_(client, ada).get("/library/mine/").content.decode()
    as_(client, librarian).post(f"/library/desk/people/{ada.pk}/unblock/")
    assert not PatronBlock.objects.exists()
    noted = list(CirculationEvent.objects.filter(person=ada, kind__endswith="blocked"))
    assert [event.kind for event in noted] == ["blocked", "unblocked"]
    assert [event.detail for event in noted] == [{"by": librarian.id_number}] * 2, "who, and never why"
    client.post(f"/library/desk/people/{ada.pk}/issue/", {"barcode": "E-1"})
    assert Loan.objects.count() == 1


def test_fines_are_paid_or_waived_once(client, librarian, ada, emma):
    loan = loans.check_out(emma, to=ada)
    loans.give_back(emma)
    fine = fines.charge(loan, Fine.Kind.LATE, Decimal("3.20"))
    assert "3.20" in as_(client, librarian).get(f"/library/desk/people/{ada.pk}/").content.decode()
    client.post(f"/library/desk/fines/{fine.pk}/waive/", {"reason": "illness"})
    fine.refresh_from_db()
    assert (fine.waived, fine.settled_by) == (True, librarian)
    answer = client.post(f"/library/desk/fines/{fine.pk}/waive/", {"reason": "illness"}, follow=True)
    assert said(answer)[-1] == "This fine has already been settled."


def test_a_visit_is_ended_by_hand(client, librarian, ada):
    visit, _new = visits.enter(ada)
    assert "Ada Lovelace" in as_(client, librarian).get("/library/inside/").content.decode()
    client.post(f"/library/inside/{visit.pk}/end/")
    assert Visit.objects.get().how_ended == "desk"
    assert client.get("/library/inside/").context["state"]["people"] == []


def test_today_and_overdue_say_what_happened(client, librarian, ada, emma):
    visits.enter(ada)
    loans.check_out(emma, to=ada, at=timezone.now() - timedelta(days=40))
    loans.check_out(book("E-2", "Persuasion"), to=ada)
    page = as_(client, librarian).get("/library/today/").content.decode()
    assert "Persuasion" in page
    assert "Emma" in client.get("/library/overdue/").content.decode()
    assert "Persuasion" not in client.get("/library/overdue/").content.decode()


def test_the_day_is_told_newest_first_with_the_names_of_places_and_of_titles_that_somebody_waits_for(
    client, librarian, ada, grace, emma
):
    station("entry")
    loans.check_out(emma, to=ada)
    holds.place(emma.title, grace)
    visits.enter(grace, station="library-entry")
    CirculationEvent.objects.filter(kind="loaned").update(at=timezone.now() + timedelta(seconds=1))
    answer = as_(client, librarian).get("/library/today/")
    told = [(event.kind, str(title or place)) for event, title, place in answer.context["events"]]
    assert told == [("loaned", "Emma"), ("entered", "Library entry"), ("held", "Emma")]
    assert "library-entry" not in answer.content.decode()


def test_the_language_of_a_title_is_a_word_and_what_nobody_knows_stays_as_it_is(client, emma):
    for code, word in (("fre", "<dd>French</dd>"), ("tlh", "<dd>tlh</dd>")):
        Title.objects.update(language=code)
        assert word in client.get(f"/library/titles/{emma.title_id}/").content.decode()


# --- shelves --------------------------------------------------------------------------------------


def act(client, copy, what):
    answer = client.post(f"/library/copies/{copy.pk}/{what}/", follow=True)
    copy.refresh_from_db()
    return said(answer)[0]


def test_a_copy_is_lost_found_and_withdrawn(client, librarian, ada, grace, emma):
    loans.check_out(emma, to=ada)
    as_(client, librarian)
    assert "This copy is on loan" in act(client, emma, "withdraw")
    act(client, emma, "lost")
    assert (emma.status, Loan.objects.filter(open_slot=1).count()) == ("lost", 1)
    act(client, emma, "found")
    assert (emma.status, Loan.objects.filter(open_slot=1).count()) == ("available", 0)
    assert "not recorded as lost" in act(client, emma, "found")
    act(client, emma, "withdraw")
    assert emma.status == "withdrawn"
    act(client, emma, "restore")
    assert emma.status == "available"
    noted = CirculationEvent.objects.filter(copy=emma).values_list("kind", flat=True)
    assert [kind for kind in noted if kind in ("withdrawn", "restored")] == ["withdrawn", "restored"]
    assert client.post(f"/library/copies/{emma.pk}/eat/").status_code == 404


def test_who_waited_for_a_copy_that_is_lost_keeps_the_place_in_the_queue(client, librarian, ada, grace, emma):
    loans.check_out(emma, to=ada)
    hold = holds.place(emma.title, grace)
    loans.give_back(emma)
    act(as_(client, librarian), emma, "lost")
    hold.refresh_from_db()
    assert (hold.state, hold.copy) == ("waiting", None)


def test_an_inventory_finds_what_is_missing_misplaced_and_surprising(client, librarian, ada, emma):
    missing = book("E-2", "Persuasion", location="Fiction A")
    book("S-1", "Optics", location="Science")
    lent = book("E-3", "Sanditon", location="Fiction A")
    loans.check_out(lent, to=ada)
    scanned = {"location": "Fiction A", "barcodes": "E-1\nS-1\nE-3\nX-9\nE-1"}
    found = as_(client, librarian).post("/library/inventory/", scanned).context["found"]
    assert (found.right, found.missing, found.unknown) == ([emma], [missing], ["X-9"])
    assert ([copy.barcode for copy in found.misplaced], found.surprising) == (["S-1"], [lent])
    emma.refresh_from_db()
    assert emma.seen_at
    assert client.post("/library/inventory/", {"location": "A"}).status_code == 400


def test_the_inventory_takes_off_what_a_scanner_types_around_each_code(client, librarian, emma, settings):
    settings.LIBRARY_SCANNER_PREFIX, settings.LIBRARY_SCANNER_SUFFIX = "]C1", "#"
    form = {"location": "Fiction A", "barcodes": "]C1E-1#\nX"}
    found = as_(client, librarian).post("/library/inventory/", form).context["found"]
    assert (found.right, found.missing, found.unknown) == ([emma], [], ["X"])


# --- importing on a page --------------------------------------------------------------------------


def upload(name="books.csv", data=b"title,barcode\nEmma,E-9\n,\n"):
    return {"file": SimpleUploadedFile(name, data)}


def test_an_upload_is_listed_then_imported_by_who_sent_it_or_an_administrator(client, librarian, administrator):
    page = as_(client, librarian).post("/library/import/", upload(), follow=True)
    assert page.context["wanted"] == 1 and "Emma" in page.content.decode()
    assert not Title.objects.exists()
    url = f"/library/import/{page.context['stage'].pk}/"
    colleague = User.objects.create(id_number="l-2", first_name="Nora", role="librarian")
    assert as_(client, colleague).get(url).status_code == 404
    assert as_(client, administrator).get(url).status_code == 200  # what a colleague has left can be finished
    done = as_(client, librarian).post(f"{url}apply/", follow=True)
    assert "The catalogue is up to date" in done.content.decode()
    assert Copy.objects.get().barcode == "E-9"
    again = client.post("/library/import/", upload(), follow=True)
    assert "nothing to import" in again.content.decode()


def test_what_is_unticked_stays_out(client, librarian):
    lines = b"title,barcode\nEmma,E-1\nPersuasion,P-1\nSanditon,S-1\n"
    page = as_(client, librarian).post("/library/import/", upload(data=lines), follow=True)
    url = f"/library/import/{page.context['stage'].pk}/"
    left = client.post(f"{url}tick/", {"shown": ["1", "2", "3"], "wanted": ["1", "3"]}, headers={"HX-Request": "true"})
    assert left.content.decode().strip() == "Import 2 records"
    done = client.post(f"{url}apply/", follow=True)
    assert sorted(Title.objects.values_list("title", flat=True)) == ["Emma", "Sanditon"]
    assert "Left out" in done.content.decode()


def test_nothing_ticked_is_refused_and_the_file_can_be_discarded(client, librarian):
    page = as_(client, librarian).post("/library/import/", upload(), follow=True)
    url = f"/library/import/{page.context['stage'].pk}/"
    client.post(f"{url}tick/", {"all": "0"})
    assert "No record is ticked" in said(client.post(f"{url}apply/", follow=True))[-1]
    client.post(f"{url}discard/")
    assert client.get(url).status_code == 404


def test_a_large_file_is_worked_on_by_the_job_while_the_page_shows_progress(client, librarian, monkeypatch):
    monkeypatch.setattr("library.catalogue.staging.AT_ONCE", 0)
    page = as_(client, librarian).post("/library/import/", upload(), follow=True)
    assert "being checked" in page.content.decode() and "<progress" in page.content.decode()
    url = f"/library/import/{page.context['stage'].pk}/"
    registry.run("library.imports", timezone.now())
    assert client.get(url).context["wanted"] == 1
    client.post(f"{url}apply/")
    registry.run("library.imports", timezone.now())
    assert Title.objects.get().title == "Emma"


def test_what_stops_an_import_is_said_and_it_can_be_checked_again(client, librarian):
    page = as_(client, librarian).post("/library/import/", upload(), follow=True)
    stage = page.context["stage"]
    uploads.drop(librarian.pk, stage.token)
    failed = client.post(f"/library/import/{stage.pk}/apply/", follow=True)
    assert "expired" in failed.content.decode()


def test_a_file_that_is_no_catalogue_is_refused_on_the_page(client, librarian):
    answer = as_(client, librarian).post("/library/import/", upload(data=b"\x00\x01\x02"))
    assert answer.status_code == 400
    assert "This is not a MARC 21" in answer.content.decode()


def test_a_librarian_takes_the_catalogue_along(client, librarian, emma):
    answer = as_(client, librarian).get("/library/export/csv/")
    assert b"E-1" in b"".join(answer.streaming_content)
    assert client.get("/library/export/exe/").status_code == 404


# --- leaving altogether ---------------------------------------------------------------------------


def test_a_person_with_books_cannot_be_deleted_and_without_is_forgotten(ada, grace, emma, administrator):
    loans.check_out(emma, to=ada)
    with pytest.raises(Refused) as refused:
        delete_person(ada, by=administrator)
    assert refused.value.code == "has_books"
    loans.give_back(emma)
    loans.check_out(emma, to=grace)
    holds.place(emma.title, ada)
    delete_person(ada, by=administrator)
    assert list(Loan.objects.order_by("pk").values_list("person", flat=True)) == [None, grace.pk]
    assert not Hold.objects.exists()


def test_my_data_says_what_the_library_keeps(client, ada, emma):
    loans.check_out(emma, to=ada)
    page = as_(client, ada).get("/me/").content.decode()
    assert "Books you have" in page
    assert patrons.find("ada") == [ada]


def test_the_script_of_inside_finds_its_row(settings):
    """The row of a person who enters while the page is open is a copy of this template."""
    page, script = (settings.BASE_DIR / name for name in ("templates/library/inside.html", "static/library/inside.js"))
    row = page.read_text().split('<template id="person-row">')[1].split("</template>")[0]
    heading = re.search(r'querySelector\("(h\d) a"\)', script.read_text())[1]
    assert f"<{heading}><a></a></{heading}>" in row
