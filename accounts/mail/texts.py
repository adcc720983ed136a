"""From a text with placeholders to an e-mail. A text can say something, and can do nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple, Protocol, TypeVar

from django.conf import settings
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from accounts.mail.kinds import Context, MailKind, Placeholder
from accounts.models import MailTemplate, User
from config.web.branding import brand
from config.web.language import choice

PLACEHOLDER = re.compile(r"\{\{\s*(\w+)\s*\}\}")
CONTROL = re.compile(r"[\x00-\x1f\x7f\u0085\u2028\u2029]+")
SUBJECT_LENGTH = 250


class Addressed(Protocol):
    @property
    def person(self) -> User | None: ...


T = TypeVar("T", bound=Addressed)


class Text(NamedTuple):
    subject: str
    body: str


def common() -> dict[str, Placeholder]:
    """What every kind may say."""
    return {
        "site": Placeholder(gettext_lazy("The name of this site"), brand.current().name),
        "address": Placeholder(gettext_lazy("The address of this site"), settings.SITE_URL),
    }


def placeholders(kind: MailKind) -> dict[str, Placeholder]:
    return {**kind.placeholders, **common()}


def original(kind: MailKind) -> Text:
    return Text(str(kind.subject), str(kind.body))


def text_of(kind: MailKind) -> Text:
    """The text as the site has changed it, or the original one."""
    changed = MailTemplate.objects.filter(kind=kind.code).first()
    first = original(kind)
    return Text(changed.subject or first.subject, changed.body or first.body) if changed else first


def for_each(kind: MailKind, letters: Sequence[T]) -> Iterator[tuple[T, Text]]:
    """Each letter with the text in its reader's language. The site's own wording is the same in all of them."""
    known: dict[str, Text] = {}
    for letter in letters:
        with choice.reading(letter.person):
            language = get_language() or ""
            text = known.get(language) or known.setdefault(language, text_of(kind))
        yield letter, text


def filled(kind: MailKind, text: Text, context: Context) -> Text:
    """Subject and body with the values in place. What a value holds is never looked at again."""
    values = {name: word.sample for name, word in common().items()} | dict(context)
    subject = PLACEHOLDER.sub(lambda found: _line(values.get(found[1], "")), text.subject)
    body = PLACEHOLDER.sub(lambda found: _lines(values.get(found[1], "")), text.body)
    return Text(flat(subject)[:SUBJECT_LENGTH], body.strip() + "\n")


def preview(kind: MailKind, text: Text) -> Text:
    return filled(kind, text, {name: _sample(word) for name, word in placeholders(kind).items()})


def flat(text: str) -> str:
    """One line: no one's name can begin a new line, or a header."""
    return " ".join(CONTROL.sub(" ", text).split())


def _line(value: object) -> str:
    return flat("; ".join(value) if isinstance(value, list | tuple) else str(value))


def _lines(value: object) -> str:
    return "\n".join(flat(line) for line in value) if isinstance(value, list | tuple) else flat(str(value))


def _sample(word: Placeholder) -> str | Sequence[str]:
    lines = str(word.sample).split("\n")
    return lines if len(lines) > 1 else lines[0]


# --- what an administrator may write ------------------------------------------------------------


def problems(kind: MailKind, text: str) -> list[str]:
    """A sentence for each thing in an edited text that this kind of e-mail cannot say."""
    known = placeholders(kind)
    unknown = sorted({name for name in PLACEHOLDER.findall(text) if name not in known})
    found = [
        _("{{ %(name)s }} is not available in this e-mail. You can use: %(known)s.")
        % {"name": name, "known": ", ".join(f"{{{{ {name} }}}}" for name in known)}
        for name in unknown
    ]
    rest = PLACEHOLDER.sub("", text)
    if "{{" in rest or "}}" in rest:
        found.append(_("A placeholder is not written like {{ name }}. Look for stray double braces."))
    return found
