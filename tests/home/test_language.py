"""Pages, e-mails and sockets in the reader's language: the person's own, else the browser's, else the site's."""

from __future__ import annotations

import re

import pytest
from channels.testing import ApplicationCommunicator
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.mail import outbox
from accounts.models import OutgoingMail
from config.web.language import catalogues, choice
from config.web.language.offered import NAMES, offered
from home.models import Notification
from tests.support import mailing
from tests.support.api import V1, client_of

GREETING = mailing.MailKind("test.greeting", "Test", gettext_lazy("Teacher"), "…", {})


def language_of(answer):
    [found] = re.findall(r"<html[^>]*>", answer.content.decode())
    return found.partition('lang="')[2].partition('"')[0], 'dir="rtl"' in found


@pytest.mark.parametrize("code", ["de", "zh-hans", "ar"])
def test_what_was_chosen_is_in_the_next_page_and_goes_back_to_it(client, notices, code):
    answer = client.post("/language/", {"language": code, "next": "/privacy/"})
    assert answer.headers["Location"] == "/privacy/"
    assert language_of(client.get("/privacy/")) == (code, code == "ar")


def test_a_browser_is_answered_in_the_language_that_it_asks_for(client, notices):
    assert language_of(client.get("/privacy/", headers={"accept-language": "xx, fr;q=0.5"}))[0] == "fr"
    assert language_of(client.get("/privacy/", headers={"accept-language": "xx"}))[0] == "en"


def test_who_signs_in_anywhere_reads_the_language_that_they_chose(client, ada, notices):
    client.force_login(ada, backend="accounts.backends.RoleBackend")
    client.post("/language/", {"language": "de"})
    ada.refresh_from_db()
    assert ada.language == "de"
    client.cookies["language"] = "fr"
    assert language_of(client.get("/home/", headers={"accept-language": "es"}))[0] == "de"


def test_a_language_that_no_one_here_speaks_and_another_site_change_nothing(client, ada, notices):
    client.force_login(ada, backend="accounts.backends.RoleBackend")
    for value in ("tlh", "", "../de", "de\x00"):
        assert (
            client.post("/language/", {"language": value, "next": "https://elsewhere.example/"}).headers["Location"]
            == "/"
        )
    ada.refresh_from_db()
    assert ada.language == "" and language_of(client.get("/privacy/"))[0] == "en"


def test_each_page_offers_each_language_by_its_own_name(client, notices):
    page = client.get("/privacy/").content.decode()
    assert re.findall(r'name="language" value="([\w-]+)" lang="\1" dir="auto" aria-pressed="(\w+)">(.*?)<', page) == [
        (code, "true" if code == "en" else "false", name) for code, name in NAMES.items()
    ]


def test_a_site_that_speaks_one_language_offers_none(client, notices, settings):
    settings.LANGUAGES = [("en", "English")]
    assert 'name="language"' not in client.get("/privacy/").content.decode()


def test_only_languages_with_a_catalogue_are_offered(tmp_path):
    (tmp_path / "zh_Hans").mkdir()
    assert offered([], tmp_path) == [("en", "English"), ("zh-hans", "简体中文")]
    assert offered(["zh-hans"], tmp_path) == [("zh-hans", "简体中文")]
    with pytest.raises(ValueError, match="xx is not one of"):
        offered(["xx"], tmp_path)


def test_a_catalogue_is_compiled_when_it_is_new_or_was_changed(tmp_path):
    po = tmp_path / "de/LC_MESSAGES/django.po"
    po.parent.mkdir(parents=True)
    po.write_text('msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "Door"\nmsgstr "Tür"\n')
    with po.open("a") as more:
        more.write('\nmsgid "%(n)s door"\nmsgid_plural "%(n)s doors"\nmsgstr[0] ""\nmsgstr[1] ""\n')
    assert catalogues.compile_outdated([tmp_path]) == 1
    assert "Tür".encode() in (compiled := po.with_suffix(".mo").read_bytes()) and b"doors" not in compiled
    assert catalogues.compile_outdated([tmp_path]) == 0


def test_an_e_mail_is_in_its_readers_language_whoever_caused_it(ada, grace):
    ada.language = "de"
    ada.save()
    with mailing.only([GREETING]), translation.override("fr"):
        outbox.enqueue_all(GREETING.code, [outbox.Letter("1", {}, ada), outbox.Letter("2", {}, grace)])
    subjects = dict(OutgoingMail.objects.values_list("person__id_number", "subject"))
    told = dict(Notification.objects.values_list("person__id_number", "text"))
    with translation.override("de"):
        assert subjects[ada.id_number] == told[ada.id_number] == _("Teacher") != "Teacher"
    assert subjects[grace.id_number] == told[grace.id_number] == "Teacher"


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        ({"cookies": {"language": "de"}, "headers": [(b"accept-language", b"fr")]}, "de"),
        ({"cookies": {"language": "tlh"}, "headers": [(b"accept-language", b"xx,fr;q=0.4")]}, "fr"),
        ({"headers": [(b"accept-language", b"\xff;;q=x")]}, "en"),
        ({}, "en"),
    ],
)
async def test_a_socket_speaks_the_language_of_its_page(scope, expected):
    async def says(scope, receive, send):
        await send({"type": "websocket.send", "text": translation.get_language()})

    socket = ApplicationCommunicator(choice.SocketLanguage(says), {"type": "websocket", **scope})
    assert (await socket.receive_output())["text"] == expected


def test_the_api_takes_only_a_language_that_the_site_speaks(administrator, ada):
    address = f"{V1}/people/{ada.id_number}/"
    answer = client_of(administrator).patch(address, {"language": "tlh"}, format="json")
    assert (answer.status_code, answer.json()["errors"]["language"][0]["code"]) == (400, "invalid_choice")
    assert client_of(administrator).patch(address, {"language": "de"}, format="json").json()["language"] == "de"
