"""Scans of whole folders: units, mismatches, links, and what cannot be read."""

import json
from dataclasses import replace
from importlib.resources import files

import jsonschema
import pytest
from scanned import CLOSED, OPEN, POLICY, gguf, safetensors, write

from classifier.datamodels import Nearest
from classifier.errors import InputError
from classifier.pipeline import Classifier
from classifier.scan import scan_folder
from classifier.scan.json import scan_dict
from classifier.sources import MAX_SCANNED_BYTES

SCHEMA = json.loads(files("classifier").joinpath("resources/scan.schema.json").read_text("utf-8"))
LLAMA = "meta-llama/Llama-3.1-8B"


def card(*lines, text="Text."):
    return "\n".join(["---", *lines, "---", "", text, ""])


@pytest.fixture
def plain(keyword_tagger):
    """Return a quick classifier that knows no texts."""
    return Classifier(keyword_tagger, known=lambda: None)


@pytest.fixture
def scan(tmp_path, plain):
    """Write files into an empty folder and scan it."""

    def run(content, **options):
        found = scan_folder(write(tmp_path, content), plain, **options)
        jsonschema.validate(json.loads(json.dumps(scan_dict(found))), SCHEMA)
        return found

    return run


def kinds(found):
    return [mismatch.kind for mismatch in found.mismatches]


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        pytest.param({"LICENSE": OPEN, "README.md": card("license: mit")}, None, id="card-agrees"),
        pytest.param(
            {"LICENSE": CLOSED, "README.md": card("license: mit")}, "declared-open-text-deviates", id="card-says-more"
        ),
        pytest.param({"LICENSE": CLOSED, "README.md": card("license: cc-by-nc-4.0")}, None, id="card-says-as-much"),
        pytest.param({"LICENSE": CLOSED, "README.md": card("license: other")}, None, id="card-says-other"),
        pytest.param(
            {"LICENSE": OPEN, "README.md": card("license: llama3.1")},
            "declared-restricted-text-clean",
            id="card-says-less",
        ),
        pytest.param(
            {"LICENSE": OPEN, "USE_POLICY.md": POLICY, "README.md": card("license: mit")},
            "declared-open-text-deviates",
            id="use-policy",
        ),
        pytest.param(
            {"LICENSE": CLOSED, "pyproject.toml": '[project]\nlicense = "MIT"'},
            "declared-open-text-deviates",
            id="pyproject",
        ),
        pytest.param(
            {"LICENSE": CLOSED, "package.json": '{"license": "MIT OR ISC"}'},
            "declared-open-text-deviates",
            id="package",
        ),
        pytest.param(
            {"LICENSE": CLOSED, "m.gguf": gguf({"general.license": "mit"})}, "declared-open-text-deviates", id="gguf"
        ),
        pytest.param(
            {"LICENSE": CLOSED, "m.safetensors": safetensors({"license": "mit"})},
            "declared-open-text-deviates",
            id="safetensors",
        ),
        pytest.param(
            {"pyproject.toml": '[project]\nlicense = "MIT"', "package.json": '{"license": "ISC"}'},
            "declarations-differ",
            id="manifests-differ",
        ),
        pytest.param(
            {"README.md": card("license: [mit, isc]"), "package.json": '{"license": "ISC"}'}, None, id="one-in-common"
        ),
        pytest.param(
            {"README.md": card("license: gpl-3.0"), "package.json": '{"license": "GPL-3.0-or-later"}'},
            None,
            id="or-later",
        ),
        pytest.param(
            {"README.md": card("license: apache-2.0", "license_name: flux-1-dev-non-commercial-license")},
            "declarations-differ",
            id="name-against-tag",
        ),
        pytest.param({"README.md": card("license: mit", f"base_model: {LLAMA}")}, "base-model-license", id="llama-mit"),
        pytest.param({"README.md": card("license: llama3.1", f"base_model: {LLAMA}")}, None, id="llama-llama"),
        pytest.param(
            {"README.md": card("license: other", "license_name: llama3.1", f"base_model: {LLAMA}")},
            None,
            id="llama-name",
        ),
        pytest.param({"README.md": card(f"base_model: {LLAMA}")}, None, id="llama-undeclared"),
        pytest.param({"README.md": card("license: mit", "base_model: my/own")}, None, id="unknown-base"),
        pytest.param(
            {
                "m.gguf": gguf(
                    {"general.license": "mit", "general.base_model.0.repo_url": f"https://example.org/{LLAMA}"}
                )
            },
            "base-model-license",
            id="gguf-base",
        ),
        pytest.param(
            {"LICENSE": CLOSED, "README.md": "This is open source.\n"}, "claim-contradicts-text", id="claim-contradicts"
        ),
        pytest.param({"LICENSE": OPEN, "README.md": "This is open source.\n"}, None, id="claim-agrees"),
        pytest.param({"LICENSE": CLOSED, "README.md": "This is not open source.\n"}, None, id="denial-agrees"),
        pytest.param(
            {"README.md": card("license: cc-by-nc-4.0", text="This is open source.")},
            "claim-contradicts-declaration",
            id="claim-against-tag",
        ),
        pytest.param({"LICENSE-A": OPEN, "LICENSE-B": CLOSED}, "mixed-texts", id="mixed"),
        pytest.param(
            {"README.md": card("license: other", "license_link: TERMS")}, "named-file-missing", id="link-missing"
        ),
        pytest.param(
            {"README.md": card("license: other", "license_link: ../TERMS")}, "named-file-missing", id="link-outside"
        ),
        pytest.param(
            {"README.md": card("license: other", "license_link: https://example.org")}, None, id="link-address"
        ),
        pytest.param(
            {"package.json": '{"license": "SEE LICENSE IN EULA.txt"}'}, "named-file-missing", id="see-license"
        ),
    ],
)
def test_what_does_not_agree_is_found(scan, content, kind):
    assert kinds(scan(content)) == ([kind] if kind else [])


def test_a_mismatch_quotes_both_sides_with_lines(scan):
    [mismatch] = scan({"LICENSE": CLOSED, "README.md": card("license: mit")}).mismatches
    assert mismatch.message == "README.md says mit, LICENSE has: Non-commercial only (OSD 6)"
    assert [(q.source, q.line, q.text) for q in mismatch.quotes] == [
        ("README.md", 2, "license: mit"),
        ("LICENSE", 5, "It is not for commercial ends."),
    ]


def test_files_of_one_mind_make_one_mismatch(scan):
    shards = {f"m-{i}.gguf": gguf({"general.license": "mit"}) for i in range(7)}
    [mismatch] = scan({"LICENSE": CLOSED, **shards}).mismatches
    assert mismatch.message.startswith("m-0.gguf and m-1.gguf and m-2.gguf and m-3.gguf and 3 more say mit")
    assert len(mismatch.sources) == 8


def test_every_folder_with_a_license_is_a_unit(scan):
    found = scan(
        {
            "LICENSE": OPEN,
            "a/LICENSE": CLOSED,
            "a/package.json": '{"license": "MIT"}',
            "b/deep/package.json": '{"license": "MIT"}',
            "c/LICENSES/X.txt": OPEN,
            "c/pyproject.toml": '[project]\nlicense = "MIT"',
        }
    )
    assert [unit.folder for unit in found.units] == [".", "a", "c"]
    assert [declaration.source for declaration in found.units[0].declarations] == ["b/deep/package.json"]
    assert [unit.folder for unit in found.units if unit.mismatches] == ["a"]


def test_a_file_that_a_card_names_is_its_license(scan):
    found = scan({"README.md": card("license: mit", "license_link: legal/TERMS-1"), "legal/TERMS-1": CLOSED})
    assert [unit.folder for unit in found.units] == ["."]
    assert kinds(found) == ["declared-open-text-deviates"]


def test_notices_and_other_peoples_licenses_are_judged_but_not_compared(scan):
    found = scan(
        {"LICENSE": OPEN, "NOTICE": CLOSED, "THIRD_PARTY_LICENSES.txt": CLOSED, "README.md": card("license: mit")}
    )
    assert {text.source: text.report.verdict for text in found.units[0].texts}["NOTICE"] == "deviates"
    assert kinds(found) == []


def test_a_declared_id_is_held_against_the_known_text(tmp_path, plain):
    class Knowing:
        def predict(self, texts):
            report = plain.predict(texts)
            return replace(report, nearest=Nearest("ISC", "isc", "ISC", 1.0, (), (), ()))

    write(tmp_path, {"LICENSE": OPEN, "package.json": '{"license": "MIT"}', "README.md": card("license: isc")})
    found = scan_folder(tmp_path, Knowing())
    assert "declared-another-text" in kinds(found)
    assert "package.json says MIT, LICENSE is the text of ISC" in [m.message for m in found.mismatches]


def test_equal_texts_are_judged_once(tmp_path, plain):
    asked = []

    class Counting:
        def predict(self, texts):
            asked.append(texts.name)
            return plain.predict(texts)

    write(tmp_path, {f"p{i}/LICENSE": OPEN for i in range(20)})
    found = scan_folder(tmp_path, Counting())
    assert len(asked) == 1
    assert [unit.texts[0].report.source.name for unit in found.units] == sorted(f"p{i}/LICENSE" for i in range(20))


def test_an_empty_folder_has_no_units_and_no_problems(scan):
    found = scan({})
    assert (found.units, found.problems, found.files) == ((), (), 0)


@pytest.mark.parametrize("name", ["absent", "file", "a\0b", "loop"])
def test_what_is_no_folder_is_refused(tmp_path, plain, name):
    (tmp_path / "file").write_text("x")
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(InputError):
        scan_folder(tmp_path / name, plain)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("LICENSE", b"", "is empty"),
        ("LICENSE", bytes(range(256)), "binary"),
        ("LICENSE", "You may use it.".encode("utf-16"), "utf-16"),
        ("LICENSE", b"x" * (MAX_SCANNED_BYTES + 1), "larger than"),
        ("LICENSE.pdf", b"%PDF-1.7", "no plain text"),
        ("m.gguf", b"GGUF", "truncated"),
        ("m.safetensors", b"{}", "truncated"),
        ("README.md", "---\nlicense: &a mit\n---\n", "an anchor"),
        ("pyproject.toml", "[", "no TOML"),
        ("package.json", "{", "no JSON"),
    ],
)
def test_a_bad_file_is_a_problem_and_the_rest_is_reported(scan, name, content, words):
    found = scan({name: content, "good/LICENSE": OPEN})
    [problem] = found.problems
    assert problem.source == name
    assert problem.message.startswith(name)
    assert words in problem.message
    assert [unit.folder for unit in found.units] == ["good"]


@pytest.mark.parametrize("name", ["README.md", "pyproject.toml", "package.json", "x.dist-info/METADATA"])
def test_an_empty_card_or_manifest_says_nothing(scan, name):
    found = scan({name: ""})
    assert (found.units, found.problems) == ((), ())


def test_a_few_bytes_of_an_old_encoding_are_read(scan):
    found = scan({"LICENSE": ("Copyright 2001 José Núñez\n\n" + OPEN * 4).encode("latin-1")})
    assert found.problems == ()
    assert "José" in found.units[0].texts[0].text


def test_another_encoding_can_be_named(scan):
    found = scan({"LICENSE": OPEN.encode("utf-16")}, encoding="utf-16")
    assert found.units[0].texts[0].report.verdict == "no-deviation-found"


def test_nothing_is_imported_or_unpickled(scan):
    evil = "raise SystemExit('run')"
    found = scan({"pytorch_model.bin": b"cos\nsystem\n(S'exit'\ntR.", "setup.py": evil, "LICENSE": OPEN})
    assert [text.source for unit in found.units for text in unit.texts] == ["LICENSE"]


def test_a_scan_is_the_same_each_time(scan):
    content = {f"p{i}/LICENSE": OPEN if i % 2 else CLOSED for i in range(9)} | {"README.md": "This is open source.\n"}
    assert scan_dict(scan(content)) == scan_dict(scan({}))


def test_progress_is_told(scan):
    stages = []
    scan({"LICENSE": OPEN, "a/LICENSE": CLOSED}, on_progress=lambda stage, done: stages.append((stage, done)))
    assert ("license texts", 0.5) in stages
