"""Folders, model files and a quick classifier for the tests of scans and claims."""

import json
import struct
from pathlib import Path

OPEN = """Open License

You may use, copy, modify and distribute the Program.

You must keep this notice.

The Program is provided as is.
"""
CLOSED = """Closed License

You may use, copy, modify and distribute the Program.

It is not for commercial ends.

The Program is provided as is.
"""
POLICY = """Use Policy

You may not use the Model for military ends.
"""


def write(folder: Path, files: dict[str, str | bytes]) -> Path:
    """Write files by path below a folder."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def gguf_string(text: str | bytes, *, order: str = "<", version: int = 3) -> bytes:
    data = text.encode() if isinstance(text, str) else text
    return struct.pack(order + ("I" if version == 1 else "Q"), len(data)) + data


def gguf(pairs: dict[str, object], *, version: int = 3, order: str = "<", tensors: int = 0) -> bytes:
    """Return a GGUF header: strings, integers (as uint32) and lists of strings."""
    count = "I" if version == 1 else "Q"
    out = b"GGUF" + struct.pack(order + "I" + count * 2, version, tensors, len(pairs))
    for key, value in pairs.items():
        out += gguf_string(key, order=order, version=version)
        if isinstance(value, str):
            out += struct.pack(order + "I", 8) + gguf_string(value, order=order, version=version)
        elif isinstance(value, int):
            out += struct.pack(order + "II", 4, value)
        else:
            out += struct.pack(order + "II" + count, 9, 8, len(value))
            out += b"".join(gguf_string(item, order=order, version=version) for item in value)
    return out


def safetensors(metadata: dict[str, object] | None = None, **header: object) -> bytes:
    """Return a safetensors file with one tensor of four bytes."""
    tensors = {"w": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}
    data = json.dumps({**({"__metadata__": metadata} if metadata is not None else {}), **tensors, **header}).encode()
    return struct.pack("<Q", len(data)) + data + b"\0" * 4
