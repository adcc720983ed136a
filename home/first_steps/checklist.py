"""The list of first steps: what is done, what is hidden, and whether it is shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from config.errors import Refused
from config.ops.registries.first_steps import FIRST_STEPS, FirstStep
from home.models import FirstStepState

LIST = "all"  # the name under which the whole list is hidden


@dataclass(frozen=True)
class ListedStep:
    name: str
    step: FirstStep
    done: bool
    hidden: bool

    @property
    def open(self) -> bool:
        return not (self.done or self.hidden)


@dataclass(frozen=True)
class Checklist:
    steps: list[ListedStep]
    dismissed: bool

    @property
    def wanted(self) -> list[ListedStep]:
        return [one for one in self.steps if not one.hidden]

    @property
    def hidden(self) -> list[ListedStep]:
        return [one for one in self.steps if one.hidden]

    @property
    def done(self) -> int:
        return sum(one.done for one in self.wanted)

    @property
    def finished(self) -> bool:
        return not any(one.open for one in self.steps)


def checklist() -> Checklist:
    """Asks the steps that are not yet done, and remembers those that are by now."""
    states = {state.name: state for state in FirstStepState.objects.all()}
    new = [name for name, step in FIRST_STEPS.items() if _asked(name, states) and step.done()]
    states |= tick(*new) if new else {}
    steps = [_listed(name, step, states.get(name)) for name, step in FIRST_STEPS.items()]
    return Checklist(steps, dismissed=_is_hidden(states.get(LIST)))


def for_home(person: object) -> Checklist | None:
    """What the home page has of it, for administrators. None on a demo, and once all is done."""
    if settings.DEMO or not getattr(person, "is_administrator", False):
        return None
    found = checklist()
    return None if found.finished else found


def tick(*names: str) -> dict[str, FirstStepState]:
    """Done, from now on. Twice is harmless, and so is another process that finds the same."""
    now = timezone.now()
    FirstStepState.objects.bulk_create((FirstStepState(name=name) for name in names), ignore_conflicts=True)
    FirstStepState.objects.filter(name__in=names, done_at=None).update(done_at=now)
    return {state.name: state for state in FirstStepState.objects.filter(name__in=names)}


def say_done(name: str) -> None:
    """By a person. Refused `no_such_step`, `ticks_itself`."""
    if not _known(name).by_hand:
        words = _("This step is ticked as soon as it is done. Open its page to do it.")
        raise Refused("ticks_itself", words, status=409)
    FirstStepState.objects.update_or_create(name=name, defaults={"done_at": timezone.now()})


def hide(name: str) -> None:
    """One step of an area that the site does not use, or the LIST. Refused `no_such_step`, `needed`."""
    if name != LIST and not _known(name).optional:
        words = _("Every site needs this step, so it cannot be hidden. You can hide the whole list.")
        raise Refused("needed", words, status=409)
    FirstStepState.objects.update_or_create(name=name, defaults={"hidden_at": timezone.now()})


def show(name: str) -> None:
    """Again. Refused `no_such_step`."""
    if name != LIST:
        _known(name)
    for state in FirstStepState.objects.filter(name=name):
        state.hidden_at = None
        state.save(update_fields=["hidden_at"])


def _known(name: str) -> FirstStep:
    step = FIRST_STEPS.get(name)
    if step is None:
        raise Refused("no_such_step", _("There is no such step. Open the home page to see all steps."), status=404)
    return step


def _asked(name: str, states: Mapping[str, FirstStepState]) -> bool:
    """Not what is done or hidden; and nothing while no one looks at the list."""
    state = states.get(name)
    is_done = state is not None and state.done_at is not None
    return not (is_done or _is_hidden(state) or _is_hidden(states.get(LIST)))


def _is_hidden(state: FirstStepState | None) -> bool:
    return state is not None and state.hidden_at is not None


def _listed(name: str, step: FirstStep, state: FirstStepState | None) -> ListedStep:
    is_done = state is not None and state.done_at is not None
    return ListedStep(name, step, is_done, hidden=_is_hidden(state) and not is_done)
