"""E-mail for the whole product: kinds and their texts, an outbox that loses nothing, and who does not want which.

Apps declare their kinds (settings.MAIL_KINDS) and call `outbox.enqueue`; everything else happens here.
"""
