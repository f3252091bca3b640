"""Model folders that are damaged or whose files contradict each other."""

import json

import numpy as np
import pytest
from conftest import make_linear_model
from test_tagger import clause
from tokenizers import Tokenizer, models

from classifier.bundle import Layout, load_config, save_config
from classifier.errors import ModelError
from classifier.tagger import ClauseTagger
from classifier.tagger.inputs import read_clause
from classifier.tagger.memory import ClauseMemory

KNOWN = clause("You may use the Program in the way that this paper tells you.")


def edit(path, **changes):
    """Write changes into the part of config.json that is this package's own."""
    raw = json.loads(path.read_text())
    raw["osdlint"] |= changes
    path.write_text(json.dumps(raw))


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"parts": ["linear"]}, id="list-of-parts"),
        pytest.param({"parts": {}}, id="no-parts"),
        pytest.param({"parts": {"linear": "much"}}, id="weight-in-words"),
        pytest.param({"scale": float("nan")}, id="nan"),
        pytest.param({"bias": 10**400}, id="huge"),
        pytest.param({"max_length": float("inf")}, id="endless"),
        pytest.param({"max_length": 0}, id="no-room"),
    ],
)
def test_a_senseless_configuration_is_named(model_dir, changes):
    edit(Layout(model_dir).config, **changes)
    with pytest.raises(ModelError, match=r"config\.json.*copy or train the model again"):
        ClauseTagger.from_pretrained(model_dir)


@pytest.mark.parametrize("cut", ["0.5", None, True, [0.5]])
def test_a_threshold_that_is_no_number_is_named(model_dir, cut):
    layout, config = load_config(model_dir)
    layout.thresholds.write_text(json.dumps({label: {"assign": cut, "doubt": 0.2} for label in config.labels}))
    with pytest.raises(ModelError, match=r"thresholds\.json"):
        ClauseTagger.from_pretrained(model_dir)


def test_a_configuration_nested_without_end_is_named(model_dir):
    Layout(model_dir).config.write_text("[" * 200_000)
    with pytest.raises(ModelError, match=r"config\.json: unreadable"):
        load_config(model_dir)


def remember(folder):
    """Give a model folder a memory of one clause."""
    layout, config = load_config(folder)
    ClauseMemory.build([read_clause(KNOWN)], np.eye(1, len(config.labels), dtype=np.bool_)).save(layout)
    return layout


def bit_flipped(data):
    """Yield the data with one bit changed, here and there."""
    for at in range(0, len(data), 7):
        yield data[:at] + bytes([data[at] ^ 1 << at % 8]) + data[at + 1 :]


def truncated(data):
    """Yield the first bytes of the data, ever more of them."""
    for size in range(0, len(data), 7):
        yield data[:size]


@pytest.mark.parametrize("damage", [bit_flipped, truncated])
@pytest.mark.parametrize("name", ["linear", "memory"])
def test_a_damaged_archive_is_named_or_does_no_harm(model_dir, name, damage):
    path = getattr(remember(model_dir), name)
    for data in damage(path.read_bytes()):
        path.write_bytes(data)
        try:
            ClauseTagger.from_pretrained(model_dir).predict_proba([KNOWN, clause("use")])
        except ModelError as error:
            assert str(path) in str(error)  # noqa: PT017 - a bit that nobody reads does no harm


@pytest.mark.parametrize("name", ["vocabulary", "linear"])
def test_a_missing_file_is_named(model_dir, name):
    path = getattr(Layout(model_dir), name)
    path.unlink()
    with pytest.raises(ModelError, match=f"^{path}: "):
        ClauseTagger.from_pretrained(model_dir)


@pytest.mark.parametrize("labels", [("permission.use",), tuple(f"house.rule-{i}" for i in range(9))])
@pytest.mark.parametrize("name", ["linear", "memory"])
def test_a_file_of_another_number_of_labels_is_named(tmp_path, name, labels):
    layout = remember(make_linear_model(tmp_path))
    _, config = load_config(tmp_path)
    cuts = (config.thresholds * 3)[: len(labels)]
    changed = {field: getattr(config, field) for field in config.__slots__}
    save_config(layout, type(config)(**{**changed, "labels": labels, "thresholds": cuts}))
    if name == "memory":
        # Of three labels, the second: no place for it where there is one.
        ClauseMemory.build([read_clause(KNOWN)], np.array([[False, True, False]])).save(layout)
    with pytest.raises(ModelError, match=rf"{name}\.npz: does not fit"):
        ClauseTagger.from_pretrained(tmp_path, use_memory=name == "memory").predict_proba([])


def test_a_part_is_read_at_first_use_where_there_is_a_memory(model_dir):
    layout = remember(model_dir)
    edit(layout.config, parts={"encoder": 1.0})
    Tokenizer(models.WordLevel({"<unk>": 0}, unk_token="<unk>")).save(str(layout.tokenizer))
    layout.onnx.write_bytes(b"\x08\x08\x12\x07pytorch")
    tagger = ClauseTagger.from_pretrained(model_dir)
    assert tagger.predict_proba([KNOWN]).argmax() == 0
    with pytest.raises(ModelError, match=r"model\.onnx: unreadable"):
        tagger.predict_proba([clause("use")])
