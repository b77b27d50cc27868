"""Personal data of residents, apart from service data: a key for each person, erased by deleting the key.

A service row holds only `ref`, a random id. The fields stand encrypted under a data key of that person,
and the data key under the office's key in `keys/vault` of the data home. Each reading is an event with
its reason. What the archive must keep (contracts, vouchers, minutes) is never put here.

Who may read is decided by the action that calls, with the permission table; the vault only records.
"""

import hashlib
import hmac
import json
import os
import re
import unicodedata
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from functools import lru_cache
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction

from zhagen.core.errors import RuleError
from zhagen.core.types import Actor
from zhagen.platform.clock import now
from zhagen.platform.home import secret_from
from zhagen.platform.models import VaultPerson

NONCE_BYTES = 12
KEY_BITS = 256
KEY_MARK_BYTES = 4
MOBILE_DIGITS = 11
ROWS_AT_ONCE = 500
SHOWN_FIRST, SHOWN_LAST = 3, 4
DOUBLE_SURNAMES = re.compile("欧阳|司马|上官|诸葛|司徒|东方|皇甫|尉迟|公孙|慕容|长孙|宇文|夏侯|令狐|端木")

Recorder = Callable[[str, models.Model, Actor, dict[str, Any]], object]
_recorder: list[Recorder] = []


@dataclass(frozen=True, slots=True)
class PersonalData:
    """What is known of a person; every field may be empty.

    Args:
        name: As the person gave it.
        phone: A number to call back on.
        address: Door, as far as the person gave it.
        remark: What a caller must know, such as "听力不好，请发短信".
    """

    name: str = ""
    phone: str = ""
    address: str = ""
    remark: str = ""

    def __repr__(self) -> str:
        return f"PersonalData({', '.join(given(self)) or 'empty'})"  # values never reach a log


def given(data: PersonalData) -> list[str]:
    """Return the names of the fields that are filled."""
    return [field.name for field in fields(data) if getattr(data, field.name)]


def record_with(recorder: Recorder) -> None:
    """Say who writes the events; the log does so at start, since it stands above the platform."""
    _recorder[:] = [recorder]


def keep_person(data: PersonalData, *, by: Actor) -> str:
    """Put a person into the vault and return the random reference; "" where nothing was given.

    Raises:
        RuleError: "vault.bad_phone".
    """
    return keep_people([data], by=by)[0]


def keep_people(people: Sequence[PersonalData], *, by: Actor) -> list[str]:
    """Put many people into the vault; return their references in order, "" where nothing was given.

    Raises:
        RuleError: "vault.bad_phone".
    """
    refs, rows = [], []
    for data in people:
        if not given(data):
            refs.append("")
            continue
        person = VaultPerson(id=uuid.uuid4())
        _fill(person, data)
        refs.append(str(person.pk))
        rows.append((person, given(data)))
    if rows:
        with transaction.atomic():
            VaultPerson.objects.bulk_create([person for person, _ in rows], batch_size=ROWS_AT_ONCE)
            _record_kept(rows, by)
    return refs


def _record_kept(rows: Sequence[tuple[VaultPerson, list[str]]], by: Actor) -> None:
    """Write one event for all that came together; each reading later is an event of its own."""
    first, fields_given = rows[0]
    together = {"fields": fields_given} if len(rows) == 1 else {"people": len(rows)}
    _record("person.kept", first, by, together)


def read_person(ref: str, *, by: Actor, reason: str) -> PersonalData:
    """Return a person's data in the clear; the reading is an event with its reason.

    Raises:
        RuleError: "vault.reason_missing", "vault.no_such_person", "vault.erased" or "vault.cannot_open".
    """
    if not reason.strip():
        raise RuleError("vault.reason_missing")
    with transaction.atomic():
        person = _person(ref)
        data = _opened(person)
        _record("person.read", person, by, {"reason": reason.strip()[:200]})
    return data


def change_person(ref: str, data: PersonalData, *, by: Actor, reason: str) -> None:
    """Replace a person's data, under a new data key.

    Raises:
        RuleError: as `read_person`; "vault.bad_phone".
    """
    if not reason.strip():
        raise RuleError("vault.reason_missing")
    with transaction.atomic():
        person = _person(ref)
        _opened(person)
        _fill(person, data)
        person.save(update_fields=["wrapped_key", "sealed", "phone_index"])
        _record("person.changed", person, by, {"fields": given(data), "reason": reason.strip()[:200]})


def erase_person(ref: str, *, by: Actor, reason: str) -> None:
    """Delete a person's key, and with it the data; complete once older backups have rotated out.

    Raises:
        RuleError: "vault.reason_missing" or "vault.no_such_person"; erasing twice is quiet.
    """
    if not reason.strip():
        raise RuleError("vault.reason_missing")
    with transaction.atomic():
        person = _person(ref)
        if person.wrapped_key is None:
            return
        person.wrapped_key, person.sealed, person.phone_index, person.erased_at = None, None, "", now()
        person.save(update_fields=["wrapped_key", "sealed", "phone_index", "erased_at"])
        _record("person.erased", person, by, {"reason": reason.strip()[:200]})


def masked_person(ref: str) -> PersonalData | None:
    """Return surname and phone as a list may show them; None where nothing is kept. No event is written."""
    person = VaultPerson.objects.filter(pk=_uuid(ref)).first() if _uuid(ref) else None
    if person is None or person.wrapped_key is None:
        return None
    data = _opened(person)
    return PersonalData(name=mask_name(data.name), phone=mask_phone(data.phone))


def refs_with_phone(phone: str) -> list[str]:
    """Return the references of everyone kept under a phone number, by its blind index."""
    try:
        index = _phone_index(phone)
    except RuleError:
        return []
    if not index:
        return []
    return [str(pk) for pk in VaultPerson.objects.filter(phone_index=index).values_list("pk", flat=True)]


def phone_index_of(ref: str) -> str:
    """Return the blind index of a person's phone, by which two rows are one person; "" where none is kept."""
    return VaultPerson.objects.filter(pk=_uuid(ref)).values_list("phone_index", flat=True).first() or ""


def blind_index(text: str, *, purpose: str) -> str:
    """Return a keyed digest of a text: equal texts of one purpose are equal, nothing can be read back."""
    key = hashlib.sha256(_secret("vault-index").encode()).digest()
    return hmac.new(key, f"{purpose}:{text}".encode(), hashlib.sha256).hexdigest()


def normal_phone(phone: str) -> str:
    """Return a phone number as bare digits, +86 taken off; "" for an empty one.

    Raises:
        RuleError: "vault.bad_phone" where these are not 7 to 12 digits.

    >>> normal_phone("+86 138-0013 8000"), normal_phone("０１０ ６２２７ ０１２３")
    ('13800138000', '01062270123')
    """
    text = unicodedata.normalize("NFKC", phone).strip()
    digits = re.sub(r"[\s\-—()]", "", text)
    digits = re.sub(r"^(\+|00)86", "", digits)
    if digits and not re.fullmatch(r"1\d{10}|0\d{9,11}|[2-9]\d{6,7}", digits):
        raise RuleError("vault.bad_phone", phone=mask_phone(digits[:MOBILE_DIGITS]))
    return digits


def mask_phone(phone: str) -> str:
    """Return a number with its middle hidden: the first three and the last four stay.

    >>> mask_phone("13800138000"), mask_phone("5123")
    ('138****8000', '****')
    """
    if len(phone) <= SHOWN_FIRST + SHOWN_LAST:
        return "*" * len(phone)
    return phone[:SHOWN_FIRST] + "*" * (len(phone) - SHOWN_FIRST - SHOWN_LAST) + phone[-SHOWN_LAST:]


def mask_name(name: str) -> str:
    """Return the surname with the given name hidden.

    >>> mask_name("王秀英"), mask_name("欧阳明"), mask_name("Mary Jones")
    ('王**', '欧阳*', 'M*********')
    """
    shown = name[:2] if DOUBLE_SURNAMES.match(name) else name[:1]
    return shown + "*" * (len(name) - len(shown))


def turn_key(old_secret: str, new_secret: str) -> int:
    """Wrap every data key under a new key of the office; return how many. The data stay as they are.

    Run by an operator inside his command, which then writes the new `keys/vault`.

    Raises:
        RuleError: "vault.cannot_open" where a row does not open with the old key; nothing is changed then.
    """
    with transaction.atomic():
        people = list(VaultPerson.objects.select_for_update().exclude(wrapped_key=None))
        for person in people:
            key = _unwrap(person, old_secret)
            person.wrapped_key = _wrap(person, key, new_secret)
            person.save(update_fields=["wrapped_key"])
    return len(people)


def keep_nothing_of(refs: Iterable[str], *, by: Actor, reason: str) -> int:
    """Erase everyone whose retention has run out; return how many references were given."""
    listed = [ref for ref in refs if ref]
    for ref in listed:
        erase_person(ref, by=by, reason=reason)
    return len(listed)


def _record(kind: str, person: VaultPerson, by: Actor, payload: dict[str, Any]) -> None:
    if not _recorder:
        raise RuntimeError("the vault is not joined to the log: a reading would leave no trace")
    _recorder[0](kind, person, by, payload)


def _uuid(ref: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(str(ref))
    except ValueError:
        return None


def _person(ref: str) -> VaultPerson:
    try:
        return VaultPerson.objects.select_for_update().get(pk=ref)
    except (VaultPerson.DoesNotExist, ValidationError, ValueError):
        raise RuleError("vault.no_such_person") from None


def _secret(name: str) -> str:
    """Return a key of the data home; read again only when its file has changed."""
    path = Path(settings.HOME) / "keys" / name
    if not path.exists():
        return secret_from(path)
    return _read_secret(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=4)
def _read_secret(path: Path, changed_ns: int) -> str:
    return path.read_text()


def _office_secret() -> str:
    return _secret("vault")


def _office_key(secret: str) -> bytes:
    return hashlib.sha256(b"zhagen-vault-1:" + secret.encode()).digest()


def _wrap(person: VaultPerson, key: bytes, secret: str) -> bytes:
    office = _office_key(secret)
    nonce = os.urandom(NONCE_BYTES)
    mark = hashlib.sha256(office).digest()[:KEY_MARK_BYTES]
    return mark + nonce + AESGCM(office).encrypt(nonce, key, b"key:" + person.pk.bytes)


def _unwrap(person: VaultPerson, secret: str) -> bytes:
    office = _office_key(secret)
    stored = bytes(person.wrapped_key or b"")
    nonce = stored[KEY_MARK_BYTES : KEY_MARK_BYTES + NONCE_BYTES]
    try:
        return AESGCM(office).decrypt(
            nonce, stored[KEY_MARK_BYTES + NONCE_BYTES :], b"key:" + person.pk.bytes
        )
    except (InvalidTag, ValueError):
        raise RuleError("vault.cannot_open") from None


def _fill(person: VaultPerson, data: PersonalData) -> None:
    """Seal the data under a fresh data key; the row's id is bound in, so that rows cannot be swapped."""
    key, nonce = AESGCM.generate_key(KEY_BITS), os.urandom(NONCE_BYTES)
    plain = {**asdict(data), "phone": normal_phone(data.phone)}
    text = json.dumps(plain, ensure_ascii=False).encode()
    person.sealed = nonce + AESGCM(key).encrypt(nonce, text, b"data:" + person.pk.bytes)
    person.wrapped_key = _wrap(person, key, _office_secret())
    person.phone_index = _phone_index(data.phone)


def _opened(person: VaultPerson) -> PersonalData:
    if person.wrapped_key is None:
        raise RuleError("vault.erased")
    key, sealed = _unwrap(person, _office_secret()), bytes(person.sealed or b"")
    try:
        text = AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], b"data:" + person.pk.bytes)
    except (InvalidTag, ValueError):
        raise RuleError("vault.cannot_open") from None
    return PersonalData(**json.loads(text))


def _phone_index(phone: str) -> str:
    digits = normal_phone(phone)
    return blind_index(digits, purpose="phone") if digits else ""
