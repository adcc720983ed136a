"""E-mail leaves for a real server: what arrives, what is tried again, and that nothing arrives twice."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from accounts.mail import kinds, outbox, preferences, sending, tasks
from accounts.mail.delivery import OUTBOX
from accounts.mail.smtp import message
from accounts.models import MailTemplate, OutgoingMail
from config.errors import Refused
from tests.support.mailing import TRUE, Mailbox, at, free_port, go, listening, only, states

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def post_office(settings):
    """Django's own SMTP backend, pointed at a port where a server listens when the test says so."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", free_port(), 5
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.MAIL_QUIET_HOURS = None
    TRUE.clear()
    with only():
        yield settings.EMAIL_PORT


@pytest.fixture
def server(post_office):
    with listening(post_office, Mailbox()) as mailbox:
        yield mailbox


def write(person, key="k", kind="test.news", news="It is done.", **more):
    return outbox.enqueue(kind, key=key, person=person, context={"name": person.get_full_name(), "news": news}, **more)


def row(key="k"):
    return OutgoingMail.objects.get(key=key)


def test_a_letter_arrives_with_its_text_and_its_headers(server, ada, settings):
    settings.SITE_URL = "https://ostiary.example.org"
    write(ada)
    assert go() == 1
    letter = server.last()
    assert (letter["To"], letter["Subject"]) == ("ada@example.org", "News for Ada Lovelace")
    assert server.text().startswith("Hello Ada Lovelace,\n\nIt is done.\n")
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Message-ID"] == message.message_id("k")
    link = letter["List-Unsubscribe"].strip(" <>")
    assert link.startswith("https://ostiary.example.org/mail/")
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert link in server.text()
    assert (row().state, row().tries, row().last_error) == ("sent", 1, "")
    assert row().sent_at is not None


def test_what_everybody_gets_has_no_way_out_of_it(server, ada):
    write(ada, kind="test.duty")
    go()
    assert server.last()["List-Unsubscribe"] is None
    assert server.text() == "It is done.\n"


def test_a_batch_is_one_conversation(server, ada, grace):
    for number in range(5):
        write(ada if number % 2 else grace, key=f"k{number}")
    assert go() == 5
    assert len(server.letters) == 5
    assert server.conversations == 1


def test_the_same_event_is_one_letter_whoever_asks_how_often(server, ada):
    first, second = write(ada), write(ada, news="Something else")
    assert first == second
    go()
    write(ada)
    assert go() == 0
    assert len(server.letters) == 1


def test_a_name_in_any_script_arrives_as_it_is_written(server, ada):
    ada.first_name, ada.last_name = "Żaneta 愛", "O’Brien-Ñúñez"
    write(ada, news="Grüße, 再见 🎓")
    go()
    assert server.last()["Subject"] == "News for Żaneta 愛 O’Brien-Ñúñez"
    assert "Grüße, 再见 🎓" in server.text()


@pytest.mark.parametrize(
    "evil", ["Ada\r\nBcc: evil@example.org", "Ada\nSubject: x\n\nbody", "Ada\u2028Bcc: evil@example.org", "\x00Ada\x0b"]
)
def test_a_name_cannot_write_headers_or_lines(server, ada, evil):
    ada.first_name, ada.last_name = evil, ""
    write(ada, news="fine")
    go()
    assert server.last()["Bcc"] is None
    assert server.last()["To"] == "ada@example.org"
    assert len(server.last().get_all("Subject")) == 1
    assert server.text().startswith("Hello Ada")
    assert server.text().splitlines()[2] == "fine"


def test_a_name_that_looks_like_a_placeholder_is_a_name(server, ada):
    ada.first_name = "{{ address }}"
    write(ada)
    go()
    assert server.last()["Subject"] == "News for {{ address }} Lovelace"


def test_lines_stay_lines(server, ada):
    write(ada, news=["first", "sec\nond"])
    go()
    assert "\n\nfirst\nsec ond\n" in server.text()


# --- the server is down -------------------------------------------------------------------------


def test_a_server_that_is_down_for_an_hour_loses_nothing(post_office, ada, grace):
    write(ada, key="a")
    write(grace, key="g")
    for minutes in (0, 2, 8, 25):  # the pauses are 1, 5, 15 and 60 minutes
        assert go(minutes) == 2
        assert go(minutes) == 0
    assert states() == {"a": "waiting", "g": "waiting"}
    assert "ConnectionRefusedError" in row("a").last_error
    with listening(post_office, Mailbox()) as mailbox:
        assert go(70) == 0
        assert go(90) == 2
        assert go(400) == 0
        assert {letter["To"] for letter in mailbox.letters} == {"ada@example.org", "grace@example.org"}
    assert states() == {"a": "sent", "g": "sent"}


def test_after_two_days_a_letter_is_given_up_with_the_reason(ada):
    write(ada)
    minutes = tries = 0
    while go(minutes):
        tries += 1
        pause = OUTBOX.pauses.after(tries)
        minutes += (pause.total_seconds() / 60 + 1) if pause else 0
    assert row().state == "failed"
    assert tries == 16
    assert 40 < minutes / 60 < 49
    assert "ConnectionRefusedError" in row().last_error


def test_a_server_that_says_later_is_asked_later(server, ada):
    server.answer = "451 Greylisted"
    write(ada)
    go()
    assert (row().state, row().last_error) == ("waiting", "451 Greylisted")
    server.answer = "250 OK"
    assert go(2) == 1
    assert row().state == "sent"


@pytest.mark.parametrize("said", ["550 No such user", "554 Spam"])
def test_a_server_that_says_never_is_believed(server, ada, grace, said):
    if said.startswith("550"):
        server.refuse["ada@example.org"] = said
    else:
        server.answer = said
    write(ada)
    go()
    assert (row().state, row().last_error) == ("failed", said)
    server.answer = "250 OK"
    write(grace, key="g")
    go()
    assert row("g").state == "sent"


# --- was it delivered? --------------------------------------------------------------------------


def test_a_line_that_breaks_after_the_text_leaves_it_unclear_and_is_not_tried_again(server, ada):
    server.hook = lambda smtp: smtp.transport.abort()
    write(ada)
    go()
    assert row().state == "unclear"
    assert go(10_000) == 0
    assert len(server.letters) == 1


def test_a_line_that_breaks_before_the_text_is_tried_again(server, ada, monkeypatch):
    async def hang_up(smtp, session, envelope, address, mail_options):
        smtp.transport.abort()

    monkeypatch.setattr(Mailbox, "handle_MAIL", hang_up, raising=False)
    write(ada)
    go()
    assert row().state == "waiting"
    monkeypatch.undo()
    go(2)
    assert row().state == "sent"
    assert len(server.letters) == 1


class PowerCut(BaseException):
    """Nothing that any code catches."""


def test_a_process_that_ends_in_the_middle_leaves_it_unclear_until_somebody_decides(server, ada, monkeypatch):
    def send_and_die(post, message):
        send(post, message)
        raise PowerCut

    write(ada)
    send = sending.Post.send
    with monkeypatch.context() as patch, pytest.raises(PowerCut):
        patch.setattr(sending.Post, "send", send_and_die)
        go()
    assert (row().state, len(server.letters)) == ("sending", 1)
    assert go(5) == 0
    assert go(11) == 0
    assert (row().state, row().last_error) == ("unclear", "interrupted")
    assert go(10_000) == 0
    outbox.send_again(row())
    assert go() == 1
    assert row().state == "sent"
    assert [letter["Message-ID"] for letter in server.letters] == 2 * [message.message_id("k")]


def test_what_was_sent_is_never_sent_again_not_even_by_hand(server, ada):
    write(ada)
    go()
    with pytest.raises(Refused, match="sent_already"):
        outbox.send_again(row())
    with pytest.raises(Refused, match="not_waiting"):
        outbox.cancel(row())
    assert go(10_000) == 0
    assert len(server.letters) == 1


def test_of_two_processes_one_sends(server, ada):
    write(ada)
    seen = sending.due(at(1)).first()
    assert go() == 1
    claimed = OutgoingMail.objects.filter(pk=seen.pk, state="waiting", tries=seen.tries).update(state="sending")
    assert claimed == 0
    assert len(server.letters) == 1


def test_a_process_that_wakes_up_late_does_not_touch_what_another_one_holds(server, ada):
    write(ada)
    slow = OUTBOX.claim(sending.due(at(0)), at(0))
    OUTBOX.reclaim(at(11))
    outbox.send_again(row())
    held = OUTBOX.claim(sending.due(at(12)), at(12))
    OUTBOX.note(slow, "failed", "too late")
    assert row().state == "sending"
    OUTBOX.note(held, "sent", "")
    assert row().state == "sent"


# --- true, wanted, allowed ----------------------------------------------------------------------


def test_what_is_no_longer_true_does_not_go_out_and_true_again_it_does(server, ada):
    write(ada, kind="test.lively", news="rain", facts={"news": "rain"})
    go()
    assert (row().state, row().last_error) == ("cancelled", "no_longer_true")
    TRUE.add("rain")
    assert go(10) == 0
    write(ada, kind="test.lively", news="rain", facts={"news": "rain"})
    go()
    assert row().state == "sent"
    assert server.last()["Subject"] == "Now: rain"
    write(ada, kind="test.lively", news="rain", facts={"news": "rain"})
    assert go(10) == 0


def test_what_an_administrator_cancelled_stays_cancelled(server, ada):
    write(ada)
    outbox.cancel(row())
    write(ada)
    assert go() == 0
    assert row().state == "cancelled"


def test_nobody_is_written_to_who_does_not_want_it_or_has_no_address(server, ada, grace, teacher, librarian):
    preferences.want(ada, kinds.find("test.news"), False)
    assert write(ada) is None
    assert write(teacher, key="t") is None
    grace.is_active = False
    assert write(grace, key="g") is None
    assert write(ada, key="d", kind="test.duty") is not None
    assert outbox.enqueue("test.duty", key="x", to="no address", context={}) is None
    assert outbox.enqueue("test.duty", key="y", to="a@example.org\nBcc: b@example.org", context={}) is None


def test_a_wish_an_address_and_a_departure_count_until_the_last_moment(server, ada, grace, librarian):
    librarian.email = "b@example.org"
    librarian.save()
    for person in (ada, grace, librarian):
        write(person, key=person.id_number)
    preferences.want(ada, kinds.find("test.news"), False)
    grace.email = "hopper@navy.example"
    grace.save()
    librarian.is_active = False
    librarian.save()
    go()
    assert states() == {"s-ada": "cancelled", "s-grace": "sent", "l-barbara": "cancelled"}
    assert [letter["To"] for letter in server.letters] == ["hopper@navy.example"]
    assert row("s-ada").last_error == "unwanted"
    assert row("l-barbara").last_error == "no_address"


def test_a_guardian_is_written_to_instead_of_the_person(server, ada):
    assert write(ada, kind="test.parents") is None
    ada.guardian_email = "lady.byron@example.org"
    ada.save()
    write(ada, kind="test.parents")
    go()
    assert server.last()["To"] == "lady.byron@example.org"


def test_a_kind_that_an_update_took_away_is_not_sent(server, ada):
    write(ada)
    with only([]):
        go()
    assert (row().state, row().last_error) == ("cancelled", "unknown_kind")


def test_a_kind_whose_text_breaks_waits_and_stops_nobody_else(server, ada, grace, monkeypatch, caplog):
    TRUE.add("rain")
    write(ada, key="a", kind="test.lively", facts={"news": ["unhashable"]})
    write(grace, key="g")
    assert go() == 2
    assert states() == {"a": "waiting", "g": "sent"}
    assert "could not be written" in caplog.text


def test_the_site_s_own_words_are_used_for_what_is_written_from_now_on(server, ada):
    MailTemplate.objects.create(kind="test.news", subject="Hear, {{name}}", body="")
    write(ada)
    go()
    assert server.last()["Subject"] == "Hear, Ada Lovelace"
    assert "It is done." in server.text()


# --- who sends ----------------------------------------------------------------------------------


def test_nothing_is_written_when_the_transaction_is_rolled_back(ada):
    with pytest.raises(RuntimeError), transaction.atomic():
        write(ada)
        raise RuntimeError
    assert not OutgoingMail.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_worker_is_woken_by_the_commit_and_sends(server, ada, grace):
    with transaction.atomic():
        write(ada, key="a")
        write(grace, key="g")
        assert not DBTaskResult.objects.exists()
    assert DBTaskResult.objects.count() == 1
    call_command("db_worker", batch=True, interval=0, startup_delay=False, reload=False)
    assert states() == {"a": "sent", "g": "sent"}
    assert DBTaskResult.objects.get().status == "SUCCESSFUL"


def test_the_clock_wakes_a_worker_for_what_has_become_due(server, ada):
    write(ada, at=at(30))
    tasks.send_due(at(29))
    assert not DBTaskResult.objects.exists()
    tasks.send_due(at(31))
    tasks.send_due(at(31))
    assert DBTaskResult.objects.count() == 1
    assert not server.letters


def test_where_no_worker_runs_the_clock_sends(server, ada):
    write(ada, at=at(30))
    tasks.send_due(at(33))
    assert row().state == "sent"


def test_with_the_immediate_backend_the_clock_sends_and_no_request_waits(server, ada, settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
    write(ada)
    tasks.wake()
    assert row().state == "waiting"
    tasks.send_due(timezone.now())
    assert row().state == "sent"
