"""How a privacy notice is laid out on the screen."""

from __future__ import annotations

from django import template

register = template.Library()

_LONGEST_HEADING = 60


@register.filter
def paragraphs(text: str) -> list[tuple[str, str]]:
    """Heading (may be empty) and body of each paragraph. A short first line without a full stop is a heading."""
    return [_parted(block.strip()) for block in text.replace("\r\n", "\n").split("\n\n") if block.strip()]


def _parted(block: str) -> tuple[str, str]:
    first, _newline, rest = block.partition("\n")
    is_heading = rest and len(first) <= _LONGEST_HEADING and not first.rstrip().endswith((".", ":", ","))
    return (first, rest) if is_heading else ("", block)
