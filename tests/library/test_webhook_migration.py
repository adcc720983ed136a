"""Webhooks that were set up before every app had them go on, with their secret sealed."""

from __future__ import annotations

import json
import os

import pytest

from tests.browser.serving import run

BEFORE = """
import django; django.setup()
import json
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
call_command("migrate", verbosity=0)
executor = MigrationExecutor(connection)
executor.migrate([("library", "0011_denied_looks")])
apps = executor.loader.project_state([("library", "0011_denied_looks")]).apps
Endpoint, Delivery, Event = (apps.get_model("library", name) for name in
                             ("WebhookEndpoint", "WebhookDelivery", "CirculationEvent"))
from django.utils import timezone
two = ["loaned", "liveness.suspicion"]
old = Endpoint.objects.create(name="College", url="https://c.example/", secret="s" * 20, kinds=two)
every = Endpoint.objects.create(name="All", url="https://a.example/", secret="t" * 20)
event = Event.objects.create(kind="loaned", at=timezone.now(), station="exit")
Delivery.objects.create(endpoint=old, event=event, give_up_at=timezone.now())
body = {"id": 1, "kind": "liveness.suspicion", "at": "2026-03-02T10:15:00+00:00", "account": None, "station": "room-1"}
Delivery.objects.create(endpoint=old, kind="liveness.suspicion", body=body, account=-1, give_up_at=timezone.now())
executor = MigrationExecutor(connection)
executor.migrate(executor.loader.graph.leaf_nodes("library"))
from accounts.models import WebhookDelivery, WebhookEndpoint
told = {
    "secrets": [endpoint.secrets(timezone.now()) for endpoint in WebhookEndpoint.objects.order_by("pk")],
    "sealed": [endpoint.sealed for endpoint in WebhookEndpoint.objects.all()],
    "kinds": [endpoint.kinds for endpoint in WebhookEndpoint.objects.order_by("pk")],
    "names": [endpoint.sees_names for endpoint in WebhookEndpoint.objects.all()],
    "uids": len({endpoint.uid for endpoint in WebhookEndpoint.objects.all()}),
    "deliveries": [[row.kind, row.body, row.at.isoformat()] for row in WebhookDelivery.objects.order_by("pk")],
}
executor = MigrationExecutor(connection)
executor.migrate([("library", "0011_denied_looks")])
told["back"] = list(Endpoint.objects.order_by("pk").values_list("secret", flat=True))
print(json.dumps(told))
"""


@pytest.mark.long
def test_what_was_set_up_goes_on_with_its_secret_sealed(tmp_path):
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "VAR_DIR": str(tmp_path),
        "DATABASE_URL": f"sqlite:///{tmp_path}/site.sqlite3",
        "DEBUG": "true",
        "REDIS_URL": "",
        "ENV_FILE": os.devnull,
    }
    told = json.loads(run("-c", BEFORE, environment=environment).splitlines()[-1])
    assert told["secrets"] == [["s" * 20], ["t" * 20]] == [[secret] for secret in told["back"]]
    assert all(sealed.startswith("S1.") for sealed in told["sealed"]) and told["uids"] == 2
    assert told["kinds"][0] == ["library.loaned", "liveness.suspicion"] and told["names"] == [True, True]
    assert len(told["kinds"][1]) == 19 and "library.returned" in told["kinds"][1]
    (loaned, facts, _at), (suspicion, signs, at) = told["deliveries"]
    assert (loaned, facts["station"]) == ("library.loaned", "exit")
    assert (suspicion, signs, at) == (
        "liveness.suspicion",
        {"id": 1, "station": "room-1"},
        "2026-03-02T10:15:00+00:00",
    )
