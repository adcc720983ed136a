"""Commands on their way to the pads: tried again within seconds, and given up when they are over."""

from __future__ import annotations

import http.client
import json
import logging
from datetime import datetime, timedelta
from urllib.parse import quote

from django.conf import settings
from django.utils import timezone

from config.delivery.outbox import Outbox
from config.delivery.pauses import Pauses
from config.errors import Refused
from config.ops.network import mqtt
from config.ops.network.relay import Limits, RelayClient, bearer
from library.catalogue.tags.switching import overtaken
from library.models import TagCommand, TagPad

log = logging.getLogger("ostiary.library")

State = TagCommand.State
PATIENCE = 4.0  # s for one try
AT_ONCE = 20  # in one run
SOON = timedelta(seconds=2)
OUTBOX = Outbox(
    model=TagCommand,
    lease=timedelta(seconds=20),
    pauses=Pauses((SOON, SOON), timedelta(seconds=5)),  # `expires_at` is the end
    lost=State.WAITING,  # a tag that is switched twice is as if it was switched once
    dead=State.FAILED,
    replayable=(State.FAILED,),
    over=(State.DONE, State.FAILED, State.REPLACED, State.SEEN),
)


def deliver_due(now: datetime) -> int:
    """Job of the clock, safe in several processes. A pad that fails is left alone for the rest of this run."""
    OUTBOX.reclaim(now)
    done, failing = 0, set[int]()
    while done < AT_ONCE:
        rows = OUTBOX.due(now).exclude(pad__in=failing).select_related("pad", "copy")
        command = OUTBOX.claim(rows, now)
        if command is None:
            break
        if not _deal_with(command, now):
            failing.add(command.pad_id)
        done += 1
    return done


def _deal_with(command: TagCommand, now: datetime) -> bool:
    moment = max(now, timezone.now())
    if command.expires_at <= moment:
        _failed(command, command.last_error or "the pad did not answer in time")
        return True
    try:
        say(command.pad, message(command), expires=command.expires_at)
    except Refused as no:
        _failed(command, no.code)
        return True
    except (OSError, ValueError, http.client.HTTPException) as error:
        _later(command, f"{type(error).__name__}: {error}", moment)
        return False
    OUTBOX.note(command, State.DONE, "")
    return True


def _later(command: TagCommand, why: str, now: datetime) -> None:
    if overtaken(command):
        return
    at = OUTBOX.next_try(command, now)
    if at is None or at >= command.expires_at:
        _failed(command, why)
    else:
        log.warning("The tag pad %s, try %d: %s", command.pad, command.tries, why)
        OUTBOX.try_later(command, why, at)


def _failed(command: TagCommand, why: str) -> None:
    """Shown at the desk until it is settled."""
    if overtaken(command):
        return
    log.error("The tag of copy %s was not switched at %s: %s", command.copy_id, command.pad, why)
    OUTBOX.note(command, State.FAILED, why)


def message(command: TagCommand) -> dict[str, str]:
    """The book, and never who borrowed it."""
    actions = {TagCommand.Action.DESENSITISE: "desensitise", TagCommand.Action.SENSITISE: "sensitise"}
    return {
        "action": actions[TagCommand.Action(command.action)],
        "id": str(command.uid),
        "tag": command.copy.rfid_tag or "",
        "barcode": command.copy.barcode,
        "expires": command.expires_at.isoformat(timespec="milliseconds"),
    }


def say(pad: TagPad, said: dict[str, str], *, expires: datetime) -> None:
    """Once. Raises OSError or ValueError where the pad, or its broker, did not take it; Refused for its secret."""
    body = json.dumps(said).encode()
    if pad.kind == TagPad.Kind.MQTT:
        mqtt.publish_once(_broker(pad), pad.topic, body, expires=expires, patience=PATIENCE)
        return
    client = RelayClient(limits=Limits(PATIENCE, PATIENCE), signs_in=bearer(pad.secret()))
    client.ask("POST", pad.url, body, {"Content-Type": "application/json"})


def _broker(pad: TagPad) -> str:
    scheme, _sep, rest = pad.url.partition("://")
    signed_in = f"{quote(pad.user, safe='')}:{quote(pad.secret(), safe='')}@" if pad.user else ""
    return f"{scheme}://{signed_in}{rest}"


def purge(now: datetime) -> dict[str, int]:
    return {"tag commands": OUTBOX.purge(now - timedelta(days=settings.LIBRARY_HISTORY_DAYS))}
