"""Progress of long work: on stderr, and only on a terminal."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def stage_progress() -> Iterator[Callable[[str, float], None]]:
    """Yield a function to call with a stage (anything after a comma may change) and the share of it done."""
    from rich.console import Console
    from rich.progress import Progress, TaskID

    console = Console(stderr=True)
    tasks: dict[str, TaskID] = {}
    with Progress(console=console, disable=not console.is_terminal, transient=True) as bar:

        def report(stage: str, done: float) -> None:
            key = stage.partition(",")[0]
            if key not in tasks:
                tasks[key] = bar.add_task(stage, total=1.0)
            bar.update(tasks[key], completed=done, description=stage)

        yield report
