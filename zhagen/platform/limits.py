"""How often somebody may do something: counters in the throw-away store, never in the way of a write."""

import hashlib

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

from zhagen.core.errors import RuleError


def limit(name: str, who: str, *, most: int, seconds: int) -> None:
    """Count one more time; refuse past the limit.

    Raises:
        RuleError: "request.too_many".
    """
    if hit(name, who, seconds=seconds) > most:
        raise RuleError("request.too_many", minutes=-(-seconds // 60))


def hit(name: str, who: str, *, seconds: int) -> int:
    """Count one more time and return how often within the window that the first one began."""
    key = _key(name, who)
    if cache.add(key, 1, timeout=seconds):
        return 1
    try:
        return int(cache.incr(key))
    except ValueError:  # it ran out between the two
        cache.set(key, 1, timeout=seconds)
        return 1


def is_over(name: str, who: str, *, most: int) -> bool:
    """Return whether the limit is reached, without counting."""
    return int(cache.get(_key(name, who), 0)) >= most


def caller_of(request: HttpRequest) -> str:
    """Return what stands for the caller's device: his address, as the trusted proxy names it.

    Of several addresses the last counts: a proxy adds what it saw behind what the caller himself may have sent.
    """
    header = settings.CLIENT_ADDRESS_HEADER
    found = request.headers.get(header, "") if header else ""
    return found.split(",")[-1].strip() or request.META.get("REMOTE_ADDR", "")


def _key(name: str, who: str) -> str:
    return f"limit:{name}:{hashlib.sha256(who.encode()).hexdigest()[:32]}"
