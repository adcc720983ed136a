"""The fixed part of each message that we speak: (name, width in characters), in the order on the line."""

from __future__ import annotations

Layout = tuple[tuple[str, int], ...]

STAMP = 18
FOUR_FLAGS: Layout = (("ok", 1), ("renewal_ok", 1), ("magnetic", 1), ("desensitize", 1), ("at", STAMP))

LAYOUTS: dict[str, Layout] = {
    "93": (("user_algorithm", 1), ("password_algorithm", 1)),
    "94": (("ok", 1),),
    "99": (("status", 1), ("print_width", 3), ("version", 4)),
    "98": (
        ("online", 1),
        ("checkin_ok", 1),
        ("checkout_ok", 1),
        ("renewal_ok", 1),
        ("status_update_ok", 1),
        ("offline_ok", 1),
        ("timeout", 3),
        ("retries", 3),
        ("at", STAMP),
        ("version", 4),
    ),
    "23": (("language", 3), ("at", STAMP)),
    "24": (("status", 14), ("language", 3), ("at", STAMP)),
    "63": (("language", 3), ("at", STAMP), ("summary", 10)),
    "64": (
        ("status", 14),
        ("language", 3),
        ("at", STAMP),
        ("holds", 4),
        ("overdue", 4),
        ("charged", 4),
        ("fines", 4),
        ("recalls", 4),
        ("unavailable_holds", 4),
    ),
    "17": (("at", STAMP),),
    "18": (("circulation", 2), ("security", 2), ("fee_type", 2), ("at", STAMP)),
    "11": (("renewal_policy", 1), ("no_block", 1), ("at", STAMP), ("due", STAMP)),
    "12": FOUR_FLAGS,
    "09": (("no_block", 1), ("at", STAMP), ("returned", STAMP)),
    "10": (("ok", 1), ("resensitize", 1), ("magnetic", 1), ("alert", 1), ("at", STAMP)),
    "29": (("third_party", 1), ("no_block", 1), ("at", STAMP), ("due", STAMP)),
    "30": FOUR_FLAGS,
    "35": (("at", STAMP),),
    "36": (("ended", 1), ("at", STAMP)),
    "65": (("at", STAMP),),
    "66": (("ok", 1), ("renewed", 4), ("unrenewed", 4), ("at", STAMP)),
    "15": (("mode", 1), ("at", STAMP)),
    "16": (("ok", 1), ("available", 1), ("at", STAMP)),
    "37": (("at", STAMP), ("fee_type", 2), ("payment_type", 2), ("currency", 3)),
    "38": (("accepted", 1), ("at", STAMP)),
    "01": (("card_retained", 1), ("at", STAMP)),
    "25": (("at", STAMP),),
    "26": (("status", 14), ("language", 3), ("at", STAMP)),
    "19": (("at", STAMP),),
    "20": (("ok", 1), ("at", STAMP)),
    "96": (),
    "97": (),
}
# What a summary (63) asks for by its places, as fields of 64.
LISTS = ("AS", "AT", "AU", "AV", "BU", "CD")  # holds, overdue, charged, fines, recalls, unavailable holds
# The answer to each question.
ANSWERS = {
    "93": "94",
    "99": "98",
    "23": "24",
    "63": "64",
    "17": "18",
    "11": "12",
    "09": "10",
    "29": "30",
    "35": "36",
    "65": "66",
    "15": "16",
    "37": "38",
    "01": "24",
    "25": "26",
    "19": "20",
}
# What may not be done twice when the same line comes again.
DEEDS = ("11", "09", "29", "65", "15", "37", "01", "25", "19")
# BX (98): whether each question is answered, in the order of the standard.
SUPPORTED = ("23", "11", "09", "01", "99", "97", "93", "63", "35", "37", "17", "19", "25", "15", "29", "65")
# The places of a patron status (24, 26, 64), each Y when it is so.
STATUS = (
    "charge_denied",
    "renewal_denied",
    "recall_denied",
    "hold_denied",
    "card_lost",
    "too_many_charged",
    "too_many_overdue",
    "too_many_renewals",
    "too_many_claimed",
    "too_many_lost",
    "fines",
    "fees",
    "recall_overdue",
    "too_many_billed",
)


def _stamp_place(layout: Layout) -> int | None:
    """After how many characters the first date stands."""
    names = [name for name, _width in layout]
    return sum(width for _name, width in layout[: names.index("at")]) if "at" in names else None


STAMP_PLACE = {code: place for code, layout in LAYOUTS.items() if (place := _stamp_place(layout)) is not None}
