"""The pages of a title and of a copy in the administration: who has it, who waits, and what its status is."""

import pytest

from library.circulation import holds, loans
from library.models import Title
from tests.support.library import book

# Pages that show what others have asked the database for.
pytestmark = pytest.mark.same_on_every_database


@pytest.fixture
def emma(ada, grace):
    copy = book("B-1", "Emma")
    loans.check_out(copy, to=ada)
    holds.place(copy.title, grace)
    return copy


def shown(client, viewer, row):
    client.force_login(viewer)
    return client.get(f"/admin/library/{row._meta.model_name}/{row.pk}/change/").content.decode()


@pytest.mark.parametrize("who", ["librarian", "administrator"])
def test_a_title_shows_its_copies_loans_and_holds(client, request, emma, ada, grace, who):
    text = shown(client, request.getfixturevalue(who), emma.title)
    assert f'href="/people/{ada.pk}/#loans"' in text
    assert f'href="/people/{grace.pk}/#loans"' in text
    assert "On loan" in text
    assert 'name="title"' in text, "the form is where it was"


def test_a_copy_shows_its_own_loan_alone(client, librarian, emma, grace):
    other = book("B-2", "Persuasion")
    loans.check_out(other, to=grace)
    text = shown(client, librarian, other)
    assert f'href="/people/{grace.pk}/#loans"' in text
    assert "B-1" not in text


def test_many_copies_take_as_many_queries_as_one(client, librarian, emma, ada, django_assert_max_num_queries):
    for number in range(20):
        book(f"C-{number}", "Emma")
    title = Title.objects.get(title="Emma")
    client.force_login(librarian)
    with django_assert_max_num_queries(30):
        client.get(f"/admin/library/title/{title.pk}/change/")
