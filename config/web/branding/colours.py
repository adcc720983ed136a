"""From one colour of an institution to colours that can be read: contrast as WCAG 2 measures it."""

from __future__ import annotations

import re
from collections.abc import Iterable

AA = 4.5  # the least contrast of text
BLACK, WHITE = "#000000", "#ffffff"
GROUNDS = {"light": ("#f5f3ee", "#ffffff", "#eceae2"), "dark": ("#0f1517", "#172023", "#0b1012")}  # ostiary-tokens.css
HEX = re.compile(r"#[0-9a-f]{6}\Z")


def contrast(first: str, second: str) -> float:
    darker, lighter = sorted((_luminance(first), _luminance(second)))
    return (lighter + 0.05) / (darker + 0.05)


def text_on(ground: str) -> str:
    """White, or black where white could not be read. One of both always can."""
    return WHITE if contrast(WHITE, ground) >= AA else BLACK


def mixed(colour: str, other: str, share: float) -> str:
    """`share` of the other colour in it."""
    pairs = zip(_channels(colour), _channels(other), strict=True)
    return "#" + "".join(f"{round(one * (1 - share) + two * share):02x}" for one, two in pairs)


def readable(colour: str, grounds: Iterable[str], towards: str) -> str:
    """The colour, as little darker or lighter as lets it be read as text on each of the grounds."""
    steps = (mixed(colour, towards, step / 20) for step in range(21))
    return next(one for one in steps if all(contrast(one, ground) >= AA for ground in grounds))


def tokens(colour: str) -> dict[str, tuple[str, str]]:
    """The design's values that follow the colour, each by day and in the dark."""
    soft = mixed(colour, WHITE, 0.88), mixed(colour, GROUNDS["dark"][1], 0.8)
    day = readable(colour, (*GROUNDS["light"], soft[0]), BLACK)
    dark = readable(colour, (*GROUNDS["dark"], soft[1]), WHITE)
    return {
        "brand": (day, dark),
        "brand-strong": (mixed(day, BLACK, 0.3), mixed(dark, WHITE, 0.3)),
        "on-brand": (text_on(day), text_on(dark)),
        "brand-soft": soft,
    }


def _luminance(colour: str) -> float:
    shares = (channel / 255 for channel in _channels(colour))
    linear = [share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _channels(colour: str) -> tuple[int, int, int]:
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return red, green, blue
