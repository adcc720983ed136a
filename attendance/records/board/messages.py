"""Every word that the board's script shows, translated here and handed over as JSON."""

from __future__ import annotations

from django.utils.translation import gettext as _


def board_words() -> dict[str, str]:
    return {
        "connecting": _("Connecting"),
        "live": _("Live"),
        "lost": _("Connection lost. Reconnecting in %(seconds)s s."),
        "ended": _("You may no longer see this board. Sign in again."),
        "left": _("%(minutes)s min left"),
        "long_left": _("%(hours)s h %(minutes)s min left"),
        "over": _("Time is up"),
        "begins": _("Begins at %(time)s"),
        "closed": _("Closed at %(time)s"),
        "cancelled": _("Cancelled"),
        "seeing": _("The camera is working"),
        "blind": _("The camera has not seen anything since %(time)s"),
        "never_seen": _("No camera has seen anything yet"),
        "watched": _("Watched %(share)s %"),
        "strangers": _("Not recognised: %(number)s"),
        "doubts": _("Uncertain: %(number)s"),
        "arrived": _("%(name)s, %(status)s"),
        "no_camera": _("No camera: cards and corrections only"),
        "corrected": _("%(label)s, corrected"),
        "nobody": _("No one is on this roll yet"),
        "nobody_more": _("No one is enrolled in the course on this day. People appear here when they are recognised."),
        "nobody_fits": _("No match"),
        "planned_more": _("The board fills when the session opens, a little before it begins."),
    }
