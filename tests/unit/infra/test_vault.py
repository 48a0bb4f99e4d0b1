"""Secrets at rest open only with the right key and for the record that they belong to."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oodaloo.infra.vault import VaultError, new_key, parse_vault

REALM = "9130350000000001"
KEY = new_key("k1")


@given(st.text(), st.text(alphabet="0123456789", min_size=1, max_size=20))
def test_what_was_sealed_opens_again(secret: str, realm: str) -> None:
    """Any text sealed for any company comes back as it was."""
    vault = parse_vault(KEY)
    assert vault.open(vault.seal(secret, bound_to=realm), bound_to=realm) == secret


def test_sealed_text_hides_the_secret_and_never_repeats() -> None:
    """The same secret looks different each time, and neither look shows it."""
    vault = parse_vault(KEY)
    first, second = (vault.seal("RT1-refresh", bound_to=REALM) for _ in range(2))
    assert first != second
    assert "RT1" not in first + second


def test_a_token_of_another_company_does_not_open() -> None:
    """A sealed token that was moved to another company's row is refused."""
    vault = parse_vault(KEY)
    sealed = vault.seal("RT1-refresh", bound_to=REALM)
    with pytest.raises(VaultError, match="belongs to another company"):
        vault.open(sealed, bound_to="9130350000000002")


def test_another_key_of_the_same_name_is_told_apart() -> None:
    """With the wrong bytes under the right name the message names the key and what to do."""
    sealed = parse_vault(KEY).seal("RT1-refresh", bound_to=REALM)
    with pytest.raises(VaultError, match=r"key 'k1' doesn't open .* Put the right key"):
        parse_vault(new_key("k1")).open(sealed, bound_to=REALM)


def test_a_missing_key_is_named() -> None:
    """A token sealed with a key that isn't configured any more says which one it needs."""
    sealed = parse_vault(KEY).seal("RT1-refresh", bound_to=REALM)
    with pytest.raises(VaultError, match="needs encryption key 'k1'"):
        parse_vault(new_key("k2")).open(sealed, bound_to=REALM)


def test_keys_rotate() -> None:
    """A new first key seals what is new, and the old one behind it still opens what is old."""
    old = parse_vault(KEY)
    rotated = parse_vault(f"{new_key('k2')}, {KEY}")
    assert rotated.open(old.seal("old", bound_to=REALM), bound_to=REALM) == "old"
    fresh = rotated.seal("new", bound_to=REALM)
    assert fresh.startswith("k2.")
    with pytest.raises(VaultError, match="needs encryption key 'k2'"):
        old.open(fresh, bound_to=REALM)


@pytest.mark.parametrize("damage", ["", "k1.", "k1.AAAA", "k1.not base64 at all!", "k1.A"])
def test_damaged_text_is_refused(damage: str) -> None:
    """What `seal` never made is an error that says so, whatever it is."""
    with pytest.raises(VaultError):
        parse_vault(KEY).open(damage, bound_to=REALM)


def test_a_changed_byte_is_noticed() -> None:
    """A sealed token in which one character was changed doesn't open."""
    vault = parse_vault(KEY)
    name, _, body = vault.seal("RT1-refresh", bound_to=REALM).partition(".")
    raw = bytearray(base64.urlsafe_b64decode(body))
    raw[-1] ^= 1
    with pytest.raises(VaultError, match="was changed"):
        vault.open(f"{name}.{base64.urlsafe_b64encode(raw).decode()}", bound_to=REALM)


@pytest.mark.parametrize("text", ["", " ", ",,"])
def test_no_key_at_all_tells_how_to_make_one(text: str) -> None:
    """Without keys the message says that tokens need them and which command makes one."""
    with pytest.raises(VaultError, match="oodaloo keygen"):
        parse_vault(text)


@pytest.mark.parametrize(
    "text",
    ["k1", "k1:", "k1:abc", "k1:c2hvcnQ=", ":" + KEY[3:], "k.1:" + KEY[3:], "k1:schlüssel"],
    ids=["no body", "empty body", "no base64", "too short", "no name", "dot in the name", "no ASCII"],
)
def test_a_malformed_key_is_refused(text: str) -> None:
    """Each key has a name without a dot and 32 bytes."""
    with pytest.raises(VaultError, match="malformed key"):
        parse_vault(text)


def test_the_message_never_shows_a_key() -> None:
    """A key given without its name is refused without being repeated in the message."""
    secret = KEY.removeprefix("k1:")
    with pytest.raises(VaultError) as refused:
        parse_vault(secret)
    assert secret[:4] not in str(refused.value)


def test_two_keys_of_one_name_are_refused() -> None:
    """Two keys of the same name would seal with one and open with the other."""
    with pytest.raises(VaultError, match="two keys of the same name"):
        parse_vault(f"{KEY},{new_key('k1')}")
