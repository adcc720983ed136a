"""E-mail as people see it: their wishes, the link below a letter, the outbox and the texts in the administration."""

from __future__ import annotations

import re

import pytest
from auditlog.models import LogEntry as Audit
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from accounts.consent.consent import give_consent
from accounts.mail import kinds, outbox, preferences, retention, texts
from accounts.models import MailOptOut, MailTemplate, OutgoingMail, User
from config.delivery.metrics import OutboxCollector
from tests.conftest import Role, person
from tests.support.mailing import NEWS, PARENTS, at, go, only, states

# What a page says, and to whom, is Python and templates: the role matrix asks every address of each database.
pytestmark = pytest.mark.same_on_every_database

REAL = list(kinds.KINDS)
OUTBOX, TEXTS = "/admin/accounts/outgoingmail/", "/admin/accounts/mailtemplate/"


@pytest.fixture(autouse=True)
def two_kinds(settings, db):
    settings.MAIL_QUIET_HOURS = None
    with only():
        yield


@pytest.fixture
def desk(client, administrator):
    client.force_login(administrator)
    return client


def write(to, key="k", kind="test.news", **more):
    return outbox.enqueue(kind, key=key, person=to, context={"name": to.get_full_name(), "news": "It rains."}, **more)


# --- one's own wishes ---------------------------------------------------------------------------


def test_everybody_chooses_their_e_mails_on_their_own_page(client, ada, mailoutbox):
    client.force_login(ada)
    page = client.get("/me/").content.decode()
    assert "ada@example.org" in page
    assert re.findall(r'name="kind" value="([\w.]+)"( checked)?', page) == [
        ("test.news", " checked"),
        ("test.lively", " checked"),
    ]
    client.post("/me/mail/", {"kind": ["test.lively"]})
    assert [wish.kind.code for wish in preferences.wishes_of(ada) if wish.wanted] == ["test.lively"]
    assert write(ada) is None
    client.post("/me/mail/", {"kind": ["test.lively", "test.news"]})
    write(ada)
    go()
    assert [letter.to for letter in mailoutbox] == [["ada@example.org"]]


def test_nobody_switches_off_their_guardian_s_letters_or_what_everybody_gets(client, ada):
    client.force_login(ada)
    client.post("/me/mail/", {"kind": ["test.duty", "test.parents", "nonsense"]})
    assert set(MailOptOut.objects.values_list("kind", flat=True)) == {"test.news", "test.lively"}


def test_kinds_for_one_role_are_offered_to_that_role(ada, teacher):
    with only(FOR_TEACHERS):
        assert [wish.kind.code for wish in preferences.wishes_of(teacher)] == ["test.staff"]
        assert preferences.wishes_of(ada) == []


FOR_TEACHERS = [kinds.MailKind("test.staff", "Staff", "s", "b", {}, roles=frozenset({Role.TEACHER}))]


def test_without_an_address_the_page_says_that_nothing_is_sent(client, teacher):
    client.force_login(teacher)
    assert "no e-mail address for you" in client.get("/me/").content.decode()


# --- the link -----------------------------------------------------------------------------------


@pytest.fixture
def link(ada, settings):
    return preferences.link(ada, NEWS).removeprefix(settings.SITE_URL)


def test_the_link_asks_first_and_stops_then(db, ada, link):
    stranger = Client(enforce_csrf_checks=True)
    page = stranger.get(link)
    assert "News" in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    assert preferences.is_wanted(ada, NEWS)
    assert "no longer sends you e-mails" in stranger.post(link, {"wanted": "no"}).content.decode()
    assert not preferences.is_wanted(ada, NEWS)
    stranger.post(link, {"wanted": "yes"})
    assert preferences.is_wanted(ada, NEWS)


def test_a_mail_program_stops_them_with_one_click(ada, link):
    answer = Client(enforce_csrf_checks=True).post(link, {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert not preferences.is_wanted(ada, NEWS)
    Client().post(link, {"List-Unsubscribe": "One-Click"})
    assert MailOptOut.objects.count() == 1


def test_a_guardian_without_an_account_stops_only_what_goes_to_them(ada, settings):
    ada.guardian_email = "lady.byron@example.org"
    ada.save()
    Client().post(preferences.link(ada, PARENTS).removeprefix(settings.SITE_URL))
    assert write(ada, kind="test.parents") is None
    assert write(ada) is not None


def test_a_link_that_was_not_signed_here_does_nothing(client, ada, grace, link, settings):
    hers = preferences.link(grace, NEWS).removeprefix(settings.SITE_URL)
    mixed = "/mail/" + link.split("/")[2].split(":")[0] + ":" + hers.split("/")[2].split(":", 1)[1] + "/"
    for bad in ("/mail/x/", link[:-2] + "/", mixed):
        answer = client.post(bad)
        assert (answer.status_code, "no longer valid" in answer.content.decode()) == (404, True)
    ada.delete()
    assert client.get(link).status_code == 404
    assert not MailOptOut.objects.exists()


def test_what_everybody_gets_cannot_be_stopped_by_a_link_either(client, ada, settings):
    duty = preferences.link(ada, kinds.find("test.duty")).removeprefix(settings.SITE_URL)
    assert client.post(duty).status_code == 400
    assert preferences.is_wanted(ada, kinds.find("test.duty"))


# --- the outbox ---------------------------------------------------------------------------------


def act(desk, action, *mails):
    page = desk.post(OUTBOX, {"action": action, "_selected_action": [mail.pk for mail in mails]}, follow=True)
    return page.content.decode()


@pytest.mark.on_every_database
def test_the_outbox_shows_what_happened_and_why(desk, ada):
    mail = write(ada)
    OutgoingMail.objects.update(state="unclear", last_error="interrupted")
    page = desk.get(OUTBOX).content.decode()
    assert "News for Ada Lovelace" in page
    assert "may or may not have been delivered" in page
    assert "It rains." in desk.get(f"{OUTBOX}{mail.pk}/change/").content.decode()
    for address in ("?state__exact=unclear", "?kind=test.news", "?q=ada@example.org", "?q=s-ada"):
        assert len(desk.get(OUTBOX + address).context["cl"].result_list) == 1, address
    assert len(desk.get(f"{OUTBOX}?state__exact=sent").context["cl"].result_list) == 0


def test_an_administrator_sends_again_what_failed_and_never_what_was_sent(desk, ada, grace, mailoutbox):
    failed, sent = write(ada), write(grace, key="g")
    OutgoingMail.objects.filter(pk=failed.pk).update(state="failed", tries=16)
    OutgoingMail.objects.filter(pk=sent.pk).update(state="sent")
    page = act(desk, "send_again", failed, sent)
    assert "1 e-mail is being sent now." in page
    assert "are not sent again" in page
    go()
    assert [letter.to for letter in mailoutbox] == [["ada@example.org"]]


def test_an_administrator_cancels_what_waits(desk, ada, mailoutbox):
    assert "1 e-mail was cancelled." in act(desk, "cancel", write(ada))
    assert go() == 0
    assert "Only waiting e-mails" in act(desk, "cancel", OutgoingMail.objects.get())


@pytest.mark.parametrize("role", [Role.TEACHER, Role.LIBRARIAN, Role.LOCKER_OFFICER, Role.MEMBER])
def test_nobody_else_reads_other_people_s_letters(client, ada, role):
    mail = write(ada)
    client.force_login(person("x-1", "Somebody", role))
    for address in (OUTBOX, f"{OUTBOX}{mail.pk}/change/", TEXTS):
        assert client.get(address).status_code in (302, 403)
    client.post(OUTBOX, {"action": "cancel", "_selected_action": [mail.pk]})
    assert states() == {"k": "waiting"}


def test_the_first_page_of_the_administration_tells_what_did_not_arrive(desk, ada, grace, librarian, client):
    assert "could not be delivered" not in desk.get("/admin/").content.decode()
    write(ada)
    OutgoingMail.objects.update(state="failed")
    write(grace, key="g")
    OutgoingMail.objects.filter(key="g").update(not_before=at(-60))
    page = desk.get("/admin/").content.decode()
    assert "1 e-mail could not be delivered." in page
    assert f"{OUTBOX}?state__exact=failed" in page
    assert "1 e-mail has been waiting too long." in page
    client.force_login(librarian)
    assert "could not be delivered" not in client.get("/admin/").content.decode()


def test_monitors_read_how_many_lie_in_each_state(client, ada, grace, settings):
    settings.METRICS_TOKEN = "m3trics"
    write(ada)
    write(grace, key="g")
    OutgoingMail.objects.filter(key="g").update(state="failed")
    page = client.get("/metrics", headers={"Authorization": "Bearer m3trics"}).content.decode()
    assert 'ostiary_mails{state="waiting"} 1.0' in page
    assert 'ostiary_mails{state="failed"} 1.0' in page
    assert [family.name for family in OutboxCollector("ostiary_mails", "E-mails", OUTBOX).describe()] == [
        "ostiary_mails"
    ]


# --- the texts ----------------------------------------------------------------------------------


@pytest.fixture
def news_text(desk):
    desk.get(TEXTS)
    return f"{TEXTS}{MailTemplate.objects.get(kind='test.news').pk}/"


def test_every_kind_has_a_text_to_edit_and_shows_the_original_one(desk, news_text):
    page = desk.get(TEXTS).content.decode()
    assert page.count("field-label") == 4
    assert "News for {{ name }}" in page
    form = desk.get(f"{news_text}change/").content.decode()
    assert "Hello {{ name }}" in form
    assert "The person&#x27;s name" in form
    assert "This is the original text." in form


def test_an_edited_text_is_used_and_can_be_taken_back(desk, news_text, ada, mailoutbox):
    body = "Dear {{ name }}, {{news}}\r\nYours, {{ site }}"
    assert desk.post(f"{news_text}change/", {"subject": "{{name}}!", "body": body, "_save": "1"}).status_code == 302
    write(ada)
    go()
    assert mailoutbox[0].subject == "Ada Lovelace!"
    assert mailoutbox[0].body.startswith("Dear Ada Lovelace, It rains.\nYours, Ostiary\n")
    assert Audit.objects.filter(object_repr="News").exists()
    desk.post(f"{news_text}original/")
    assert texts.text_of(NEWS) == texts.original(NEWS)


@pytest.mark.on_every_database
def test_saving_the_original_keeps_following_the_product(desk, news_text):
    first = texts.original(NEWS)
    desk.post(f"{news_text}change/", {"subject": first.subject, "body": first.body.replace("\n", "\r\n"), "_save": "1"})
    template = MailTemplate.objects.get(kind="test.news")
    assert (template.subject, template.body) == ("", "")


def test_several_texts_go_back_to_the_original_together(desk, news_text):
    MailTemplate.objects.update(subject="x", body="y")
    chosen = list(MailTemplate.objects.values_list("pk", flat=True))
    desk.post(TEXTS, {"action": "back_to_the_original", "_selected_action": chosen})
    assert set(MailTemplate.objects.values_list("subject", "body")) == {("", "")}


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("{{ secret }}", "{{ secret }} is not available in this e-mail. You can use: {{ name }}, {{ news }}"),
        ("{{ name.password }}", "stray double braces"),
        ("{{ name", "stray double braces"),
        ("{{ settings.SECRET_KEY }}", "stray double braces"),
        ("", "required"),
    ],
)
def test_what_a_text_cannot_say_is_refused_with_a_sentence(desk, news_text, body, sentence):
    page = desk.post(f"{news_text}change/", {"subject": "x", "body": body, "_save": "1"}).content.decode()
    assert sentence in page
    assert texts.text_of(NEWS) == texts.original(NEWS)


def test_a_text_runs_nothing(desk, news_text, ada, mailoutbox):
    body = "{% load static %}{% include 'base.html' %}%(name)s ${name} {name} {{ news }}"
    desk.post(f"{news_text}change/", {"subject": "x", "body": body, "_save": "1"})
    write(ada)
    go()
    assert "{% load static %}{% include 'base.html' %}%(name)s ${name} {name} It rains." in mailoutbox[0].body


def test_a_preview_shows_what_would_arrive_and_saves_nothing(desk, news_text):
    page = desk.post(f"{news_text}preview/", {"subject": "To {{ name }}", "body": "<b>{{ news }}</b>"}).content.decode()
    assert "To Ada Lovelace" in page
    assert "&lt;b&gt;one\ntwo&lt;/b&gt;" in page
    assert texts.text_of(NEWS) == texts.original(NEWS)
    assert (
        "{{ oops }} is not available"
        in desk.post(f"{news_text}preview/", {"subject": "x", "body": "{{ oops }}"}).content.decode()
    )
    assert "Hello Ada Lovelace" in desk.get(f"{news_text}preview/").content.decode()


def test_every_original_text_says_only_what_its_kind_can_say():
    assert len(REAL) > 20
    for kind in REAL:
        assert texts.problems(kind, str(kind.subject)) == []
        assert texts.problems(kind, str(kind.body)) == []
        shown = texts.preview(kind, texts.original(kind))
        assert "{{" not in shown.subject + shown.body


# --- what is kept -------------------------------------------------------------------------------


@pytest.mark.on_every_database
def test_old_letters_finished_tasks_and_guardians_of_the_gone_are_purged(ada, grace, settings):
    settings.MAIL_DAYS = 90
    for key, state in (("sent", "sent"), ("failed", "failed"), ("waiting", "waiting")):
        write(ada, key=key)
        OutgoingMail.objects.filter(key=key).update(state=state, created_at=at(-60 * 24 * 91))
    write(ada, key="young")
    OutgoingMail.objects.filter(key="young").update(state="sent", created_at=at(-60 * 24 * 89))
    for status in ("SUCCESSFUL", "RUNNING", "READY"):
        task = {"task_path": "x", "args_kwargs": {}, "backend_name": "default", "run_after": at(0)}
        DBTaskResult.objects.create(**task, status=status)
    DBTaskResult.objects.update(enqueued_at=at(-3000))
    User.objects.update(guardian_name="Anne", guardian_email="anne@example.org")
    User.objects.filter(pk=ada.pk).update(valid_until=timezone.localdate(at(-3000)))
    assert retention.purge(timezone.now()) == {"mails": 2, "tasks": 2, "guardians": 1}
    assert set(states()) == {"waiting", "young"}
    assert set(User.objects.values_list("id_number", "guardian_email")) == {
        ("s-ada", ""),
        ("s-grace", "anne@example.org"),
    }
    assert retention.purge(timezone.now()) == {"mails": 0, "tasks": 0, "guardians": 0}


def test_a_person_who_is_deleted_takes_their_letters_along(desk, ada, grace, notices):
    give_consent(ada, "library", by=ada)
    write(ada)
    write(grace, key="g")
    preferences.want(ada, NEWS, False)
    assert desk.post(f"/admin/accounts/user/{ada.pk}/delete/", {"post": "yes"}).status_code == 302
    assert set(states()) == {"g"}
    assert not MailOptOut.objects.exists()


def test_a_wish_by_telephone_is_noted_by_an_administrator(desk, ada):
    desk.post("/admin/accounts/mailoptout/add/", {"person": ada.pk, "kind": "test.news"})
    assert not preferences.is_wanted(ada, NEWS)
    assert "News" in desk.get("/admin/accounts/mailoptout/").content.decode()
    again = desk.post("/admin/accounts/mailoptout/add/", {"person": ada.pk, "kind": "test.news"})
    assert "already exists" in again.content.decode()
    assert desk.post("/admin/accounts/mailoptout/add/", {"person": ada.pk, "kind": "test.duty"}).status_code == 200
