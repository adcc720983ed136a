"""Whatever opens something lies in the database hashed or sealed; a new column must say which of the two."""

from __future__ import annotations

import re
from pathlib import Path

from django.apps import apps
from django.db import models

SUSPECT = re.compile(r"secret|passw|token|pin$|code|key|digest|sealed|previous|credential|handle|url|address|user$")
OURS = {"accounts", "recognition", "attendance", "library", "lockers", "visitors", "home", "door_relays", "branding"}

SEALED = {  # by config.ops.sealing
    "attendance.Excuse.file_sealed",
    "door_relays.DoorDevice.sealed",
    "library.TagPad.sealed",
    "library.WebhookEndpoint.sealed",
    "library.WebhookEndpoint.previous",
    "library.WebhookEndpoint.sealed_query",
    "lockers.DuressMark.sealed",
    "recognition.NewcomerPhoto.sealed",
    "recognition.ProposedPhoto.sealed",  # by recognition.faces.crypto
}
HASHED = {  # nobody can read them back
    "accounts.IdempotencyKey.digest",
    "accounts.User.password",
    "accounts.User.pin",
    "lockers.Duress.pin",
    "lockers.OfficerKey.digest",
    "lockers.Passkey.digest",
    "lockers.PasskeyLink.digest",
    "lockers.SecurityKey.digest",
    "recognition.FaceSample.digest",
    "recognition.Invitation.code_hash",
    "recognition.PairingCode.code_hash",
    "recognition.StationDevice.previous_hash",
    "recognition.StationDevice.token_hash",
}
NO_SECRET = {
    "attendance.ImportedSlot.key",
    "accounts.Department.code",
    "accounts.LostCard.barcode",  # of a card that no longer opens anything
    "accounts.SignIn.address",  # of a network
    "accounts.SignIn.session_key",  # of a row of the session table, which holds the same and lies beside it
    "accounts.GuessCount.key",  # a keyed hash of whom was guessed at
    "accounts.IdempotencyKey.key",
    "accounts.OutgoingMail.key",  # the name of an event
    "accounts.User.card_barcode",  # printed on the card; asked for together with a PIN
    "attendance.CalendarFeed.digest",
    "attendance.CalendarFeed.key",  # only as it is signed opens the feed
    "attendance.Course.code",
    "library.Branch.code",
    "library.Branch.address",  # where the house is
    "library.ImportStage.token",  # names a file that only its uploader is given
    "library.StagedRecord.code",
    "library.HelpRequest.code",
    "library.TagPad.url",  # refused with a user, a password or a query
    "library.TagPad.user",
    "door_relays.DoorDevice.secret_name",
    "door_relays.DoorDevice.user",
    "door_relays.DoorTemplate.state_url",  # {secret} stands for it
    "door_relays.DoorTemplate.url",
    "library.Copy.barcode",
    "library.Title.source_key",
    "home.Notification.key",  # the name of an event
    "home.Notification.url",  # a page of this site
    "library.WebhookEndpoint.url",  # refused with a user or password; without its query, which is sealed
    "lockers.AccessLog.key_id",
    "lockers.AccessLog.previous",
    "lockers.AccessLogHead.key_id",
    "lockers.Bank.code",
    "lockers.GrantLine.code",
    "lockers.Locker.address",
    "lockers.Locker.label_code",  # opens nothing: it leads to a page that asks who is there
    "lockers.Passkey.credential",
    "lockers.Passkey.handle",
    "lockers.Passkey.public_key",
    "lockers.PasskeyChallenge.handle",
}


def columns():
    for model in apps.get_models():
        if model._meta.app_label in OURS:
            for field in model._meta.concrete_fields:
                if isinstance(field, models.CharField | models.TextField | models.BinaryField):
                    yield f"{model._meta.label}.{field.name}"


def test_every_column_that_may_hold_a_secret_says_how_it_is_kept():
    found = {name for name in columns() if SUSPECT.search(name.rpartition(".")[2].lower())}
    assert found == SEALED | HASHED | NO_SECRET


def test_only_two_files_know_the_cipher():
    """Small secrets go through config.ops.sealing, faces through recognition.faces.crypto."""
    root = Path(__file__).resolve().parents[2]
    apps_ = ("config", "accounts", "recognition", "attendance", "library", "lockers", "visitors", "home")
    files = (file for app in apps_ for file in (root / app).rglob("*.py"))
    knowing = {str(file.relative_to(root)) for file in files if "AESGCM" in file.read_text()}
    assert knowing == {"config/ops/sealing.py", "recognition/faces/crypto.py"}
