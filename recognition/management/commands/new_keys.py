"""Print fresh secrets for the environment."""

from __future__ import annotations

import base64
import os
import secrets
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone


class Command(BaseCommand):
    help = "Print a fresh SECRET_KEY and a fresh FACE_KEYS entry. Put a new face key before the old ones."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        key_id = f"k{timezone.now():%y%m%d}{secrets.token_hex(2)}"
        self.stdout.write(f"SECRET_KEY={secrets.token_urlsafe(60)}")
        self.stdout.write(f"FACE_KEYS={key_id}:{base64.b64encode(os.urandom(32)).decode()}")
