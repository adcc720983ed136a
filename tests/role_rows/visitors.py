"""Visitors in the role matrix: rows as in tests/support/role_matrix.py, and the rows of the database that they need."""

from __future__ import annotations

from accounts.models import User
from visitors.evacuation import roll_calls
from visitors.register import badge_codes, register
from visitors.register.register import GuestDetails

ROWS = """
# --- visitors: pages
GET    /visitors/                                                login 200   200   200   200   403   login
POST   /visitors/                                                login 400   400   400   400   403   login
GET    /visitors/<pk>/arrive/                                    302   302   302   302   302   302   302
POST   /visitors/<pk>/arrive/                                    login 302   403   403   403   403   login
GET    /visitors/<pk>/badge/                                     login 200   403   403   403   403   login
GET    /visitors/<pk>/cancel/                                    302   302   302   302   302   302   302
POST   /visitors/<pk>/cancel/                                    login 302   302   404   404   403   login
GET    /visitors/<pk>/leave/                                     302   302   302   302   302   302   302
POST   /visitors/<pk>/leave/                                     login 302   302   404   404   403   login
GET    /visitors/desk/                                           login 200   403   403   403   403   login
GET    /visitors/desk/new/                                       login 200   403   403   403   403   login
POST   /visitors/desk/new/                                       login 400   403   403   403   403   login
GET    /visitors/desk/scan/                                      302   302   302   302   302   302   302
POST   /visitors/desk/scan/                                      login 302   403   403   403   403   login
GET    /visitors/pass/<token>/                                   200   200   200   200   200   200   200
GET    /visitors/evacuation/                                     login 200   200   200   200   403   login
GET    /visitors/evacuation/start/                               302   302   302   302   302   302   302
POST   /visitors/evacuation/start/                               login 302   302   302   302   403   login
GET    /visitors/evacuation/<pk>/                                login 200   200   200   200   403   login
GET    /visitors/evacuation/<pk>/add/                            302   302   302   302   302   302   302
POST   /visitors/evacuation/<pk>/add/                            login 302   302   302   302   403   login
GET    /visitors/evacuation/<pk>/csv/                            login 200   200   200   200   403   login
GET    /visitors/evacuation/<pk>/end/                            302   302   302   302   302   302   302
POST   /visitors/evacuation/<pk>/end/                            login 302   302   302   302   403   login
GET    /visitors/evacuation/<pk>/lines/<line>/                   302   302   302   302   302   302   302
POST   /visitors/evacuation/<pk>/lines/<line>/                   login 302   302   302   302   403   login
GET    /visitors/evacuation/<pk>/state/                          login 200   200   200   200   403   login
# --- visitors: the kiosk of the reception (this one is the library's)
GET    /kiosk/visitors/                                          302   302   302   302   302   302   403
GET    /kiosk/visitors/sign-in/                                  302   302   302   302   302   302   403
POST   /kiosk/visitors/sign-in/                                  401   401   401   401   401   401   403
GET    /kiosk/visitors/arrive/                                   302   302   302   302   302   302   302
POST   /kiosk/visitors/arrive/                                   401   401   401   401   401   401   403
GET    /kiosk/visitors/look/                                     302   302   302   302   302   302   302
POST   /kiosk/visitors/look/                                     401   401   401   401   401   401   403
GET    /kiosk/visitors/scan/                                     302   302   302   302   302   302   302
POST   /kiosk/visitors/scan/                                     401   401   401   401   401   401   403
# --- visitors: API
GET    /api/v1/visitors/                                         401   200   403   403   403   403   401
POST   /api/v1/visitors/                                         401   400   403   403   403   403   401
GET    /api/v1/visitors/<pk>/                                    401   200   403   403   403   403   401
POST   /api/v1/visitors/<pk>/arrive/                             401   409   403   403   403   403   401
POST   /api/v1/visitors/<pk>/leave/                              401   200   403   403   403   403   401
# --- visitors: administration (for reading)
GET    /admin/visitors/guestvisit/                               login 200   login 403   403   login login
GET    /admin/visitors/guestvisit/add/                           login 403   login 403   403   login login
GET    /admin/visitors/guestvisit/<object_id>/change/            login 200   login 403   403   login login
GET    /admin/visitors/guestvisit/<object_id>/delete/            login 403   login 403   403   login login
GET    /admin/visitors/rollcall/                                 login 200   login 403   403   login login
GET    /admin/visitors/rollcall/add/                             login 403   login 403   403   login login
GET    /admin/visitors/rollcall/<object_id>/change/              login 200   login 403   403   login login
GET    /admin/visitors/rollcall/<object_id>/delete/              login 403   login 403   403   login login
"""


class HouseWithGuest:
    """The teacher's guest is inside, and a list is running."""

    def __init__(self, *, teacher: User) -> None:
        self.guest = register.walk_in(GuestDetails("Alan Turing"), host=teacher, way="desk", by=None)
        self.list = roll_calls.start(by=teacher, drill=True)

    def arguments(self) -> dict[str, object]:
        lines = self.list.lines
        return {
            "/visitors/": self.guest.pk,
            "/visitors/pass/": badge_codes.code_of(self.guest),
            "/visitors/evacuation/": self.list.pk,
            "/visitors/evacuation/<pk>/lines/": lines.get(guest=self.guest).pk,
            "/api/v1/visitors/": self.guest.pk,
        }
