"""Secrets at rest: AES-256-GCM with named keys, bound to the record that they belong to."""

import base64
import secrets
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from oodaloo.kit.errors import OodalooError

_KEY_BYTES = 32
_NONCE_BYTES = 12


class VaultError(OodalooError):
    """A secret can't be encrypted or decrypted with the configured keys; the message says which key is wanted."""


@dataclass(frozen=True, slots=True)
class Vault:
    """Encrypts with the first key and decrypts with whichever key a secret names, so that keys can be rotated."""

    keys: tuple[tuple[str, bytes], ...]

    def seal(self, secret: str, *, bound_to: str) -> str:
        """`secret` as text "KEY.BASE64" that opens only together with the same `bound_to` (associated data)."""
        name, key = self.keys[0]
        nonce = secrets.token_bytes(_NONCE_BYTES)
        sealed = AESGCM(key).encrypt(nonce, secret.encode(), bound_to.encode())
        return f"{name}.{base64.urlsafe_b64encode(nonce + sealed).decode()}"

    def open(self, sealed: str, *, bound_to: str) -> str:
        """The secret inside `sealed`.

        Raises `VaultError` when its key isn't configured, is another one of the same name, or `bound_to` differs,
        and when `sealed` isn't what `seal` made.
        """
        name, _, body = sealed.partition(".")
        key = dict(self.keys).get(name)
        if key is None:
            raise VaultError(
                f"A stored QuickBooks token needs encryption key '{name}', which isn't in OODALOO_ENCRYPTION_KEYS. "
                "Add that key, or connect the company again."
            )
        try:
            raw = base64.urlsafe_b64decode(body)
            return AESGCM(key).decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], bound_to.encode()).decode()
        except (InvalidTag, ValueError):
            raise VaultError(
                f"Encryption key '{name}' doesn't open the stored QuickBooks token: it is another key of the same "
                "name, or the token was changed or belongs to another company. Put the right key into "
                "OODALOO_ENCRYPTION_KEYS, or connect the company again."
            ) from None


def parse_vault(text: str) -> Vault:
    """The vault that `NAME:BASE64[,NAME:BASE64…]` describes.

    Raises `VaultError` when there is no key, one is malformed, or two have the same name.
    """
    entries = [entry.strip() for entry in text.split(",") if entry.strip()]
    if not entries:
        raise VaultError(
            "OODALOO_ENCRYPTION_KEYS is not set: QuickBooks tokens are only stored encrypted. "
            "Run `oodaloo keygen` and put the line that it prints into .env."
        )
    keys = tuple(_parse_key(entry) for entry in entries)
    if len(dict(keys)) < len(keys):
        raise VaultError("OODALOO_ENCRYPTION_KEYS holds two keys of the same name. Give each a name of its own.")
    return Vault(keys)


def new_key(name: str) -> str:
    """A fresh random key in the form that `parse_vault` reads."""
    return f"{name}:{base64.urlsafe_b64encode(secrets.token_bytes(_KEY_BYTES)).decode()}"


def _parse_key(entry: str) -> tuple[str, bytes]:
    name, separator, body = entry.partition(":")
    try:
        key = base64.b64decode(body, altchars=b"-_", validate=True)
    except ValueError:
        key = b""
    if not name or "." in name or len(key) != _KEY_BYTES:
        # What has no name may be a whole key, which must not get into a message.
        told = f" ('{name}')" if separator and name else ""
        raise VaultError(
            f"OODALOO_ENCRYPTION_KEYS holds a malformed key{told}: each is NAME:BASE64 of 32 bytes, "
            "as `oodaloo keygen` prints it."
        )
    return name, key
