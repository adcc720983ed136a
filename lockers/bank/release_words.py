"""What an officer ticks before a locker is released, in words. The rule is lockers/rules/opening.py."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

CHECKS = {
    "emptied": gettext_lazy("The locker is empty"),
    "inspected": gettext_lazy("Door and lock were checked"),
    "door_locked": gettext_lazy("The door is shut and locked"),
    "customer_told": gettext_lazy("The customer knows that the locker is being released"),
}
