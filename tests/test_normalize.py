import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.datamodels import Clause
from classifier.language import detect_language
from classifier.normalize import CONTENT, READING, apply
from classifier.tagger.inputs import linear_features, read_clause


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("li\u200bcen\u00adse", "license", id="invisible"),
        pytest.param("ｆｕｌｌ width ﬁ", "full width fi", id="compatibility"),
        pytest.param("“a” ‘b’ — c", "\"a\" 'b' - c", id="quotes"),
        pytest.param("l\u0456cense c\u043epy", "license copy", id="look-alikes"),
        pytest.param("\u0430 copy, \u0430\u0455 is", "a copy, as is", id="words-of-look-alikes"),
        pytest.param(
            "the word \u0430 in открытая лицензия", "the word \u0430 in открытая лицензия", id="cyrillic-words-stay"
        ),
        pytest.param(
            "all 1icenses and wi11 a1so app1y t0o", "all licenses and will also apply too", id="scanned-letters"
        ),
        pytest.param(
            "gpl-2.0, sha1, v1, x11, 10th, 100, 1.0", "gpl-2.0, sha1, v1, x11, 10th, 100, 1.0", id="numbers-stay"
        ),
        pytest.param("открытая лицензия", "открытая лицензия", id="real-cyrillic-stays"),
        pytest.param("不得\n用于  战争", "不得用于战争", id="chinese-wrap"),
        pytest.param("a \t\n b", "a b", id="space"),
    ],
)
def test_reading_normalises(text, expected):
    assert apply(READING, text) == expected


def test_content_resolves_entities():
    assert apply(CONTENT, "A &amp; B&nbsp;C &#8220;D&#8221;") == "A & B C “D”"


@given(st.text())
def test_reading_is_idempotent(text):
    once = apply(READING, text)
    assert apply(READING, once) == once


def clause(content, heading=(), lead_in=""):
    return Clause(content, 0, len(content), content, tuple(heading), lead_in)


@pytest.mark.parametrize("marker", ["(a) ", "1.2.3 ", "iv. ", "* ", "- ", "第三条 ", "（二）", "2) ", "Section 4: "])
def test_read_clause_drops_list_markers(marker):
    assert read_clause(clause(f"{marker}使用 the Model"))[1] == "使用 the model"


@pytest.mark.parametrize("text", ["v2.0 is out", "i.e. this", "u.s. law", "3 days later"])
def test_read_clause_keeps_what_only_looks_like_a_marker(text):
    assert read_clause(clause(text))[1] == text


def test_read_clause_joins_nearest_heading_and_lead_in():
    context, _ = read_clause(clause("war", ["Terms", "5. Limits"], "You may not use it for:"))
    assert context == "limits | you may not use it for:"


def test_letter_case_does_not_reach_a_model():
    text = "The Work is provided “AS IS”."
    assert read_clause(clause(text)) == read_clause(clause(text.upper()))


def test_context_and_content_words_are_different_features():
    features = set(linear_features("not use", "war"))
    assert {"war", "@not", "@use", "@not use"} <= features
    assert "not" not in features


def test_chinese_features_are_characters_and_pairs():
    assert {"不", "得", "不得"} <= set(linear_features("", "不得"))


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("You may use the software in any way that this license allows.", "en"),
        ("您可以在本许可证允许的范围内使用本软件。", "zh"),
        ("Sie dürfen diese Software verwenden, solange der Hinweis erhalten bleibt.", "und"),
        ("このソフトウェアは自由に使うことができます。", "und"),
        ("import os\ndef main(argv):\n    print(argv[1])\n", "und"),
        ("", "und"),
    ],
)
def test_detect_language(text, language):
    assert detect_language(text) == language
