"""Narrowing and sorting the catalogue, and a list of one's own."""

from __future__ import annotations

import pytest

from library.catalogue import facets
from library.catalogue.facets import Narrowing, narrowed
from library.models import ReadingListEntry, Title
from library.rules.sort_titles import sort_title
from tests.support.api import client_of, results
from tests.support.library import book


def as_(client, someone):
    client.force_login(someone, backend="accounts.backends.RoleBackend")
    return client


@pytest.fixture
def shelves(db):
    for barcode, title, language, year, subjects, location in (
        ("B-1", "The Waves", "eng", 1931, "Novels\nSea", "A"),
        ("B-2", "A Room of One's Own", "eng", 1929, "Essays", "A"),
        ("B-3", "L'Étranger", "fre", 1942, "Novels", "B"),
        ("B-4", "Seascapes", "", 1935, "Novels about the sea", "B"),
    ):
        facts = {"authors": "Someone", "language": language, "year": year, "subjects": subjects}
        book(barcode, title, location=location)
        title = Title.objects.get(title=title)
        for name, value in facts.items():
            setattr(title, name, value)
        title.save()


@pytest.mark.parametrize(
    ("title", "language", "nonfiling", "filed"),
    [
        ("The Waves", "eng", 0, "waves"),
        ("L'Étranger", "fre", 0, "etranger"),
        ("Die Verwandlung", "ger", 0, "verwandlung"),
        ("Die Hard", "eng", 0, "die hard"),
        ("A", "eng", 0, "a"),
        ("Los Angeles", "eng", 0, "los angeles"),
        ("Az ember tragédiája", "hun", 3, "ember tragediaja"),
        ("El Niño", "spa", 0, "nino"),
        ("The", "", 9, "the"),
    ],
)
def test_titles_are_filed_without_their_article(title, language, nonfiling, filed):
    assert sort_title(title, language, nonfiling) == filed


def test_the_list_is_in_the_order_of_filing(client, shelves):
    found = [title.title for title in client.get("/library/").context["page"]]
    assert found == ["L'Étranger", "A Room of One's Own", "Seascapes", "The Waves"]
    newest = [title.year for title in client.get("/library/?sort=new").context["page"]]
    assert newest == [1942, 1935, 1931, 1929]


@pytest.mark.parametrize(
    ("by", "titles"),
    [
        (Narrowing(subject="Novels"), {"The Waves", "L'Étranger"}),
        (Narrowing(subject="Sea"), {"The Waves"}),
        (Narrowing(language="eng"), {"The Waves", "A Room of One's Own"}),
        (Narrowing(decade="1930"), {"The Waves", "Seascapes"}),
        (Narrowing(shelf="B", language="fre"), {"L'Étranger"}),
        (Narrowing(decade="x"), {"The Waves", "A Room of One's Own", "L'Étranger", "Seascapes"}),
    ],
)
def test_a_list_is_narrowed(shelves, by, titles):
    assert {title.title for title in narrowed(Title.objects.all(), by)} == titles


def test_each_choice_says_how_many_titles_it_leaves(client, shelves, django_assert_max_num_queries):
    with django_assert_max_num_queries(5):
        counted = facets.facets(Title.objects.all())
    assert next((one.value, one.count) for one in counted["subject"]) == ("Novels", 2)
    assert [(one.label, one.count) for one in counted["language"]] == [("English", 2), ("French", 1)]
    assert [one.value for one in counted["decade"]] == ["1940", "1930", "1920"]
    page = client.get("/library/?language=eng&q=waves")
    assert [title.title for title in page.context["page"]] == ["The Waves"]
    assert "Language: <b>English</b>" in page.content.decode()


def test_over_the_api(ada, shelves):
    found = results(client_of(ada).get("/api/v1/library/titles/?decade=1930&shelf=A"))
    assert [row["title"] for row in found] == ["The Waves"]


# --- a list of one's own --------------------------------------------------------------------------


def test_a_reading_list_is_its_readers_alone(client, ada, grace, shelves):
    waves = Title.objects.get(title="The Waves")
    for _twice in range(2):
        as_(client, ada).post(f"/library/titles/{waves.pk}/list/add/")
    assert "The Waves" in client.get("/library/mine/list/").content.decode()
    assert "Remove from my reading list" in client.get(f"/library/titles/{waves.pk}/").content.decode()
    assert "The Waves" not in as_(client, grace).get("/library/mine/list/").content.decode()
    as_(client, ada).post(f"/library/titles/{waves.pk}/list/remove/", {"back": "/library/mine/list/"})
    assert not ReadingListEntry.objects.exists()


def test_a_reading_list_over_the_api(ada, librarian, shelves):
    waves = Title.objects.get(title="The Waves").pk
    mine = client_of(ada)
    assert mine.post("/api/v1/library/reading-list/", {"title": waves}, format="json").status_code == 201
    assert [row["id"] for row in results(mine.get("/api/v1/library/reading-list/"))] == [waves]
    assert results(client_of(librarian).get("/api/v1/library/reading-list/")) == []
    assert mine.delete(f"/api/v1/library/reading-list/{waves}/").status_code == 204
