"""What every page of the desk shows at its top."""

from __future__ import annotations

from django import template

from library.circulation.fines import money
from library.kiosk import exit_alarms
from library.rules.due_words import due_words
from library.rules.languages import name_of

register = template.Library()


register.filter("language_name", name_of)
register.filter("money", money)
register.filter("due_words", due_words)


@register.simple_tag
def alarms_now() -> list[exit_alarms.RingingNow]:
    """Exits where the gate's tags ring."""
    return exit_alarms.everywhere()
