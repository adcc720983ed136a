"""Programs sign in with id number and password, and work with a token afterwards."""

import base64
import datetime

import pytest
from django.test import override_settings
from knox.models import AuthToken
from rest_framework.test import APIClient

from tests.support.api import V1, client_of, code_of

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"


def sign_in(id_number, password=PASSWORD):
    pair = base64.b64encode(f"{id_number}:{password}".encode()).decode()
    return APIClient().post(f"{V1}/auth/login/", HTTP_AUTHORIZATION=f"Basic {pair}")


def with_token(token):
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {token}")
    return client


def test_a_program_signs_in_works_and_signs_out(librarian):
    answer = sign_in("l-barbara").json()
    assert set(answer) == {"token", "expiry"}
    client = with_token(answer["token"])
    assert client.get(f"{V1}/people/me/").json()["id_number"] == "l-barbara"
    assert client.post(f"{V1}/auth/logout/").status_code == 204
    assert code_of(client.get(f"{V1}/people/me/")) == "authentication_failed"


def test_signing_out_everywhere_ends_every_token_of_the_account(librarian, officer):
    first, second, other = client_of(librarian), client_of(librarian), client_of(officer)
    assert first.post(f"{V1}/auth/logoutall/").status_code == 204
    assert second.get(f"{V1}/people/me/").status_code == 401
    assert other.get(f"{V1}/people/me/").status_code == 200


def test_a_wrong_password_is_refused_with_a_challenge(librarian):
    refused = sign_in("l-barbara", "wrong")
    assert code_of(refused) == "authentication_failed"
    assert refused.status_code == 401
    assert refused["WWW-Authenticate"].startswith("Basic")


def test_without_credentials_the_answer_says_how_to_authenticate():
    refused = APIClient().get(f"{V1}/people/")
    assert refused.status_code == 401
    assert code_of(refused) == "not_authenticated"
    assert refused["WWW-Authenticate"] == "Token"


@override_settings(AXES_FAILURE_LIMIT=3)
def test_guessing_passwords_locks_that_account_even_with_the_right_one(librarian, officer):
    for _attempt in range(3):
        sign_in("l-barbara", "wrong")
    locked = sign_in("l-barbara")
    assert locked.status_code == 429
    assert code_of(locked) == "sign_in_locked"
    assert sign_in("o-edsger").status_code == 200


@override_settings(AXES_FAILURE_LIMIT=3)
def test_signing_in_in_between_clears_the_count_of_failures(librarian):
    for _attempt in range(2):
        sign_in("l-barbara", "wrong")
    assert sign_in("l-barbara").status_code == 200
    sign_in("l-barbara", "wrong")
    assert sign_in("l-barbara").status_code == 200


def test_a_token_falls_silent_when_its_owner_leaves(librarian):
    client = client_of(librarian)
    librarian.valid_until = datetime.date(2020, 1, 1)
    librarian.save()
    assert code_of(client.get(f"{V1}/people/me/")) == "not_valid_today"
    librarian.valid_until, librarian.is_active = None, False
    librarian.save()
    assert client.get(f"{V1}/people/me/").status_code == 401


def test_somebody_whose_membership_has_ended_gets_no_token(librarian):
    librarian.valid_until = datetime.date(2020, 1, 1)
    librarian.save()
    assert sign_in("l-barbara").status_code == 401


def test_a_browser_session_works_too_but_writes_need_the_csrf_token(administrator):
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(administrator)
    assert client.get(f"{V1}/people/me/").status_code == 200
    refused = client.post(f"{V1}/people/", {"id_number": "x", "first_name": "X"}, format="json")
    assert refused.status_code == 403
    assert code_of(refused) == "permission_denied"


@override_settings(TOKENS_PER_PERSON=2)
def test_an_account_has_so_many_tokens_and_no_more(librarian):
    first, second = sign_in("l-barbara").json()["token"], sign_in("l-barbara").json()["token"]
    refused = sign_in("l-barbara")
    assert (refused.status_code, code_of(refused)) == (403, "too_many_tokens")
    assert "auth/logout/" in refused.json()["detail"]
    with_token(first).post(f"{V1}/auth/logout/")
    assert sign_in("l-barbara").status_code == 200
    assert with_token(second).get(f"{V1}/people/me/").status_code == 200


@override_settings(TOKENS_PER_PERSON=1)
def test_a_token_that_is_over_counts_no_more(librarian):
    AuthToken.objects.create(user=librarian, expiry=-datetime.timedelta(seconds=1))
    assert sign_in("l-barbara").status_code == 200
