"""Signed roots of the event log as text, in the note form of C2SP (tlog-checkpoint, signed-note).

A checkpoint is: the log's origin, its size, its root in base64, more lines if any; an empty line; then one
line a signature. It fits on paper, in a mail and in a QR code; the public key alone checks it.
PyNaCl is loaded only where a signature is made or checked, so that all else runs on the standard library.
"""

import binascii
from base64 import b64decode, b64encode
from dataclasses import dataclass
from hashlib import sha256

from zhagen.core.errors import RuleError

HASH_BYTES = 32
KEY_HASH_BYTES = 4
SIGNATURE_BYTES = 64
ED25519 = b"\x01"
"""The kind byte of a plain Ed25519 note signature."""

_SIGNATURE_MARK = "— "


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """One state of the log.

    Args:
        origin: Name of the log, without spaces or plus signs.
        size: Number of events.
        root: Root hash over them.
        notes: Further lines that are signed with it, such as the time of signing.
    """

    origin: str
    size: int
    root: bytes
    notes: tuple[str, ...] = ()

    @property
    def body(self) -> str:
        """The text that is signed."""
        lines = [self.origin, str(self.size), b64encode(self.root).decode(), *self.notes]
        return "".join(f"{line}\n" for line in lines)


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature line of a note: name of the signer, hash of his key, the signature."""

    name: str
    key_hash: bytes
    value: bytes


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A public key with its name; as text `name+hash+base64`."""

    name: str
    key: bytes

    @property
    def key_hash(self) -> bytes:
        """The four bytes by which a signature names its key."""
        return sha256(self.name.encode() + b"\n" + ED25519 + self.key).digest()[:KEY_HASH_BYTES]

    def __str__(self) -> str:
        return f"{self.name}+{self.key_hash.hex()}+{b64encode(ED25519 + self.key).decode()}"


def public_key(name: str, seed: bytes) -> PublicKey:
    """Return the public half of the signing key that grows from a seed of 32 bytes."""
    from nacl.signing import SigningKey

    return PublicKey(name, bytes(SigningKey(seed).verify_key))


def parse_public_key(text: str) -> PublicKey:
    """Return the public key in `name+hash+base64`.

    Raises:
        RuleError: "log.key_malformed".
    """
    name, *rest = text.strip().split("+", 2)
    if len(rest) != 2:  # noqa: PLR2004 - a key has three parts
        raise RuleError("log.key_malformed", text=text.strip())
    raw = _bytes_of(rest[1])
    key = PublicKey(name, raw[1:])
    if raw[:1] != ED25519 or len(key.key) != HASH_BYTES or key.key_hash.hex() != rest[0]:
        raise RuleError("log.key_malformed", text=text.strip())
    return key


def sign(checkpoint: Checkpoint, seed: bytes, *, name: str) -> str:
    """Return the signed checkpoint as text.

    Args:
        checkpoint: What is signed.
        seed: The secret 32 bytes of the signing key.
        name: Name of the signer's key.
    """
    from nacl.signing import SigningKey

    key_hash = public_key(name, seed).key_hash
    value = SigningKey(seed).sign(checkpoint.body.encode()).signature
    return f"{checkpoint.body}\n{_SIGNATURE_MARK}{name} {b64encode(key_hash + value).decode()}\n"


def parse(text: str) -> tuple[Checkpoint, tuple[Signature, ...]]:
    """Return a checkpoint and its signatures, not yet verified; foreign line ends are forgiven.

    Raises:
        RuleError: "log.checkpoint_malformed".
    """
    lines = [line.strip() for line in text.strip().splitlines()]
    head, signatures = _split_at_blank(lines)
    if len(head) < 3 or not (head[1].isascii() and head[1].isdigit()):  # noqa: PLR2004 - origin, size, root
        raise RuleError("log.checkpoint_malformed", text=text.strip()[:200])
    root = _bytes_of(head[2])
    if len(root) != HASH_BYTES:
        raise RuleError("log.checkpoint_malformed", text=text.strip()[:200])
    checkpoint = Checkpoint(head[0], int(head[1]), root, tuple(head[3:]))
    return checkpoint, tuple(_signature(line) for line in signatures)


def is_signed_by(checkpoint: Checkpoint, signatures: tuple[Signature, ...], key: PublicKey) -> bool:
    """Whether one of the signatures is the key's over this checkpoint."""
    return any(
        _verifies(key, checkpoint.body.encode(), signature.value)
        for signature in signatures
        if signature.name == key.name and signature.key_hash == key.key_hash
    )


def _verifies(key: PublicKey, body: bytes, value: bytes) -> bool:
    from nacl.exceptions import BadSignatureError
    from nacl.signing import VerifyKey

    try:
        VerifyKey(key.key).verify(body, value)
    except BadSignatureError:
        return False
    return True


def _split_at_blank(lines: list[str]) -> tuple[list[str], list[str]]:
    if "" not in lines:
        return lines, []
    at = lines.index("")
    return lines[:at], [line for line in lines[at:] if line]


def _signature(line: str) -> Signature:
    name, _, value = line.removeprefix(_SIGNATURE_MARK).partition(" ")
    raw = _bytes_of(value)
    if not line.startswith(_SIGNATURE_MARK) or len(raw) != KEY_HASH_BYTES + SIGNATURE_BYTES:
        raise RuleError("log.signature_malformed", text=line)
    return Signature(name, raw[:KEY_HASH_BYTES], raw[KEY_HASH_BYTES:])


def _bytes_of(text: str) -> bytes:
    """Return the bytes in base64; none where it is not base64."""
    try:
        return b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""
