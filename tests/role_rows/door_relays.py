"""The rows of the role matrix for the door devices, and one of each."""

from __future__ import annotations

from config.door_relays.models import DoorDevice, DoorTemplate
from config.door_relays.presets import PRESETS

ROWS = """
# --- door devices: API (administrators only)
GET    /api/v1/door-devices/                                    401   200   403   403   403   403   401
GET    /api/v1/door-devices/<pk>/                               401   200   403   403   403   403   401
PUT    /api/v1/door-devices/<pk>/                               401   400   403   403   403   403   401
PATCH  /api/v1/door-devices/<pk>/                               401   200   403   403   403   403   401
POST   /api/v1/door-devices/<pk>/try/                           401   200   403   403   403   403   401
# --- door devices: admin (administrators only)
GET    /admin/door_relays/doordevice/                           login 200   login 403   403   login login
GET    /admin/door_relays/doordevice/<object_id>/change/        login 200   login 403   403   login login
GET    /admin/door_relays/doordevice/<object_id>/delete/        login 200   login 403   403   login login
GET    /admin/door_relays/doordevice/<pk>/try/                  login 200   login 404   404   login login
POST   /admin/door_relays/doordevice/<pk>/try/                  login 200   login 404   404   login login
GET    /admin/door_relays/doordevice/add/                       login 200   login 403   403   login login
POST   /admin/door_relays/doordevice/add/                       login 200   login 403   403   login login
GET    /admin/door_relays/doortemplate/                         login 200   login 403   403   login login
GET    /admin/door_relays/doortemplate/<object_id>/change/      login 200   login 403   403   login login
GET    /admin/door_relays/doortemplate/<object_id>/delete/      login 200   login 403   403   login login
GET    /admin/door_relays/doortemplate/add/                     login 200   login 403   403   login login
POST   /admin/door_relays/doortemplate/add/                     login 200   login 403   403   login login
"""


def one_of_each() -> DoorDevice:
    kind = DoorTemplate.objects.create(**PRESETS["home_assistant"])
    return DoorDevice.objects.create(place="library", door="nowhere", template=kind, host="10.0.0.1")
