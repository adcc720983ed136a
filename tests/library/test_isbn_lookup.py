"""A book without a record: other catalogues are asked, one record is taken over, copies are made."""

from __future__ import annotations

import pytest

from config.errors import Refused
from library.catalogue.sru import lookup
from library.models import Copy, Title
from library.rules.barcode_ranges import BadRange, check_digit, counted
from tests.support.api import client_of, code_of
from tests.support.library import book
from tests.support.sru import EMMA, Catalogue, answer, record


def as_(client, someone):
    client.force_login(someone, backend="accounts.backends.RoleBackend")
    return client


@pytest.fixture
def catalogues(settings, db):
    """Opens catalogues in the order in which they are asked."""
    open_ = []
    settings.LIBRARY_SRU_PRIVATE, settings.LIBRARY_SRU_SECONDS = True, 1

    def start(*bodies, **how):
        made = [Catalogue(body, **how) for body in bodies]
        open_.extend(made)
        settings.LIBRARY_SRU_SOURCES = settings.LIBRARY_SRU_SOURCES | {
            f"Catalogue {len(open_) - len(made) + place}": one.url for place, one in enumerate(made, 1)
        }
        return made

    settings.LIBRARY_SRU_SOURCES = {}
    yield start
    for one in open_:
        one.close()


def said(found):
    return [(one.ok, one.said) for one in found.asked]


def test_a_record_is_listed_with_what_tells_editions_apart(catalogues):
    [catalogue] = catalogues(answer(record()))
    found = lookup.look_up("0-14-143958-0", owner=1)
    [one] = found.candidates
    assert (one.draft.title, one.draft.year, one.draft.edition, one.verdict.code) == ("Emma", 2003, "2nd ed.", "new")
    assert catalogue.asked[0]["query"] == f"bath.isbn={EMMA}" and catalogue.asked[0]["operation"] == "searchRetrieve"
    assert not Title.objects.exists(), "looking takes nothing over"


def test_the_next_catalogue_is_asked_when_one_has_nothing(catalogues):
    _first, _second, third = catalogues(answer(), answer(record(), record("Emma. Large print", number="2")), answer())
    found = lookup.look_up(EMMA, owner=1)
    assert [one.draft.title for one in found.candidates] == ["Emma", "Emma. Large print"]
    assert [one.ok for one in found.asked] == [True, True] and not third.asked


@pytest.mark.parametrize(
    ("body", "how", "words"),
    [
        (b"<html><body>Welcome</body></html>", {}, "not SRU"),
        (b"<html>", {}, "not SRU"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]><searchRetrieveResponse/>', {}, "not SRU"),
        (answer(diagnostics="Unsupported index"), {}, "Unsupported index: bath.isbn"),
        (answer(record()), {"status": 503}, "did not answer"),
        (answer(record()), {"slow": 2.5}, "did not answer"),
    ],
)
def test_what_goes_wrong_at_one_catalogue_is_said_and_stops_no_other(catalogues, body, how, words):
    catalogues(body, **how)
    catalogues(answer(record()))
    found = lookup.look_up(EMMA, owner=1)
    assert found.asked[0].ok is False and words in found.asked[0].said
    assert len(found.candidates) == 1


def test_a_catalogue_that_is_not_there_is_said(catalogues, settings):
    settings.LIBRARY_SRU_SOURCES = {"Gone": "http://127.0.0.1:9/sru"}
    assert said(lookup.look_up(EMMA, owner=1)) == [(False, "It did not answer. Try again later.")]


def test_letters_in_another_encoding_are_read(catalogues):
    catalogues(answer(record("Die Wörter der Bücher", isbn=EMMA), encoding="ISO-8859-1"))
    assert lookup.look_up(EMMA, owner=1).candidates[0].draft.title == "Die Wörter der Bücher"


def test_a_record_with_another_isbn_is_marked(catalogues):
    catalogues(answer(record(isbn="9780131103627")))
    assert lookup.look_up(EMMA, owner=1).candidates[0].other_isbn


def test_a_machine_inside_the_network_is_asked_only_where_the_site_allows_it(catalogues, settings):
    [inside] = catalogues(answer(record()))
    settings.LIBRARY_SRU_PRIVATE = False
    found = lookup.look_up(EMMA, owner=1)
    assert not found.asked[0].ok and "private network" in found.asked[0].said and not inside.asked


@pytest.mark.parametrize(("typed", "code"), [("9780141439588", "bad_isbn"), ("", "bad_isbn"), (EMMA, "no_sources")])
def test_what_cannot_be_looked_up_is_refused(db, typed, code):
    with pytest.raises(Refused) as caught:
        lookup.look_up(typed, owner=1)
    assert caught.value.code == code


def test_a_list_is_its_readers_own_and_is_used_once(catalogues):
    catalogues(answer(record()))
    token = lookup.look_up(EMMA, owner=1).token
    for owner, number, code in ((2, 1, "upload_gone"), (1, 9, "no_such_record")):
        with pytest.raises(Refused) as caught:
            lookup.take_over(token, number, owner=owner)
        assert caught.value.code == code
    assert lookup.take_over(token, 1, owner=1).isbn == EMMA
    with pytest.raises(Refused):
        lookup.take_over(token, 1, owner=1)


def test_a_title_that_is_here_is_said_and_not_made_twice(catalogues):
    catalogues(answer(record()))
    lookup.take_over(lookup.look_up(EMMA, owner=1).token, 1, owner=1)
    found = lookup.look_up(EMMA, owner=1)
    assert found.here and found.candidates[0].verdict.code == "same"
    lookup.take_over(found.token, 1, owner=1)
    assert Title.objects.count() == 1


# --- at the doors ---------------------------------------------------------------------------------


def test_from_the_isbn_to_labelled_copies(client, librarian, catalogues):
    catalogues(answer(record()))
    assert "Asking Catalogue 1" in as_(client, librarian).get(f"/library/isbn/?isbn={EMMA}").content.decode()
    results = client.get(f"/library/isbn/results/?isbn={EMMA}")
    token = results.context["found"].token
    taken = client.post(f"/library/isbn/{token}/1/")
    title = Title.objects.get()
    assert taken["Location"] == f"/library/titles/{title.pk}/copies/"
    made = client.post(
        taken["Location"], {"first": "C-008", "count": "3", "item_type": "book", "status": "available"}, follow=True
    )
    assert list(Copy.objects.values_list("barcode", flat=True)) == ["C-008", "C-009", "C-010"]
    assert "/library/labels/?first=C-008&amp;last=C-010" in made.content.decode()


def test_over_the_api(librarian, ada, catalogues):
    catalogues(answer(record()))
    desk = client_of(librarian)
    found = desk.get(f"/api/v1/library/isbn/?isbn={EMMA}").json()
    assert (found["candidates"][0]["title"], found["asked"][0]["ok"]) == ("Emma", True)
    taken = desk.post("/api/v1/library/isbn/", {"token": found["token"], "number": 1}, format="json")
    url = f"/api/v1/library/titles/{taken.json()['id']}/copies/"
    made = desk.post(url, {"first": "C-1", "last": "C-3", "location": "A"}, format="json")
    assert [row["barcode"] for row in made.json()] == ["C-1", "C-2", "C-3"]
    assert client_of(ada).post(url, {"first": "C-4"}, format="json").status_code == 403


# --- copies ---------------------------------------------------------------------------------------


def refused(client, title, **given):
    answer = client.post(f"/library/titles/{title.pk}/copies/", {"item_type": "book", "status": "available"} | given)
    assert answer.status_code == 400
    return " ".join(str(one) for one in answer.context["form"].non_field_errors())


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"first": "B-1", "count": "3"}, "in use: B-2"),
        ({"first": "B-5", "last": "B-4"}, "Swap"),
        ({"first": "B-5", "last": "C-7"}, "differ"),
        ({"first": "B-1", "last": "B-9999999"}, "differ"),
        ({"first": "B-000", "last": "B-999"}, "At most 200"),
        ({"first": "ABC"}, "ends in digits"),
        ({"first": "B-8", "count": "3"}, "not enough numbers"),
    ],
)
def test_a_stretch_that_cannot_be_is_refused_and_nothing_is_made(client, librarian, given, words):
    title = book("B-2").title
    assert words in refused(as_(client, librarian), title, **given)
    assert Copy.objects.count() == 1


@pytest.mark.parametrize(
    ("scheme", "first", "second"),
    [("mod10", "29034001234567", ""), ("mod10", "79927398713", "79927398721"), ("ean13", "4006381333931", "")],
)
def test_check_digits_are_calculated(client, librarian, settings, scheme, first, second):
    settings.LIBRARY_BARCODE_SCHEME = scheme
    sound = first[:-1] + check_digit(first[:-1], scheme)
    made = counted(sound, 12, scheme)
    assert all(one[-1] == check_digit(one[:-1], scheme) and len(one) == len(first) for one in made)
    assert len({one[:-1] for one in made}) == 12
    assert not second or made[:2] == [first, second], "as ISO/IEC 7812 has it"
    wrong = sound[:-1] + str((int(sound[-1]) + 1) % 10)
    with pytest.raises(BadRange, match="bad_check_digit"):
        counted(wrong, 1, scheme)
    assert "check digit" in refused(as_(client, librarian), book("X-1").title, first=wrong)


def test_the_api_asks_for_an_isbn(librarian):
    answer = client_of(librarian).get("/api/v1/library/isbn/")
    assert (answer.status_code, code_of(answer)) == (409, "bad_isbn")


# --- UNIMARC, and the copies of others ----------------------------------------------------------


def unimarc(*fields):
    said = (("100", "a", "20090421d2003    m  y0frey50      ba"), ("010", "a", EMMA), ("101", "a", "fre"), *fields)
    inside = "".join(
        f'<datafield tag="{tag}" ind1=" " ind2=" "><subfield code="{code}">{text}</subfield></datafield>'
        for tag, code, text in said
    )
    return f'<record xmlns="info:lc/xmlns/marcxchange-v2"><controlfield tag="001">F1</controlfield>{inside}</record>'


def test_a_catalogue_may_answer_unimarc_and_its_own_copies_stay_there(catalogues):
    fields = ("200", "a", "Emma"), ("700", "a", "Austen"), ("995", "f", "3001"), ("952", "p", "3002")
    catalogues(answer(unimarc(*fields)))
    found = lookup.look_up(EMMA, owner=1)
    [one] = found.candidates
    assert (one.draft.title, one.draft.authors, one.draft.year) == ("Emma", "Austen", 2003)
    title = lookup.take_over(found.token, 1, owner=1)
    assert (title.title, title.isbn, Copy.objects.count()) == ("Emma", EMMA, 0)
