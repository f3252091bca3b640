"""Read the arrays of a model folder."""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from classifier.bundle import unreadable


def read_arrays(path: Path, *names: str) -> dict[str, npt.NDArray[Any]]:
    """Return the named arrays of an archive.

    Raises:
        ModelError: The file is missing or damaged, or has no such array.
    """
    try:
        # numpy leaves a damaged file open that it opened itself.
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as stored:
            return {name: stored[name] for name in names}
    except Exception as error:  # a damaged archive raises whatever its decoders raise
        raise unreadable(path, error) from error
