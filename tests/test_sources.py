import pytest

from classifier.errors import InputError, InputTooLargeError, UsageError
from classifier.sources import decode, read_document

TEXT = "You may use it – freely. 您可以使用。\n"


def test_utf8_is_read_unchanged(tmp_path):
    path = tmp_path / "LICENSE"
    path.write_bytes(TEXT.encode())
    assert read_document(str(path)).text == TEXT


def test_line_ends_are_kept(tmp_path):
    path = tmp_path / "LICENSE"
    path.write_bytes(b"a\r\nb\rc\n")
    assert read_document(str(path)).text == "a\r\nb\rc\n"


def test_a_utf8_mark_is_kept_so_that_offsets_fit_the_file():
    assert decode(b"\xef\xbb\xbftext", "x") == "\ufefftext"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        pytest.param(b"", "is empty", id="empty"),
        pytest.param(b" \n\t\r\n ", "is empty", id="white-space"),
        pytest.param(TEXT.encode("utf-16"), "--encoding utf-16", id="utf-16"),
        pytest.param(b"You may use it".decode().encode("utf-16-le"), "--encoding utf-16-le", id="utf-16-le"),
        pytest.param(b"You may use it".decode().encode("utf-16-be"), "--encoding utf-16-be", id="utf-16-be"),
        pytest.param("“quoted” – text".encode("cp1252"), "--encoding cp1252", id="cp1252"),
        pytest.param("您可以".encode()[:-1], "not UTF-8", id="cut-utf-8"),
        pytest.param(b"\x7fELF\x02\x01\x01" + bytes(60), "binary", id="elf"),
        pytest.param(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4, "binary", id="png"),
    ],
)
def test_what_is_no_utf8_text_is_refused_with_the_way_out(data, message):
    with pytest.raises(InputError, match=message):
        decode(data, "LICENSE")


def test_a_named_encoding_is_used():
    assert decode(TEXT.encode("utf-16"), "x", encoding="utf-16") == TEXT


def test_an_unknown_encoding_is_a_usage_error():
    with pytest.raises(UsageError, match="klingon"):
        decode(b"text", "x", encoding="klingon")


@pytest.mark.parametrize("encoding", ["hex", "utf\0-8", "\udc80", "x" * 5000])
def test_a_name_of_no_text_encoding_is_a_usage_error(encoding):
    with pytest.raises(UsageError, match="unknown encoding"):
        decode(b"text", "x", encoding=encoding)


@pytest.mark.parametrize(("encoding", "data"), [("undefined", b"text"), ("punycode", b"a-?"), ("utf-32", b"text!")])
def test_what_a_named_encoding_cannot_read_is_an_input_error(encoding, data):
    with pytest.raises(InputError, match=f"^LICENSE: not {encoding}"):
        decode(data, "LICENSE", encoding=encoding)


def test_a_large_file_is_refused_and_the_cap_can_be_raised(tmp_path):
    path = tmp_path / "LICENSE"
    path.write_bytes(b"x" * 101)
    with pytest.raises(InputTooLargeError, match="--max-bytes"):
        read_document(str(path), max_bytes=100)
    assert len(read_document(str(path), max_bytes=101).text) == 101


@pytest.mark.parametrize("name", ["absent", "."])
def test_a_path_that_is_no_file_is_named(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match=f"^{name}: "):
        read_document(name)


def test_a_path_with_a_nul_is_refused():
    with pytest.raises(InputError):
        read_document("a\0b")
