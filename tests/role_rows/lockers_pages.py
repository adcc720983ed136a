"""The pages of the lockers in the role matrix: rows as in tests/support/role_matrix.py, and what they are asked
about."""

from __future__ import annotations

from lockers.models import WaitingEntry
from tests.role_rows.lockers import Vault

ROWS = """
# --- lockers: pages
GET    /lockers/mine/                                            login 200   200   200   200   200   login
GET    /lockers/mine/<pk>/block/                                 302   302   302   302   302   302   302
POST   /lockers/mine/<pk>/block/                                 login 404   404   404   404   404   login
GET    /lockers/doors/<pk>/unblock/                              302   302   302   302   302   302   302
POST   /lockers/doors/<pk>/unblock/                              login 302   403   403   302   403   login
GET    /lockers/mine/passkeys/                                   login 200   200   200   200   200   login
GET    /lockers/mine/passkeys/options/                           302   302   302   302   302   302   302
POST   /lockers/mine/passkeys/options/                           login 403   403   403   403   403   login
GET    /lockers/mine/passkeys/add/                               302   302   302   302   302   302   302
POST   /lockers/mine/passkeys/add/                               login 400   400   400   400   400   login
GET    /lockers/mine/passkeys/<pk>/rename/                       302   302   302   302   302   302   302
POST   /lockers/mine/passkeys/<pk>/rename/                       login 404   404   404   404   404   login
GET    /lockers/mine/passkeys/<pk>/remove/                       302   302   302   302   302   302   302
POST   /lockers/mine/passkeys/<pk>/remove/                       login 404   404   404   404   404   login
GET    /lockers/new-passkey/<token>/                             200   200   200   200   200   200   200
GET    /lockers/new-passkey/<token>/options/                     302   302   302   302   302   302   302
POST   /lockers/new-passkey/<token>/options/                     409   409   409   409   409   409   409
GET    /lockers/new-passkey/<token>/add/                         302   302   302   302   302   302   302
POST   /lockers/new-passkey/<token>/add/                         400   400   400   400   400   400   400
GET    /lockers/with-passkey/<token>/                            200   200   200   200   200   200   200
GET    /lockers/with-passkey/<token>/options/                    302   302   302   302   302   302   302
POST   /lockers/with-passkey/<token>/options/                    409   409   409   409   409   409   409
GET    /lockers/with-passkey/<token>/prove/                      302   302   302   302   302   302   302
POST   /lockers/with-passkey/<token>/prove/                      400   400   400   400   400   400   400
GET    /lockers/with-passkey/<token>/terms/                      302   302   302   302   302   302   302
POST   /lockers/with-passkey/<token>/terms/                      400   400   400   400   400   400   400
GET    /lockers/customers/<person>/passkey/                      302   302   302   302   302   302   302
POST   /lockers/customers/<person>/passkey/                      login 302   403   403   302   403   login
GET    /lockers/customers/<person>/passkeys/<pk>/remove/         302   302   302   302   302   302   302
POST   /lockers/customers/<person>/passkeys/<pk>/remove/         login 302   403   403   302   403   login
GET    /lockers/                                                 login 200   403   403   200   403   login
GET    /lockers/at/<code>/                                       200   302   200   200   302   200   200
GET    /lockers/labels/<bank>/                                   login 200   403   403   200   403   login
GET    /lockers/map/                                             login 200   403   403   200   403   login
GET    /lockers/map/<bank>/arrange/                              login 200   403   403   200   403   login
POST   /lockers/map/<bank>/arrange/                              login 400   403   403   400   403   login
GET    /lockers/customers/                                       login 200   403   403   200   403   login
GET    /lockers/customers/<person>/                              login 200   403   403   200   403   login
GET    /lockers/customers/new/                                   login 200   403   403   200   403   login
GET    /lockers/doors/<pk>/                                      login 200   403   403   200   403   login
GET    /lockers/releases/                                        login 200   403   403   200   403   login
GET    /lockers/releases/<pk>/                                   login 200   403   403   200   403   login
GET    /lockers/releases/begin/<bank>/                           302   302   302   302   302   302   302
POST   /lockers/releases/begin/<bank>/                           login 302   403   403   302   403   login
GET    /lockers/releases/<pk>/confirm/                           302   302   302   302   302   302   302
POST   /lockers/releases/<pk>/confirm/                           login 302   403   403   302   403   login
GET    /lockers/releases/<pk>/end/                               302   302   302   302   302   302   302
POST   /lockers/releases/<pk>/end/                               login 302   403   403   302   403   login
GET    /lockers/hours/                                           login 200   403   403   200   403   login
GET    /lockers/hours/<pk>/                                      302   302   302   302   302   302   302
POST   /lockers/hours/<pk>/                                      login 302   403   403   302   403   login
GET    /lockers/hours/<pk>/close/                                302   302   302   302   302   302   302
POST   /lockers/hours/<pk>/close/                                login 302   403   403   302   403   login
GET    /lockers/hours/<pk>/reopen/<day>/                         302   302   302   302   302   302   302
POST   /lockers/hours/<pk>/reopen/<day>/                         login 302   403   403   302   403   login
GET    /lockers/doors/<pk>/hours/                                302   302   302   302   302   302   302
POST   /lockers/doors/<pk>/hours/                                login 302   403   403   302   403   login
GET    /lockers/endings/                                         login 200   403   403   200   403   login
GET    /lockers/abandoned/                                       login 200   403   403   200   403   login
GET    /lockers/abandoned/<pk>/                                  login 200   404   404   200   404   login
GET    /lockers/abandoned/<pk>/notice/                           302   302   302   302   302   302   302
POST   /lockers/abandoned/<pk>/notice/                           login 302   403   403   302   403   login
GET    /lockers/abandoned/<pk>/settle/                           302   302   302   302   302   302   302
POST   /lockers/abandoned/<pk>/settle/                           login 302   403   403   302   403   login
GET    /lockers/abandoned/<pk>/witness/                          302   302   302   302   302   302   302
POST   /lockers/abandoned/<pk>/witness/                          login 302   403   403   302   403   login
GET    /lockers/abandoned/<pk>/call-off/                         302   302   302   302   302   302   302
POST   /lockers/abandoned/<pk>/call-off/                         login 302   403   403   302   403   login
GET    /lockers/abandoned/<pk>/confirm/                          302   302   302   302   302   302   302
POST   /lockers/abandoned/<pk>/confirm/                          login 302   404   404   302   404   login
GET    /lockers/abandoned/<pk>/inventory/                        302   302   302   302   302   302   302
POST   /lockers/abandoned/<pk>/inventory/                        login 302   403   403   302   403   login
GET    /lockers/abandoned/<pk>/close/<how>/                      302   302   302   302   302   302   302
POST   /lockers/abandoned/<pk>/close/<how>/                      login 302   403   403   302   403   login
GET    /lockers/doors/<pk>/abandoned/                            302   302   302   302   302   302   302
POST   /lockers/doors/<pk>/abandoned/                            login 302   403   403   302   403   login
GET    /lockers/terms/                                           login 200   403   403   200   403   login
GET    /lockers/terms/<pk>/                                      login 200   404   404   200   404   login
GET    /lockers/terms/<pk>/answer/                               302   302   302   302   302   302   302
POST   /lockers/terms/<pk>/answer/                               login 302   404   404   302   404   login
GET    /lockers/customers/<person>/terms/                        302   302   302   302   302   302   302
POST   /lockers/customers/<person>/terms/                        login 302   403   403   302   403   login
GET    /lockers/grants/                                          login 200   403   403   200   403   login
GET    /lockers/grants/new/                                      login 200   403   403   200   403   login
POST   /lockers/grants/new/                                      login 400   403   403   400   403   login
GET    /lockers/grants/<pk>/                                     login 200   403   403   200   403   login
GET    /lockers/grants/<pk>/lines/                               login 200   403   403   200   403   login
GET    /lockers/grants/<pk>/start/                               302   302   302   302   302   302   302
POST   /lockers/grants/<pk>/start/                               login 302   403   403   302   403   login
GET    /lockers/grants/<pk>/end/                                 302   302   302   302   302   302   302
POST   /lockers/grants/<pk>/end/                                 login 302   403   403   302   403   login
GET    /lockers/grants/<pk>/undo/                                302   302   302   302   302   302   302
POST   /lockers/grants/<pk>/undo/                                login 302   403   403   302   403   login
GET    /lockers/grants/<pk>/release/                             login 200   403   403   200   403   login
GET    /lockers/grants/<pk>/release/now/                         302   302   302   302   302   302   302
POST   /lockers/grants/<pk>/release/now/                         login 302   403   403   302   403   login
GET    /lockers/grants/<pk>/discard/                             302   302   302   302   302   302   302
POST   /lockers/grants/<pk>/discard/                             login 302   403   403   302   403   login
GET    /lockers/waiting/                                         login 200   403   403   200   403   login
GET    /lockers/attempts/                                        login 200   403   403   200   403   login
GET    /lockers/attempts/<pk>/                                   login 200   403   403   200   403   login
GET    /lockers/lockouts/                                        login 200   403   403   200   403   login
GET    /lockers/log/                                             login 200   403   403   200   403   login
GET    /lockers/log/<form>/                                      login 200   403   403   200   403   login
GET    /lockers/simulator/                                       login 200   403   403   200   403   login
POST   /lockers/customers/new/                                   login 400   403   403   400   403   login
GET    /lockers/alarms/<pk>/acknowledge/                         302   302   302   302   302   302   302
POST   /lockers/alarms/<pk>/acknowledge/                         login 302   403   403   302   403   login
GET    /lockers/attempts/<pk>/confirm/                           302   302   302   302   302   302   302
POST   /lockers/attempts/<pk>/confirm/                           login 302   403   403   302   403   login
GET    /lockers/attempts/<pk>/decline/                           302   302   302   302   302   302   302
POST   /lockers/attempts/<pk>/decline/                           login 302   403   403   302   403   login
GET    /lockers/openings/<pk>/approve/                           302   302   302   302   302   302   302
POST   /lockers/openings/<pk>/approve/                           login 302   403   403   302   403   login
GET    /lockers/openings/<pk>/withdraw/                          302   302   302   302   302   302   302
POST   /lockers/openings/<pk>/withdraw/                          login 302   403   403   302   403   login
GET    /lockers/doors/<pk>/assign/                               302   302   302   302   302   302   302
POST   /lockers/doors/<pk>/assign/                               login 302   403   403   302   403   login
GET    /lockers/doors/<pk>/share/                                302   302   302   302   302   302   302
POST   /lockers/doors/<pk>/share/                                login 302   403   403   302   403   login
GET    /lockers/doors/<pk>/share/<person>/dates/                 302   302   302   302   302   302   302
POST   /lockers/doors/<pk>/share/<person>/dates/                 login 302   403   403   302   403   login
GET    /lockers/doors/<pk>/unshare/<person>/                     302   302   302   302   302   302   302
POST   /lockers/doors/<pk>/unshare/<person>/                     login 302   403   403   302   403   login
GET    /lockers/doors/<pk>/release/                              302   302   302   302   302   302   302
POST   /lockers/doors/<pk>/release/                              login 302   403   403   302   403   login
GET    /lockers/doors/<pk>/end/                                  302   302   302   302   302   302   302
POST   /lockers/doors/<pk>/end/                                  login 302   403   403   302   403   login
GET    /lockers/doors/<pk>/label/replace/                        302   302   302   302   302   302   302
POST   /lockers/doors/<pk>/label/replace/                        login 302   403   403   302   403   login
GET    /lockers/doors/<pk>/service/                              302   302   302   302   302   302   302
POST   /lockers/doors/<pk>/service/                              login 302   403   403   302   403   login
GET    /lockers/doors/<pk>/open/                                 302   302   302   302   302   302   302
POST   /lockers/doors/<pk>/open/                                 login 302   403   403   302   403   login
GET    /lockers/mine/duress/                                     login 200   200   200   200   200   login
POST   /lockers/mine/duress/                                     login 400   400   400   400   400   login
GET    /lockers/customers/<person>/duress/                       302   302   302   302   302   302   302
POST   /lockers/customers/<person>/duress/                       login 302   403   403   302   403   login
GET    /lockers/silent/<pk>/acknowledge/                         302   302   302   302   302   302   302
POST   /lockers/silent/<pk>/acknowledge/                         login 302   403   403   302   403   login
GET    /lockers/doors/<pk>/officer-key/                          302   302   302   302   302   302   302
POST   /lockers/doors/<pk>/officer-key/                          login 302   403   403   302   403   login
GET    /lockers/customers/<person>/consent/                      302   302   302   302   302   302   302
POST   /lockers/customers/<person>/consent/                      login 302   403   403   302   403   login
GET    /lockers/customers/<person>/card/                         302   302   302   302   302   302   302
POST   /lockers/customers/<person>/card/                         login 302   403   403   302   403   login
GET    /lockers/customers/<person>/card/withdraw/                302   302   302   302   302   302   302
POST   /lockers/customers/<person>/card/withdraw/                login 302   403   403   302   403   login
GET    /lockers/customers/<person>/pin/                          302   302   302   302   302   302   302
POST   /lockers/customers/<person>/pin/                          login 302   403   403   302   403   login
GET    /lockers/waiting/add/                                     302   302   302   302   302   302   302
POST   /lockers/waiting/add/                                     login 302   403   403   302   403   login
GET    /lockers/waiting/<pk>/remove/                             302   302   302   302   302   302   302
POST   /lockers/waiting/<pk>/remove/                             login 302   403   403   302   403   login
GET    /lockers/waiting/<pk>/give/                               302   302   302   302   302   302   302
POST   /lockers/waiting/<pk>/give/                               login 302   403   403   302   403   login
GET    /lockers/lockouts/<person>/lift/                          302   302   302   302   302   302   302
POST   /lockers/lockouts/<person>/lift/                          login 302   403   403   302   403   login
GET    /lockers/simulator/<pk>/<act>/                            302   302   302   302   302   302   302
POST   /lockers/simulator/<pk>/<act>/                            login 302   403   403   302   403   login
GET    /lockers/log/verify/                                      302   302   302   302   302   302   302
POST   /lockers/log/verify/                                      login 200   403   403   200   403   login
"""

SOCKETS = """
/ws/lockers/   not_permitted  hello          not_permitted  not_permitted  hello          not_permitted  not_permitted
/ws/lockers/mine/ not_permitted hello       hello          hello          hello          hello          not_permitted
"""


class OfficersPages:
    """Joan's vault again, on the officers' pages."""

    def __init__(self, vault: Vault) -> None:
        self.vault = vault

    def arguments(self) -> dict[str, object]:
        """By the part of the address before the argument, as in tests/support/role_world.py."""
        joan = self.vault.joan.pk
        return {
            "/lockers/alarms/": self.vault.alarm.pk,
            "/lockers/attempts/": self.vault.attempt.pk,
            "/lockers/openings/": self.vault.opening.pk,
            "/lockers/at/": self.vault.locker.label_code,
            "/lockers/labels/": self.vault.locker.bank_id,
            "/lockers/map/": self.vault.locker.bank_id,
            "/lockers/hours/": self.vault.locker.bank_id,
            "/lockers/hours/<pk>/reopen/": self.vault.closed.pk,
            "/lockers/releases/": self.vault.release.pk,
            "/lockers/releases/begin/": self.vault.locker.bank_id,
            "/lockers/silent/": self.vault.silent.pk,
            "/lockers/doors/": self.vault.locker.pk,
            "/lockers/grants/": self.vault.grant.pk,
            "/lockers/terms/": self.vault.terms.pk,
            "/lockers/abandoned/": self.vault.case.pk,
            "/lockers/abandoned/<pk>/close/": "hand-out",
            "/lockers/doors/<pk>/unshare/": joan,
            "/lockers/doors/<pk>/share/": joan,
            "/lockers/customers/": joan,
            "/lockers/customers/<person>/passkeys/": self.vault.passkey.pk,
            "/lockers/mine/": self.vault.locker.pk,
            "/lockers/mine/passkeys/": self.vault.passkey.pk,
            "/lockers/new-passkey/": self.vault.to_add,
            "/lockers/with-passkey/": self.vault.to_prove,
            "/lockers/waiting/": WaitingEntry.objects.get(open_slot=1).pk,
            "/lockers/lockouts/": joan,
            "/lockers/log/": "csv",
            "/lockers/simulator/": self.vault.locker.pk,
            "/lockers/simulator/<pk>/": "shut",
        }
