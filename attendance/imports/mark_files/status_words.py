"""What a status in a file means: the course's own ones, ours in any language of the site, the usual codes."""

from __future__ import annotations

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from attendance.imports.mark_files.cells import BadCell
from attendance.models import SETTABLE
from attendance.roll.own_statuses import StatusChoice, StatusSet

USUAL = {"p": "present", "l": "late", "a": "absent", "e": "excused"}


class StatusWords:
    """Of one course. `value_of` gives what `corrections.correct` takes."""

    def __init__(self, statuses: StatusSet) -> None:
        self.choices = statuses.choices()
        self.own: dict[str, set[str]] = {}
        for one, choice in zip(statuses.own, self.choices, strict=False):
            for text in (one.short, one.label, str(one)):
                self.own.setdefault(_plain(text), set()).add(choice.value)
        self.ours = _our_words()

    def value_of(self, text: str) -> StatusChoice:
        """Raises BadCell `no_status`, `unknown_status`, `ambiguous_status`."""
        if not text:
            raise BadCell(("no_status", _("The status is missing. A person without a status is left as they are.")))
        own = self.own.get(_plain(text), set())
        found = [one for one in self.choices if one.value in own] or self._of_kinds(text)
        if len(found) == 1:
            return found[0]
        raise BadCell(self._unclear(text, found) if found else self._unknown(text))

    def _of_kinds(self, text: str) -> list[StatusChoice]:
        word = _plain(text)
        kinds = self.ours.get(word) or {USUAL.get(word, "")}
        return [one for one in self.choices if one.kind in kinds]

    def _unclear(self, text: str, found: list[StatusChoice]) -> tuple[str, str]:
        words = _("'%(text)s' can mean several statuses: %(statuses)s. Write one of these.")
        return "ambiguous_status", words % {"text": text[:40], "statuses": ", ".join(one.label for one in found)}

    def _unknown(self, text: str) -> tuple[str, str]:
        words = _("'%(text)s' is not a status of this course. Use one of these: %(statuses)s.")
        known = ", ".join(one.label for one in self.choices)
        return "unknown_status", words % {"text": text[:40], "statuses": known}


def _our_words() -> dict[str, set[str]]:
    """Codes and labels of the system, in each language of the site."""
    found: dict[str, set[str]] = {}
    for code, label in SETTABLE:
        found.setdefault(_plain(code), set()).add(code)
        for language, _name in settings.LANGUAGES:
            with translation.override(language):
                found.setdefault(_plain(str(label)), set()).add(code)
    return found


def _plain(text: str) -> str:
    return " ".join(text.replace("_", " ").casefold().split())
