"""Telling other systems what happened, in the form of Standard Webhooks: signed, in order, until they have heard it.

Each app registers the kinds of its events (`kinds.register`, in its `ready()`) and calls `outbox.emit` in the
transaction of what happened; everything else happens here, on the mechanism of `config.delivery`.
"""
