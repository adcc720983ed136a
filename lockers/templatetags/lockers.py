"""Codes of attempts and openings in words, for the lockers' pages."""

from __future__ import annotations

from django import template

from lockers import simulated
from lockers.tries_words import reason_words

register = template.Library()


@register.filter
def in_words(code: str) -> str:
    """Why something was refused, or failed."""
    return reason_words(code) if code else ""


@register.simple_tag
def simulated_doors() -> bool:
    """Whether the site has doors that are only simulated."""
    return bool(simulated.banks())
