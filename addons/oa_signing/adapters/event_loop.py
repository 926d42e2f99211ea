"""One event loop per thread, kept: making one for each request costs more than most requests."""

import asyncio
import threading
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from ..core.batches import AT_ONCE

Answer = TypeVar("Answer")
_local = threading.local()


def run(work: Coroutine[Any, Any, Answer]) -> Answer:
    """Like asyncio.run; requests to other services wait in threads."""
    loop = _get_loop()
    try:
        return loop.run_until_complete(work)
    finally:
        # Nothing of this request goes on in the next one.
        if left := asyncio.all_tasks(loop):
            for task in left:
                task.cancel()
            loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))


def _get_loop() -> asyncio.AbstractEventLoop:
    loop: asyncio.AbstractEventLoop | None = getattr(_local, "loop", None)
    if loop is None:
        loop = _local.loop = asyncio.new_event_loop()
        loop.set_default_executor(ThreadPoolExecutor(AT_ONCE))
    return loop
