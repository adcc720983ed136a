"""Fields 880: what a field of MARC 21 says, in its own script. `$6 245-01` leads to the field it belongs to. Pure."""

from __future__ import annotations

import re
from typing import Any

TAG, LINK = "880", "6"
LINKED = re.compile(r"\s*(\d{3})-(\d\d)")


def original_of(record: Any) -> Any:
    """A record of its fields 880 under the tags that they stand for: read like any other."""
    from pymarc import Field, Record

    original = Record()
    for field in record.get_fields(TAG):
        if not field.control_field and (tag := tag_of(field)) >= "010":
            subfields = [one for one in field.subfields if one.code != LINK]
            original.add_field(Field(tag, field.indicators, subfields))
    return original


def tag_of(field: Any) -> str:
    """`245`; empty for a field 880 that names no other field."""
    found = next(filter(None, map(LINKED.match, field.get_subfields(LINK))), None)
    return found[1] if found else ""
