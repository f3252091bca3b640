import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.render.places import find_lines, is_file_name, posix_path, uri_of


@given(st.text(alphabet="ab\r\n\ufeff你😀", max_size=60), st.data())
def test_a_place_leads_back_to_its_offset(text, data):
    offset = data.draw(st.integers(0, len(text)))
    place = find_lines(text).place(offset, len(text))
    lines = text.removeprefix("\ufeff").split("\n")
    before = sum(len(line) + 1 for line in lines[: place.line - 1])
    assert before + place.column - 1 == max(0, offset - text.startswith("\ufeff"))


def test_columns_count_code_points():
    place = find_lines("😀 x\ny").place(2, 3)
    assert (place.line, place.column, place.end_line, place.end_column) == (1, 3, 1, 4)


def test_a_byte_order_mark_has_no_column_and_no_offset():
    lines = find_lines("\ufeffab\ncd")
    assert lines.place(1, 3).column == 1
    assert lines.place(4, 6).column == 1
    assert lines.offset(1) == 0


def test_the_first_line_is_that_of_the_text():
    place = find_lines("abc\ndef").first()
    assert (place.line, place.column, place.end_line, place.end_column) == (1, 1, 1, 4)


@pytest.mark.parametrize(
    ("name", "uri"),
    [
        ("LICENSE", "LICENSE"),
        ("./vendor/a b/LICENSE", "vendor/a%20b/LICENSE"),
        ("/abs/许可证", "file:///abs/%E8%AE%B8%E5%8F%AF%E8%AF%81"),
        ("a:b?c#d%", "a%3Ab%3Fc%23d%25"),
        ("<stdin>", "%3Cstdin%3E"),
        ("x\udcff", "x%FF"),
        ("x\ud800", "x%ED%A0%80"),
    ],
)
def test_names_become_addresses(name, uri):
    assert uri_of(name) == uri


def test_standard_input_has_no_file_name():
    assert not is_file_name("<stdin>")
    assert is_file_name("LICENSE")


@pytest.mark.parametrize(("name", "path"), [("./a", "a"), ("a/b", "a/b"), ("./", "./")])
def test_paths_have_no_leading_dot(name, path):
    assert posix_path(name) == path
