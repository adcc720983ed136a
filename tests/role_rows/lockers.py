"""The lockers' rows of the role matrix, and the bank that they are asked about."""

from __future__ import annotations

from datetime import date

from django.utils import timezone

from lockers.access import attempts, keys, vaults
from lockers.access.passkeys import challenges
from lockers.assignments import registration
from lockers.assignments.abandoned import notices
from lockers.assignments.grants import drafts, execution, rows
from lockers.bank import access_times
from lockers.bank.log import access_log
from lockers.bank.terms import terms
from lockers.desk.emergency_release import bank_releases
from lockers.doors import openings
from lockers.models import Alarm, Approval, BankOfficer, Keypad, LockerSize, Lockout, Passkey, SilentAlarm
from tests.support.lockers import KIOSK, given, locker

ROWS = """
# --- lockers: API (officers see and do, a customer sees what is their own)
GET    /api/v1/lockers/alarms/                                  401   200   403   403   200   403   401
GET    /api/v1/lockers/alarms/<pk>/                             401   200   403   403   200   403   401
POST   /api/v1/lockers/alarms/<pk>/acknowledge/                 401   200   403   403   200   403   401
GET    /api/v1/lockers/assignments/                             401   200   200   200   200   200   401
POST   /api/v1/lockers/assignments/                             401   400   403   403   400   403   401
GET    /api/v1/lockers/assignments/<pk>/                        401   200   404   404   200   404   401
POST   /api/v1/lockers/assignments/<pk>/release/                401   400   403   403   400   403   401
POST   /api/v1/lockers/assignments/<pk>/share/                  401   400   403   403   400   403   401
POST   /api/v1/lockers/assignments/<pk>/unshare/                401   400   403   403   400   403   401
POST   /api/v1/lockers/assignments/<pk>/block/                  401   403   404   404   403   404   401
POST   /api/v1/lockers/assignments/<pk>/unblock/                401   409   403   403   409   403   401
PUT    /api/v1/lockers/assignments/<pk>/hours/                  401   400   403   403   400   403   401
GET    /api/v1/lockers/banks/                                   401   200   200   200   200   200   401
GET    /api/v1/lockers/banks/<pk>/                              401   200   200   200   200   200   401
GET    /api/v1/lockers/banks/<pk>/map/                           401   200   403   403   200   403   401
PUT    /api/v1/lockers/banks/<pk>/map/                           401   400   403   403   400   403   401
PUT    /api/v1/lockers/banks/<pk>/hours/                        401   400   403   403   403   403   401
POST   /api/v1/lockers/banks/<pk>/close/                        401   400   403   403   403   403   401
POST   /api/v1/lockers/banks/<pk>/reopen/                       401   400   403   403   403   403   401
GET    /api/v1/lockers/attempts/                                401   200   200   200   200   200   401
GET    /api/v1/lockers/attempts/<pk>/                           401   200   404   404   200   404   401
GET    /api/v1/lockers/customers/                               401   200   200   200   200   200   401
GET    /api/v1/lockers/customers/<id_number>/                   401   200   404   404   200   404   401
GET    /api/v1/lockers/doors/                                   401   200   200   200   200   200   401
GET    /api/v1/lockers/doors/<pk>/                              401   200   404   404   200   404   401
POST   /api/v1/lockers/doors/<pk>/officer-key/                  401   400   403   403   400   403   401
POST   /api/v1/lockers/doors/<pk>/override/                     401   400   403   403   400   403   401
GET    /api/v1/lockers/passkeys/                                401   200   200   200   200   200   401
GET    /api/v1/lockers/passkeys/<pk>/                           401   200   404   404   200   404   401
DELETE /api/v1/lockers/passkeys/<pk>/                           401   204   404   404   204   404   401
GET    /api/v1/lockers/terms/                                   401   200   200   200   200   200   401
POST   /api/v1/lockers/terms/                                   401   400   403   403   403   403   401
GET    /api/v1/lockers/terms/<pk>/                              401   200   404   404   200   404   401
POST   /api/v1/lockers/terms/<pk>/answer/                       401   400   400   400   400   400   401
POST   /api/v1/lockers/terms/<pk>/on_paper/                     401   400   403   403   400   403   401
GET    /api/v1/lockers/terms-answers/                           401   200   200   200   200   200   401
GET    /api/v1/lockers/terms-answers/<pk>/                      401   200   404   404   200   404   401
POST   /api/v1/lockers/keys/redeem/                             401   400   400   400   400   400   401
GET    /api/v1/lockers/abandoned/                               401   200   200   200   200   200   401
POST   /api/v1/lockers/abandoned/                               401   400   403   403   400   403   401
GET    /api/v1/lockers/abandoned/<pk>/                          401   200   404   404   200   404   401
POST   /api/v1/lockers/abandoned/<pk>/notice/                   401   409   403   403   409   403   401
POST   /api/v1/lockers/abandoned/<pk>/settle/                   401   400   403   403   400   403   401
POST   /api/v1/lockers/abandoned/<pk>/witness/                  401   400   403   403   400   403   401
POST   /api/v1/lockers/abandoned/<pk>/call_off/                 401   409   403   403   409   403   401
POST   /api/v1/lockers/abandoned/<pk>/confirm/                  401   409   404   404   409   404   401
POST   /api/v1/lockers/abandoned/<pk>/inventory/                401   409   403   403   409   403   401
POST   /api/v1/lockers/abandoned/<pk>/hand_out/                 401   400   403   403   400   403   401
POST   /api/v1/lockers/abandoned/<pk>/dispose/                  401   400   403   403   400   403   401
GET    /api/v1/lockers/grants/                                  401   200   403   403   200   403   401
POST   /api/v1/lockers/grants/                                  401   400   403   403   400   403   401
GET    /api/v1/lockers/grants/<pk>/                             401   200   403   403   200   403   401
GET    /api/v1/lockers/grants/<pk>/lines/                       401   200   403   403   200   403   401
POST   /api/v1/lockers/grants/<pk>/start/                       401   409   403   403   409   403   401
POST   /api/v1/lockers/grants/<pk>/end/                         401   400   403   403   400   403   401
POST   /api/v1/lockers/grants/<pk>/undo/                        401   200   403   403   200   403   401
GET    /api/v1/lockers/grants/<pk>/due/                         401   200   403   403   200   403   401
POST   /api/v1/lockers/grants/<pk>/release/                     401   400   403   403   400   403   401
POST   /api/v1/lockers/grants/<pk>/discard/                     401   409   403   403   409   403   401
GET    /api/v1/lockers/openings/                                401   200   200   200   200   200   401
GET    /api/v1/lockers/openings/<pk>/                           401   200   404   404   200   404   401
POST   /api/v1/lockers/openings/<pk>/approve/                   401   200   403   403   403   403   401
POST   /api/v1/lockers/openings/<pk>/withdraw/                  401   200   403   403   200   403   401
GET    /api/v1/lockers/releases/                                401   200   403   403   200   403   401
POST   /api/v1/lockers/releases/                                401   400   403   403   400   403   401
GET    /api/v1/lockers/releases/<pk>/                           401   200   403   403   200   403   401
POST   /api/v1/lockers/releases/<pk>/confirm/                   401   400   403   403   400   403   401
POST   /api/v1/lockers/releases/<pk>/end/                       401   200   403   403   200   403   401
GET    /api/v1/lockers/silent-alarms/                           401   200   403   403   200   403   401
GET    /api/v1/lockers/silent-alarms/<pk>/                      401   200   403   403   200   403   401
POST   /api/v1/lockers/silent-alarms/<pk>/acknowledge/          401   200   403   403   200   403   401
# --- lockers: admin (administrators set up, officers look)
GET    /admin/lockers/abandonment/                              login 200   login 403   200   login login
GET    /admin/lockers/abandonment/<object_id>/change/           login 200   login 403   200   login login
GET    /admin/lockers/abandonment/<object_id>/delete/           login 403   login 403   403   login login
GET    /admin/lockers/abandonment/add/                          login 403   login 403   403   login login
GET    /admin/lockers/abandonmentstep/                          login 200   login 403   200   login login
GET    /admin/lockers/abandonmentstep/<object_id>/change/       login 200   login 403   200   login login
GET    /admin/lockers/abandonmentstep/<object_id>/delete/       login 403   login 403   403   login login
GET    /admin/lockers/abandonmentstep/add/                      login 403   login 403   403   login login
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
GET    /admin/lockers/grant/                                    login 200   login 403   200   login login
GET    /admin/lockers/grant/<object_id>/change/                 login 200   login 403   200   login login
GET    /admin/lockers/grant/<object_id>/delete/                 login 403   login 403   403   login login
GET    /admin/lockers/grant/add/                                login 403   login 403   403   login login
GET    /admin/lockers/grantline/                                login 200   login 403   200   login login
GET    /admin/lockers/grantline/<object_id>/change/             login 200   login 403   200   login login
GET    /admin/lockers/grantline/<object_id>/delete/             login 403   login 403   403   login login
GET    /admin/lockers/grantline/add/                            login 403   login 403   403   login login
GET    /admin/lockers/jointholder/                              login 200   login 403   200   login login
GET    /admin/lockers/jointholder/<object_id>/change/           login 200   login 403   200   login login
GET    /admin/lockers/jointholder/<object_id>/delete/           login 403   login 403   403   login login
GET    /admin/lockers/jointholder/add/                          login 403   login 403   403   login login
GET    /admin/lockers/bankofficer/                              login 200   login 403   200   login login
GET    /admin/lockers/bankofficer/<object_id>/change/           login 200   login 403   200   login login
GET    /admin/lockers/bankofficer/<object_id>/delete/           login 200   login 403   403   login login
GET    /admin/lockers/bankofficer/add/                          login 200   login 403   403   login login
POST   /admin/lockers/bankofficer/add/                          login 200   login 403   403   login login
GET    /admin/lockers/closedday/                                login 200   login 403   200   login login
GET    /admin/lockers/closedday/<object_id>/change/             login 200   login 403   200   login login
GET    /admin/lockers/closedday/<object_id>/delete/             login 403   login 403   403   login login
GET    /admin/lockers/closedday/add/                            login 403   login 403   403   login login
GET    /admin/lockers/silentalarm/                              login 200   login 403   200   login login
GET    /admin/lockers/silentalarm/<object_id>/change/           login 200   login 403   200   login login
GET    /admin/lockers/silentalarm/<object_id>/delete/           login 403   login 403   403   login login
GET    /admin/lockers/silentalarm/add/                          login 403   login 403   403   login login
GET    /admin/lockers/bankrelease/                              login 200   login 403   200   login login
GET    /admin/lockers/bankrelease/<object_id>/change/           login 200   login 403   200   login login
GET    /admin/lockers/bankrelease/<object_id>/delete/           login 403   login 403   403   login login
GET    /admin/lockers/bankrelease/add/                          login 403   login 403   403   login login
GET    /admin/lockers/officerkey/                               login 200   login 403   200   login login
GET    /admin/lockers/officerkey/<object_id>/change/            login 200   login 403   200   login login
GET    /admin/lockers/officerkey/<object_id>/delete/            login 403   login 403   403   login login
GET    /admin/lockers/officerkey/add/                           login 403   login 403   403   login login
GET    /admin/lockers/passkey/                                  login 200   login 403   200   login login
GET    /admin/lockers/passkey/<object_id>/change/               login 200   login 403   200   login login
GET    /admin/lockers/passkey/<object_id>/delete/               login 403   login 403   403   login login
GET    /admin/lockers/passkey/add/                              login 403   login 403   403   login login
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
GET    /admin/lockers/bankterms/                                login 200   login 403   200   login login
GET    /admin/lockers/bankterms/<object_id>/change/             login 200   login 403   200   login login
GET    /admin/lockers/bankterms/<object_id>/delete/             login 403   login 403   403   login login
GET    /admin/lockers/bankterms/add/                            login 200   login 403   403   login login
POST   /admin/lockers/bankterms/add/                            login 200   login 403   403   login login
GET    /admin/lockers/termsanswer/                              login 200   login 403   200   login login
GET    /admin/lockers/termsanswer/<object_id>/change/           login 200   login 403   200   login login
GET    /admin/lockers/termsanswer/<object_id>/delete/           login 403   login 403   403   login login
GET    /admin/lockers/termsanswer/add/                          login 403   login 403   403   login login
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
GET    /admin/lockers/lockersize/                               login 200   login 403   200   login login
GET    /admin/lockers/lockersize/<object_id>/change/            login 200   login 403   200   login login
GET    /admin/lockers/lockersize/<object_id>/delete/            login 200   login 403   403   login login
GET    /admin/lockers/lockersize/add/                           login 200   login 403   403   login login
POST   /admin/lockers/lockersize/add/                           login 200   login 403   403   login login
GET    /admin/lockers/lockerstation/                            login 200   login 403   200   login login
GET    /admin/lockers/lockerstation/<object_id>/change/         login 200   login 403   200   login login
GET    /admin/lockers/lockerstation/<object_id>/delete/         login 200   login 403   403   login login
GET    /admin/lockers/lockerstation/add/                        login 200   login 403   403   login login
POST   /admin/lockers/lockerstation/add/                        login 200   login 403   403   login login
"""


def a_grant(bank, officer):
    """For somebody nobody knows: done, with one line refused."""
    today = timezone.localdate()
    made = drafts.draft(drafts.GrantFrame("Spring", bank, today, today), rows.from_list("s-nobody"), by=officer)
    return execution.work(execution.start(made, by=officer), seconds=60)


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
        BankOfficer.objects.create(bank=self.locker.bank, person=officer)
        self.closed = access_times.close(self.locker.bank, date(2020, 1, 1), date(2020, 1, 2), by=None)
        vaults.turn(self.locker, by=officer, method="password")
        self.alarm = Alarm.objects.create(locker=self.locker, kind="forced", raised_at=timezone.now())
        today = timezone.localdate()
        self.terms = terms.publish(self.locker.bank, "Keep it tidy.", in_force_from=today, grace_days=9, by=None)
        self.answer = terms.answer(self.terms, joan, accepted=True, how="page")
        self.case = notices.begin(self.assignment, "unpaid", by=None)
        self.grant = a_grant(self.locker.bank, officer)
        self.silent = SilentAlarm.objects.create(person=joan, how="pin")
        self.release = bank_releases.begin(self.locker.bank, by=officer, reason="Fire")
        self.passkey = Passkey.objects.create(
            person=joan, name="Phone", digest="d", credential="YQ", public_key=b"k", handle="00"
        )
        proving = attempts.start(joan, self.locker, station=KIOSK, lane="passkey")
        now = timezone.now()
        self.to_prove = challenges.link("prove", joan, now=now, attempt=proving)
        self.to_add = challenges.link("add", joan, now=now, officer=officer)
        LockerSize.objects.create(name="S")
        access_log.append("test.entry")

    def arguments(self) -> dict[str, object]:
        """By the part of the address before the argument, as in tests/support/role_world.py."""
        api = "/api/v1/lockers/"
        return {
            f"{api}alarms/": self.alarm.pk,
            f"{api}assignments/": self.assignment.pk,
            f"{api}attempts/": self.attempt.pk,
            f"{api}banks/": self.locker.bank_id,
            f"{api}customers/": self.joan.id_number,
            f"{api}passkeys/": self.passkey.pk,
            f"{api}doors/": self.locker.pk,
            f"{api}abandoned/": self.case.pk,
            f"{api}grants/": self.grant.pk,
            f"{api}releases/": self.release.pk,
            f"{api}silent-alarms/": self.silent.pk,
            f"{api}terms/": self.terms.pk,
            f"{api}terms-answers/": self.answer.pk,
            f"{api}openings/": self.opening.pk,
        }
