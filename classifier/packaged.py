"""Read the data files that lie in the package."""

import tomllib
from importlib.resources import files
from typing import Any


def read_text(name: str) -> str:
    """Return the content of a file of `classifier/resources`."""
    return files("classifier").joinpath(f"resources/{name}").read_text("utf-8")


def read_toml(name: str) -> dict[str, Any]:
    """Return the tables of a TOML file of `classifier/resources`."""
    return tomllib.loads(read_text(name))
