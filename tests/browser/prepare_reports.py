"""Three weeks of rolls for the browser's stories about reports; run in the server's surroundings, after prepare.py."""

from __future__ import annotations

from datetime import timedelta

import django

django.setup()

from django.utils import timezone  # noqa: E402  needs the apps

from accounts.models import User  # noqa: E402
from tests.support import attendance as campus  # noqa: E402
from tests.support.attendance_history import held  # noqa: E402


def person(id_number, first_name, last_name, **fields):
    return User.objects.create_user(
        id_number, "correct horse battery", first_name=first_name, last_name=last_name, **fields
    )


teacher = person("t-knuth", "Donald", "Knuth", role="teacher")
ada, grace = person("s-ada", "Ada", "Lovelace"), person("s-grace", "Grace", "Hopper")
course = campus.course(ada, grace, teacher=teacher)
for week in range(1, 4):
    at = (timezone.now() - timedelta(weeks=week)).replace(hour=9, minute=0, second=0, microsecond=0)
    held(course, {ada: "late" if week == 2 else "present", grace: "absent"}, at)
