"""Passkeys (WebAuthn): the way to a locker without a face and without an officer.

`place` says for which site, `ceremony` speaks WebAuthn (py_webauthn), `challenges` are good once, `keeping` adds and
removes, `lane` lets someone in, `tally` makes who fails wait.
"""
