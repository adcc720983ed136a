"""How the institution shows itself now, and the one way to change it."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction

from config.errors import Refused
from config.ops.cache import storable
from config.web.branding import colours
from config.web.branding import logo as logos
from config.web.branding.models import SiteBranding

KEY, FRESH = "branding", 60  # s: how late other processes see a change where each has a cache of its own
OWN_COLOUR = "#176a70"  # of ostiary.svg


@storable
@dataclass(frozen=True)
class Brand:
    """What pages show. `version` is part of the addresses of logo and colours, so that a browser may keep them."""

    own_name: str = ""
    own_colour: str = ""
    has_logo: bool = False
    version: str = ""

    @property
    def name(self) -> str:
        return self.own_name or settings.SITE_NAME

    @property
    def colour(self) -> str:
        return self.own_colour or OWN_COLOUR

    @property
    def on_colour(self) -> str:
        return colours.text_on(self.colour)


def current() -> Brand:
    """From the cache, for every page. While the database does not answer, pages that say so have the site's own."""
    known: Brand | None = cache.get(KEY)
    if known is not None:
        return known
    try:
        return remember(fresh())
    except DatabaseError:
        return Brand()


def fresh() -> Brand:
    return _of(row())


def remember(brand: Brand) -> Brand:
    cache.set(KEY, brand, FRESH)
    return brand


def row() -> SiteBranding | None:
    return SiteBranding.objects.filter(pk=SiteBranding.ONLY).first()


def _of(found: SiteBranding | None) -> Brand:
    if found is None:
        return Brand()
    return Brand(found.name, found.colour, bool(found.logo), f"{found.changed_at:%Y%m%d%H%M%S%f}")


def change(*, name: str, colour: str, logo: bytes | None = None, remove_logo: bool = False) -> Brand:
    """`logo` is a file as it was uploaded; None leaves the one there is.

    Raises Refused `wrong_branding`, and what the pictures' reader refuses.
    """
    with transaction.atomic():
        kept = row() or SiteBranding(pk=SiteBranding.ONLY)
        kept.name, kept.colour = name.strip(), colour.strip().lower()
        if remove_logo or logo is not None:
            kept.logo = logos.stored(logo) if logo is not None else b""
        _require_valid(kept)
        kept.save()
        transaction.on_commit(lambda: cache.delete(KEY))
    return _of(kept)


def _require_valid(kept: SiteBranding) -> None:
    try:
        kept.full_clean()
    except ValidationError as error:
        raise Refused("wrong_branding", " ".join(error.messages)) from error
