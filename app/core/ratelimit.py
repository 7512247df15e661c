"""Limits that slow down instead of locking out: per net, per account, per receipt.

Counted in Redis where there is one; while it is away, in the memory of the process. A Redis that has failed is
left alone for a moment, so that one that hangs does not cost every question its patience. Addresses are kept
only as a keyed hash that changes every day.
"""

import ipaddress
import logging
import time
from dataclasses import dataclass

from flask import Flask, current_app, request
from limits import RateLimitItem, parse
from limits.storage import MemoryStorage, RedisStorage, Storage
from limits.strategies import MovingWindowRateLimiter

from app.core import clock, crypto, health
from app.core.errors import TooMany

log = logging.getLogger(__name__)

PATIENCE_SECONDS = 0.5
LEFT_ALONE_SECONDS = 5


@dataclass
class _Limiters:
    shared: MovingWindowRateLimiter | None
    memory: MovingWindowRateLimiter
    left_alone_until: float = 0  # on the monotonic clock


def register(app: Flask) -> None:
    shared: Storage | None = None
    if app.config["REDIS_URL"]:
        shared = RedisStorage(
            app.config["REDIS_URL"], socket_connect_timeout=PATIENCE_SECONDS, socket_timeout=PATIENCE_SECONDS
        )
        health.needs("redis", shared.check)
    app.extensions["limiters"] = _Limiters(
        MovingWindowRateLimiter(shared) if shared else None, MovingWindowRateLimiter(MemoryStorage())
    )


def net() -> str:
    """The visitor's net (IPv4 address or IPv6 /64) as a keyed hash of the day."""
    try:
        address = ipaddress.ip_address(request.remote_addr or "::")
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped  # a socket for both kinds: else everybody would count as one net
    if isinstance(address, ipaddress.IPv6Address):
        address = ipaddress.ip_network(f"{address}/64", strict=False).network_address
    return crypto.keyed("net", f"{clock.today()} {address}").hex()[:24]


def hit(limit: str, *key: str) -> bool:
    """Count one try, e.g. `hit("10/15 minutes", "sign-in", net())`; False when it is one too many."""
    return _ask(lambda limiter, item: limiter.hit(item, *key), parse(limit))


def is_exhausted(limit: str, *key: str) -> bool:
    """Whether a further try would be one too many, without counting one."""
    return not _ask(lambda limiter, item: limiter.test(item, *key), parse(limit))


def demand(limit: str, *key: str) -> None:
    """Count one try, or raise TooMany."""
    if not hit(limit, *key):
        raise TooMany(parse(limit).get_expiry())


def _ask(question, item: RateLimitItem) -> bool:  # type: ignore[no-untyped-def]
    limiters: _Limiters = current_app.extensions["limiters"]
    if limiters.shared is not None and time.monotonic() >= limiters.left_alone_until:
        try:
            return bool(question(limiters.shared, item))
        except Exception:
            limiters.left_alone_until = time.monotonic() + LEFT_ALONE_SECONDS
            log.warning("the limiter's store is away; counting in memory")
    return bool(question(limiters.memory, item))
