"""What every page of the desk shows at its top."""

from __future__ import annotations

from django import template

from library.circulation.fines import money
from library.desk.inside import help_wanted
from library.kiosk import exit_alarms
from library.kiosk.help.news import HelpWantedNow
from library.rules.languages import name_of

register = template.Library()


register.filter("language_name", name_of)
register.filter("money", money)


@register.simple_tag
def alarms_now() -> list[exit_alarms.RingingNow]:
    """Exits where the gate's tags ring."""
    return exit_alarms.everywhere()


@register.simple_tag
def help_wanted_now() -> list[HelpWantedNow]:
    """Stations where help is wanted."""
    return help_wanted()
