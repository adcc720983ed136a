"""What the library tells by e-mail, over a real mail server: once, and only what is still true."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.mail import kinds, preferences
from accounts.models import OutgoingMail
from library.circulation import holds, loans
from library.kiosk import basket as baskets
from library.models import Loan
from library.wiring import job_steps
from tests.support.library import book, inside
from tests.support.mailing import Mailbox, free_port, go, listening


@pytest.fixture(autouse=True)
def server(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", free_port(), 5
    settings.MAIL_QUIET_HOURS = None
    with listening(settings.EMAIL_PORT, Mailbox()) as mailbox:
        yield mailbox


def subjects(server):
    return [letter["Subject"] for letter in server.letters]


def due(loan, days):
    """The loan, borrowed a while ago and due in so many days."""
    now = timezone.now()
    Loan.objects.filter(pk=loan.pk).update(taken_at=now - timedelta(days=60), due_at=now + timedelta(days=days))
    return loan


def days_go_by(days):
    return timezone.now() + timedelta(days=days)


def test_a_receipt_names_every_book_once(ada, server):
    inside(ada)
    basket = baskets.open_for(ada)
    for number, title in enumerate(("Emma", "Dracula")):
        baskets.add(basket, book(f"B-{number}", title))
    baskets.finish(ada, station="exit")
    go()
    assert subjects(server) == ["Your books from the library"]
    assert "Emma (due" in server.text() and "Dracula (due" in server.text()
    assert "/library/mine/" in server.text(), "the link leads to her own books"
    assert server.last()["To"] == "ada@example.org"


def test_whoever_waits_is_told_unless_the_book_is_gone_again(ada, grace, server):
    copy = book()
    loans.check_out(copy, to=ada)
    hold = holds.place(copy.title, grace)
    loans.give_back(copy)
    go()
    assert subjects(server) == ["Ready for you: Pride and Prejudice"]
    holds.cancel(hold)
    loans.check_out(copy, to=ada)
    second = holds.place(copy.title, grace)
    loans.give_back(copy)
    holds.cancel(second)
    go()
    assert len(server.letters) == 1


def test_books_that_are_due_together_are_one_reminder_and_never_two(ada, server):
    for barcode, title in (("B-1", "Emma"), ("B-2", "Dracula")):
        due(loans.check_out(book(barcode, title), to=ada), 2)
    for _time in range(3):
        job_steps.remind(timezone.now())
        go()
    assert len(server.letters) == 1
    assert "Emma" in server.text() and "Dracula" in server.text()


def test_nothing_is_due_soon_that_is_due_later_or_was_borrowed_today(ada, server):
    due(loans.check_out(book("B-1"), to=ada), 5)
    new = loans.check_out(book("B-2", "Emma"), to=ada)
    Loan.objects.filter(pk=new.pk).update(due_at=timezone.now() + timedelta(days=1))
    job_steps.remind(timezone.now())
    assert not OutgoingMail.objects.exists()


def test_what_came_back_meanwhile_is_not_asked_for(ada, server):
    first = due(loans.check_out(book("B-1", "Emma"), to=ada), 2)
    due(loans.check_out(book("B-2", "Dracula"), to=ada), 2)
    job_steps.remind(timezone.now())
    loans.give_back(first.copy)
    go()
    assert "Dracula" in server.text() and "Emma" not in server.text()


def test_an_overdue_book_is_asked_for_after_1_7_and_21_days(ada, server):
    due(loans.check_out(book(), to=ada), -1)
    for days in range(40):
        job_steps.remind(days_go_by(days))
    assert OutgoingMail.objects.filter(kind="library.overdue").count() == 3
    go()
    assert all(subject.startswith("Overdue since") for subject in subjects(server))


def test_after_a_time_without_a_clock_only_the_last_step_is_written(ada):
    due(loans.check_out(book(), to=ada), -9)
    job_steps.remind(timezone.now())
    [mail] = OutgoingMail.objects.all()
    assert mail.key.endswith(":7")


def test_who_does_not_want_it_does_not_get_it(ada, server):
    preferences.want(ada, kinds.all_kinds()["library.overdue"], False)
    due(loans.check_out(book(), to=ada), -1)
    job_steps.remind(timezone.now())
    go()
    assert server.letters == [] and not OutgoingMail.objects.exists()
