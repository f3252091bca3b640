"""Progress of long work: on stderr, and bars only on a terminal."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

Report = Callable[[str, float], None]
Note = Callable[[str], None]


@contextmanager
def stage_progress() -> Iterator[Report]:
    """Yield a function to call with a stage (anything after a comma may change) and the share of it done."""
    with noted_progress() as (report, _):
        yield report


@contextmanager
def noted_progress() -> Iterator[tuple[Report, Note]]:
    """Yield what `stage_progress` does, and a function that prints a line above the bars, to stay."""
    from rich.console import Console
    from rich.progress import Progress, TaskID

    from classifier.render.escape import clean

    console = Console(stderr=True)
    tasks: dict[str, TaskID] = {}
    with Progress(console=console, disable=not console.is_terminal, transient=True) as bar:

        def report(stage: str, done: float) -> None:
            key = stage.partition(",")[0]
            if key not in tasks:
                tasks[key] = bar.add_task(stage, total=1.0)
            bar.update(tasks[key], completed=done, description=stage)

        def note(line: str) -> None:
            console.print(clean(line), markup=False, highlight=False, soft_wrap=True)

        yield report, note
