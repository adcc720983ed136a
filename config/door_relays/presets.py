"""Templates to begin from, as the makers of the devices document them (docs/doors.md says what to set on each)."""

from __future__ import annotations

from typing import Any

PRESETS: dict[str, dict[str, Any]] = {
    "shelly": {
        "name": "Shelly (Gen2 and later)",
        "method": "POST",
        "url": "http://{host}/rpc",
        "headers": "Content-Type: application/json",
        "body": '{"id": 1, "src": "ostiary", "method": "Switch.Set", '
        '"params": {"id": {channel}, "on": true, "toggle_after": {pulse}}}',
        "auth": "digest",
        "success_path": "result.was_on",
    },
    "shelly_sensor": {
        "name": "Shelly (Gen2 and later) with a door contact at its input",
        "method": "POST",
        "url": "http://{host}/rpc/Switch.Set",
        "headers": "Content-Type: application/json",
        "body": '{"id": {channel}, "on": true, "toggle_after": {pulse}}',
        "auth": "digest",
        "success_path": "was_on",
        "state_url": "http://{host}/rpc/Input.GetStatus?id={channel}",
        "state_path": "state",
        "states": "true = locked\nfalse = open",
    },
    "tasmota": {
        "name": "Tasmota",
        "method": "GET",
        "url": "http://{host}/cm?user={user}&password={secret}&cmnd=Power{channel}%20On",
        "auth": "none",
        "success_path": "POWER|POWER{channel}",
        "success_value": "ON",
    },
    "home_assistant": {
        "name": "Home Assistant: a lock",
        "method": "POST",
        "url": "http://{host}/api/services/lock/unlock",
        "headers": "Authorization: Bearer {secret}\nContent-Type: application/json",
        "body": '{"entity_id": "{device}"}',
        "auth": "none",
        "success_path": ".",
        "state_url": "http://{host}/api/states/{device}",
        "state_path": "state",
        "states": "locked = locked\nlocking = open\nunlocked = open\nopen = open\nopening = unlocking\n"
        "unlocking = unlocking\njammed = jammed\nunavailable = unavailable\nunknown = unknown",
    },
    "json_post": {
        "name": "Any relay that accepts JSON by POST",
        "method": "POST",
        "url": "https://{host}/open",
        "headers": "Content-Type: application/json\nIdempotency-Key: {transaction}",
        "body": '{"door": "{door}", "seconds": {pulse}, "transaction": "{transaction}"}',
        "auth": "basic",
    },
}
