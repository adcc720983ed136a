"""Titles, authors and publishers in their own script: beside the romanised ones, shown, found and exported again."""

from __future__ import annotations

import io

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from library.catalogue import exports
from library.catalogue.formats import detection
from library.catalogue.imports import take
from library.catalogue.search import search
from library.models import Title
from library.rules import original_script
from tests.support.library import book
from tests.support.marc import marc

pytestmark = pytest.mark.django_db

FIXED = ("008", f"{'':35}rus")
WAR = (
    FIXED,
    ("100", "6880-01/aTolstoĭ, Lev,"),
    ("245", "6880-02/aVoĭna i mir :/broman"),
    ("264", "6880-03/aMoskva :/bĖksmo,/c2010"),
    ("880", "6100-01/(N/aТолстой, Лев"),
    ("880", "6245-02/(N/aВойна и мир :/bроман"),
    ("880", "6264-03/(N/aМосква :/bЭксмо"),
)


def drafts(data):
    return list(detection.records(io.BytesIO(data)))


def imported(data):
    return [verdict.code for verdict in take(io.BytesIO(data), dry_run=False)]


def test_linked_fields_bring_title_author_and_publisher_in_their_own_script():
    [draft] = drafts(marc(*WAR, leader_09="a"))
    assert (draft.title, draft.title_original) == ("Voĭna i mir : roman", "Война и мир : роман")
    assert (draft.authors, draft.authors_original) == ("Tolstoĭ, Lev", "Толстой, Лев")
    assert (draft.publisher, draft.publisher_original) == ("Ėksmo", "Эксмо")


def test_what_is_there_in_its_own_script_only_is_what_is_shown():
    [draft] = drafts(marc(("880", "6245-00/aВойна и мир"), ("880", "6100-00/aТолстой"), leader_09="a"))
    assert (draft.title, draft.title_original) == ("Война и мир", "")
    assert (draft.authors, draft.authors_original) == ("Толстой", "")


@pytest.mark.parametrize("link", ["", "6x", "6520-01", "6001-01", "6880-01"])
def test_a_field_that_leads_nowhere_changes_nothing(link):
    [draft] = drafts(marc(("245", "aEmma"), ("880", f"{link}/aДругое"), leader_09="a"))
    assert (draft.title, draft.title_original, draft.authors_original) == ("Emma", "", "")


@pytest.mark.parametrize("query", ["война", "ВОЙНА мир", "voina mir", "толстой"])
def test_readers_find_it_in_either_script(query):
    imported(marc(*WAR, leader_09="a"))
    assert [title.title for title in search(query)] == ["Voĭna i mir : roman"]


def test_the_title_page_shows_it_with_its_language_and_direction(client):
    imported(marc(*WAR, leader_09="a"))
    hebrew = book("B-2", "Sipur")
    Title.objects.filter(pk=hebrew.title_id).update(title_original="סיפור", language="heb")
    page = client.get(reverse("library:title", args=[Title.objects.get(language="rus").pk])).content.decode()
    assert '<p class="lede" lang="ru" dir="ltr">Война и мир : роман</p>' in page
    assert '<bdi lang="ru" dir="ltr">Эксмо</bdi>' in page
    assert 'lang="he" dir="rtl">סיפור' in client.get(reverse("library:title", args=[hebrew.title_id])).content.decode()


def test_the_search_page_and_the_api_say_it_too(client, librarian):
    imported(marc(*WAR, leader_09="a"))
    assert "Война и мир" in client.get(reverse("library:search"), {"q": "voina"}).content.decode()
    client.force_login(librarian)
    [found] = client.get("/api/v1/library/titles/", {"q": "война"}).json()["results"]
    assert (found["title"], found["title_original"]) == ("Voĭna i mir : roman", "Война и мир : роман")
    assert (found["authors_original"], found["publisher_original"]) == ("Толстой, Лев", "Эксмо")


@pytest.mark.parametrize("name", exports.FORMATS)
def test_it_goes_out_and_comes_back_the_same(name):
    imported(marc(*WAR, leader_09="a"))
    out = b"".join(exports.FORMATS[name][0]())
    assert imported(out) == ["same"]
    Title.objects.all().delete()
    assert imported(out) == ["new"]
    assert b"".join(exports.FORMATS[name][0]()) == out


def test_the_export_links_both_ways_as_marc_wants():
    imported(marc(*WAR, leader_09="a"))
    out = b"".join(exports.marcxml_file()).decode()
    assert '<datafield tag="245" ind1=" " ind2=" "><subfield code="6">880-01</subfield>' in out
    assert '<subfield code="6">245-01</subfield><subfield code="a">Война и мир : роман</subfield>' in out
    assert "887" not in out


@pytest.mark.parametrize(
    ("text", "language", "tag", "direction"),
    [
        ("Война и мир", "rus", "ru", "ltr"),
        ("Война и мир", "eng", "und-Cyrl", "ltr"),
        ("מלחמה ושלום", "heb", "he", "rtl"),
        ("« كتاب »", "ara", "ar", "rtl"),
        ("紅樓夢", "chi", "zh", "ltr"),
        ("こころ 夏目漱石", "jpn", "ja", "ltr"),
        ("1984", "", "und-Zyyy", "ltr"),
    ],
)
def test_a_page_says_in_which_language_and_direction(text, language, tag, direction):
    assert (original_script.language_tag(text, language), original_script.direction(text)) == (tag, direction)


@given(st.text())
def test_any_text_has_a_direction_and_a_tag(text):
    assert original_script.direction(text) in ("ltr", "rtl")
    assert original_script.language_tag(text).startswith("und-")


def test_marc_8_switches_to_another_alphabet_within_a_field():
    cyrillic = b"6245-01/(N/a\x1b(NwOJNA\x1b(B"
    [draft] = drafts(marc(("245", "6880-01/aVoina"), ("880", cyrillic)))
    assert (draft.title, draft.title_original) == ("Voina", "Война")
