"""Who connected a company: the one person that the emulator knows, and id_tokens signed about them."""

import base64
from collections.abc import Callable
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Final

import orjson

from qbo_emulator.jsontypes import JsonObject
from qbo_emulator.oauth.authority import ACCESS_SECONDS, Grant

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

KEY_ID: Final = "emulator-1"
_SUBJECT: Final = "1182d6ec-2a1f-4aa3-af3f-bb3b95db45af"
_TOLD_BY_SCOPE: Final[dict[str, JsonObject]] = {
    "email": {"email": "owner@example.com", "emailVerified": True},
    "profile": {"givenName": "Sample", "familyName": "Owner"},
    "phone": {"phoneNumber": "+1 6505553311", "phoneNumberVerified": False},
    "address": {
        "address": {
            "streetAddress": "4581 Finch St.",
            "locality": "Bayshore",
            "region": "CA",
            "postalCode": "94326",
            "country": "US",
        }
    },
}


class Identity:
    """Signs id_tokens with an RSA key that is made when it is first needed."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now

    def id_token(self, grant: Grant, issuer: str) -> str:
        """A JWT (RS256) that says who connected which company to which client."""
        issued_at = int(self._now().timestamp())
        claims: JsonObject = {
            "sub": _SUBJECT,
            "aud": [grant.client_id],
            "realmid": grant.realm_id,
            "auth_time": issued_at,
            "iss": issuer,
            "exp": issued_at + ACCESS_SECONDS,
            "iat": issued_at,
        }
        if grant.nonce is not None:
            claims["nonce"] = grant.nonce
        signed = f"{_part({'kid': KEY_ID, 'alg': 'RS256'})}.{_part(claims)}"
        return f"{signed}.{_base64url(self._signature(signed.encode()))}"

    def keys(self) -> JsonObject:
        """The JSON Web Key Set with which id_tokens are checked."""
        numbers = self._key.public_key().public_numbers()
        key = {
            "kty": "RSA",
            "use": "sig",
            "alg": "RS256",
            "kid": KEY_ID,
            "e": _base64url(_octets(numbers.e)),
            "n": _base64url(_octets(numbers.n)),
        }
        return {"keys": [key]}

    def person(self, grant: Grant) -> JsonObject:
        """What userinfo tells about the person, as far as they agreed to."""
        told: JsonObject = {"sub": _SUBJECT}
        for scope, facts in _TOLD_BY_SCOPE.items():
            if scope in grant.scopes:
                told |= facts
        return told

    @cached_property
    def _key(self) -> "RSAPrivateKey":
        # Imported here: most clients never ask who somebody is, and the start shouldn't wait for it.
        from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

        return generate_private_key(65537, 2048)

    def _signature(self, signed: bytes) -> bytes:
        from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
        from cryptography.hazmat.primitives.hashes import SHA256

        return self._key.sign(signed, PKCS1v15(), SHA256())


def _part(content: JsonObject) -> str:
    return _base64url(orjson.dumps(content))


def _octets(number: int) -> bytes:
    return number.to_bytes((number.bit_length() + 7) // 8, "big")


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
