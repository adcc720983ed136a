"""Guessing passwords: at one account, at many, from one address and from everywhere; and the owner still comes in."""

import base64
import re

import pytest
from django.contrib.auth import authenticate
from django.test import Client, RequestFactory

from accounts.credentials import guess_counts, passwords
from accounts.credentials.guess_limits import Limit, steady
from accounts.identity import known_devices
from accounts.models import GuessCount, User
from config.errors import Refused
from tests.conftest import person
from tests.support.api import V1
from tests.support.guessers import PASSWORD, Clock, Counting, opened, sign_in
from tests.support.races import at_once

pytestmark = pytest.mark.django_db
NEW = "staple lake violin window"


@pytest.fixture
def clock(monkeypatch):
    return Clock(monkeypatch)


@pytest.fixture
def compared(settings, ada):
    settings.PASSWORD_HASHERS = ["tests.support.guessers.Counting"]
    Counting.compared.clear()
    return Counting.compared


def from_everywhere(n):
    """Another /64 each time."""
    return f"2001:db8:{n >> 16:x}:{n & 0xFFFF:x}::1"


def test_an_hour_of_guessing_from_everywhere_and_the_owner_comes_in(ada, clock, compared, mailoutbox):
    """The number of the issue: at most 100 comparisons in the hour, and three other ways for the owner."""
    browser = Client()
    assert opened(sign_in(browser=browser, at="198.51.100.7"))
    browser.post("/sign-out/")
    compared.clear()
    waits = []
    for n in range(360):
        answer = sign_in(password=f"guess {n}", at=from_everywhere(n))
        waits.append(int(answer.get("Retry-After", 0)))
        clock.goes_on(seconds=10)
    assert 5 <= len(compared) <= 20 and max(waits) == 900
    assert sign_in(at="203.0.113.9").status_code == 429, "a stranger who has it by now is not let in either"
    assert opened(sign_in(browser=browser, at="203.0.113.9")), "the browser that was used before"
    assert opened(sign_in(at="198.51.100.7")), "the address that was used before, as a program without cookies"
    assert opened(chosen_by_mail(Client(), mailoutbox)), "and the person who reads the mail"


def chosen_by_mail(browser, mailoutbox):
    browser.post("/password/forgotten/", {"email": "ada@example.org"})
    link = re.search(r"https?://[^/]+(/password/new/\S+)", mailoutbox[-1].body).group(1)
    page = browser.get(link, follow=True)
    browser.post(page.request["PATH_INFO"], {"new_password1": NEW, "new_password2": NEW})
    for n in range(40):  # while the guesses go on
        sign_in(password="nope", at=from_everywhere(n))
    return sign_in(password=NEW, browser=browser, at="203.0.113.20")


def test_four_wrong_ones_from_each_address_of_one_line_do_not_help(ada, compared):
    """As it was done: 112 tries out of one /64, four from each address."""
    for n in range(112):
        sign_in(password=f"guess {n}", at=f"2001:db8:1:1::{n // 4:x}")
    assert not opened(sign_in(at="2001:db8:1:1::ffff"))
    assert len(compared) <= 10


def test_forty_names_from_one_address_with_one_password(db, settings):
    for n in range(40):
        User.objects.create_user(f"s-{n}", "Summer2026!!")
    tried = [sign_in(f"s-{n}", "Winter2026!!") for n in range(40)]
    assert sum(answer.status_code == 429 for answer in tried) >= 19
    assert sign_in("s-39", "Summer2026!!").status_code == 429
    assert opened(sign_in("s-39", "Summer2026!!", at="192.0.2.77")), "another address is not held up"


def test_spraying_from_everywhere_meets_the_limit_of_the_site(ada, settings):
    settings.LOGIN_SITE_ATTEMPTS = 6
    for n in range(8):
        sign_in(f"nobody-{n}", at=from_everywhere(n))
    assert not opened(sign_in(at="203.0.113.9"))


def test_made_up_names_fill_no_table_while_the_site_waits(db, settings):
    settings.LOGIN_SITE_ATTEMPTS = 6
    for n in range(30):
        sign_in(f"nobody-{n}", at=from_everywhere(n))
    assert GuessCount.objects.count() <= 2 * 6 + 1


def test_the_wait_doubles_up_to_a_quarter_of_an_hour(ada, clock):
    waits = []
    for n in range(12):
        answer = sign_in(password="nope", at=from_everywhere(n))
        waits.append(int(answer.get("Retry-After", 0)))
        clock.goes_on(seconds=waits[-1])
    assert waits[:9] == [0, 0, 0, 0, 30, 60, 120, 240, 480] and set(waits[9:]) == {900}


def test_the_wait_is_said_with_the_wrong_password_that_begins_it(ada):
    for n in range(4):
        assert sign_in(password="nope", at=from_everywhere(n)).status_code == 200
    page = sign_in(password="nope", at=from_everywhere(9))
    assert page.status_code == 429 and page["Retry-After"] == "30"
    assert "Try again in 30 seconds" in page.content.decode()
    assert "browser you have used before" in page.content.decode()


def test_a_name_that_nobody_has_waits_like_any_other(ada):
    known = [sign_in("s-ada", "nope", at=from_everywhere(n)).status_code for n in range(7)]
    unknown = [sign_in("s-nobody", "nope", at=from_everywhere(n)).status_code for n in range(7)]
    assert known == unknown == [200] * 4 + [429] * 3


def test_every_name_costs_one_comparison(ada, grace, settings, monkeypatch):
    """Unknown, without a password, switched off, ended, right: the time says nothing."""
    grace.set_unusable_password()
    grace.save()
    away = person("s-away", "Away", is_active=False)
    hashed = []
    monkeypatch.setattr(Counting, "encode", lambda self, password, salt: hashed.append(1) or f"md5${salt}$x")
    settings.PASSWORD_HASHERS = ["tests.support.guessers.Counting"]
    for who in ("s-ada", "s-grace", "s-nobody", away.id_number):
        hashed.clear()
        sign_in(who, "nope")
        assert len(hashed) == 1, who


def test_guesses_at_the_same_moment_are_counted_before_they_are_looked_at(ada):
    request = RequestFactory().post("/", REMOTE_ADDR="192.0.2.1")
    budget = passwords._budget(ada, "s-ada", request)
    assert [guess_counts.count(budget) for _ in range(8)] == [0] * 5 + [30] * 3


def test_right_passwords_are_not_counted(ada, settings):
    settings.LOGIN_ADDRESS_ATTEMPTS = 3
    for _ in range(20):
        assert opened(sign_in())
    assert max(GuessCount.objects.values_list("level", flat=True)) == 0


def test_a_known_browser_has_few_tries_too(ada):
    browser = Client()
    sign_in(browser=browser)
    browser.post("/sign-out/")
    answers = [sign_in(password="nope", browser=browser, at=from_everywhere(n)).status_code for n in range(7)]
    assert answers == [200] * 4 + [429] * 3
    assert opened(sign_in(at="203.0.113.9")), "and does not use up those of others"


@pytest.mark.parametrize("forged", ["x", "0" * 32, "0" * 32 + "." + "a" * 64, "é", "0" * 32 + ".a" * 20])
def test_a_forged_cookie_makes_no_browser_known(ada, forged):
    browser = Client()
    browser.cookies[known_devices.COOKIE] = forged
    for n in range(9):
        sign_in(password="nope", browser=browser, at=from_everywhere(n))
    assert not opened(sign_in(browser=browser, at="203.0.113.9"))


def test_a_browser_is_known_for_those_who_signed_in_there_only(ada, grace):
    browser = Client()
    sign_in(browser=browser)
    browser.post("/sign-out/")
    request = RequestFactory().post("/")
    request.COOKIES[known_devices.COOKIE] = browser.cookies[known_devices.COOKIE].value
    assert known_devices.device_of(request, ada) and not known_devices.device_of(request, grace)
    sign_in("s-grace", browser=browser)
    request.COOKIES[known_devices.COOKIE] = browser.cookies[known_devices.COOKIE].value
    assert known_devices.device_of(request, ada) == known_devices.device_of(request, grace) != ""


def test_a_new_password_ends_the_known_browsers(ada):
    browser = Client()
    sign_in(browser=browser)
    request = RequestFactory().post("/")
    request.COOKIES[known_devices.COOKIE] = browser.cookies[known_devices.COOKIE].value
    ada.set_password(NEW)
    ada.save()
    assert not known_devices.device_of(request, ada)


def test_a_program_that_signs_in_from_its_own_address_is_not_kept_out(librarian):
    assert token("l-barbara", at="198.51.100.7").status_code == 200
    for n in range(9):
        refused = token("l-barbara", "nope", at=from_everywhere(n))
    assert refused.status_code == 429 and refused.json()["details"]["seconds"] == int(refused["Retry-After"]) > 0
    assert token("l-barbara", at="203.0.113.1").status_code == 429
    assert token("l-barbara", at="198.51.100.7").status_code == 200


def token(who, password=PASSWORD, *, at):
    pair = base64.b64encode(f"{who}:{password}".encode()).decode()
    return Client().post(f"{V1}/auth/login/", HTTP_AUTHORIZATION=f"Basic {pair}", REMOTE_ADDR=at)


def test_a_name_with_a_nul_is_nobody(db):
    assert token("s-\x00ada", at="192.0.2.1").status_code == 401


@pytest.mark.parametrize(
    ("address", "form"),
    [
        ("/me/pin/", {"password": "nope", "pin": "4711", "again": "4711"}),
        ("/password/", {"old_password": "nope", "new_password1": NEW, "new_password2": NEW}),
    ],
)
def test_an_open_session_is_no_place_to_guess_the_password(client, ada, address, form, compared):
    client.force_login(ada)
    for _ in range(30):
        page = client.post(address, form)
    assert len(compared) == 5 and "Too many wrong passwords. Try again in" in page.content.decode()
    name = "password" if "password" in form else "old_password"
    assert client.post(address, form | {name: PASSWORD}).status_code == 200, "not even with the right one"
    assert opened(sign_in()), "but what is guessed inside keeps nobody outside"


def test_guessing_outside_does_not_stop_somebody_inside(client, ada):
    client.force_login(ada)
    for n in range(9):
        sign_in(password="nope", at=from_everywhere(n))
    form = {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW}
    assert client.post("/password/", form).status_code == 302
    assert opened(sign_in(password=NEW, at="203.0.113.9")), "and a new password starts again"


def test_the_counts_name_nobody(ada):
    sign_in(password="nope")
    assert not {"s-ada", "192.0.2.1"} & {text for row in GuessCount.objects.values_list() for text in map(str, row)}


def test_old_counts_are_purged(ada, clock):
    sign_in(password="nope")
    clock.goes_on(days=31)
    assert guess_counts.purge(clock.now)["guess_counts"] > 0 and not GuessCount.objects.exists()


def test_no_other_door_compares_without_the_limits(ada):
    """Whatever calls Django's own `authenticate`: the admin, a package, a command."""
    for _ in range(5):
        authenticate(username="s-ada", password="nope")
    with pytest.raises(Refused, match="sign_in_locked"):
        authenticate(username="s-ada", password=PASSWORD)


def test_a_limit_sinks_with_time():
    from datetime import timedelta

    hourly = Limit(5, timedelta(seconds=30), timedelta(minutes=15), forgets=timedelta(hours=1))
    assert [hourly.wait(level).total_seconds() for level in (4, 5, 6, 99)] == [0, 30, 60, 900]
    assert steady(20, 80).wait(20) == timedelta(seconds=45) and not steady(20, 80).wait(19)


@pytest.mark.django_db(transaction=True)
def test_a_dozen_guesses_at_once_are_five(ada):
    """In threads of their own, as in processes of their own: the database counts."""

    def guess(n):
        request = RequestFactory().post("/", REMOTE_ADDR=from_everywhere(n))
        return authenticate(request, username="s-ada", password=f"guess {n}")

    answers = at_once(*[lambda n=n: guess(n) for n in range(12)])
    assert sorted(map(str, answers)) == ["None"] * 5 + ["sign_in_locked"] * 7
