"""The map of a bank: where each door is on the wall, what it looks like there, and how a kiosk tells the way to it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.credentials.pins import set_pin
from lockers.access import card_and_pin
from lockers.assignments import blocking, registration
from lockers.bank import layout
from lockers.doors import doors
from lockers.kiosk import actions
from lockers.kiosk.actions import At
from lockers.models import AccessLog, Bank, BankOfficer, Locker
from lockers.rules import wall
from lockers.rules.doors import DoorState
from lockers.rules.wall import Cell, WallDoor
from tests.lockers.test_pages import as_, page_of, said
from tests.support.api import client_of
from tests.support.api import code_of as problem_of
from tests.support.lockers import KIOSK, bank, code_of, given, locker, the_board

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.VAR_DIR = tmp_path


@pytest.fixture
def ten(db) -> Bank:
    for number in range(1, 11):
        locker(str(number))
    return bank()


def places(of):
    return {one.number: (one.row, one.column, one.width, one.height) for one in layout.in_order(of) if one.row}


# --- the rule -------------------------------------------------------------------------------------


def test_a_large_door_covers_what_it_covers_and_a_gap_stays_one():
    found = wall.wall(
        [WallDoor(1, 1, 1, width=2, height=2), WallDoor(2, 1, 4), WallDoor(3, 2, 3), WallDoor(4, None, None)]
    )
    assert found.rows == [[Cell(1, 2, 2), Cell(None), Cell(2)], [Cell(3), Cell(None)]]
    assert (found.columns, found.left) == (4, [4])


def test_two_doors_in_one_place_are_not_drawn_over_each_other():
    both = [WallDoor(1, 1, 1, width=2), WallDoor(2, 1, 2)]
    assert (wall.wall(both).left, wall.overlapping(both)) == ([2], (1, 2))


@pytest.mark.parametrize(("down", "second"), [(False, (1, 2)), (True, (2, 1))])
def test_a_grid_runs_along_rows_or_down_columns(down, second):
    doors = wall.grid(range(6), rows=2, columns=3, down=down)
    assert (doors[1].row, doors[1].column) == second and wall.overlapping(doors) is None


# --- arranging ------------------------------------------------------------------------------------


def test_an_officer_lays_a_bank_out_at_once(client, officer, ten):
    fields = {"act": "grid", "rows": "2", "columns": "5"}
    answer = as_(client, officer).post(f"/lockers/map/{ten.pk}/arrange/", fields, follow=True)
    assert said(answer) == ["The map is saved. 10 lockers are on the map."]
    assert places(ten)["10"] == (2, 5, 1, 1), "10 comes after 9"
    assert AccessLog.objects.get(kind="bank.laid_out").facts["doors"] == 10


def test_too_few_places_change_nothing(client, officer, ten):
    fields = {"act": "grid", "rows": "2", "columns": "4"}
    answer = as_(client, officer).post(f"/lockers/map/{ten.pk}/arrange/", fields)
    assert answer.status_code == 400 and "Places: only 8" in said(answer)[0] and not places(ten)


def test_a_pasted_list_with_names_semicolons_and_sizes_is_taken(officer, ten):
    text = "number;row;column;width;height\n1;1;1;2;2\n2;1;3\n\n3\n"
    assert layout.place(ten, text, by=officer) == 2
    assert places(ten) == {"1": (1, 1, 2, 2), "2": (1, 3, 1, 1)}
    kept = layout.as_list(ten)
    assert layout.place(ten, kept, by=officer) == 2 and layout.as_list(ten) == kept


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "bad_place"),
        ("99,1,1", "unknown_locker"),
        ("1,0,1", "bad_place"),
        ("1,one,1", "bad_place"),
        ("1,2", "bad_place"),
        ("1,1,101", "bad_place"),
        ("1,1,1,11", "bad_place"),
        ("1,,3,2", "bad_place"),
        ("1,1,1\n2,1,1", "places_overlap"),
    ],
)
def test_what_cannot_be_is_refused_as_a_whole(officer, ten, text, code):
    layout.lay_out(ten, rows=2, columns=5, by=officer)
    assert code_of(layout.place, ten, text, by=officer) == code
    assert len(places(ten)) == 10


def test_only_officers_of_the_bank_arrange_it(client, officer, administrator, ada, ten):
    ten.own_officers = True
    ten.save()
    assert code_of(layout.lay_out, ten, rows=2, columns=5, by=officer) == "other_bank"
    assert code_of(layout.place, ten, "1,1,1", by=ada) == "not_officer"
    assert as_(client, officer).get(f"/lockers/map/{ten.pk}/arrange/").status_code == 404
    BankOfficer.objects.create(bank=ten, person=officer)
    assert layout.lay_out(ten, rows=2, columns=5, by=officer) == 10


# --- the map --------------------------------------------------------------------------------------


def test_the_map_says_in_words_what_each_door_is(client, officer, ada, ten):
    layout.lay_out(ten, rows=2, columns=5, by=officer)
    one = {each.number: each for each in layout.in_order(ten)}
    tomorrow = timezone.localdate() + timedelta(days=1)
    registration.assign(one["1"], ada, by=None)
    registration.assign(one["2"], ada, by=None, starts_on=tomorrow)
    registration.assign(one["3"], ada, by=None)
    blocking.block(one["3"].assignments.get(), by=ada)
    doors.reported(one["4"], DoorState.OPEN)
    doors.reported(one["5"], DoorState.JAMMED)
    one["6"].out_of_service = True
    one["6"].save()
    looks = {door["number"]: door["look"] for door in the_board()["banks"][0]["doors"]}
    expected = ["in_use", "reserved", "blocked", "alarm", "out_of_order", "out_of_order", "free"]
    assert [looks[str(number)] for number in range(1, 8)] == expected
    page = page_of(as_(client, officer), "/lockers/map/")
    assert page.count('<a class="wall-door"') == 10 and ">reserved</span>" in page and ">out of order</span>" in page
    assert f'href="/lockers/doors/{one["7"].pk}/"' in page


def test_a_bank_that_was_not_arranged_is_shown_as_on_the_board(client, officer, ten):
    page = page_of(as_(client, officer), "/lockers/map/")
    assert "This bank has not been arranged yet" in page and page.count('<li class="door"') == 10
    layout.place(ten, "1,1,1", by=officer)
    page = page_of(client, "/lockers/map/")
    assert "Not on the map yet" in page and page.count('<li class="door"') == 9


# --- at the kiosk ---------------------------------------------------------------------------------


def shown_key(person, officer):
    set_pin(person, "2718", by=person)
    at = At(1, KIOSK)
    actions.shown_pin(KIOSK, 1, person, now=timezone.now())
    row = actions.call_officer(at, actions.visitor(at, timezone.now()), person.lockers.get().locker_id)
    card_and_pin.confirm(row, by=officer)
    return actions.show_key(at)


def test_with_the_key_the_kiosk_says_where_the_door_is(ada, officer):
    eight = given(ada, "8")
    for number in ("1", "2", "3", "9"):
        locker(number)
    layout.place(eight.bank, "1,1,1,3\n2,2,1,2\n3,2,3\n8,2,4\n9,2,5", by=officer)
    shown = shown_key(ada, officer)
    assert shown["where"] == "Row 2, third from the left"
    assert [cell["here"] for cell in shown["wall"][1]] == [False, False, True, False]
    assert set(shown["wall"][0][0]) == {"width", "height", "door", "here"}, "nothing of whose a door is"


def test_without_a_place_the_kiosk_says_nothing_of_it(ada, officer):
    given(ada, "8")
    shown = shown_key(ada, officer)
    assert (shown["where"], shown["wall"]) == ("", [])


def test_far_to_the_right_is_a_number(officer, ten):
    many = [locker(str(number)) for number in range(11, 14)]
    layout.lay_out(bank(), rows=1, columns=13, by=officer)
    many[-1].refresh_from_db()
    assert layout.where_words(many[-1]) == "Row 1, number 13 from the left"


def test_a_width_left_out_is_one_and_no_height(ten, officer):
    layout.place(ten, "1,2,3,,2", by=officer)
    assert places(ten) == {"1": (2, 3, 1, 2)}


def test_a_csv_file_arranges_a_bank(client, officer):
    for number in ("1", "2"):
        locker(number)
    file = SimpleUploadedFile("wall.csv", "number;row;column\r\n1;1;2\r\n2;1;1\r\n".encode("utf-16"), "text/csv")
    as_(client, officer).post(f"/lockers/map/{bank().pk}/arrange/", {"act": "list", "file": file})
    assert list(Locker.objects.order_by("number").values_list("row", "column")) == [(1, 2), (1, 1)]
    large = SimpleUploadedFile("wall.csv", b"1,1,1\n" * 30_000, "text/csv")
    answer = client.post(f"/lockers/map/{bank().pk}/arrange/", {"act": "list", "file": large})
    assert "larger than" in answer.content.decode()


def test_a_program_reads_and_arranges_the_map_of_its_officers_bank(officer, ada):
    locker("1")
    program, address = client_of(officer), f"/api/v1/lockers/banks/{bank().pk}/map/"
    assert program.put(address, {"places": "1,2,3"}, format="json").json()["places"].endswith("1,2,3,1,1")
    assert program.get(address).json()["places"].endswith("1,2,3,1,1")
    assert problem_of(program.put(address, {"places": "9,1,1"}, format="json")) == "unknown_locker"
    assert client_of(ada).put(address, {"places": "1,1,1"}, format="json").status_code == 403
    bank().__class__.objects.update(own_officers=True)
    assert program.put(address, {"places": "1,1,1"}, format="json").status_code == 404
