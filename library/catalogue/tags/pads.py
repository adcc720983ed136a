"""The pads' secrets, and trying a pad out."""

from __future__ import annotations

import http.client
import logging
import uuid
from collections.abc import Iterator
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from config.errors import Refused
from config.ops import sealing
from library.catalogue.tags import sending
from library.models import TagPad

log = logging.getLogger("ostiary.library")


def require_again(pad: TagPad, url_before: str, *, secret: str, forget: bool) -> None:
    """Refused `secret_again`: a sealed secret is for one address, and goes to no other by itself."""
    if pad.sealed and not (secret or forget) and pad.url != url_before:
        raise Refused("secret_again", _("The address has changed. Enter the secret again."))


def try_out(pad: TagPad) -> tuple[bool, str]:
    """Whether it took a message that switches nothing, and that in words. Never raises."""
    expires = timezone.now() + timedelta(seconds=10)
    said = {"action": "test", "id": str(uuid.uuid4()), "tag": "", "barcode": "", "expires": expires.isoformat()}
    try:
        sending.say(pad, said, expires=expires)
    except Refused as no:
        return False, no.message
    except (OSError, ValueError, http.client.HTTPException) as error:
        words = _("The pad is not responding (%(why)s). Check its address, its power and its network.")
        return False, words % {"why": type(error).__name__}
    return True, _("The pad has taken the test message. No tag was switched.")


def count() -> int:
    return TagPad.objects.exclude(sealed="").count()


def reseal() -> Iterator[str]:
    """After a change of FACE_KEYS: `rotated`, `current` or `failed` for each."""
    for pad in TagPad.objects.exclude(sealed=""):
        try:
            yield _resealed(pad)
        except Refused as refusal:
            log.error("The secret of the tag pad %s cannot be re-encrypted: %s", pad, refusal.message)
            yield "failed"


def _resealed(pad: TagPad) -> str:
    if not sealing.needs_rotation(pad.sealed):
        return "current"
    pad.keep(pad.secret())
    pad.save(update_fields=["sealed"])
    return "rotated"
