"""The lockers' rows of the role matrix, and the bank that they are asked about."""

from __future__ import annotations

from django.utils import timezone

from lockers import access_log, attempts, keys, openings, registration
from lockers.models import Alarm, Approval, Keypad, Lockout
from tests.lockers import KIOSK, given, locker

ROWS = """
# --- lockers: API (officers see and do, a customer sees what is their own)
GET    /api/v1/lockers/alarms/                                  401   200   403   403   200   403   401
GET    /api/v1/lockers/alarms/<pk>/                             401   200   403   403   200   403   401
POST   /api/v1/lockers/alarms/<pk>/acknowledge/                 401   200   403   403   200   403   401
GET    /api/v1/lockers/assignments/                             401   200   200   200   200   200   401
POST   /api/v1/lockers/assignments/                             401   400   403   403   400   403   401
GET    /api/v1/lockers/assignments/<pk>/                        401   200   404   404   200   404   401
POST   /api/v1/lockers/assignments/<pk>/release/                401   400   403   403   400   403   401
GET    /api/v1/lockers/attempts/                                401   200   200   200   200   200   401
GET    /api/v1/lockers/attempts/<pk>/                           401   200   404   404   200   404   401
GET    /api/v1/lockers/customers/                               401   200   200   200   200   200   401
GET    /api/v1/lockers/customers/<id_number>/                   401   200   404   404   200   404   401
GET    /api/v1/lockers/doors/                                   401   200   200   200   200   200   401
GET    /api/v1/lockers/doors/<pk>/                              401   200   404   404   200   404   401
POST   /api/v1/lockers/doors/<pk>/override/                     401   400   403   403   400   403   401
POST   /api/v1/lockers/keys/redeem/                             401   400   400   400   400   400   401
GET    /api/v1/lockers/openings/                                401   200   200   200   200   200   401
GET    /api/v1/lockers/openings/<pk>/                           401   200   404   404   200   404   401
POST   /api/v1/lockers/openings/<pk>/approve/                   401   200   403   403   403   403   401
POST   /api/v1/lockers/openings/<pk>/withdraw/                  401   200   403   403   200   403   401
# --- lockers: admin (administrators set up, officers look)
GET    /admin/lockers/accessattempt/                            login 200   login 403   200   login login
GET    /admin/lockers/accessattempt/<object_id>/change/         login 200   login 403   200   login login
GET    /admin/lockers/accessattempt/<object_id>/delete/         login 403   login 403   403   login login
GET    /admin/lockers/accessattempt/add/                        login 403   login 403   403   login login
GET    /admin/lockers/accesslog/                                login 200   login 403   200   login login
GET    /admin/lockers/accesslog/<object_id>/change/             login 200   login 403   200   login login
GET    /admin/lockers/accesslog/<object_id>/delete/             login 403   login 403   403   login login
GET    /admin/lockers/accesslog/add/                            login 403   login 403   403   login login
GET    /admin/lockers/alarm/                                    login 200   login 403   200   login login
GET    /admin/lockers/alarm/<object_id>/change/                 login 200   login 403   200   login login
GET    /admin/lockers/alarm/<object_id>/delete/                 login 403   login 403   403   login login
GET    /admin/lockers/alarm/add/                                login 403   login 403   403   login login
GET    /admin/lockers/approval/                                 login 200   login 403   200   login login
GET    /admin/lockers/approval/<object_id>/change/              login 200   login 403   200   login login
GET    /admin/lockers/approval/<object_id>/delete/              login 403   login 403   403   login login
GET    /admin/lockers/approval/add/                             login 403   login 403   403   login login
GET    /admin/lockers/assignment/                               login 200   login 403   200   login login
GET    /admin/lockers/assignment/<object_id>/change/            login 200   login 403   200   login login
GET    /admin/lockers/assignment/<object_id>/delete/            login 403   login 403   403   login login
GET    /admin/lockers/assignment/add/                           login 403   login 403   403   login login
GET    /admin/lockers/jointholder/                              login 200   login 403   200   login login
GET    /admin/lockers/jointholder/<object_id>/change/           login 200   login 403   200   login login
GET    /admin/lockers/jointholder/<object_id>/delete/           login 403   login 403   403   login login
GET    /admin/lockers/jointholder/add/                          login 403   login 403   403   login login
GET    /admin/lockers/keypad/                                   login 200   login 403   200   login login
GET    /admin/lockers/keypad/<object_id>/change/                login 200   login 403   200   login login
GET    /admin/lockers/keypad/<object_id>/delete/                login 403   login 403   403   login login
GET    /admin/lockers/keypad/add/                               login 403   login 403   403   login login
GET    /admin/lockers/lockout/                                  login 200   login 403   200   login login
GET    /admin/lockers/lockout/<object_id>/change/               login 200   login 403   200   login login
GET    /admin/lockers/lockout/<object_id>/delete/               login 403   login 403   403   login login
GET    /admin/lockers/lockout/add/                              login 403   login 403   403   login login
GET    /admin/lockers/opening/                                  login 200   login 403   200   login login
GET    /admin/lockers/opening/<object_id>/change/               login 200   login 403   200   login login
GET    /admin/lockers/opening/<object_id>/delete/               login 403   login 403   403   login login
GET    /admin/lockers/opening/add/                              login 403   login 403   403   login login
GET    /admin/lockers/securitykey/                              login 200   login 403   200   login login
GET    /admin/lockers/securitykey/<object_id>/change/           login 200   login 403   200   login login
GET    /admin/lockers/securitykey/<object_id>/delete/           login 403   login 403   403   login login
GET    /admin/lockers/securitykey/add/                          login 403   login 403   403   login login
GET    /admin/lockers/waitingentry/                             login 200   login 403   200   login login
GET    /admin/lockers/waitingentry/<object_id>/change/          login 200   login 403   200   login login
GET    /admin/lockers/waitingentry/<object_id>/delete/          login 403   login 403   403   login login
GET    /admin/lockers/waitingentry/add/                         login 403   login 403   403   login login
GET    /admin/lockers/bank/                                     login 200   login 403   200   login login
GET    /admin/lockers/bank/<object_id>/change/                  login 200   login 403   200   login login
GET    /admin/lockers/bank/<object_id>/delete/                  login 200   login 403   403   login login
GET    /admin/lockers/bank/add/                                 login 200   login 403   403   login login
POST   /admin/lockers/bank/add/                                 login 200   login 403   403   login login
GET    /admin/lockers/locker/                                   login 200   login 403   200   login login
GET    /admin/lockers/locker/<object_id>/change/                login 200   login 403   200   login login
GET    /admin/lockers/locker/<object_id>/delete/                login 200   login 403   403   login login
GET    /admin/lockers/locker/add/                               login 200   login 403   403   login login
POST   /admin/lockers/locker/add/                               login 200   login 403   403   login login
GET    /admin/lockers/lockerstation/                            login 200   login 403   200   login login
GET    /admin/lockers/lockerstation/<object_id>/change/         login 200   login 403   200   login login
GET    /admin/lockers/lockerstation/<object_id>/delete/         login 200   login 403   403   login login
GET    /admin/lockers/lockerstation/add/                        login 200   login 403   403   login login
POST   /admin/lockers/lockerstation/add/                        login 200   login 403   403   login login
"""


class Vault:
    """Joan is a customer who shares with Grace; an officer has asked for an override; all of it is hers."""

    def __init__(self, *, joan, grace, officer) -> None:
        self.joan, self.locker = joan, given(joan, kind="vault")
        self.assignment = self.locker.assignments.get()
        registration.share(self.assignment, grace, by=None)
        registration.wait(self.locker.bank, joan, by=None)
        self.attempt = attempts.succeed(attempts.start(joan, self.locker, station=KIOSK, lane="card"))
        keys.issue(self.attempt)
        Keypad.objects.get_or_create(locker=self.locker, station=KIOSK)
        Lockout.objects.get_or_create(person=joan)
        self.opening = openings.override(self.locker, by=officer, reason="Court order")
        other = openings.override(locker("2", kind="vault"), by=officer, reason="Court order")
        Approval.objects.create(opening=other, officer=None)
        self.alarm = Alarm.objects.create(locker=self.locker, kind="forced", raised_at=timezone.now())
        access_log.append("test.entry")

    def arguments(self) -> dict[str, object]:
        """By the part of the address before the argument, as in tests/role_world.py."""
        api = "/api/v1/lockers/"
        return {
            f"{api}alarms/": self.alarm.pk,
            f"{api}assignments/": self.assignment.pk,
            f"{api}attempts/": self.attempt.pk,
            f"{api}customers/": self.joan.id_number,
            f"{api}doors/": self.locker.pk,
            f"{api}openings/": self.opening.pk,
        }
