"""What every page of the desk shows at its top."""

from __future__ import annotations

from django import template
from django.utils.html import format_html

from library.circulation.fines import money
from library.desk.inside import help_wanted
from library.kiosk import exit_alarms
from library.kiosk.help.news import HelpWantedNow
from library.models import Branch
from library.rules import original_script
from library.rules.due_words import due_words
from library.rules.languages import name_of

register = template.Library()


register.filter("language_name", name_of)
register.filter("money", money)
register.filter("due_words", due_words)


@register.simple_tag
def script_of(text: str, language: str = "") -> str:
    """The attributes of an element with a text in its own script, for screen readers, fonts and the order of words."""
    tag, direction = original_script.language_tag(text, language), original_script.direction(text)
    return format_html('lang="{}" dir="{}"', tag, direction)


@register.simple_tag
def alarms_now() -> list[exit_alarms.RingingNow]:
    """Exits where the gate's tags ring."""
    return exit_alarms.everywhere()


@register.simple_tag
def has_branches() -> bool:
    return Branch.objects.exists()


@register.simple_tag
def help_wanted_now() -> list[HelpWantedNow]:
    """Stations where help is wanted."""
    return help_wanted()
