"""Every word that the capture page's script shows, translated here and handed over as JSON."""

from __future__ import annotations

from django.utils.translation import gettext as _


def capture_words() -> dict[str, str]:
    return {
        "camera_denied": _("The browser may not use the camera. Allow it in the address bar, then try again."),
        "camera_missing": _("No camera was found. Plug one in, then try again."),
        "camera_busy": _("Another program is using the camera. Close it, then try again."),
        "camera_insecure": _("Browsers open cameras only on secure pages: use https, or this machine's own address."),
        "camera_failed": _("The camera could not be opened. Try again, or choose another one."),
        "camera_number": _("Camera %(number)s"),
        "offline": _("The server does not answer. Trying again."),
        "step": _("Photo %(number)s of %(count)s"),
        "taken": _("Taken."),
        "or_by_hand": _("%(advice)s Or take the photo with the button."),
        "not_now": _("Not yet: %(why)s"),
        "all_taken": _("All photos are taken. Check them, then save."),
        "retake": _("Take again: %(title)s"),
        "empty": _("not taken"),
        "few": _("%(purpose)s: at least %(enough)s photos, please. %(missing)s more."),
        "save": _("Save"),
        "save_one": _("Save %(count)s photo"),
        "save_many": _("Save %(count)s photos"),
        "saving": _("Saving"),
        "kept": _("%(count)s photos were accepted."),
        "kept_one": _("%(count)s photo was accepted."),
        "kept_none": _("No photo was accepted."),
        "refused": _("%(title)s: %(reason)s"),
        "leave": _("The photos taken are not saved yet."),
    }
