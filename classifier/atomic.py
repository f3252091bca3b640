"""Write files in one step: whoever reads one finds the old content or the new, never a part."""

import os
import secrets
import stat
from pathlib import Path

_NEW_FILE = 0o666


def replace_file(path: Path, data: bytes) -> None:
    """Put bytes in the place of a file, whether there was one or not.

    A file keeps its permissions and a new one gets the usual ones; a link is written through; a pipe or
    a device, such as /dev/stdout, is written to.

    Raises:
        OSError: The file cannot be written; what was there is still there.
    """
    if path.exists() and not path.is_file():
        path.write_bytes(data)
        return
    target = Path(os.path.realpath(path))
    mode = stat.S_IMODE(target.stat().st_mode) if target.exists() else None
    temporary = target.with_name(f".osdlint-{secrets.token_hex(8)}.tmp")
    try:
        _write_new(temporary, data, mode)
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)


def _write_new(path: Path, data: bytes, mode: int | None) -> None:
    """Write a file that is not there yet, with a mode or with the one that the umask gives."""

    def open_(name: str, flags: int) -> int:
        # Never wider than it shall be: who opens a file while it is empty reads what comes later.
        return os.open(name, flags, _NEW_FILE if mode is None else mode)

    with open(path, "xb", opener=open_) as stream:
        stream.write(data)
    if mode is not None and stat.S_IMODE(path.stat().st_mode) != mode:
        path.chmod(mode)
