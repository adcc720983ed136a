"""The tables of the guest register and of evacuation lists."""

from visitors.models.guests import GuestVisit
from visitors.models.roll_calls import RollCall, RollCallLine

__all__ = ["GuestVisit", "RollCall", "RollCallLine"]
