"""People and departments through the API."""

import datetime

import pytest
from auditlog.models import LogEntry
from django.contrib.auth.models import Group, Permission

from accounts.models import Department, User
from accounts.roles import Role
from tests.support.api import V1, client_of, code_of, results

# Fields and refusals are Python: of each database the role matrix asks every address, test_api_fuzz.py any value.
pytestmark = [pytest.mark.django_db, pytest.mark.same_on_every_database]
FIELDS = {
    "id_number",
    "first_name",
    "last_name",
    "email",
    "role",
    "affiliation",
    "department",
    "valid_from",
    "valid_until",
    "card_barcode",
    "is_active",
    "guardian_name",
    "guardian_email",
    "language",
}


def ids(response):
    return {row["id_number"] for row in results(response)}


def test_staff_who_enrol_see_everybody_with_the_fields_that_are_named(librarian, ada, grace):
    answer = client_of(librarian).get(f"{V1}/people/")
    assert ids(answer) == {"l-barbara", "s-ada", "s-grace"}
    assert all(set(row) == FIELDS - {"card_barcode"} for row in results(answer) if row["id_number"] != "l-barbara")


def test_a_card_is_read_by_administrators_and_its_owner_alone(administrator, librarian, ada):
    User.objects.filter(pk=ada.pk).update(card_barcode="4006381333931")
    for person in (administrator, ada):
        assert client_of(person).get(f"{V1}/people/s-ada/").json()["card_barcode"] == "4006381333931"
    assert "card_barcode" not in client_of(librarian).get(f"{V1}/people/s-ada/").json()
    assert set(client_of(administrator).get(f"{V1}/people/s-ada/").json()) == FIELDS


def test_guardians_are_named_to_staff_alone(administrator, librarian, ada):
    anne = {"guardian_name": "Anne Byron", "guardian_email": "anne@example.org"}
    assert client_of(administrator).patch(f"{V1}/people/s-ada/", anne).status_code == 200
    for staff in (administrator, librarian):
        shown = client_of(staff).get(f"{V1}/people/s-ada/").json()
        assert {name: shown[name] for name in anne} == anne
    assert set(client_of(ada).get(f"{V1}/people/me/").json()) == FIELDS - set(anne)
    wrong = client_of(administrator).patch(f"{V1}/people/s-ada/", {"guardian_email": "no address"})
    assert set(wrong.json()["errors"]) == {"guardian_email"}


@pytest.mark.parametrize("who", ["ada", "teacher"])
def test_members_and_teachers_see_themselves_only(who, request, grace):
    me = request.getfixturevalue(who)
    client = client_of(me)
    assert ids(client.get(f"{V1}/people/")) == {me.id_number}
    assert client.get(f"{V1}/people/{me.id_number}/").status_code == 200
    assert code_of(client.get(f"{V1}/people/s-grace/")) == "not_found"
    assert client.get(f"{V1}/people/me/").json()["id_number"] == me.id_number


def test_people_are_found_by_words_role_department_and_day(administrator, ada, grace):
    maths = Department.objects.create(code="maths", name="Mathematics")
    User.objects.filter(pk=ada.pk).update(department=maths, valid_until=datetime.date(2020, 6, 1))
    client = client_of(administrator)
    assert ids(client.get(f"{V1}/people/?search=love ada")) == {"s-ada"}
    assert ids(client.get(f"{V1}/people/?search=example.org")) == {"s-ada", "s-grace"}
    assert ids(client.get(f"{V1}/people/?department=maths")) == {"s-ada"}
    assert ids(client.get(f"{V1}/people/?role=administrator")) == {"a-root"}
    assert ids(client.get(f"{V1}/people/?valid_on=2024-01-01&affiliation=student")) == {"a-root", "s-grace"}
    assert ids(client.get(f"{V1}/people/?is_active=false")) == set()


def test_a_filter_value_that_makes_no_sense_is_refused_with_its_name(administrator):
    answer = client_of(administrator).get(f"{V1}/people/?role=king&valid_on=soon")
    assert code_of(answer) == "invalid"
    assert set(answer.json()["errors"]) == {"role", "valid_on"}


def test_an_administrator_adds_a_person_who_cannot_sign_in_yet(administrator):
    Department.objects.create(code="maths", name="Mathematics")
    answer = client_of(administrator).post(
        f"{V1}/people/", {"id_number": "s-emmy", "first_name": "Emmy", "last_name": "Noether", "department": "maths"}
    )
    assert answer.status_code == 201, answer.content
    emmy = User.objects.get(id_number="s-emmy")
    assert (emmy.department.code, emmy.role, emmy.has_usable_password()) == ("maths", Role.MEMBER, False)


def test_the_audit_log_knows_which_token_holder_added_a_person(administrator):
    client_of(administrator).post(f"{V1}/people/", {"id_number": "s-emmy", "first_name": "Emmy"})
    entry = LogEntry.objects.get(object_repr__contains="s-emmy", action=LogEntry.Action.CREATE)
    assert entry.actor == administrator


@pytest.mark.parametrize(
    ("fields", "field", "code"),
    [
        ({"id_number": "s-ada"}, "id_number", "unique"),
        ({"id_number": "me"}, "id_number", "reserved"),
        ({"id_number": "a b"}, "id_number", "invalid"),
        ({"id_number": "n-1\x00"}, "id_number", "invalid"),
        ({"first_name": ""}, "first_name", "blank"),
        ({"department": "nowhere"}, "department", "does_not_exist"),
        ({"role": "king"}, "role", "invalid_choice"),
        ({"valid_from": "2026-02-01", "valid_until": "2026-01-01"}, "valid_until", "ends_before_it_begins"),
        ({"email": "nobody"}, "email", "invalid"),
    ],
)
def test_a_person_with_a_mistake_is_refused_by_field_and_nothing_is_kept(
    administrator, ada, fields, field, code, caplog
):
    caplog.set_level("INFO")
    answer = client_of(administrator).post(f"{V1}/people/", {"id_number": "s-new", "first_name": "New"} | fields)
    assert code_of(answer) == "invalid"
    assert code in {error["code"] for error in answer.json()["errors"][field]}
    assert not User.objects.filter(id_number="s-new").exists()
    assert code in caplog.text and field in caplog.text


def test_an_administrator_changes_a_person_but_not_the_id_number(administrator, ada):
    client = client_of(administrator)
    changed = client.patch(f"{V1}/people/s-ada/", {"last_name": "King", "card_barcode": "4006381333931"})
    assert (changed.status_code, changed.json()["last_name"]) == (200, "King")
    refused = client.patch(f"{V1}/people/s-ada/", {"id_number": "s-other"})
    assert refused.json()["errors"]["id_number"][0]["code"] == "immutable"
    assert client.patch(f"{V1}/people/s-ada/", {"valid_from": "2026-02-01"}).status_code == 200
    assert client.patch(f"{V1}/people/s-ada/", {"valid_until": "2026-01-01"}).status_code == 409


@pytest.mark.parametrize("fields", [{"is_active": False}, {"role": "member"}])
def test_administrators_do_not_lock_themselves_out(administrator, fields):
    answer = client_of(administrator).patch(f"{V1}/people/a-root/", fields)
    assert answer.json()["errors"]["non_field_errors"][0]["code"] == "own_administration"
    assert client_of(administrator).patch(f"{V1}/people/a-root/", {"email": "m@example.org"}).status_code == 200


@pytest.mark.on_every_database
def test_a_group_may_add_permissions_but_never_makes_somebody_write_people(librarian, ada):
    group = Group.objects.create(name="extra")
    group.permissions.set(Permission.objects.filter(codename__in=["add_user", "change_user"]))
    librarian.groups.add(group)
    assert librarian.has_perm("accounts.change_user")
    assert code_of(client_of(librarian).patch(f"{V1}/people/s-ada/", {"role": "member"})) == "permission_denied"


def test_two_people_may_both_have_no_card(administrator, ada, grace):
    client = client_of(administrator)
    for who in ("s-ada", "s-grace"):
        assert client.patch(f"{V1}/people/{who}/", {"card_barcode": ""}).json()["card_barcode"] is None


@pytest.mark.parametrize("who", ["librarian", "officer", "teacher", "grace"])
def test_nobody_but_an_administrator_writes_people(who, request, ada):
    client = client_of(request.getfixturevalue(who))
    assert code_of(client.post(f"{V1}/people/", {"id_number": "s-x", "first_name": "X"})) == "permission_denied"
    assert code_of(client.patch(f"{V1}/people/s-ada/", {"role": "administrator"})) == "permission_denied"
    assert code_of(client.put(f"{V1}/people/{client_id(client)}/", {"role": "administrator"})) == "permission_denied"


def client_id(client):
    return client.get(f"{V1}/people/me/").json()["id_number"]


def test_pages_follow_each_other_newest_first_and_stay_right_while_people_join(administrator):
    for number in range(7):
        User.objects.create_user(f"s-{number}", first_name="N")
    client = client_of(administrator)
    first = client.get(f"{V1}/people/?page_size=3").json()
    assert [row["id_number"] for row in first["results"]] == ["s-6", "s-5", "s-4"]
    User.objects.create_user("s-7", first_name="N")
    second = client.get(first["next"]).json()
    assert [row["id_number"] for row in second["results"]] == ["s-3", "s-2", "s-1"]
    assert [row["id_number"] for row in client.get(second["previous"]).json()["results"]] == ["s-6", "s-5", "s-4"]


def test_a_page_is_never_larger_than_two_hundred(administrator):
    User.objects.bulk_create([User(id_number=f"s-{n}", first_name="N") for n in range(220)])
    assert len(results(client_of(administrator).get(f"{V1}/people/?page_size=100000"))) == 200


@pytest.mark.parametrize("cursor", ["x", "cD1hYmM=", "cD05OTk5OTk5OTk5OTk5OTk5OTk5OTk5", "cD0tMQ=="])
def test_a_cursor_that_somebody_made_up_is_refused(administrator, cursor):
    assert code_of(client_of(administrator).get(f"{V1}/people/?cursor={cursor}")) == "invalid_cursor"


def test_a_list_of_people_takes_the_same_few_queries_for_any_number(administrator, django_assert_max_num_queries):
    maths = Department.objects.create(code="maths", name="Mathematics")
    User.objects.bulk_create([User(id_number=f"s-{n}", first_name="N", department=maths) for n in range(30)])
    client = client_of(administrator)
    with django_assert_max_num_queries(3):  # the token, its owner's other tokens, the people
        assert len(results(client.get(f"{V1}/people/"))) == 31


@pytest.mark.parametrize(("who", "status"), [("librarian", 200), ("officer", 200), ("teacher", 403), ("ada", 403)])
def test_departments_are_read_by_staff_who_enrol(who, status, request):
    Department.objects.create(code="maths", name="Mathematics")
    client = client_of(request.getfixturevalue(who))
    assert client.get(f"{V1}/departments/").status_code == status
    assert client.get(f"{V1}/departments/maths/").status_code == status
    assert client.post(f"{V1}/departments/", {"code": "x", "name": "X"}).status_code in (403, 405)
