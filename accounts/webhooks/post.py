"""One request to another system: the client of config.ops.network.relay, with the addresses that a webhook may have."""

from __future__ import annotations

from accounts.webhooks.addresses import resolved
from config.ops.network.relay import Answer, Limits, RelayClient, Target

CONNECT = 5.0  # seconds without an answer
WHOLE = 15.0  # seconds for everything
MOST_READ = 16_384  # bytes of the answer


def post(target: Target, body: bytes, headers: dict[str, str]) -> Answer:
    """The answer, whatever its status. Raises OSError or Refused. Follows nothing."""
    client = RelayClient(hosts=lambda asked: [resolved(asked)], limits=Limits(CONNECT, WHOLE, MOST_READ))
    return client.send("POST", target, body, headers)
