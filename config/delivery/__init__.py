"""One outbox for everything that is told to another machine: e-mails and webhooks today.

A row is written in the transaction of what happened. A process claims it for the length of a lease, delivers it, and
notes what became of it; what failed is tried again later and later, then it is dead until a person sends it again.
Who is told what, and how, is the business of `accounts.mail` and `accounts.webhooks`.
"""
