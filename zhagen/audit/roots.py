"""Signed roots of the log, and their way out of the host.

A root that only this host keeps proves nothing against its owner. Each signed root is therefore put into the
drop folder (`roots/` of the data home, or ZHAGEN_ROOTS), which the operator copies to another machine, and
offered to the listeners, who print it on notices and receipts.
"""

import datetime as dt
import os
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.db import transaction

from zhagen.audit.models import Leaf, LogKey, SignedRoot
from zhagen.audit.sealer import seal_pending, tree_state
from zhagen.core.checkpoint import Checkpoint, PublicKey, public_key, sign
from zhagen.platform.home import secret_from
from zhagen.platform.tx import write_tx

LONGEST_WAIT = dt.timedelta(minutes=10)
"""A change in the log is under a signed root after this time at the latest."""

URGENT = frozenset({"tender.published", "tender.opened", "tender.scored", "tender.awarded", "ballot.closed"})
"""Events after which a root leaves the host at the next tick: what an insider would most like to undo."""

Listener = Callable[[SignedRoot], None]
_listeners: list[Listener] = []


def on_signed_root(listener: Listener) -> Listener:
    """Call a function with every root when it is signed, in the same transaction."""
    if listener not in _listeners:
        _listeners.append(listener)
    return listener


def key_file() -> Path:
    """Return where the log's signing key lies: to be kept apart from the database, and never given away."""
    return Path(settings.HOME) / "keys" / "log-signing"


def signing_seed() -> bytes:
    """Return the secret of the log's key: in `keys/log-signing`, made at first use, readable by its owner."""
    secret = secret_from(key_file())
    return sha256(b"zhagen log signing key\n" + secret.encode()).digest()


@write_tx
def sign_root(*, at: dt.datetime, reason: str) -> SignedRoot:
    """Seal what waits, sign the root over it and send it out; by the tick, and by whoever hands out a root.

    Args:
        at: The moment of signing.
        reason: What asked for it, such as "bid.opened" or "tick".
    """
    seal_pending()
    state = tree_state()
    seed = signing_seed()
    key = public_key(state.origin, seed)
    LogKey.objects.get_or_create(text=str(key), defaults={"first_used_at": at})
    stamp = f"time {at.astimezone(dt.UTC).isoformat(timespec='seconds')}"
    root = state.frontier.root
    text = sign(Checkpoint(state.origin, state.size, root, (stamp,)), seed, name=state.origin)
    signed = SignedRoot.objects.create(
        size=state.size, root=root.hex(), reason=reason, signed_at=at, text=text
    )
    transaction.on_commit(lambda: drop(signed))
    for listener in _listeners:
        listener(signed)
    return signed


def sign_root_if_due(*, at: dt.datetime) -> SignedRoot | None:
    """Sign a root if the log grew and the last one is old, or something urgent happened; the tick calls this."""
    seal_pending()
    last = SignedRoot.objects.last()
    if last is not None and not _is_due(last, at):
        return None
    return sign_root(at=at, reason="tick")


def _is_due(last: SignedRoot, at: dt.datetime) -> bool:
    newer = Leaf.objects.filter(number__gt=last.size)
    if at - last.signed_at >= LONGEST_WAIT:
        return newer.exists()
    return newer.filter(event__kind__in=URGENT).exists()


def drop(signed: SignedRoot) -> Path:
    """Write a signed root into the drop folder; return the file."""
    folder = drop_folder()
    folder.mkdir(parents=True, exist_ok=True)
    stamp = signed.signed_at.astimezone(dt.UTC).strftime("%Y%m%dT%H%M%SZ")
    file = folder / f"root-{signed.size:010d}-{stamp}.txt"
    part = file.with_suffix(".part")
    part.write_text(signed.text, encoding="utf-8")
    part.replace(file)
    return file


def drop_folder() -> Path:
    """Return the folder that the operator copies to another machine."""
    return Path(os.environ.get("ZHAGEN_ROOTS") or Path(settings.HOME) / "roots")


def current_key() -> PublicKey:
    """Return the public key to publish in the office's name."""
    with transaction.atomic():
        return public_key(tree_state().origin, signing_seed())
