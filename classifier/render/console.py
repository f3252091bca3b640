"""Write to a console what a pipe or a diff can take, too."""

from rich.console import Console, RenderableType


def print_trimmed(console: Console, *parts: RenderableType, end: str = "\n") -> None:
    """Write parts to the console's file without the blanks that fill up wrapped and padded lines."""
    with console.capture() as captured:
        for part in parts:
            console.print(part)
    console.file.write("\n".join(line.rstrip() for line in captured.get().splitlines()) + end)
