"""Manifests, and what a file is by its name."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.errors import MetadataError
from classifier.scan.manifests import read_metadata, read_package_json, read_pyproject
from classifier.scan.names import kind_of, role_of, unit_folder


@pytest.mark.parametrize(
    ("toml", "values"),
    [
        ('[project]\nlicense = "MIT"', [("project.license", "MIT", 2)]),
        ('[project]\nlicense = {text = "MIT License"}', [("project.license.text", "MIT License", 2)]),
        ('[project.license]\nfile = "TERMS"', [("project.license.file", "TERMS", 2)]),
        (
            '[project]\nlicense-files = ["A", "B"]',
            [("project.license-files", "A", 2), ("project.license-files", "B", 2)],
        ),
        (
            '[project]\nclassifiers = [\n"Topic :: X",\n"License :: OSI Approved :: MIT License"]',
            [("project.classifiers", "License :: OSI Approved :: MIT License", 4)],
        ),
        ('[tool.poetry]\nlicense = "Apache-2.0"', [("tool.poetry.license", "Apache-2.0", 2)]),
        ('[project]\nlicense = 3\nclassifiers = "x"\nlicense-files = {globs = 4}', []),
        ('project = 3\ntool = "x"', []),
    ],
)
def test_pyproject_fields_are_read(toml, values):
    assert [(d.field, d.value, d.line) for d in read_pyproject(toml, "pyproject.toml")] == values


def test_a_license_text_in_a_field_counts_by_its_first_line():
    found = list(read_pyproject('[project]\nlicense = {text = """\nSome License\n\nYou may."""}', "pyproject.toml"))
    assert [d.value for d in found] == ["Some License"]


@pytest.mark.parametrize(
    ("data", "values"),
    [
        ({"license": "MIT"}, [("license", "MIT")]),
        ({"license": {"type": "ISC", "url": "x"}}, [("license", "ISC")]),
        ({"licenses": [{"type": "MIT"}, "ISC", 3, {}]}, [("licenses", "MIT"), ("licenses", "ISC")]),
        ({"license": 3, "licenses": "x"}, []),
    ],
)
def test_package_json_fields_are_read(data, values):
    assert [(d.field, d.value) for d in read_package_json(json.dumps(data), "package.json")] == values


@pytest.mark.parametrize("text", ["{", "[]", "3", "[" * 100_000, "\ufeff", "nul"])
def test_package_json_damage_is_named(text):
    with pytest.raises(MetadataError, match=r"^package\.json: "):
        list(read_package_json(text, "package.json"))


@pytest.mark.parametrize("text", ["[project", "x = " + "[" * 100_000, "a = 1\na = 2"])
def test_pyproject_damage_is_named(text):
    with pytest.raises(MetadataError, match=r"^pyproject\.toml: no TOML"):
        list(read_pyproject(text, "pyproject.toml"))


@given(st.text(max_size=100))
def test_manifest_readers_raise_only_their_own_error(text):
    for reader in (read_pyproject, read_package_json, read_metadata):
        with suppress(MetadataError):
            list(reader(text, "file"))


def test_metadata_headers_are_read_up_to_the_description():
    text = (
        "Name: x\nLicense: UNKNOWN\nLicense-Expression: MIT\nClassifier: Topic :: X\n"
        "Classifier: License :: OSI Approved\n\nLicense: ISC\n"
    )
    assert [(d.value, d.line) for d in read_metadata(text, "METADATA")] == [("MIT", 3), ("License :: OSI Approved", 5)]


@pytest.mark.parametrize(
    ("path", "role"),
    [
        ("LICENSE", "license"),
        ("license.md", "license"),
        ("LICENCE.txt", "license"),
        ("LICENSE-MIT", "license"),
        ("LICENSE.APACHE2", "license"),
        ("MODEL_LICENSE", "license"),
        ("COPYING.LESSER", "license"),
        ("UNLICENSE", "license"),
        ("a/b/COPYING", "license"),
        ("LICENSES/MIT.txt", "license"),
        ("x.dist-info/licenses/LICENSE", "license"),
        ("licenses/zlib.txt", "third-party"),
        ("x.dist-info/licenses/src/zlib/LICENSE", "third-party"),
        ("THIRD_PARTY_NOTICES.txt", "third-party"),
        ("LICENSE-3RD-PARTY", "third-party"),
        ("LICENSES_bundled.txt", "third-party"),
        ("NOTICE", "notice"),
        ("licenses/NOTICE.txt", "notice"),
        ("USE_POLICY.md", "use-policy"),
        ("acceptable_use_policy.txt", "use-policy"),
        ("PROHIBITED_USES.md", "use-policy"),
        ("license.py", None),
        ("license-checker.js", None),
        ("licensing.md", None),
        ("copyright.h", None),
        ("usage.md", None),
        ("uses.txt", None),
        ("licenses/AUTHORS", None),
        ("licenses/CODE_OF_CONDUCT.rst", None),
        ("README.md", None),
    ],
)
def test_the_role_of_a_text_is_told_by_its_name(path, role):
    assert role_of(path) == role


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("README.md", "card"),
        ("readme_zh.md", "card"),
        ("README", "card"),
        ("model_card.md", "card"),
        ("a/model.GGUF", "gguf"),
        ("model.safetensors", "safetensors"),
        ("pyproject.toml", "pyproject"),
        ("package.json", "package-json"),
        ("x-1.dist-info/METADATA", "metadata"),
        ("METADATA", None),
        ("pytorch_model.bin", None),
        ("readme.py", None),
        ("main.py", None),
    ],
)
def test_the_kind_of_a_file_is_told_by_its_name(path, kind):
    assert kind_of(path) == kind


@pytest.mark.parametrize(
    ("path", "folder"),
    [
        ("LICENSE", "."),
        ("a/LICENSE", "a"),
        ("LICENSES/MIT.txt", "."),
        ("a/x.dist-info/licenses/b/LICENSE", "a/x.dist-info"),
    ],
)
def test_a_folder_of_texts_speaks_for_the_folder_above(path, folder):
    assert unit_folder(path) == folder
