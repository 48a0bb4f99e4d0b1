"""Whether a post is Intuit's: its signature over the very bytes that came, compared in constant time."""

import hmac
from base64 import b64encode
from hashlib import sha256

SIGNATURE_HEADER = "intuit-signature"


def is_from_intuit(body: bytes, signature: str, verifier: str) -> bool:
    """Whether `signature` is the base64 of the body's HMAC-SHA256 under the app's verifier token.

    How long the comparison takes tells nothing about how much of a forged signature is right.
    """
    expected = b64encode(hmac.digest(verifier.encode(), body, sha256))
    return hmac.compare_digest(expected, signature.encode())
