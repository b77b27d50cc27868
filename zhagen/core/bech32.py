"""Bech32 text of a key, as age writes its keys (BIP 173, without the length limit)."""

from collections.abc import Iterable

from zhagen.core.errors import RuleError

_ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_CHECKSUM_LENGTH = 6
_BYTE_BITS, _GROUP_BITS = 8, 5


def encode(prefix: str, data: bytes) -> str:
    """Return the lower-case text of data under a prefix.

    >>> encode("age", bytes(2))
    'age1qqqqlpnwam'
    """
    groups = _regroup(data, _BYTE_BITS, _GROUP_BITS, pad=True)
    check = _checksum(_expanded(prefix) + groups + [0] * _CHECKSUM_LENGTH) ^ 1
    groups += [check >> 5 * (_CHECKSUM_LENGTH - 1 - place) & 31 for place in range(_CHECKSUM_LENGTH)]
    return f"{prefix}1" + "".join(_ALPHABET[group] for group in groups)


def decode(prefix: str, text: str) -> bytes:
    """Return the data of a text under the prefix, in either case.

    Raises:
        RuleError: "seal.key_malformed".
    """
    found, _, rest = text.lower().rpartition("1")
    if found != prefix or len(rest) < _CHECKSUM_LENGTH or not set(rest) <= set(_ALPHABET):
        raise RuleError("seal.key_malformed")
    groups = [_ALPHABET.index(letter) for letter in rest]
    if _checksum(_expanded(prefix) + groups) != 1:
        raise RuleError("seal.key_malformed")
    return bytes(_regroup(groups[:-_CHECKSUM_LENGTH], _GROUP_BITS, _BYTE_BITS, pad=False))


def _expanded(prefix: str) -> list[int]:
    return [ord(letter) >> 5 for letter in prefix] + [0] + [ord(letter) & 31 for letter in prefix]


def _checksum(groups: Iterable[int]) -> int:
    check = 1
    for group in groups:
        top, check = check >> 25, (check & 0x1FFFFFF) << 5 ^ group
        for place, factor in enumerate(_GENERATOR):
            check ^= factor if top >> place & 1 else 0
    return check


def _regroup(values: Iterable[int], width: int, new_width: int, *, pad: bool) -> list[int]:
    held, bits, groups = 0, 0, []
    for value in values:
        held, bits = held << width | value, bits + width
        while bits >= new_width:
            bits -= new_width
            groups.append(held >> bits & (1 << new_width) - 1)
    if pad and bits:
        groups.append(held << new_width - bits & (1 << new_width) - 1)
    return groups
