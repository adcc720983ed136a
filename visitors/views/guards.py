"""Who comes in to the pages of the guest register."""

from __future__ import annotations

from config.web.guards import only
from visitors.register.rights import is_host, may_marshal, may_receive

for_hosts = only(lambda user: is_host(user) or may_receive(user))
for_reception = only(may_receive)
for_marshals = only(may_marshal)
