"""Languages by the three letters that MARC writes, as a reader says them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

NAMES = {
    "akk": _("Akkadian"),
    "ang": _("Old English"),
    "ara": _("Arabic"),
    "ben": _("Bengali"),
    "bul": _("Bulgarian"),
    "cat": _("Catalan"),
    "chi": _("Chinese"),
    "cze": _("Czech"),
    "dan": _("Danish"),
    "dut": _("Dutch"),
    "eng": _("English"),
    "enm": _("Middle English"),
    "fin": _("Finnish"),
    "fre": _("French"),
    "ger": _("German"),
    "gle": _("Irish"),
    "grc": _("Ancient Greek"),
    "gre": _("Greek"),
    "heb": _("Hebrew"),
    "hin": _("Hindi"),
    "hun": _("Hungarian"),
    "ice": _("Icelandic"),
    "ita": _("Italian"),
    "jpn": _("Japanese"),
    "kor": _("Korean"),
    "lat": _("Latin"),
    "mul": _("several languages"),
    "non": _("Old Norse"),
    "nor": _("Norwegian"),
    "per": _("Persian"),
    "pol": _("Polish"),
    "por": _("Portuguese"),
    "rum": _("Romanian"),
    "rus": _("Russian"),
    "san": _("Sanskrit"),
    "spa": _("Spanish"),
    "swa": _("Swahili"),
    "swe": _("Swedish"),
    "tam": _("Tamil"),
    "tur": _("Turkish"),
    "ukr": _("Ukrainian"),
    "urd": _("Urdu"),
    "vie": _("Vietnamese"),
}


def name_of(code: str) -> str:
    """The name, or what stands in the record where this list does not know it."""
    return str(NAMES.get(code, code))
