"""The readers of model file headers: what they declare, and how they refuse what is broken."""

import io
import json
import struct
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scanned import gguf, gguf_string, safetensors

from classifier.errors import MetadataError
from classifier.scan import gguf as gguf_module
from classifier.scan.gguf import read_gguf
from classifier.scan.safetensors import read_safetensors


def read(reader, data):
    return [(d.field, d.value) for d in reader(io.BytesIO(data), len(data), "file")]


@pytest.mark.parametrize(("version", "order"), [(1, "<"), (2, "<"), (3, "<"), (3, ">")])
def test_gguf_license_fields_are_read(version, order):
    pairs = {
        "general.architecture": "llama",
        "tokenizer.ggml.tokens": ["a", "b", "c"],
        "general.license": "mit",
        "general.file_type": 2,
        "general.base_model.0.repo_url": "https://example.org/a/b",
    }
    data = gguf(pairs, version=version, order=order)
    assert read(read_gguf, data) == [
        ("general.license", "mit"),
        ("general.base_model.0.repo_url", "https://example.org/a/b"),
    ]


def test_gguf_values_of_every_type_are_passed_over():
    sizes = {0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8}
    body = b"".join(gguf_string(f"k{kind}") + struct.pack("<I", kind) + bytes(size) for kind, size in sizes.items())
    body += gguf_string("numbers") + struct.pack("<IIQ", 9, 6, 3) + bytes(12)
    body += gguf_string("nested") + struct.pack("<IIQ", 9, 9, 1) + struct.pack("<IQ", 0, 2) + bytes(2)
    body += gguf_string("general.license") + struct.pack("<I", 8) + gguf_string("isc")
    data = b"GGUF" + struct.pack("<IQQ", 3, 0, len(sizes) + 3) + body
    assert read(read_gguf, data) == [("general.license", "isc")]


def test_gguf_license_of_another_type_is_passed_over():
    assert read(read_gguf, gguf({"general.license": 7, "general.license.name": "x"})) == [("general.license.name", "x")]


def test_gguf_reads_only_the_header_of_a_huge_file(tmp_path):
    path = tmp_path / "huge.gguf"
    path.write_bytes(gguf({"general.license": "mit"}))
    with path.open("r+b") as stream:
        stream.truncate(2 << 30)
    with path.open("rb") as stream:
        assert [d.value for d in read_gguf(stream, 2 << 30, "huge.gguf")] == ["mit"]
        assert stream.tell() < 1 << 20


def test_gguf_keeps_what_stands_before_the_damage():
    data = gguf({"general.license": "mit", "general.license.name": "x" * 50})[:-10]
    declarations = read_gguf(io.BytesIO(data), len(data), "file")
    assert next(declarations).value == "mit"
    with pytest.raises(MetadataError, match="truncated"):
        next(declarations)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        pytest.param(b"", "truncated", id="empty"),
        pytest.param(b"GGU", "truncated", id="cut-magic"),
        pytest.param(b"GGML" + bytes(20), "no GGUF file", id="magic"),
        pytest.param(b"GGUF" + struct.pack("<IQQ", 9, 0, 0), "version 9", id="version"),
        pytest.param(b"GGUF" + struct.pack("<IQQ", 3, 0, 2**63), "header fields", id="fields"),
        pytest.param(b"GGUF" + struct.pack("<IQQQ", 3, 0, 1, 2**62), "header string", id="key-length"),
        pytest.param(b"GGUF" + struct.pack("<IQQ", 3, 0, 1) + gguf_string("k") + b"\x63\0\0\0", "type 99", id="type"),
        pytest.param(
            b"GGUF" + struct.pack("<IQQ", 3, 0, 1) + gguf_string("k") + struct.pack("<IIQ", 9, 8, 2**40),
            "elements",
            id="elements",
        ),
        pytest.param(
            b"GGUF" + struct.pack("<IQQ", 3, 0, 1) + gguf_string("k") + struct.pack("<IIQ", 9, 4, 2**62),
            "truncated",
            id="numbers-past-the-end",
        ),
        pytest.param(
            b"GGUF"
            + struct.pack("<IQQ", 3, 0, 1)
            + gguf_string("k")
            + struct.pack("<I", 9)
            + struct.pack("<IQ", 9, 1) * 9,
            "type 9",
            id="nesting",
        ),
        pytest.param(gguf({"general.license": "x" * 70_000}), "no license field is so long", id="long-license"),
    ],
)
def test_gguf_damage_is_named(data, message):
    with pytest.raises(MetadataError, match=message):
        read(read_gguf, data)


@given(st.binary(max_size=300))
def test_gguf_reader_raises_only_its_own_error(data):
    for prefix in (b"", b"GGUF", b"GGUF\x03\0\0\0", b"GGUF\x01\0\0\0", b"GGUF\0\0\0\x03"):
        with suppress(MetadataError):
            read(read_gguf, prefix + data)


@given(st.binary(min_size=1, max_size=8), st.integers(0, 200))
def test_gguf_reader_survives_changed_bytes(patch, place):
    data = bytearray(gguf({"general.license": "mit", "a": ["x", "y"], "b": 3, "general.license.name": "z"}))
    data[place : place + len(patch)] = patch
    with suppress(MetadataError):
        read(read_gguf, bytes(data))


def test_gguf_limits_fit_real_vocabularies():
    data = gguf({"tokenizer.ggml.tokens": ["x"] * 20_000, "general.license": "mit"})
    assert read(read_gguf, data) == [("general.license", "mit")]
    assert gguf_module.MAX_ELEMENTS > 1_000_000


def test_safetensors_metadata_is_read():
    data = safetensors({"format": "pt", "license": "apache-2.0", "modelspec.license": "mit", "base_model": "a/b"})
    assert read(read_safetensors, data) == [
        ("base_model", "a/b"),
        ("license", "apache-2.0"),
        ("modelspec.license", "mit"),
    ]


@pytest.mark.parametrize(
    "data", [safetensors(), safetensors({}), safetensors({"license": 3}), safetensors({"license": " "})]
)
def test_safetensors_without_a_license_declares_nothing(data):
    assert read(read_safetensors, data) == []


@pytest.mark.parametrize(
    ("data", "message"),
    [
        pytest.param(b"", "truncated", id="empty"),
        pytest.param(b"\x05\0\0", "truncated", id="cut-length"),
        pytest.param(safetensors({"license": "mit"})[:40], "truncated", id="cut-header"),
        pytest.param(struct.pack("<Q", 2**63) + b"{}", "truncated", id="huge-length"),
        pytest.param(struct.pack("<Q", 3) + b"{a}", "no JSON", id="no-json"),
        pytest.param(struct.pack("<Q", 2) + b"\xff\xfe", "no JSON", id="no-utf-8"),
        pytest.param(struct.pack("<Q", 2) + b"[]", "no safetensors header", id="list"),
        pytest.param(struct.pack("<Q", 20) + b'{"__metadata__": []}', "no safetensors header", id="metadata-list"),
        pytest.param(struct.pack("<Q", 200_000) + b"[" * 200_000, "no JSON", id="nesting"),
    ],
)
def test_safetensors_damage_is_named(data, message):
    with pytest.raises(MetadataError, match=message):
        read(read_safetensors, data)


def test_safetensors_header_over_the_cap_is_not_read():
    class Endless(io.BytesIO):
        def read(self, size=-1):
            assert size <= 8, "the header was read"
            return super().read(size)

    stream = Endless(struct.pack("<Q", 200_000_000))
    with pytest.raises(MetadataError, match="longer than the format allows"):
        list(read_safetensors(stream, 10**12, "file"))


@given(st.binary(max_size=200), st.integers(0, 300))
def test_safetensors_reader_raises_only_its_own_error(data, length):
    for whole in (data, struct.pack("<Q", length) + data, struct.pack("<Q", len(data)) + data):
        with suppress(MetadataError):
            read(read_safetensors, whole)


@given(st.recursive(st.none() | st.integers() | st.text(), lambda x: st.lists(x) | st.dictionaries(st.text(), x)))
def test_safetensors_reader_takes_any_json(value):
    data = json.dumps({"__metadata__": value}).encode()
    with suppress(MetadataError):
        read(read_safetensors, struct.pack("<Q", len(data)) + data)
