"""Codes of attempts and openings in words, for the lockers' pages."""

from __future__ import annotations

from typing import Any

from django import template

from lockers.access.attempt_messages import reason_words
from lockers.doors import simulator_actions
from lockers.rules import sections, visibility

register = template.Library()


@register.filter
def in_words(code: str) -> str:
    """Why something was refused, or failed."""
    return reason_words(code) if code else ""


@register.simple_tag(takes_context=True)
def officer_pages(context: Any, tab: str) -> list[sections.Group]:
    """Without the access log, which is of all banks, where it is not theirs to read; and without a simulator where
    every door is real."""
    hidden = {sections.LOG: not visibility.sees_every_bank(context["request"].user)}
    hidden[sections.SIMULATOR] = not simulator_actions.banks()
    return sections.groups(tab, without=frozenset(name for name, is_hidden in hidden.items() if is_hidden))
