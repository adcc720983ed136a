"""A person who is deleted is gone: from every table, every column and every file, but for a number nobody has."""

from __future__ import annotations

import base64
import io
from datetime import timedelta
from pathlib import Path

import pytest
from auditlog.models import LogEntry
from django.contrib.admin.models import LogEntry as History
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.consent.consent import give_consent, withdraw_consent
from accounts.credentials.pins import set_pin
from accounts.mail import kinds, outbox
from accounts.models import Department, OutgoingMail, User, WebhookDelivery, WebhookEndpoint
from accounts.people import audit_retention, traced_fields, traces
from accounts.people.lifecycle import delete_person
from accounts.roles import Purpose, Role
from attendance.records import corrections
from library.circulation import holds, loans, patrons
from library.models import CirculationEvent
from library.visits import visits
from lockers.access import attempts, credentials
from lockers.assignments import registration
from lockers.bank.log import access_log
from lockers.doors import openings
from lockers.models import Assignment, Lockout
from recognition.enrol.enrolment import enrol
from recognition.management.retention import purge_expired
from recognition.models import BiometricAccess
from tests.conftest import person
from tests.support import attendance
from tests.support.api import V1, client_of
from tests.support.faces import photos_of
from tests.support.library import book
from tests.support.lockers import bank, locker, shut
from tests.support.mailing import DUTY, KINDS, PARENTS, only
from tests.support.traces import in_database, in_files

FIELDS = {
    "first_name": "Zqförsta",
    "last_name": "Zqlastnamed",
    "id_number": "zq-4477-id",
    "email": "zqmail@zqhome.example",
    "guardian_name": "Zqguardia Zqwarden",
    "guardian_email": "zqguard@zqparents.example",
    "card_barcode": "ZQCARD-90017",
}
FULL = "Zqförsta Zqlastnamed"
CHECKED = dict.fromkeys(("emptied", "inspected", "door_locked", "customer_told"), True)


@pytest.fixture
def site(settings, tmp_path, administrator):
    """Everything of the site lies in one folder, SQLite's own file too where that is the database."""
    settings.VAR_DIR, settings.ATTENDANCE_CSV_DIR = tmp_path, tmp_path / "attendance"
    settings.AXES_ENABLED = True
    client = Client()
    client.force_login(administrator)
    with only([*kinds.KINDS, *KINDS]):
        yield client


def lived(client, *, teacher, librarian, officer):
    """Somebody who goes through everything, with their name in everything that people write about others."""
    Department.objects.create(code="zoo", name="Zoology")
    form = FIELDS | {"affiliation": "student", "role": "member", "is_active": "on"}
    assert client.post("/admin/accounts/user/add/", form).status_code == 302
    who = User.objects.get(id_number=FIELDS["id_number"])
    client.post(f"/admin/accounts/user/{who.pk}/change/", form | {"department": str(Department.objects.get().pk)})
    _signs_in(who)
    _agrees(who)
    _attends(who, teacher)
    _reads(who, librarian)
    _has_a_locker(who, officer)
    _is_written_about(who, teacher)
    _is_in_files(client, who)
    return who


def _signs_in(who):
    who.set_password("correct horse battery")
    who.save()
    set_pin(who, "4711", by=who)
    for password in ("nope", "correct horse battery"):
        Client().post("/sign-in/", {"username": who.id_number, "password": password})
    pair = base64.b64encode(f"{who.id_number}:nope".encode()).decode()
    Client().post(f"{V1}/auth/login/", HTTP_AUTHORIZATION=f"Basic {pair}")
    Client().post("/password/forgotten/", {"email": who.email})
    client_of(who).get(f"{V1}/people/me/")


def _agrees(who):
    for purpose in (Purpose.LIBRARY, Purpose.LOCKERS, Purpose.ATTENDANCE):
        give_consent(who, purpose, by=who)
    enrol(who, photos_of("zq"), purposes=[Purpose.LIBRARY, Purpose.ATTENDANCE], by=None, source="upload")
    withdraw_consent(who, Purpose.ATTENDANCE, by=who)


def _attends(who, teacher):
    other = person("s-other", "Other")
    course = attendance.course(who, other, teacher=teacher)
    session = attendance.session(course, timezone.now() - timedelta(hours=3))
    attendance.seen(session, who, 1)
    session.note = f"{FULL} and Other had a fight, {FIELDS['id_number']} began"
    session.save()
    corrections.correct(session, who, "late", by=teacher, reason=f"{FULL} missed the bus")
    session = attendance.closed(session)
    corrections.correct(session, other, "present", by=teacher, reason="came with Zqförsta, says zqmail@zqhome.example")
    asked = corrections.appeal(session.records.get(person=who), "I, Zqförsta, was there", by=who)
    corrections.answer(asked, accepted=False, words=f"No, {FULL}", by=teacher)
    theirs = corrections.appeal(session.records.get(person=other), f"I sat beside {FULL}!", by=other)
    corrections.answer(theirs, accepted=True, words=f"{FULL} says so too", by=teacher)


def _reads(who, librarian):
    WebhookEndpoint.objects.create(name="College", url="https://college.example.org/", sees_names=True)
    first, second = book("B-1"), book("B-2", title="Emma")
    second.note = f"a coffee stain of {FULL}"
    second.save()
    visit, _new = visits.enter(who)
    loans.check_out(first, to=who, by=librarian)
    loans.give_back(first)
    loans.check_out(second, to=librarian, by=librarian)
    holds.place(second.title, who)
    patrons.block(who, f"{FULL} owes a coffee", by=librarian)
    patrons.unblock(who, by=librarian)
    visits.end(visit)
    CirculationEvent.objects.create(
        kind="alarm", at=timezone.now(), detail={"said": f"it was {FULL}", "n": [FIELDS["id_number"]]}
    )
    WebhookDelivery.objects.update(answered=f"404: unknown {FIELDS['id_number']}")


def _has_a_locker(who, officer):
    seven = locker("7")
    registration.assign(seven, who, by=officer)
    credentials.take_pin(who, "9527", by=officer, reason=f"Passport of {FULL}, {FIELDS['card_barcode']}")
    credentials.give_card(who, FIELDS["card_barcode"] + "x", by=officer)
    User.objects.filter(pk=who.pk).update(card_barcode=FIELDS["card_barcode"])
    Lockout.objects.create(person=who, failures=9, disabled_at=timezone.now())
    attempts.lift(who, by=officer, reason=f"{FULL} was let in")
    openings.override(seven, by=officer, reason=f"{FULL}, {FIELDS['id_number']}, lost the card")
    shut(seven)
    seven.refresh_from_db()
    seven.note = f"scratched by {FULL}"
    seven.save()
    registration.release(Assignment.objects.get(), by=officer, checklist=CHECKED)
    registration.wait(bank(), who, by=officer)


def _is_written_about(who, teacher):
    about = {"name": FULL, "news": f"{FULL} ({FIELDS['id_number']}) was absent; write to {FIELDS['guardian_email']}"}
    outbox.enqueue(
        DUTY.code, key="t:1", person=person("t-mail", "Mailed", email="t@example.org"), context=about, facts=about
    )
    outbox.enqueue(PARENTS.code, key="t:2", person=who, context=about, facts=about)
    BiometricAccess.objects.create(actor=None, actor_name=str(who), action="seen", detail={"of": [str(who)]})


def _is_in_files(client, who):
    line = ",".join(FIELDS.values())
    file = io.BytesIO((",".join(FIELDS) + "\n" + line + "\n").encode())
    file.name = "people.csv"
    client.post("/admin/accounts/user/import/", {"import_file": file, "format": "0", "resource": "0"})


def deleted_in_the_administration(client, who):
    return client.post(f"/admin/accounts/user/{who.pk}/delete/", {"post": "yes"}).status_code == 302


def deleted_from_the_list(client, who):
    form = {"action": "delete_selected", "_selected_action": [who.pk], "post": "yes"}
    return client.post("/admin/accounts/user/", form).status_code == 302


def deleted_by_the_service(_client, who):
    return delete_person(User.objects.get(pk=who.pk), by=None) is None


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "deleted",
    [deleted_in_the_administration, deleted_from_the_list, deleted_by_the_service],
    ids=lambda way: way.__name__,
)
def test_nothing_remains_of_somebody_who_was_deleted(site, teacher, librarian, officer, notices, tmp_path, deleted):
    who = lived(site, teacher=teacher, librarian=librarian, officer=officer)
    words = [*FIELDS.values(), FULL, *FULL.split(), *FIELDS["guardian_name"].split()]
    assert len(in_database(words)) > 40 and in_files(tmp_path, words), "they were everywhere"
    assert deleted(site, who)
    assert in_database(words) == []
    assert in_files(tmp_path, words) == []
    assert access_log.verify().broken is None, "what the law wants kept is kept, and holds together"
    if connection.vendor == "sqlite":
        purge_expired()  # as every night
        place = Path(connection.settings_dict["NAME"])
        assert in_files_named(place, words) == []


def in_files_named(place, words):
    return [found for found in in_files(place.parent, words) if Path(found).name.startswith(place.name)]


# --- what stays, and what is others' ------------------------------------------------------------


def test_who_changed_what_and_when_is_still_known(site, ada, administrator):
    site.post(f"/admin/accounts/user/{ada.pk}/delete/", {"post": "yes"})
    [made, gone] = LogEntry.objects.filter(content_type__model="user", object_pk=str(ada.pk)).order_by("pk")
    assert (gone.action, gone.actor, gone.object_repr) == (LogEntry.Action.DELETE, administrator, f"#{ada.pk}")
    assert gone.changes["email"] == ["***", "***"] and made.changes["first_name"] == ["***", "***"]
    assert History.objects.get(object_id=str(ada.pk)).object_repr == f"#{ada.pk}"


def test_a_name_that_somebody_else_has_too_is_theirs(db, teacher):
    first = person("s-may-1", "May", last_name="Brown", guardian_email="home@example.org", guardian_name="Pat Brown")
    sister = person("s-may-2", "Rose", last_name="Brown", guardian_email="home@example.org", guardian_name="Pat Brown")
    mail = OutgoingMail.objects.create(
        kind="x", key="k", to="home@example.org", subject="Rose Brown, 3 May", body="May Brown and Rose Brown, in May"
    )
    delete_person(first, by=None)
    mail.refresh_from_db()
    assert (mail.to, mail.subject) == ("home@example.org", "Rose Brown, 3 May")
    assert "May Brown" not in mail.body and "Rose Brown" in mail.body
    sister.refresh_from_db()
    assert (sister.guardian_name, sister.last_name) == ("Pat Brown", "Brown")


def test_books_and_words_that_sound_like_a_person_stay(db):
    austen = person("s-austen", "Jane", last_name="Austen")
    copy = book("B-1", title="The Letters of Jane Austen")
    mail = OutgoingMail.objects.create(
        kind="x", key="k", to="x@example.org", subject="s-austen-2 and xs-austen", body=""
    )
    delete_person(austen, by=None)
    copy.refresh_from_db()
    mail.refresh_from_db()
    assert copy.title.title == "The Letters of Jane Austen" and mail.subject == "s-austen-2 and xs-austen"


def test_what_staff_did_stays_without_their_address(client, administrator, ada):
    other = person("a-second", "Second", Role.ADMINISTRATOR, email="second@example.org", last_name="Zqadmin")
    client.force_login(other)
    client.post("/admin/accounts/department/add/", {"code": "cs", "name": "Computing"}, REMOTE_ADDR="192.0.2.77")
    entry = LogEntry.objects.get(content_type__model="department")
    assert (entry.actor, entry.remote_addr) == (other, "192.0.2.77")
    delete_person(other, by=administrator)
    entry.refresh_from_db()
    assert (entry.actor, entry.actor_email, entry.remote_addr) == (None, None, None)
    assert in_database(["second@example.org", "Zqadmin", "a-second"]) == []


def test_the_audit_log_ends_after_its_days(site, ada, settings):
    settings.AUDIT_DAYS = 100
    assert LogEntry.objects.exists()
    BiometricAccess.objects.create(actor_name="system", action="seen")
    assert audit_retention.purge(timezone.now() + timedelta(days=99))["audit_entries"] == 0
    assert audit_retention.purge(timezone.now() + timedelta(days=101))["audit_entries"] >= 2
    assert not LogEntry.objects.exists() and not BiometricAccess.objects.exists()


def test_people_who_were_deleted_before_are_masked_too(ada, grace):
    LogEntry.objects.filter(object_pk=str(ada.pk)).update(object_repr="Ada Lovelace (s-ada)")
    User.objects.filter(pk=ada.pk).delete()
    assert in_database(["Lovelace"]) != []
    assert audit_retention.purge(timezone.now())["audit_masked"] >= 1
    assert in_database(["Lovelace"]) == [] and in_database(["Hopper"]) != []
    assert audit_retention.purge(timezone.now())["audit_masked"] == 0


@pytest.mark.parametrize("text", ["", "none of it", {"a": ["b", 1, None, True]}, None, 7])
def test_what_does_not_name_them_is_left_as_it_is(ada, text):
    assert traces.Trail(ada).removed_from(text) == text


def test_every_field_that_holds_words_is_known(db):
    """A new field in which people may be named is registered in its app's hooks.py, or known here."""
    from django.apps import apps
    from django.db import models

    free = (models.TextField, models.JSONField)
    known = {(label, name) for label, traced in traced_fields.FIELDS.items() for name in traced.fields}
    ours = {"accounts", "recognition", "attendance", "library", "lockers", "visitors", "home"}
    found = {
        (model._meta.label, field.name)
        for model in apps.get_models()
        if model._meta.app_label in ours
        for field in model._meta.concrete_fields
        if isinstance(field, free) and not field.choices
    }
    assert found - known == WITHOUT_PEOPLE


WITHOUT_PEOPLE = {
    ("attendance.TimetableFileSettings", "periods"),  # times of a school's periods
    ("accounts.MailTemplate", "body"),
    ("accounts.NoticeText", "text"),
    ("library.Branch", "address"),
    ("library.LibraryStaffing", "hours"),
    ("library.TagPad", "sealed"),
    ("library.UnstaffedReport", "numbers"),
    ("library.UnstaffedReport", "spans"),
    ("library.ImportStage", "found"),  # numbers of barcodes and of records
    ("library.StagedRecord", "notes"),  # what became of a record of a catalogue
    ("library.Title", "subjects"),
    ("library.Title", "search_text"),
    ("library.WebhookEndpoint", "kinds"),
    ("attendance.Excuse", "file_sealed"),
    ("library.WebhookEndpoint", "previous"),  # sealed
    ("library.WebhookEndpoint", "sealed"),
    ("library.WebhookEndpoint", "sealed_query"),
    ("lockers.Assignment", "hours"),
    ("lockers.Bank", "hours"),
    ("lockers.BankTerms", "text"),
    ("lockers.AccessLog", "details"),  # append-only: numbers and codes, and reasons without the name
    ("lockers.Passkey", "credential"),  # of a device, which goes with its person
    ("lockers.Passkey", "transports"),
    ("recognition.FaceSample", "quality"),
    ("recognition.Newcomer", "agreed"),  # row numbers of notices by purpose
    ("recognition.PhotoChange", "lookalikes"),  # row numbers, emptied when it is decided
    ("recognition.PhotoChange", "purposes"),
    ("recognition.LookTrend", "first"),  # numbers
    ("recognition.LookTrend", "last"),
    ("recognition.WayCount", "seconds"),  # numbers by day
}
