"""Threads that check texts while the server goes on answering."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

from classifier.errors import BusyError

_T = TypeVar("_T")


class Workers:
    """A fixed number of threads; what is asked of them while all are busy is refused, not queued.

    A thread cannot be stopped: one that nobody waits for any longer stays busy until it is done.

    Args:
        number: How many texts are checked at the same time.
    """

    def __init__(self, number: int) -> None:
        self._free = threading.Semaphore(number)

    async def run(self, work: Callable[[], _T]) -> _T:
        """Return the result of the work, done in a thread.

        Raises:
            BusyError: All threads are busy, or the system starts no more.
        """
        if not self._free.acquire(blocking=False):
            raise BusyError("all workers are busy; try again in a moment, or start the server with more --workers")
        done: Future[_T] = Future()
        done.set_running_or_notify_cancel()  # from here on nobody can cancel it: the thread goes on
        # Daemons, unlike the threads of an executor, do not keep a stopped server from ending.
        thread = threading.Thread(target=self._work, args=(work, done), daemon=True)
        try:
            thread.start()
        except RuntimeError as error:
            self._free.release()
            raise BusyError("the system starts no more threads; try again in a moment") from error
        return await asyncio.wrap_future(done)

    def _work(self, work: Callable[[], _T], done: Future[_T]) -> None:
        try:
            result = work()
        except Exception as error:
            self._free.release()
            done.set_exception(error)
        else:
            self._free.release()
            done.set_result(result)
