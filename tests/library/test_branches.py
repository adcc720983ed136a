"""A library with more than one house: where a copy belongs, in pages, files and over the API."""

from __future__ import annotations

import io

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from config.errors import Refused
from library.api import day_file
from library.catalogue import exports, facets
from library.catalogue.facets import Narrowing, narrowed
from library.catalogue.formats.items import dialects
from library.catalogue.formats.record_formats import ReadChoices
from library.catalogue.imports import take
from library.circulation import holds, inventory, loans, patrons
from library.desk.reports import LibraryReportKind, WantedLibraryReport, report
from library.kiosk.events import returned_now
from library.models import Branch, Copy, LibraryStation, Loan, Title, Transit
from library.visits import visits
from tests.support.api import client_of, results
from tests.support.library import book, station
from tests.support.marc import marc

pytestmark = pytest.mark.django_db


@pytest.fixture
def north():
    return Branch.objects.create(code="NORTH", name="North House", address="1 Hill Road")


@pytest.fixture
def south():
    return Branch.objects.create(code="SOUTH", name="South House")


@pytest.fixture
def shelves(north, south):
    """Emma in both houses, each on its shelf B or A; Persuasion in the south alone."""
    book("B-1", "Emma", branch=north, location="A")
    book("B-2", "Emma", branch=south, location="B")
    book("B-3", "Persuasion", branch=south, location="A")


def imported(data, code=""):
    choices = ReadChoices(dialects.by_code(code) if code else None)
    return list(take(io.BytesIO(data), dry_run=False, choices=choices))


def as_(client, someone):
    client.force_login(someone)
    return client


# --- pages ----------------------------------------------------------------------------------------


def test_a_title_says_in_which_house_each_copy_is(client, shelves):
    emma = Title.objects.get(title="Emma")
    page = client.get(f"/library/titles/{emma.pk}/").content.decode()
    assert "North House" in page
    assert "South House" in page


@pytest.mark.parametrize(
    ("by", "titles"),
    [
        (Narrowing(branch="NORTH"), {"Emma"}),
        (Narrowing(branch="south"), {"Emma", "Persuasion"}),
        (Narrowing(branch="NORTH", shelf="B"), set()),
        (Narrowing(branch="EAST"), set()),
    ],
)
def test_the_catalogue_is_narrowed_to_a_house(shelves, by, titles):
    assert {title.title for title in narrowed(Title.objects.all(), by)} == titles


def test_the_choice_names_the_house_and_counts_its_titles(client, shelves):
    found = facets.facets(Title.objects.all())["branch"]
    assert [(one.value, one.label, one.count) for one in found] == [
        ("SOUTH", "South House", 2),
        ("NORTH", "North House", 1),
    ]
    assert "Branch: <b>North House</b>" in client.get("/library/?branch=NORTH").content.decode()


def test_the_opening_hours_say_where_the_houses_are(client, north):
    page = client.get("/library/hours/").content.decode()
    assert "North House" in page
    assert "1 Hill Road" in page


def test_one_library_shows_no_trace_of_branches(client, librarian, administrator):
    copy, door = book("B-1", "Emma"), station("entry")
    pages = ["/library/", f"/library/titles/{copy.title_id}/", "/library/hours/"]
    pages += [
        "/library/inventory/",
        "/library/reports/",
        f"/library/titles/{copy.title_id}/copies/",
        f"/admin/library/copy/{copy.pk}/change/",
    ]
    for page in pages:
        content = as_(client, librarian).get(page).content.decode().partition("<main")[2]
        assert ">Branch" not in content, page
        assert 'name="branch"' not in content, page
    change = f"/admin/library/librarystation/{door.library.pk}/change/"
    assert 'name="branch"' not in as_(client, administrator).get(change).content.decode()
    assert b"branch" not in b"".join(exports.csv_file()).splitlines()[0]


def test_one_library_does_not_speak_of_transit_in_the_administration(client, administrator):
    book("B-1", "Emma", status="lost")
    as_(client, administrator)
    addresses = ("/admin/library/copy/", "/admin/library/copy/add/", "/admin/library/")
    said = {address: "in transit" in client.get(address).content.decode().lower() for address in addresses}
    assert not any(said.values()), said
    Branch.objects.create(code="NORTH", name="North House")
    assert "in transit" in client.get("/admin/library/copy/").content.decode().lower()
    assert "books in transit" in client.get("/admin/library/").content.decode().lower()
    assert "in transit" not in client.get("/admin/library/copy/add/").content.decode().lower().partition("<main")[2]


# --- administration ---------------------------------------------------------------------------------


@pytest.mark.parametrize("page", ["admin", "stock"])
def test_twenty_copies_in_transit_cost_as_many_queries_as_one(client, librarian, north, page):
    def queries():
        with CaptureQueriesContext(connection) as asked:
            if page == "admin":
                client.get(f"/admin/library/title/{emma.pk}/change/")
            else:
                client.post("/library/inventory/", {"location": "A", "barcodes": "\n".join(barcodes)})
        return len(asked)

    barcodes = [f"B-{number}" for number in range(20)]
    emma = book(barcodes[0], "Emma", branch=north, status="in_transit").title
    as_(client, librarian)
    queries()  # fills the caches
    few = queries()
    for barcode in barcodes[1:]:
        book(barcode, "Emma", branch=north, status="in_transit")
    assert queries() <= few + 1


def test_a_copy_and_a_station_get_their_house_in_the_administration(client, librarian, administrator, north):
    copy, door = book("B-1", "Emma"), station("entry")
    assert 'name="branch"' in as_(client, librarian).get(f"/admin/library/copy/{copy.pk}/change/").content.decode()
    change = f"/admin/library/librarystation/{door.library.pk}/change/"
    assert 'name="branch"' in as_(client, administrator).get(change).content.decode()
    assert "North House" in client.get("/admin/library/copy/").content.decode(), "it is a filter"


def test_several_copies_move_to_a_house_at_once(client, librarian, north):
    rows = [book(f"B-{number}", "Emma").pk for number in range(2)]
    asked = {"action": "set_branch", "_selected_action": rows, "branch": north.pk, "sure": "yes"}
    as_(client, librarian).post("/admin/library/copy/", asked)
    assert Copy.objects.filter(branch=north).count() == 2


def test_a_code_is_taken_in_any_capitals(north):
    with pytest.raises(ValidationError, match="Another branch"):
        Branch(code="north", name="Other").full_clean()
    with pytest.raises(ValidationError):
        Branch(code="no spaces", name="Other").full_clean()


@pytest.mark.parametrize("code", ["\0", "NORTH\0", "no spaces"])
def test_what_can_be_no_code_is_not_looked_up(django_assert_num_queries, north, code):
    """PostgreSQL takes no NUL in a question."""
    with django_assert_num_queries(0), pytest.raises(Refused, match="no branch with the code"):
        Branch.named(code)


# --- files ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["csv", "marcxml"])
def test_an_export_brings_each_copy_back_to_its_house(shelves, form):
    data = b"".join(exports.FORMATS[form][0]())
    Copy.objects.update(branch=None)
    imported(data)
    assert dict(Copy.objects.values_list("barcode", "branch__code")) == {"B-1": "NORTH", "B-2": "SOUTH", "B-3": "SOUTH"}
    Title.objects.update(source_key=None)
    Copy.objects.all().delete()
    Title.objects.all().delete()
    imported(data)
    assert dict(Copy.objects.values_list("barcode", "location")) == {"B-1": "A", "B-2": "B", "B-3": "A"}
    assert {result.code for result in imported(data)} <= {"same", "again"}


@pytest.mark.parametrize(
    ("field", "location"),
    [
        (("952", "pB-1/anorth/bSOUTH/cA1"), "A1"),
        (("952", "pB-1/anorth/bNORTH"), ""),
        (("952", "pB-1/bNORTH"), ""),
        (("852", "pB-1/bNORTH/cStacks"), "Stacks"),
        (("995", "fB-1/bNORTH/eAdultes"), "Adultes"),
    ],
)
def test_records_of_others_name_the_house(north, field, location):
    imported(marc(("245", "aEmma"), field), "unimarc995" if field[0] == "995" else "")
    copy = Copy.objects.get()
    assert (copy.branch, copy.location) == (north, location)


def test_a_house_that_is_not_known_is_told_and_changes_nothing(north):
    imported(b"title,barcode,branch_code\nEmma,B-1,north\n")
    [result] = imported(b"title,barcode,branch_code\nEmma,B-1,EAST\n")
    assert "EAST" in " ".join(result.notes)
    assert Copy.objects.get().branch == north


def test_without_branches_a_column_of_that_name_is_the_location():
    [result] = imported(b"title,barcode,branch\nEmma,B-1,East\n")
    assert not result.notes
    assert (Copy.objects.get().location, Copy.objects.get().branch) == ("East", None)


def test_copies_are_made_for_a_house(client, librarian, north):
    emma = book("B-1", "Emma").title
    made = {"first": "B-2", "count": "1", "item_type": "book", "status": "available", "branch": "NORTH"}
    as_(client, librarian).post(f"/library/titles/{emma.pk}/copies/", made)
    assert Copy.objects.get(barcode="B-2").branch == north
    address = f"/api/v1/library/titles/{emma.pk}/copies/"
    api = client_of(librarian)
    assert api.post(address, {"first": "B-3", "branch": "north"}, format="json").json()[0]["branch"] == "NORTH"
    assert api.post(address, {"first": "B-4", "branch": "EAST"}, format="json").json()["code"] == "unknown_branch"


# --- reports ----------------------------------------------------------------------------------------


def test_reports_and_the_days_file_are_of_one_house(shelves, north, ada, grace, client, librarian):
    for barcode, person in (("B-1", ada), ("B-3", grace)):
        loans.check_out(Copy.objects.get(barcode=barcode), to=person)
    today = timezone.localdate()
    wanted = WantedLibraryReport(LibraryReportKind.LOANS, today, today, "NORTH")
    assert [row[1] for row in report(wanted).rows] == ["B-1"]
    text = "".join(day_file.lines(today, north))
    assert "B-1" in text
    assert "B-3" not in text
    page = as_(client, librarian).get("/library/reports/?branch=SOUTH").content.decode()
    assert "B-3" in page
    assert "B-1" not in page
    assert client_of(librarian).get("/api/v1/library/circulation.csv?branch=EAST").json()["code"] == "unknown_branch"


def test_visits_are_counted_at_the_doors_of_the_house(north, south, ada, grace):
    station("entry", "north-door", branch=north)
    station("entry", "south-door", branch=south)
    visits.enter(ada, station="north-door")
    visits.enter(grace, station="south-door")
    today = timezone.localdate()
    rows = report(WantedLibraryReport(LibraryReportKind.HOURS, today, today, "NORTH")).rows
    assert sum(row[1] for row in rows) == 1


def test_a_report_of_no_house_is_refused(north):
    today = timezone.localdate()
    with pytest.raises(Refused, match="EAST"):
        report(WantedLibraryReport(LibraryReportKind.LOANS, today, today, "EAST"))


# --- inventory --------------------------------------------------------------------------------------


def test_stock_is_taken_of_one_house(client, librarian, shelves, south):
    book("B-4", "Sanditon", branch=south, location="A")
    found = inventory.take_stock("A", ["B-1", "B-3"], south)
    kinds = (found.right, found.misplaced, found.missing)
    assert [[copy.barcode for copy in kind] for kind in kinds] == [["B-3"], ["B-1"], ["B-4"]]
    assert [copy.barcode for copy in inventory.take_stock("A", ["B-3"], south).missing] == ["B-4"]
    at(client, librarian, south)
    assert '<option value="SOUTH" selected>' in client.get("/library/inventory/").content.decode()
    asked = {"location": "A", "barcodes": "B-3\nB-4", "branch": "SOUTH"}
    page = client.post("/library/inventory/", asked).content.decode()
    assert "A · South House" in page
    assert "Emma" not in page
    assert client.post("/library/inventory/", asked | {"branch": "WEST"}).status_code == 400


# --- over the API -----------------------------------------------------------------------------------


def test_over_the_api(ada, shelves):
    api = client_of(ada)
    assert [row["code"] for row in results(api.get("/api/v1/library/branches/"))] == ["SOUTH", "NORTH"]
    assert [row["title"] for row in results(api.get("/api/v1/library/titles/?branch=NORTH"))] == ["Emma"]
    found = results(api.get("/api/v1/library/copies/?branch=north"))
    assert [(row["barcode"], row["branch"]) for row in found] == [("B-1", "NORTH")]


# --- in transit -------------------------------------------------------------------------------------


@pytest.fixture
def sent(north, south, ada):
    """A book of the north, borrowed by Ada and returned at the south's return station."""
    station("return", "south-return", branch=south)
    copy = book("B-1", "Emma", branch=north)
    loans.check_out(copy, to=ada)
    loans.give_back(copy, station="south-return")
    copy.refresh_from_db()
    return copy


def at(client, librarian, branch):
    as_(client, librarian).post("/library/desk/branch/", {"branch": branch.code, "back": "transit"})


def scanned(client, barcode):
    answer = client.post("/library/desk/return/", {"barcode": barcode}, headers={"accept": "application/json"})
    return answer.json()["said"]


def test_a_book_returned_elsewhere_is_sent_home(client, sent, grace):
    assert sent.status == "in_transit"
    assert "to North House" in client.get(f"/library/titles/{sent.title_id}/").content.decode()
    assert loans.judge(sent, grace).code == "in_transit"


def test_it_is_received_at_home_and_nowhere_else(client, librarian, sent, north, south):
    as_(client, librarian)
    scanned(client, "B-1")  # at no branch that anyone knows
    assert holds.destination_of(sent) == north
    at(client, librarian, south)
    assert "Send it to North House" in scanned(client, "B-1")
    at(client, librarian, north)
    assert "It has arrived" in scanned(client, "B-1")
    sent.refresh_from_db()
    assert sent.status == "available"
    assert not Transit.objects.exists()


def test_the_queue_waits_until_it_has_arrived(client, librarian, north, south, ada, grace):
    copy = book("B-1", "Emma", branch=north)
    loans.check_out(copy, to=ada)
    hold = holds.place(copy.title, grace)
    loans.give_back(copy, here=south)
    hold.refresh_from_db()
    assert hold.state == "waiting"
    at(client, librarian, north)
    assert "Hold shelf, for Grace" in scanned(client, "B-1")
    hold.refresh_from_db()
    assert hold.state == "ready"


def test_the_desk_lists_what_to_send_and_what_to_receive(client, librarian, sent, north, south):
    assert "Emma" in as_(client, librarian).get("/library/transit/").content.decode()
    for branch, heading in ((south, "sent-title"), (north, "coming-title")):
        at(client, librarian, branch)
        page = client.get("/library/transit/").content.decode()
        assert "Emma" in page.partition(f'id="{heading}"')[2].partition("</section>")[0]
    rows = results(client_of(librarian).get("/api/v1/library/transits/"))
    assert [(row["barcode"], row["origin"], row["destination"]) for row in rows] == [("B-1", "SOUTH", "NORTH")]


def test_the_desk_lends_it_after_a_warning(client, librarian, sent, grace):
    address = f"/library/desk/people/{grace.pk}/issue/"
    page = as_(client, librarian).post(address, {"barcode": "B-1"}, follow=True).content.decode()
    assert "is in transit to North House" in page
    assert not Loan.objects.filter(open_slot=1).exists()
    page = client.post(f"{address}{sent.pk}/", follow=True).content.decode()
    assert "was in transit to North House" in page
    assert Loan.objects.get(open_slot=1).person == grace
    assert not Transit.objects.exists()


def test_a_book_of_another_house_is_returned_and_issued_at_once(client, librarian, north, south, ada, grace):
    copy = book("B-1", "Emma", branch=north)
    loans.check_out(copy, to=ada)
    at(client, librarian, south)
    address = f"/library/desk/people/{grace.pk}/issue/{copy.pk}/"
    page = client.post(address, follow=True).content.decode()
    assert "is lent until" in page
    assert "Send it to" not in page
    assert Loan.objects.get(open_slot=1).person == grace
    assert not Transit.objects.exists()


@pytest.mark.parametrize("was_out", [True, False])
def test_a_book_that_may_not_be_lent_stays_in_transit_and_no_one_is_told(
    client, librarian, north, south, ada, grace, was_out, mailoutbox
):
    copy = book("B-1", "Emma", branch=north)
    loans.check_out(copy, to=ada)
    at(client, librarian, south)
    if not was_out:
        scanned(client, "B-1")
    hold = holds.place(copy.title, grace)
    patrons.block(grace, "Lost card", by=librarian)
    address = f"/library/desk/people/{grace.pk}/issue/{copy.pk}/"
    page = client.post(address, follow=True).content.decode()
    assert "North House" in page
    for row in (copy, hold):
        row.refresh_from_db()
    assert (copy.status, hold.state, mailoutbox) == ("in_transit", "waiting", [])
    assert Transit.objects.exists()


@pytest.fixture
def east():
    return Branch.objects.create(code="EAST", name="East House")


@pytest.mark.parametrize("way", ["list", "form", "file"])
def test_a_book_that_gets_a_new_home_on_the_way_is_sent_there(client, librarian, sent, east, way):
    as_(client, librarian)
    if way == "list":
        asked = {"action": "set_branch", "_selected_action": [sent.pk], "branch": east.pk, "sure": "yes"}
        client.post("/admin/library/copy/", asked)
    elif way == "form":
        fields = {"title": sent.title_id, "barcode": "B-1", "item_type": "book", "branch": east.pk, "location": ""}
        client.post(f"/admin/library/copy/{sent.pk}/change/", fields)
    else:
        imported(b"".join(exports.csv_file()).replace(b"NORTH", b"EAST"))
    assert "to East House" in client.get(f"/library/titles/{sent.title_id}/").content.decode()
    [row] = results(client_of(librarian).get("/api/v1/library/transits/"))
    assert row["destination"] == "EAST"
    at(client, librarian, east)
    assert "It has arrived" in scanned(client, "B-1")


def test_what_was_sent_keeps_no_branch_from_being_deleted(client, librarian, sent, north, south, east):
    LibraryStation.objects.all().delete()
    Copy.objects.update(branch=east)
    for branch in (north, south):
        branch.delete()
    assert "East House" in as_(client, librarian).get("/library/transit/").content.decode()
    [row] = results(client_of(librarian).get("/api/v1/library/transits/"))
    assert (row["origin"], row["destination"]) == (None, "EAST")


@pytest.fixture
def strayed(north, south, ada, grace):
    """A book of the north, returned where no one knew the branch: it lies in the south, ready for Grace."""
    copy = book("B-1", "Emma", branch=north)
    loans.check_out(copy, to=ada)
    hold = holds.place(copy.title, grace)
    loans.give_back(copy)
    hold.refresh_from_db()
    assert hold.state == "ready"
    return hold


def test_a_held_book_on_the_wrong_hold_shelf_is_sent_home(client, librarian, strayed, north, south):
    at(client, librarian, south)
    assert "Send it to North House" in scanned(client, "B-1")
    strayed.refresh_from_db()
    assert (strayed.state, strayed.copy, strayed.pick_up_by) == ("waiting", None, None)
    at(client, librarian, north)
    for _scan in range(2):  # there it stays on the hold shelf
        assert "Hold shelf, for Grace" in scanned(client, "B-1")
    strayed.refresh_from_db()
    assert strayed.state == "ready"


def test_a_lost_book_is_found_where_the_librarian_is(client, librarian, north, south):
    copy = book("B-1", "Emma", branch=north, status="lost")
    at(client, librarian, south)
    client.post(f"/library/copies/{copy.pk}/found/")
    copy.refresh_from_db()
    assert copy.status == "in_transit"


def test_a_program_says_where_it_is(librarian, north, south, ada):
    loans.check_out(book("B-1", "Emma", branch=north), to=ada)
    api = client_of(librarian)
    back = api.post("/api/v1/library/checkin/", {"barcode": "B-1", "branch": "south"}, format="json").json()
    assert back["transit"] == "NORTH"
    back = api.post("/api/v1/library/checkin/", {"barcode": "B-1", "branch": "north"}, format="json").json()
    assert back["transit"] is None


def test_a_return_station_names_the_box(sent):
    news = returned_now(sent, was_out=True, wanted=False, box=holds.box_of(sent))
    assert news["message"] == "Returned. Please put it in the box for North House."


def test_one_library_sends_nothing(ada, client, librarian):
    station("return", "the-return")
    copy = book("B-1", "Emma")
    loans.check_out(copy, to=ada)
    loans.give_back(copy, station="the-return")
    copy.refresh_from_db()
    assert copy.status == "available"
    page = as_(client, librarian).get("/library/desk/return/").content.decode()
    assert "Your branch" not in page
    assert "In transit" not in page
