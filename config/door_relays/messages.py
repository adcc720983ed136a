"""What is wrong with a template, in the reader's language."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from config.door_relays.grammar import BadTemplate

WORDS = {
    "bad_address": _("An address must begin with http://{host}/ or https://{host}/ and contain no spaces (write %20)."),
    "bad_host": _("Write a host such as 192.168.1.20, lock.local or [fd00::5]:8080."),
    "open_secret": _("A template cannot contain a secret. Write {secret} here, and enter the secret at the door."),
    "bad_path": _(
        "A path is a list of names with dots between them, for example result.was_on. a|b: either of the two."
    ),
    "bad_states": _(
        "Write one 'value = state' per line. The states are locked, unlocking, open, jammed, unavailable, unknown."
    ),
}


def in_words(bad: BadTemplate) -> str:
    return str(WORDS.get(bad.code, str(bad)))
