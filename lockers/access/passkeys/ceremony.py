"""WebAuthn itself, by the library `webauthn` (py_webauthn): what is asked of a browser, and whether its answer is good.

User verification is required, attestation is not wanted, credentials are discoverable: no list of them goes to a
kiosk, where anyone can name anyone.
"""

from __future__ import annotations

import base64
import binascii
import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lockers.access.passkeys.relying_party import RelyingParty

log = logging.getLogger("ostiary.lockers")

TIMEOUT = 120_000  # ms that a browser waits for the person
LONGEST_ID = 1023  # bytes of a credential's id (WebAuthn, section 4)


class NotProven(Exception):
    """The answer of a browser is not good. The message is for the log: anyone who sent it is told nothing of it."""


@dataclass(frozen=True, slots=True)
class NewCredential:
    id: bytes
    public_key: bytes
    sign_count: int
    synced: bool


@dataclass(frozen=True, slots=True)
class Proof:
    sign_count: int
    synced: bool


def creation_options(site: RelyingParty, challenge: bytes, *, handle: bytes, name: str, known: Sequence[bytes]) -> Any:
    """For navigator.credentials.create, as JSON. `known`: of this person already, so that no device has two."""
    from webauthn import generate_registration_options, options_to_json
    from webauthn.helpers import structs

    options = generate_registration_options(
        rp_id=site.id,
        rp_name=site.name,
        user_id=handle,
        user_name=name,
        user_display_name=name,
        challenge=challenge,
        timeout=TIMEOUT,
        attestation=structs.AttestationConveyancePreference.NONE,
        authenticator_selection=structs.AuthenticatorSelectionCriteria(
            resident_key=structs.ResidentKeyRequirement.REQUIRED,
            user_verification=structs.UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[structs.PublicKeyCredentialDescriptor(id=one) for one in known],
    )
    return json.loads(options_to_json(options))


def request_options(site: RelyingParty, challenge: bytes) -> Any:
    """For navigator.credentials.get, as JSON."""
    from webauthn import generate_authentication_options, options_to_json
    from webauthn.helpers import structs

    options = generate_authentication_options(
        rp_id=site.id,
        challenge=challenge,
        timeout=TIMEOUT,
        user_verification=structs.UserVerificationRequirement.REQUIRED,
    )
    return json.loads(options_to_json(options))


def created(site: RelyingParty, challenge: bytes, answer: dict[str, Any]) -> NewCredential:
    """Raises NotProven."""
    from webauthn import verify_registration_response

    _require_own_page(answer)
    try:
        found = verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=site.id,
            expected_origin=list(site.origins),
            require_user_verification=True,
        )
    except Exception as error:  # whatever a stranger may send
        raise NotProven(f"{type(error).__name__}: {error}") from error
    if not 0 < len(found.credential_id) <= LONGEST_ID:
        raise NotProven("the credential's id is too long")
    return NewCredential(
        found.credential_id, found.credential_public_key, found.sign_count, bool(found.credential_backed_up)
    )


def proven(site: RelyingParty, challenge: bytes, answer: dict[str, Any], public_key: bytes) -> Proof:
    """Raises NotProven. Whether the counter has gone back is for the caller to decide: only then is it a real key's."""
    from webauthn import verify_authentication_response

    _require_own_page(answer)
    try:
        found = verify_authentication_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=site.id,
            expected_origin=list(site.origins),
            credential_public_key=public_key,
            credential_current_sign_count=0,
            require_user_verification=True,
        )
    except Exception as error:  # whatever a stranger may send
        raise NotProven(f"{type(error).__name__}: {error}") from error
    return Proof(found.new_sign_count, bool(found.credential_backed_up))


def id_of(answer: dict[str, Any]) -> bytes:
    """The credential's id. Raises NotProven."""
    return _bytes(answer.get("rawId"))


def handle_of(answer: dict[str, Any]) -> str:
    """What the device knows its person by, in hex; empty when it does not say. Raises NotProven."""
    response = answer.get("response")
    said = response.get("userHandle") if isinstance(response, dict) else None
    return _bytes(said).hex() if said else ""


def _require_own_page(answer: dict[str, Any]) -> None:
    """Not from inside of someone else's page."""
    response = answer.get("response")
    try:
        said = json.loads(_bytes(response.get("clientDataJSON") if isinstance(response, dict) else None))
    except ValueError as error:
        raise NotProven("its client data is not JSON") from error
    if not isinstance(said, dict) or said.get("crossOrigin") or said.get("topOrigin"):
        raise NotProven("it comes from inside of another page")


def _bytes(text: Any) -> bytes:
    """Of base64url without padding."""
    if not isinstance(text, str) or not text.isascii():
        raise NotProven("something is missing")
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars="-_", validate=True)
    except (ValueError, binascii.Error) as error:
        raise NotProven("something is not base64") from error
