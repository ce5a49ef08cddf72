"""Work that goes on in threads for as long as a block lasts."""

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Self

END_SECONDS = 30


@dataclass
class Background(ABC):
    """Start workers with the block, tell them to stop at its end, and wait until all did."""

    stop: threading.Event = field(init=False, default_factory=threading.Event)
    _threads: list[threading.Thread] = field(init=False, default_factory=list[threading.Thread])

    @abstractmethod
    def work(self) -> Iterable[Callable[[], None]]:
        """Return what each thread does; it looks at `stop` again and again."""

    def __enter__(self) -> Self:
        for work in self.work():
            thread = threading.Thread(target=work, daemon=True)
            thread.start()
            self._threads.append(thread)
        return self

    def __exit__(self, *error: object) -> None:
        self.stop.set()
        for thread in self._threads:
            thread.join(timeout=END_SECONDS)
            assert not thread.is_alive(), f"a thread of {type(self).__name__} did not end"
