"""The rows that the role matrix needs to exist, and which of them stands for each `<argument>` of an address."""

from __future__ import annotations

import re
from collections import ChainMap

from auditlog.models import LogEntry
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.test.client import ClientHandler
from django.utils import timezone
from django_tasks_db.models import DBTaskResult, get_date_max
from knox.models import AuthToken

from accounts.mail import kinds, preferences
from accounts.mail.tasks import deliver
from accounts.models import Consent, Department, LostCard, MailOptOut, MailTemplate, OutgoingMail, SignIn
from accounts.roles import Purpose
from config.web.branding import brand
from home.models import Notification
from recognition.faces import access_log
from recognition.live.consumers import COOKIE
from recognition.models import FaceSample, Invitation, Newcomer, PhotoChange, Sighting, Station, StationOutage
from recognition.stations import stations
from tests.conftest import Role, person
from tests.role_rows.attendance import Classroom
from tests.role_rows.door_relays import one_of_each
from tests.role_rows.library import Shelves
from tests.role_rows.library_pages import LibraryDesk
from tests.role_rows.lockers import Vault
from tests.role_rows.lockers_pages import OfficersPages
from tests.role_rows.visitors import HouseWithGuest
from tests.support.faces import enrolled, impostor_example

ARGUMENT = re.compile(r"<\w+>")


class World:
    """Grace is acted upon: a reader, enrolled for the library, seen at its desk. Ada is the member who acts."""

    def __init__(self) -> None:
        self.sessions: dict[str, str] = {}
        self.handler = ClientHandler(
            enforce_csrf_checks=False
        )  # one for all clients: each would put the middleware together again
        self.people = {
            "administrator": person("a-root", "Margaret", Role.ADMINISTRATOR),
            "teacher": person("t-knuth", "Donald", Role.TEACHER),
            "librarian": person("l-barbara", "Barbara", Role.LIBRARIAN),
            "officer": person("o-edsger", "Edsger", Role.LOCKER_OFFICER),
            "member": person("s-ada", "Ada"),
        }
        self.grace = person("s-grace", "Grace")
        enrolled(self.grace, "grace", Purpose.LIBRARY)
        self.desk = Station.objects.create(slug="desk", name="Desk", purpose=Purpose.LIBRARY)
        self.device, self.token = stations.pair(stations.new_pairing_code(self.desk, by=None), device_name="Tablet")
        self.sighting = Sighting.objects.create(
            station=self.desk, person=self.grace, outcome="recognised", at=timezone.now()
        )
        self.outage = StationOutage.objects.create(station=self.desk, began_at=timezone.now())
        self.example = impostor_example(self.grace, self.sighting)
        self.classroom = Classroom(teacher=self.people["teacher"], people=[self.grace, self.people["member"]])
        self.shelves = Shelves(reader=self.grace)
        ada, librarian = self.people["member"], self.people["librarian"]
        self.library_desk = LibraryDesk(grace=self.grace, ada=ada, librarian=librarian, desk=self.desk)
        self.vault = Vault(joan=person("s-joan", "Joan"), grace=self.grace, officer=self.people["officer"])
        self.house = HouseWithGuest(teacher=self.people["teacher"])
        self.other_rows()
        self.arguments = self.what_stands_for_arguments()

    def other_rows(self) -> None:
        Department.objects.create(code="maths", name="Mathematics")
        Group.objects.create(name="extra")
        AuthToken.objects.create(user=self.grace)
        OutgoingMail.objects.create(kind="attendance.absent", key="k", person=self.grace, to="grace@example.org")
        MailTemplate.objects.create(kind="attendance.absent")
        MailOptOut.objects.create(person=self.grace, kind="attendance.late")
        waiting = {"args_kwargs": {"args": [], "kwargs": {}}, "run_after": get_date_max()}
        DBTaskResult.objects.create(task_path=deliver.module_path, backend_name="default", **waiting)
        self.lost_card = LostCard.objects.create(person=self.grace, barcode="LOST-1")
        self.invitation = Invitation.objects.create(label="Autumn", code_hash="x", expires_at=timezone.now())
        self.newcomer = Newcomer.objects.create(first_name="Joan", id_number="s-new", email="new@example.org")
        self.photo_change = PhotoChange.objects.create(person=self.grace, purposes=["library"])
        self.sign_in = SignIn.objects.create(person=self.grace, session_key="k")
        self.door_device = one_of_each()
        brand.change(name="", colour="")
        Notification.objects.create(person=self.people["member"], kind="library.overdue", key="n", text="Overdue")
        access_log.record("looked", actor=None, person=self.grace)
        seen = {
            "user_agent": "x",
            "ip_address": "127.0.0.1",
            "username": "s-grace",
            "http_accept": "",
            "path_info": "/",
        }
        AccessLog.objects.create(**seen)
        AccessFailureLog.objects.create(**seen)
        AccessAttempt.objects.create(**seen, get_data="", post_data="", failures_since_start=1)

    def what_stands_for_arguments(self) -> dict[str, object]:
        """By the part of the address that comes before the argument; the longest that fits is taken."""
        ours = {
            "/stations/": "desk",
            "/me/consents/": "library",
            "/join/": "NOTONEOFOURS",
            "/newcomers/": self.newcomer.pk,
            "/newcomers/invitations/": self.invitation.pk,
            "/newcomers/<pk>/photos/": 1,
            "/me/photos/": FaceSample.objects.first().pk,
            "/photo-changes/": self.photo_change.pk,
            "/photo-changes/<pk>/photos/": 1,
            "/api/v1/own-photos/": FaceSample.objects.first().pk,
            "/api/v1/photo-changes/": self.photo_change.pk,
            "/api/v1/invitations/": self.invitation.pk,
            "/api/v1/newcomers/": self.newcomer.pk,
            "/me/sign-ins/": self.sign_in.pk,
            "/api/v1/sign-ins/": self.sign_in.pk,
            "/kiosk/library/undo/": 1,
            "/kiosk/lockers/openings/": 1,
            "/jobs/": "mail.send",
            "/institution/icon-": 192,
            "/mail/": preferences.link(self.grace, kinds.all_kinds()["attendance.late"]).split("/")[-2],
            "/password/new/": "x",
            "/people/": self.grace.pk,
            "/people/<pk>/card/": self.lost_card.pk,
            "/people/<pk>/parts/": "details",
            "/enrol/": self.grace.pk,
            "/enrol/<pk>/consent/": "library",
            "/enrol/<pk>/photos/": FaceSample.objects.first().pk,
            "/bell/": Notification.objects.first().pk,
            "/api/v1/notifications/": Notification.objects.first().pk,
            "/help/": "library",
            "/home/first-steps/": "notice",
            "/home/first-steps/<name>/": "done",
            "/api/v1/first-steps/": "notice",
            "/sign-in/demo/": "admin",
            "/enrol/bulk/": "x",
            "/enrol/choose/": "x",
            "/admin/recognition/facesample/photo/": FaceSample.objects.first().pk,
            "/api/v1/people/": "s-grace",
            "/api/v1/departments/": "maths",
            "/api/v1/consents/": Consent.objects.get(purpose=Purpose.LIBRARY).pk,
            "/api/v1/face-samples/": FaceSample.objects.first().pk,
            "/api/v1/stations/": "desk",
            "/admin/recognition/stationoutage/": self.outage.pk,
            "/api/v1/sightings/": self.sighting.pk,
            "/api/v1/impostor-examples/": self.example.pk,
            "/api/v1/door-devices/": self.door_device.pk,
            "/admin/<app_label>": "accounts",
            "/admin/<url>": "nowhere",
            "/admin/r/": ContentType.objects.get_for_model(Department).pk,
            "/admin/accounts/user/": self.grace.pk,
            "/admin/auditlog/logentry/": LogEntry.objects.first().pk,
        }
        officers = OfficersPages(self.vault)
        theirs = (self.classroom, self.shelves, self.library_desk, self.vault, officers, self.house)
        return {**self.one_row_of_every_model(), **ours, **dict(ChainMap(*(one.arguments() for one in theirs)))}

    def one_row_of_every_model(self) -> dict[str, object]:
        rows = {model: model._base_manager.order_by("pk").first() for model in apps.get_models()}
        return {f"/admin/{model._meta.label_lower.replace('.', '/')}/": row.pk for model, row in rows.items() if row}

    def fill(self, path: str) -> str:
        return ARGUMENT.sub(lambda argument: str(self.argument(path[: argument.end()])), path)

    def argument(self, path: str) -> object:
        """What stands for the argument in which this beginning of an address ends."""
        fitting = [known for known in self.arguments if path.startswith(known)]
        assert fitting, f"Say in tests/support/role_world.py what stands for the last argument of {path}"
        return self.arguments[max(fitting, key=len)]

    def client(self, role: str) -> Client:
        """Somebody new in that role's place each time, with the session that the role signed in with once."""
        client = Client(raise_request_exception=False)
        client.handler = self.handler
        if role in self.people:
            client.cookies[settings.SESSION_COOKIE_NAME] = self.session_of(role)
        elif role == "kiosk":
            client.cookies[COOKIE] = self.token
        return client

    def session_of(self, role: str) -> str:
        if role not in self.sessions:
            client = Client()
            client.force_login(self.people[role], backend="accounts.backends.RoleBackend")
            self.sessions[role] = client.cookies[settings.SESSION_COOKIE_NAME].value
        return self.sessions[role]
