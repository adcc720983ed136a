"""Sentences with a number reach a page's script with all their forms."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.utils import translation
from django.utils.translation import ngettext

from accounts.mail.alerts import alerts
from accounts.models import OutgoingMail
from config.ops.health import system_clock
from config.ops.jobs.status import in_words
from config.web.language.plurals import counted, numbered
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


def test_a_form_that_says_the_number_in_words_is_not_filled_in():
    assert numbered("%d hours", 5) == "5 hours"
    assert numbered("ساعتان", 2) == "ساعتان"


@pytest.mark.parametrize("number", [0, 1, 2, 3, 11, 100])
def test_arabic_says_one_and_two_in_words(number):
    """Filled in as English is, these ended in an error on the home page of whoever reads Arabic."""
    with translation.override("ar"):
        assert in_words(number)
        assert in_words(number * 60)
        assert system_clock._words(number * 60)


def test_an_administrator_who_reads_arabic_is_told_of_one_failure(db):
    OutgoingMail.objects.create(kind="attendance.absent", key="k", to="a@example.org", state=OutgoingMail.State.FAILED)
    with translation.override("ar"):
        [told] = alerts()
    assert "تعذّر تسليم رسالة واحدة" in told


def test_no_sentence_with_a_number_is_filled_in_without_care():
    careful, careless = re.compile(r"numbered\(\s*n(?:p)?gettext\("), re.compile(r"\bn(?:p)?gettext\([^()]*%d")
    faults = {
        str(path.relative_to(settings.BASE_DIR))
        for app in ("accounts", "attendance", "config", "home", "library", "lockers", "recognition", "visitors")
        for path in (settings.BASE_DIR / app).rglob("*.py")
        if careless.search(careful.sub("", path.read_text()))
    }
    assert faults == set()
