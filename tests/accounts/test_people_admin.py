"""People in the admin: who may look, who may change, and how many questions the list asks the database."""

import datetime

import pytest
from django.utils import timezone

from accounts.consent.consent import give_consent, withdraw_consent
from accounts.models import Department, User
from accounts.people.erasure import STEPS
from accounts.people.lifecycle import delete_person, set_active
from accounts.roles import Role
from config.errors import Refused
from tests.conftest import person

LIST = "/admin/accounts/user/"
erased = []


def remember(person, *, by):
    erased.append((person.id_number, by))


def refuse(person, *, by):
    raise RuntimeError("the eraser is out of order")


@pytest.fixture(autouse=True)
def listening():
    erased.clear()
    with STEPS.replaced({"first": remember}):
        yield


@pytest.fixture
def desk(client, administrator):
    client.force_login(administrator)
    return client


def form(person, **changes):
    return {
        "first_name": person.first_name,
        "last_name": person.last_name,
        "id_number": person.id_number,
        "email": person.email,
        "affiliation": person.affiliation,
        "department": "",
        "valid_from": "",
        "valid_until": "",
        "role": person.role,
        "card_barcode": "",
        "is_active": "on",
        "consents-TOTAL_FORMS": "0",
        "consents-INITIAL_FORMS": "0",
        **changes,
    }


def names(page):
    return {p.first_name for p in page.context["cl"].result_list}


def test_the_list_asks_the_same_few_questions_for_three_people_and_for_forty(
    desk, ada, notices, django_assert_max_num_queries
):
    department = Department.objects.create(code="cs", name="Computer science")
    for n in range(40):
        give_consent(person(f"s-{n}", f"P{n}", department=department), "library", by=None)
    with django_assert_max_num_queries(9):
        assert "Computer science" in desk.get(LIST).content.decode()


def test_the_admin_names_its_parts_and_lists_in_plain_words(desk):
    parts = {part["app_label"]: str(part["name"]) for part in desk.get("/admin/").context["app_list"]}
    assert (parts["axes"], parts["knox"]) == ("Sign-ins", "API access")
    assert "<h1>Stations</h1>" in desk.get("/admin/recognition/station/").content.decode()


@pytest.mark.parametrize("words", ["s-ada", "Lovelace", "ada love", "ada@example", "4006381333931"])
def test_a_person_is_found_by_name_number_mail_or_card(desk, ada, grace, words):
    User.objects.filter(pk=ada.pk).update(card_barcode="4006381333931")
    assert names(desk.get(LIST, {"q": words})) == {"Ada"}


def test_the_filters_tell_valid_ended_coming_and_deactivated_apart(desk, administrator):
    today, day = timezone.localdate(), datetime.timedelta(days=1)
    person("s-1", "Valid", valid_from=today, valid_until=today)
    person("s-2", "Ended", valid_until=today - day)
    person("s-3", "Coming", valid_from=today + day)
    person("s-4", "Off", is_active=False)
    shown = {value: names(desk.get(LIST, {"validity": value})) for value in ("valid", "ended", "coming", "off")}
    assert shown == {"valid": {"Valid", "Margaret"}, "ended": {"Ended"}, "coming": {"Coming"}, "off": {"Off"}}


def test_people_are_found_by_what_they_agreed_to(desk, ada, grace, notices):
    give_consent(ada, "library", by=ada)
    give_consent(grace, "library", by=grace)
    withdraw_consent(grace, "library", by=grace)
    assert names(desk.get(LIST, {"consent": "library"})) == {"Ada"}
    assert names(desk.get(LIST, {"consent": "none"})) == {"Grace", "Margaret"}


def test_an_administrator_adds_a_person_who_has_no_password_yet(desk, ada):
    answer = desk.post(f"{LIST}add/", form(ada, id_number="s-new", first_name="Emmy"))
    assert answer.status_code == 302
    assert not User.objects.get(id_number="s-new").has_usable_password()


def test_an_id_number_is_given_once(desk, ada, grace, caplog):
    caplog.set_level("INFO")
    page = desk.post(f"{LIST}add/", form(ada))
    assert "already exists" in page.content.decode()
    assert "A person was refused: {'id_number': ['unique']" in caplog.text


def test_an_administrator_changes_a_person_and_keeps_the_password(desk, ada):
    assert desk.post(f"{LIST}{ada.pk}/change/", form(ada, role="librarian")).status_code == 302
    ada.refresh_from_db()
    assert ada.role == Role.LIBRARIAN
    assert ada.check_password("correct horse battery")


def test_an_administrator_sets_somebodys_password(desk, ada):
    new = {"password1": "staple lake violin", "password2": "staple lake violin", "usable_password": "true"}
    assert desk.post(f"{LIST}{ada.pk}/password/", new).status_code == 302
    ada.refresh_from_db()
    assert ada.check_password("staple lake violin")


@pytest.mark.parametrize("change", [{"role": "member"}, {"is_active": ""}])
def test_nobody_takes_away_their_own_administration(desk, administrator, change):
    page = desk.post(f"{LIST}{administrator.pk}/change/", form(administrator, **change))
    assert "cannot remove your own administrator role" in page.content.decode()
    administrator.refresh_from_db()
    assert administrator.is_administrator


def test_people_are_deactivated_and_activated_from_the_list_but_never_oneself(desk, administrator, ada, grace):
    chosen = {"_selected_action": [ada.pk, grace.pk]}
    desk.post(LIST, {"action": "deactivate", **chosen})
    assert set(User.objects.filter(is_active=False)) == {ada, grace}
    desk.post(LIST, {"action": "activate", **chosen})
    assert not User.objects.filter(is_active=False).exists()
    answer = desk.post(LIST, {"action": "deactivate", "_selected_action": [administrator.pk]})
    assert answer.status_code == 403
    assert User.objects.get(pk=administrator.pk).is_active


def test_the_pin_action_wants_exactly_one_person(desk, ada, grace):
    one = desk.post(LIST, {"action": "set_pin_of_one", "_selected_action": [ada.pk]})
    assert one.url == f"{LIST}{ada.pk}/pin/"
    two = desk.post(LIST, {"action": "set_pin_of_one", "_selected_action": [ada.pk, grace.pk]}, follow=True)
    assert "Choose one person" in two.content.decode()


def test_deleting_a_person_erases_the_face_first(desk, administrator, ada):
    assert desk.post(f"{LIST}{ada.pk}/delete/", {"post": "yes"}).status_code == 302
    assert erased == [("s-ada", administrator)]
    assert not User.objects.filter(id_number="s-ada").exists()


def test_deleting_several_people_erases_each(desk, administrator, ada, grace):
    desk.post(LIST, {"action": "delete_selected", "_selected_action": [ada.pk, grace.pk], "post": "yes"})
    assert {id_number for id_number, _by in erased} == {"s-ada", "s-grace"}


def test_if_the_erasing_fails_the_person_stays(ada, administrator):
    with STEPS.replaced({"first": refuse}), pytest.raises(RuntimeError):
        delete_person(ada, by=administrator)
    assert User.objects.filter(id_number="s-ada").exists()


def test_nobody_deletes_or_switches_off_themselves(administrator):
    for deed in (delete_person, lambda p, by: set_active(p, False, by=by)):
        with pytest.raises(Refused, match="not_allowed"):
            deed(administrator, by=administrator)


# --- Other staff ---


@pytest.fixture(params=["librarian", "officer"])
def staff(request):
    return request.getfixturevalue(request.param)


def test_staff_look_at_people_without_card_password_or_pin(client, staff, ada):
    User.objects.filter(pk=ada.pk).update(card_barcode="4006381333931")
    client.force_login(staff)
    page = client.get(f"{LIST}{ada.pk}/change/").content.decode()
    assert "ada@example.org" in page
    for secret in ("4006381333931", "md5", "PIN"):
        assert secret not in page
    assert names(client.get(LIST, {"q": "4006381333931"})) == set()


@pytest.mark.parametrize("change", [{"role": "administrator"}, {"first_name": "Eve"}])
def test_staff_change_nobody_not_even_themselves(client, staff, ada, change):
    client.force_login(staff)
    for somebody in (ada, staff):
        answer = client.post(f"{LIST}{somebody.pk}/change/", form(somebody, **change))
        assert answer.status_code == 403
        assert User.objects.values_list("role", "first_name").get(pk=somebody.pk) == (
            somebody.role,
            somebody.first_name,
        )


def test_a_group_that_grants_everything_still_makes_nobody_an_administrator(client, librarian, ada):
    from django.contrib.auth.models import Permission

    librarian.user_permissions.set(Permission.objects.all())
    client.force_login(librarian)
    assert client.post(f"{LIST}{librarian.pk}/change/", form(librarian, role="administrator")).status_code == 403
    assert client.post(f"{LIST}add/", form(ada, id_number="s-new", role="administrator")).status_code == 403
    assert User.objects.filter(role="administrator").count() == 0


@pytest.mark.parametrize("action", ["activate", "deactivate", "set_pin_of_one", "delete_selected"])
def test_staff_are_offered_no_action(client, staff, ada, action):
    client.force_login(staff)
    client.post(LIST, {"action": action, "_selected_action": [ada.pk], "post": "yes"})
    assert User.objects.get(pk=ada.pk).is_active


@pytest.mark.parametrize("deed", ["add/", "{pk}/delete/", "{pk}/password/", "{pk}/pin/"])
def test_staff_are_refused_every_deed(client, staff, ada, deed):
    client.force_login(staff)
    assert client.post(LIST + deed.format(pk=ada.pk), {"post": "yes"}).status_code == 403


def test_there_is_no_second_table_of_permissions(desk):
    assert desk.get("/admin/auth/group/").status_code == 404


def test_first_superuser_works_here_and_may_open_the_administration(db):
    first = User.objects.create_superuser("root", "correct horse battery", first_name="Grace")
    assert (first.affiliation, first.role, first.is_staff) == ("employee", "administrator", True)
