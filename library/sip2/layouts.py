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
}
