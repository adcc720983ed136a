"""Where I am signed in: my browsers and no one else's, and signing out elsewhere at once."""

import datetime

from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from accounts.identity import sign_ins
from accounts.identity.browser_names import names_of
from accounts.models import SignIn
from tests.support.api import V1, client_of

PHONE = "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Mobile Safari/9"
LAPTOP = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:132.0) Gecko/20100101 Firefox/132.0"
PASSWORD = "correct horse battery"


def browser(person, agent=LAPTOP):
    client = Client(headers={"user-agent": agent}, REMOTE_ADDR="192.0.2.7")
    client.post("/sign-in/", {"username": person.id_number, "password": PASSWORD})
    return client


def is_in(client):
    return client.get("/me/").status_code == 200


def test_a_browser_is_named_in_two_words():
    assert names_of(PHONE) == ("Chrome", "Android")
    assert names_of(LAPTOP) == ("Firefox", "Windows")
    assert names_of("curl/8") == ("", "")


def test_the_page_names_device_address_and_which_one_this_is(ada, grace):
    laptop, _phone, _other = browser(ada), browser(ada, PHONE), browser(grace)
    text = laptop.get("/me/sign-ins/").content.decode()
    assert "Firefox" in text and "Android" in text and "192.0.2.7" in text
    assert text.count("this browser") == 1
    assert SignIn.objects.count() == 3
    assert len(sign_ins.current(ada)) == 2


def test_signing_out_elsewhere_leaves_this_browser_and_ends_tokens(ada):
    laptop, phone, program = browser(ada), browser(ada, PHONE), client_of(ada)
    assert is_in(phone)
    laptop.post("/me/sign-ins/end-others/")
    assert is_in(laptop) and not is_in(phone)
    assert program.get(f"{V1}/people/me/").status_code == 401


def test_one_browser_is_signed_out_alone(ada):
    laptop, phone, third = browser(ada), browser(ada, PHONE), browser(ada)
    [row] = ada.sign_ins.filter(system="Android")
    laptop.post(f"/me/sign-ins/{row.pk}/end/")
    assert is_in(laptop) and is_in(third) and not is_in(phone)


def test_no_one_signs_another_person_out(ada, grace):
    mine, theirs = browser(ada), browser(grace)
    row = grace.sign_ins.get()
    assert mine.post(f"/me/sign-ins/{row.pk}/end/").status_code == 404
    assert client_of(ada).delete(f"{V1}/sign-ins/{row.pk}/").status_code == 404
    assert is_in(theirs)


def test_a_new_password_keeps_this_browser_in_the_list_and_no_other(ada):
    laptop, _phone = browser(ada), browser(ada, PHONE)
    new = {"old_password": PASSWORD, "new_password1": "another staple 9", "new_password2": "another staple 9"}
    assert laptop.post("/password/", new).status_code == 302
    ada.refresh_from_db()
    assert [row.browser for row in sign_ins.current(ada)] == ["Firefox"]


def test_signed_out_or_run_out_is_gone_from_the_list_and_then_from_the_table(ada):
    laptop, _phone = browser(ada), browser(ada, PHONE)
    laptop.post("/sign-out/")
    assert [row.browser for row in sign_ins.current(ada)] == ["Chrome"]
    Session.objects.update(expire_date=timezone.now() - datetime.timedelta(seconds=1))
    assert sign_ins.current(ada) == []
    assert sign_ins.purge(timezone.now()) == {"sign_ins": 2}


def test_a_program_reads_and_ends_them_over_the_api(ada):
    phone, program = browser(ada, PHONE), client_of(ada)
    [row] = program.get(f"{V1}/sign-ins/").json()["results"]
    assert (row["browser"], row["system"]) == ("Chrome", "Android") and "session_key" not in row
    assert program.delete(f"{V1}/sign-ins/{row['id']}/").status_code == 204
    assert not is_in(phone)
    assert program.post(f"{V1}/sign-ins/end/").json() == {"ended": 1}


def test_a_password_set_in_the_administration_loses_no_browser(administrator, ada):
    root, elsewhere = browser(administrator), browser(administrator, PHONE)
    form = {"password1": "a new long sentence", "password2": "a new long sentence", "usable_password": "true"}
    assert root.post(f"/admin/accounts/user/{ada.pk}/password/", form).status_code == 302
    assert len(sign_ins.current(administrator)) == 2
    elsewhere.post("/me/sign-ins/end-others/")
    assert is_in(elsewhere) and not is_in(root)
