"""The pages of the lockers in the role matrix: rows as in tests/role_matrix.py, and what they are asked about."""

from __future__ import annotations

from lockers.models import WaitingEntry
from tests.role_rows.lockers import Vault

ROWS = """
# --- lockers: pages
GET    /lockers/mine/                                            login 200   200   200   200   200   login
GET    /lockers/                                                 login 200   403   403   200   403   login
GET    /lockers/customers/                                       login 200   403   403   200   403   login
GET    /lockers/customers/<person>/                              login 200   403   403   200   403   login
GET    /lockers/customers/new/                                   login 200   403   403   200   403   login
GET    /lockers/doors/<pk>/                                      login 200   403   403   200   403   login
GET    /lockers/endings/                                         login 200   403   403   200   403   login
GET    /lockers/waiting/                                         login 200   403   403   200   403   login
GET    /lockers/attempts/                                        login 200   403   403   200   403   login
GET    /lockers/attempts/<pk>/                                   login 200   403   403   200   403   login
GET    /lockers/lockouts/                                        login 200   403   403   200   403   login
GET    /lockers/log/                                             login 200   403   403   200   403   login
GET    /lockers/log/<form>/                                      login 200   403   403   200   403   login
GET    /lockers/simulator/                                       login 200   403   403   200   403   login
POST   /lockers/customers/new/                                   login 400   403   403   400   403   login
GET    /lockers/alarms/<pk>/acknowledge/                         405   405   405   405   405   405   405
POST   /lockers/alarms/<pk>/acknowledge/                         login 302   403   403   302   403   login
GET    /lockers/attempts/<pk>/confirm/                           405   405   405   405   405   405   405
POST   /lockers/attempts/<pk>/confirm/                           login 302   403   403   302   403   login
GET    /lockers/attempts/<pk>/decline/                           405   405   405   405   405   405   405
POST   /lockers/attempts/<pk>/decline/                           login 302   403   403   302   403   login
GET    /lockers/openings/<pk>/approve/                           405   405   405   405   405   405   405
POST   /lockers/openings/<pk>/approve/                           login 302   403   403   302   403   login
GET    /lockers/openings/<pk>/withdraw/                          405   405   405   405   405   405   405
POST   /lockers/openings/<pk>/withdraw/                          login 302   403   403   302   403   login
GET    /lockers/doors/<pk>/assign/                               405   405   405   405   405   405   405
POST   /lockers/doors/<pk>/assign/                               login 302   403   403   302   403   login
GET    /lockers/doors/<pk>/share/                                405   405   405   405   405   405   405
POST   /lockers/doors/<pk>/share/                                login 302   403   403   302   403   login
GET    /lockers/doors/<pk>/unshare/<person>/                     405   405   405   405   405   405   405
POST   /lockers/doors/<pk>/unshare/<person>/                     login 302   403   403   302   403   login
GET    /lockers/doors/<pk>/release/                              405   405   405   405   405   405   405
POST   /lockers/doors/<pk>/release/                              login 302   403   403   302   403   login
GET    /lockers/doors/<pk>/end/                                  405   405   405   405   405   405   405
POST   /lockers/doors/<pk>/end/                                  login 302   403   403   302   403   login
GET    /lockers/doors/<pk>/service/                              405   405   405   405   405   405   405
POST   /lockers/doors/<pk>/service/                              login 302   403   403   302   403   login
GET    /lockers/doors/<pk>/open/                                 405   405   405   405   405   405   405
POST   /lockers/doors/<pk>/open/                                 login 302   403   403   302   403   login
GET    /lockers/customers/<person>/consent/                      405   405   405   405   405   405   405
POST   /lockers/customers/<person>/consent/                      login 302   403   403   302   403   login
GET    /lockers/customers/<person>/card/                         405   405   405   405   405   405   405
POST   /lockers/customers/<person>/card/                         login 302   403   403   302   403   login
GET    /lockers/customers/<person>/card/withdraw/                405   405   405   405   405   405   405
POST   /lockers/customers/<person>/card/withdraw/                login 302   403   403   302   403   login
GET    /lockers/customers/<person>/pin/                          405   405   405   405   405   405   405
POST   /lockers/customers/<person>/pin/                          login 302   403   403   302   403   login
GET    /lockers/waiting/add/                                     405   405   405   405   405   405   405
POST   /lockers/waiting/add/                                     login 302   403   403   302   403   login
GET    /lockers/waiting/<pk>/remove/                             405   405   405   405   405   405   405
POST   /lockers/waiting/<pk>/remove/                             login 302   403   403   302   403   login
GET    /lockers/waiting/<pk>/give/                               405   405   405   405   405   405   405
POST   /lockers/waiting/<pk>/give/                               login 302   403   403   302   403   login
GET    /lockers/lockouts/<person>/lift/                          405   405   405   405   405   405   405
POST   /lockers/lockouts/<person>/lift/                          login 302   403   403   302   403   login
GET    /lockers/simulator/<pk>/<act>/                            405   405   405   405   405   405   405
POST   /lockers/simulator/<pk>/<act>/                            login 302   403   403   302   403   login
GET    /lockers/log/verify/                                      405   405   405   405   405   405   405
POST   /lockers/log/verify/                                      login 200   403   403   200   403   login
"""

SOCKETS = """
/ws/lockers/   not_permitted  hello          not_permitted  not_permitted  hello          not_permitted  not_permitted
"""


class OfficersPages:
    """Joan's vault again, on the officers' pages."""

    def __init__(self, vault: Vault) -> None:
        self.vault = vault

    def arguments(self) -> dict[str, object]:
        """By the part of the address before the argument, as in tests/role_world.py."""
        joan = self.vault.joan.pk
        return {
            "/lockers/alarms/": self.vault.alarm.pk,
            "/lockers/attempts/": self.vault.attempt.pk,
            "/lockers/openings/": self.vault.opening.pk,
            "/lockers/doors/": self.vault.locker.pk,
            "/lockers/doors/<pk>/unshare/": joan,
            "/lockers/customers/": joan,
            "/lockers/waiting/": WaitingEntry.objects.get(open_slot=1).pk,
            "/lockers/lockouts/": joan,
            "/lockers/log/": "csv",
            "/lockers/simulator/": self.vault.locker.pk,
            "/lockers/simulator/<pk>/": "shut",
        }
