"""Every word that the capture page's script shows, translated here and handed over as JSON."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.web.language.plurals import counted


def capture_words() -> dict[str, Any]:
    return {
        "camera_denied": _("The browser may not use the camera. Allow it in the address bar, then try again."),
        "camera_missing": _("No camera was found. Plug one in, then try again."),
        "camera_busy": _("Another program is using the camera. Close it, then try again."),
        "camera_insecure": _(
            "Browsers only allow cameras on secure pages. Use https, or open this page on the server itself."
        ),
        "camera_failed": _("The camera could not be opened. Try again, or choose another one."),
        "camera_number": _("Camera %(number)s"),
        "offline": _("The server is not responding. Trying again."),
        "step": _("Photo %(number)s of %(count)s"),
        "taken": _("Taken."),
        "or_by_hand": _("%(advice)s Or take the photo with the button."),
        "not_now": _("Not yet: %(why)s"),
        "all_taken": _("All photos are taken. Check them, then save."),
        "retake": _("Retake: %(title)s"),
        "empty": _("%(title)s: not taken"),
        "few": _("Not enough photos for %(purpose)s. Needed: %(enough)s or more. Still missing: %(missing)s."),
        "save": _("Save"),
        "save_many": counted(lambda n: ngettext("Save %(number)s photo", "Save %(number)s photos", n)),
        "saving": _("Saving"),
        "kept": counted(lambda n: ngettext("%(number)s photo was accepted.", "%(number)s photos were accepted.", n)),
        "kept_none": _("No photo was accepted."),
        "refused": _("%(title)s: %(reason)s"),
        "leave": _("The photos you have taken are not saved yet."),
    }
