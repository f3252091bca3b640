"""A trained folder in transformers: the same scores as the encoder that was trained, no path of this machine."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

pytestmark = [
    pytest.mark.train,
    pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::DeprecationWarning", "ignore::UserWarning"),
]
torch = pytest.importorskip("torch")
pytest.importorskip("sklearn")

from tiny import make_base, rows_file
from tokenizers import Tokenizer

from classifier.bundle import Layout, load_config
from classifier.errors import ModelError
from classifier.tagger import sigmoid
from classifier.tagger.encoder import EncoderModel
from classifier.training.encoder import EncoderConfig, predict_logits
from classifier.training.fit import load_start
from classifier.training.run import TrainConfig, train
from classifier.training.weights import load_weights, plain_input

PAIRS = [("limits", "no part of the work may serve war"), ("", "everybody may copy the work"), ("grant", "copy")]


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    return make_base(tmp_path_factory.mktemp("base"))


@pytest.fixture(scope="module")
def folder(base, tmp_path_factory):
    """A model with an encoder: the linear part may look at one feature alone, so that it does not win."""
    root = tmp_path_factory.mktemp("run")
    encoder = EncoderConfig(epochs=2, learning_rate=3e-3, max_length=64)
    rows = rows_file(root / "rows.jsonl")
    train(TrainConfig((rows,), root / "x.json", root / "model", base=str(base), max_features=1, encoder=encoder))
    return root / "model"


def scores(found, labels):
    by = {score["label"]: score["score"] for score in found}
    return np.array([by[label] for label in labels])


def encoder_scores(folder, pairs):
    """Return what the exported encoder says, calibrated by itself."""
    layout, config = load_config(folder)
    raw = json.loads(layout.config.read_text())
    return sigmoid(raw["logit_scale"] * EncoderModel.load(layout, config.max_length).logits(pairs) + raw["logit_bias"])


def classify(folder, inputs, tmp_path, *, before="", **options):
    """Run a pipeline in a process of its own, as a user without this package's tests would."""
    code = (
        f"{before}\nimport json, sys\nfrom transformers import pipeline\n"
        "folder, inputs, options = json.loads(sys.stdin.read())\n"
        "print(json.dumps(pipeline('text-classification', model=folder, top_k=None, **options)(inputs)))"
    )
    return subprocess.run(
        [sys.executable, "-c", code],
        input=json.dumps([str(folder), inputs, options]),
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "HF_HOME": str(tmp_path / "hub"), "HF_HUB_OFFLINE": "1"},
        timeout=300,
        check=False,
    )


@pytest.mark.parametrize(
    ("before", "options"),
    [
        pytest.param("import classifier.integrations.transformers", {}, id="after-an-import"),
        pytest.param("", {"trust_remote_code": True}, id="with-the-code-of-the-folder"),
    ],
)
def test_a_pipeline_says_what_the_encoder_says(folder, tmp_path, before, options):
    inputs = [{"text": context, "text_pair": content} for context, content in PAIRS]
    done = classify(folder, inputs, tmp_path, before=before, **options)
    assert done.returncode == 0, done.stderr
    labels = load_config(folder)[1].labels
    found = np.stack([scores(row, labels) for row in json.loads(done.stdout)])
    assert np.allclose(found, encoder_scores(folder, PAIRS), atol=0.05)


def test_without_either_the_pipeline_asks_for_consent(folder, tmp_path):
    done = classify(folder, ["copy"], tmp_path)
    assert done.returncode != 0
    assert "trust_remote_code" in done.stderr


def test_a_bare_text_is_read_as_a_clause_without_context(folder, tmp_path):
    pair, bare = {"text": "", "text_pair": "everybody may copy the work"}, {"text": "Everybody may COPY the work"}
    done = classify(folder, [pair, bare], tmp_path, before="import classifier.integrations.transformers")
    first, second = json.loads(done.stdout)
    assert first == second


def test_rows_of_a_padded_batch_score_as_they_do_alone(folder):
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    import classifier.integrations.transformers  # noqa: F401 - registers the model

    model = AutoModelForSequenceClassification.from_pretrained(folder).eval()
    tokenizer = AutoTokenizer.from_pretrained(folder)
    contexts, contents = zip(*PAIRS, strict=True)
    with torch.inference_mode():
        batch = model(**tokenizer(list(contexts), list(contents), padding=True, return_tensors="pt")).logits
        alone = [model(**tokenizer(a, b, return_tensors="pt")).logits[0] for a, b in PAIRS]
        long = model(**tokenizer("copy " * 900, return_tensors="pt")).logits
    assert torch.allclose(batch, torch.stack(alone), atol=1e-4)
    assert torch.isfinite(long).all()


def test_what_save_pretrained_writes_can_be_loaded_without_this_package(folder, tmp_path):
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    import classifier.integrations.transformers  # noqa: F401 - registers the model

    # What push_to_hub uploads is what save_pretrained writes.
    AutoModelForSequenceClassification.from_pretrained(folder).save_pretrained(tmp_path / "copy")
    AutoTokenizer.from_pretrained(folder).save_pretrained(tmp_path / "copy")
    inputs = [{"text": context, "text_pair": content} for context, content in PAIRS]
    first, second = (
        json.loads(classify(path, inputs, tmp_path, trust_remote_code=True).stdout)
        for path in (folder, tmp_path / "copy")
    )
    assert first == second


def test_the_folder_names_no_place_of_this_machine(folder, base):
    texts = [path.read_text("utf-8") for path in folder.iterdir() if path.suffix in (".json", ".md", ".py", ".txt")]
    assert len(texts) >= 7
    assert not [text for text in texts if str(base) in text or str(folder.parent) in text or str(Path.home()) in text]


def test_further_training_starts_from_the_weights_without_loss(folder, base):
    _, config = load_config(folder)
    tokenizer = Tokenizer.from_file(str(Layout(folder).tokenizer))
    tokens = [tokenizer.encode(*pair).ids for pair in PAIRS]
    exact = predict_logits(load_weights(folder, 0.0), tokens)
    assert np.array_equal(predict_logits(load_start(str(folder), config.labels, 0.0), tokens), exact)
    exported = EncoderModel.load(Layout(folder), 64).logits(PAIRS)
    assert np.allclose(exact, exported, atol=0.3)


def test_without_weights_the_folder_holds_what_is_served_alone(folder, base, tmp_path):
    rows = rows_file(tmp_path / "rows.jsonl")
    encoder = EncoderConfig(frozen=True, max_length=64)
    train(
        TrainConfig(
            (rows,), tmp_path / "x.json", tmp_path / "model", base=str(folder), max_features=1, encoder=encoder,
            weights=False,
        )
    )  # fmt: skip
    layout = Layout(tmp_path / "model")
    assert layout.onnx.exists()
    assert not [path for path in (layout.weights, layout.modeling, layout.tokenizer_config) if path.exists()]
    assert json.loads(layout.config.read_text())["model_type"] == "bert"
    assert "transformers" not in layout.card.read_text()
    assert load_start(str(layout.root), ("house.no-war",), 0.0).head.out_features == 1


def test_damaged_weights_are_named(folder, tmp_path):
    for path in folder.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    Layout(tmp_path).weights.write_bytes(b"no tensors")
    with pytest.raises(ModelError, match=r"model.safetensors: unreadable or of another model"):
        load_start(str(tmp_path), ("house.no-war",), 0.0)


def test_a_tokenizer_for_plain_input_reads_pairs_as_before(base):
    before = Tokenizer.from_file(str(base / "tokenizer.json"))
    after = plain_input(before)
    assert [after.encode(*pair).ids for pair in PAIRS] == [before.encode(*pair).ids for pair in PAIRS]
    assert after.encode("COPY").ids == before.encode("", "copy").ids
    assert plain_input(after).to_str() == after.to_str()
