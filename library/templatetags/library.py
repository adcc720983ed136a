"""What every page of the desk shows at its top."""

from __future__ import annotations

from django import template

from library import alarm_bell
from library.languages import name_of

register = template.Library()


register.filter("language_name", name_of)


@register.simple_tag
def alarms_now() -> list[alarm_bell.RingingNow]:
    """Exits where the gate's tags ring."""
    return alarm_bell.everywhere()
