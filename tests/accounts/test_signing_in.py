"""Signing in and out, passwords, lock-out."""

import datetime
import re

import pytest
from django.core import mail
from django.utils import timezone

from accounts.models import User

PASSWORD = "correct horse battery"


def sign_in(client, id_number="s-ada", password=PASSWORD, **more):
    return client.post("/sign-in/", {"username": id_number, "password": password, **more})


def signed_in(client):
    return "_auth_user_id" in client.session


def ended(person):
    User.objects.filter(pk=person.pk).update(valid_until=timezone.localdate() - datetime.timedelta(days=1))


def test_ada_signs_in_and_out(client, ada):
    answer = sign_in(client)
    assert (answer.status_code, answer.url) == (302, "/home/")
    assert signed_in(client)
    assert client.post("/sign-out/").status_code == 302
    assert not signed_in(client)


def test_a_link_cannot_sign_anybody_out(client, ada):
    sign_in(client)
    assert client.get("/sign-out/").status_code == 302  # to the start, still signed in
    assert signed_in(client)


def test_signing_in_goes_back_to_the_page_that_asked_but_never_to_another_site(client, ada):
    assert sign_in(client, next="/me/").url == "/me/"
    client.post("/sign-out/")
    assert sign_in(client, next="https://elsewhere.example/").url == "/home/"


@pytest.mark.parametrize("wrong", [("s-ada", "nope"), ("s-nobody", PASSWORD)])
def test_a_wrong_password_and_an_unknown_person_get_the_same_sentence(client, ada, wrong):
    page = sign_in(client, *wrong).content.decode()
    assert "id number or the password is wrong" in page
    assert not signed_in(client)


def test_after_a_wrong_password_only_the_password_waits_to_be_typed(client, ada):
    fresh, again = client.get("/sign-in/").context["form"], sign_in(client, "s-ada", "nope").context["form"]
    assert [field.name for field in fresh if "autofocus" in field.field.widget.attrs] == ["username"]
    assert [field.name for field in again if "autofocus" in field.field.widget.attrs] == ["password"]


def test_an_expired_person_cannot_sign_in_and_is_told_why(client, ada):
    ended(ada)
    assert "not valid today" in sign_in(client).content.decode()
    assert not signed_in(client)


def test_who_does_not_know_the_password_learns_nothing_about_the_membership(client, ada):
    ended(ada)
    page = sign_in(client, password="nope").content.decode()
    assert "not valid today" not in page
    assert "id number or the password is wrong" in page


def test_a_membership_that_ends_closes_the_open_session(client, ada):
    sign_in(client)
    assert client.get("/home/").status_code == 200
    ended(ada)
    assert client.get("/home/").status_code == 302


def test_a_person_who_does_not_begin_until_tomorrow_waits(client, ada):
    User.objects.filter(pk=ada.pk).update(valid_from=timezone.localdate() + datetime.timedelta(days=1))
    sign_in(client)
    assert not signed_in(client)


def test_after_five_wrong_passwords_even_the_right_one_waits(client, ada):
    for _ in range(4):
        assert sign_in(client, password="nope").status_code == 200
    locked = sign_in(client, password="nope")
    assert locked.status_code == 429
    assert "Try again in 30 seconds" in locked.content.decode()
    assert sign_in(client).status_code == 429
    assert not signed_in(client)


def test_somebody_else_may_still_sign_in_from_the_same_place(client, ada, grace):
    for _ in range(6):
        sign_in(client, password="nope")
    sign_in(client, "s-grace")
    assert signed_in(client)


def new_password_link():
    return re.search(r"https?://[^/]+(/password/new/\S+)", mail.outbox[-1].body).group(1)


def test_a_mailbox_is_not_filled_by_asking_again_and_again(client, ada, mailoutbox):
    for _ in range(5):
        answer = client.post("/password/forgotten/", {"email": "ada@example.org"}, follow=True)
        assert answer.status_code == 200
    assert len(mailoutbox) == 1


def test_a_forgotten_password_is_chosen_again_by_e_mail_and_the_lock_is_lifted(client, ada):
    for _ in range(6):
        sign_in(client, password="nope")
    client.post("/password/forgotten/", {"email": "ada@example.org"})
    assert "s-ada" in mail.outbox[-1].body
    page = client.get(new_password_link(), follow=True)
    chosen = {"new_password1": "staple lake violin", "new_password2": "staple lake violin"}
    assert client.post(page.request["PATH_INFO"], chosen).status_code == 302
    assert sign_in(client, password="staple lake violin").status_code == 302
    assert signed_in(client)


def test_the_link_works_once(client, ada):
    client.post("/password/forgotten/", {"email": "ada@example.org"})
    page = client.get(new_password_link(), follow=True)
    client.post(
        page.request["PATH_INFO"], {"new_password1": "staple lake violin", "new_password2": "staple lake violin"}
    )
    assert "no longer works" in client.get(new_password_link(), follow=True).content.decode()


def test_an_imported_person_chooses_the_first_password_by_e_mail(client, ada):
    ada.set_unusable_password()
    ada.save()
    client.post("/password/forgotten/", {"email": "ADA@example.org"})
    assert len(mail.outbox) == 1


@pytest.mark.parametrize("address", ["nobody@example.org", "ada@example.org"])
def test_asking_for_a_password_never_tells_who_exists(client, ada, address):
    answer = client.post("/password/forgotten/", {"email": address}, follow=True)
    assert "If we know this address" in answer.content.decode()


def test_an_expired_person_gets_no_link(client, ada):
    ended(ada)
    client.post("/password/forgotten/", {"email": "ada@example.org"})
    assert mail.outbox == []


def test_changing_my_password_needs_the_old_one_and_a_good_new_one(client, ada):
    sign_in(client)
    new = {"new_password1": "staple lake violin", "new_password2": "staple lake violin"}
    client.post("/password/", {"old_password": "nope", **new})
    weak = {"new_password1": "lovelace123", "new_password2": "lovelace123"}
    client.post("/password/", {"old_password": PASSWORD, **weak})
    assert User.objects.get(pk=ada.pk).check_password(PASSWORD)
    assert client.post("/password/", {"old_password": PASSWORD, **new}).status_code == 302
    assert User.objects.get(pk=ada.pk).check_password("staple lake violin")
    assert signed_in(client)


def test_the_admin_uses_the_same_sign_in_page(client, db):
    answer = client.get("/admin/", follow=True)
    assert answer.request["PATH_INFO"] == "/sign-in/"
    assert answer.request["QUERY_STRING"] == "next=%2Fadmin%2F"


@pytest.mark.parametrize("who", ["ada", "teacher"])
def test_whose_role_has_no_admin_is_told_so_instead_of_sent_in_circles(client, request, who):
    client.force_login(request.getfixturevalue(who))
    answer = client.get("/admin/", follow=True)
    assert answer.status_code == 403
    assert "You do not have access to this page" in answer.content.decode()
