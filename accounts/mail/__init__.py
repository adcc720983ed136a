"""E-mail for the whole product: kinds and their texts, an outbox that loses nothing, and who does not want which.

Apps register their kinds (accounts.mail.kinds) and call `outbox.enqueue`; everything else happens here.
"""
