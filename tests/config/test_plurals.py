"""Sentences with a number reach a page's script with all their forms."""

from __future__ import annotations

from django.utils.translation import ngettext

from config.web.language.plurals import counted
from library.kiosk import messages
from recognition.enrol.capture_messages import capture_words


def _shown(of, number):
    """What static/shared/words.js shows, before values are filled in."""
    place = number if number < len(of["takes"]) else 100 + number % 100
    return of["forms"][int(of["takes"][place])]


def test_english_has_one_and_many():
    books = counted(lambda n: ngettext("%(number)s book", "%(number)s books", n))
    assert sorted(books["forms"]) == ["%(number)s book", "%(number)s books"]
    assert [_shown(books, n) for n in (0, 1, 2, 11, 101, 1001)] == [
        "%(number)s book" if n == 1 else "%(number)s books" for n in (0, 1, 2, 11, 101, 1001)
    ]


def test_a_language_with_three_forms_gives_each_number_its_own():
    def polish(n):
        few = n % 10 in {2, 3, 4} and n % 100 not in {12, 13, 14}
        return "książka" if n == 1 else "książki" if few else "książek"

    books = counted(polish)
    assert len(books["forms"]) == 3
    assert [n for n in range(3000) if _shown(books, n) != polish(n)] == []


def test_pages_hand_over_forms_not_two_sentences_to_choose_from():
    assert _shown(messages.words("exit")["on_account"], 1) == "%(number)s book on your account"
    assert _shown(capture_words()["kept"], 1) == "%(number)s photo was accepted."
