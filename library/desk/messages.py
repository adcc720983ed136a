"""A refusal in the words for a librarian: with the names and dates that no kiosk may show."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property

from django.utils.translation import ngettext

from accounts.models import User
from config.errors import Refused
from library.circulation import holds, policy
from library.models import Copy, Hold, Loan, PatronBlock, Visit
from library.rules import messages as words
from library.rules.due_words import due_words


@contextmanager
def for_librarians(*, copy: Copy | None = None, person: User | None = None, barcode: str = "") -> Iterator[None]:
    """What is refused inside is raised again for the desk; its code, status and details stay."""
    try:
        yield
    except Refused as refusal:
        raise Refused(
            refusal.code,
            sentence(refusal, DeskFacts(copy, person, barcode)),
            status=refusal.status,
            details=refusal.details,
        ) from refusal


def sentence(refusal: Refused, facts: DeskFacts) -> str:
    """The reader's own words where the desk has none, or where a fact has changed meanwhile."""
    template = words.AT_DESK.get(refusal.code)
    try:
        return str(template) % facts if template else refusal.message
    except KeyError:
        return refusal.message


def person_named(person: User) -> str:
    return f"{person.get_full_name()} ({person.id_number})"


class DeskFacts:
    """What a sentence of `words.AT_DESK` may name. KeyError for what is not so."""

    def __init__(self, copy: Copy | None, person: User | None, barcode: str = "") -> None:
        self._copy, self._person, self._barcode = copy, person, barcode

    def __getitem__(self, name: str) -> str:
        facts: dict[str, Callable[[], str | None]] = {
            "barcode": lambda: self._barcode,
            "title": lambda: str(self._copy.title) if self._copy else None,
            "name": lambda: self._person.get_full_name() if self._person else None,
            "number": lambda: self._person.id_number if self._person else None,
            "holder": lambda: person_named(self._loan.person) if self._loan and self._loan.person else None,
            "branch": lambda: holds.box_of(self._copy) if self._copy else None,
            "due": lambda: due_words(self._loan) if self._loan else None,
            "waiting": self._waiting,
            "reason": self._reason,
            "loans": lambda: _books(self._state.open_loans) if self._person else None,
            "overdue": lambda: _books(self._state.overdue) if self._person else None,
            "inside": _inside,
        }
        if not (found := facts[name]()):
            raise KeyError(name)
        return found

    @cached_property
    def _loan(self) -> Loan | None:
        return Loan.objects.select_related("person").filter(copy=self._copy, open_slot=1).first()

    @cached_property
    def _state(self) -> policy.PersonState:
        assert self._person is not None  # noqa: S101  asked for above
        return policy.person_state(self._person)

    def _waiting(self) -> str | None:
        """The person for whom the copy is on the hold shelf, or else the first in the queue for its title."""
        if self._copy is None:
            return None
        holds = Hold.objects.filter(open_slot=1).select_related("person").order_by("placed_at", "pk")
        shelved = holds.filter(copy=self._copy, state=Hold.State.READY).first()
        hold = shelved or holds.filter(title=self._copy.title_id, state=Hold.State.WAITING).first()
        return person_named(hold.person) if hold else None

    def _reason(self) -> str | None:
        reason = PatronBlock.objects.filter(person=self._person).values_list("reason", flat=True).first()
        return reason.rstrip(". ") if reason else None


def _books(number: int) -> str:
    return ngettext("%(n)d book", "%(n)d books", number) % {"n": number}


def _inside() -> str:
    number = Visit.objects.filter(open_slot=1).count()
    return ngettext("%(n)d person is inside", "%(n)d people are inside", number) % {"n": number}
