"""Training on tiny data: overfit, save, load, same scores; export says what the trained model says."""

import copy
import json
from dataclasses import replace

import numpy as np
import pytest

pytestmark = [
    pytest.mark.train,
    # The exporter and its dependencies warn about themselves.
    pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::DeprecationWarning", "ignore::UserWarning"),
]
torch = pytest.importorskip("torch")
pytest.importorskip("sklearn")

from tiny import WORDS, make_base, rows_file
from tokenizers import Tokenizer, models, pre_tokenizers, processors
from transformers import DistilBertConfig, DistilBertModel

from classifier.annotations import Row, to_json
from classifier.bundle import Layout, ModelConfig, Threshold, load_config, save_config
from classifier.datamodels import Clause
from classifier.errors import AnnotationError, ModelError, UsageError
from classifier.pipeline import Classifier
from classifier.tagger import ClauseTagger, decide, sigmoid
from classifier.training import distributed
from classifier.training.blend import best_weight
from classifier.training.calibrate import choose_thresholds, fit_calibration
from classifier.training.checkpoint import load_checkpoint, save_checkpoint
from classifier.training.encoder import (
    ClauseEncoder,
    EncoderConfig,
    batches,
    collate,
    encode,
    load_backbone,
    predict_logits,
)
from classifier.training.export import check_parity, compare, export_onnx
from classifier.training.finetune import SpecialTokens, fine_tune, fit_head, hide
from classifier.training.fit import TrainingData, load_start, train_encoder
from classifier.training.linear import fit_linear
from classifier.training.pretrained import cut_vocabulary, drop_layers
from classifier.training.run import TrainConfig, train
from classifier.training.smooth import SmoothedLinear, smooth

WAR = ("limits", "no part of the work may serve war")
COPY = ("grant", "everybody may copy the work")
TRUTH = np.array([[True, False], [False, True]])
SPECIAL = SpecialTokens(frozenset(range(4)), separator=2, unknown=3)


def test_the_linear_model_overfits_two_clauses():
    inputs = [WAR, COPY] * 4
    model = fit_linear(inputs, np.tile(TRUTH, (4, 1)), max_features=500, regularization=100.0, seed=0)
    assert np.array_equal(model.logits([WAR, COPY]) > 0, TRUTH)


def test_a_label_without_rows_is_never_given():
    truth = np.array([[True, False], [False, False]] * 4)
    model = fit_linear([WAR, COPY] * 4, truth, max_features=500, regularization=100.0, seed=0)
    assert (model.logits([WAR, COPY])[:, 1] < -5).all()


def test_calibration_recovers_a_known_scale():
    rng = np.random.default_rng(0)
    logits = rng.normal(0, 2, (4000, 2)).astype(np.float32)
    truth = rng.random((4000, 2)) < 1 / (1 + np.exp(-(2.0 * logits - 1.0)))
    scale, bias = fit_calibration(logits, truth)
    assert (scale, bias) == (pytest.approx(2.0, abs=0.2), pytest.approx(-1.0, abs=0.2))


def test_a_row_that_counts_for_nothing_calibrates_nothing():
    logits = np.array([[2.0], [-2.0], [2.0]], np.float32)
    truth = np.array([[True], [False], [False]])
    weighted = fit_calibration(logits, truth, np.array([1, 1, 0], np.float32))
    assert weighted == fit_calibration(logits[:2], truth[:2]) != fit_calibration(logits, truth)


def test_thresholds_separate_what_can_be_separated():
    probs = np.array([[0.2]] * 50 + [[0.6]] * 50, np.float32)
    (cut,) = choose_thresholds(probs, probs > 0.5, doubt_ratio=0.5)
    assert 0.2 < cut.assign <= 0.6
    assert cut.doubt == pytest.approx(cut.assign / 2, abs=1e-3)


@pytest.mark.parametrize(
    "first",
    [
        pytest.param([True, True, False, False] * 5, id="halves"),
        pytest.param([True] * 20, id="all-in-the-first"),
        pytest.param([False] * 20, id="all-in-the-second"),
        pytest.param([True], id="one-row"),
    ],
)
def test_a_part_that_is_always_right_has_its_weight(first):
    truth = np.tile(TRUTH, (10, 1))[: len(first)]
    right = np.where(truth, 4.0, -4.0).astype(np.float32)
    logits = {"linear": {"dev": -right}, "encoder": {"dev": right}}
    assert best_weight(logits, truth, np.array(first)) > 0.5


def test_batches_hold_every_index_once_within_the_budget():
    lengths = [3, 50, 7, 7, 20, 1, 64]
    groups = batches(lengths, 64, np.random.default_rng(0))
    assert sorted(i for group in groups for i in group) == list(range(7))
    assert all(max(lengths[i] for i in group) * len(group) <= 64 for group in groups)


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    return make_base(tmp_path_factory.mktemp("base"))


@pytest.fixture(scope="module")
def overfitted(base):
    tokens = encode(Tokenizer.from_file(str(base / "tokenizer.json")), [WAR, COPY], 32)
    model = load_backbone(base, 2, dropout=0.0)
    config = EncoderConfig(epochs=80, learning_rate=3e-3, head_rate=2.0)
    fine_tune(model, tokens, TRUTH.astype(np.float32), config, SPECIAL)
    return model, tokens


def test_the_encoder_overfits_two_clauses(overfitted):
    model, tokens = overfitted
    assert np.array_equal(predict_logits(model, tokens) > 0, TRUTH)


def test_the_head_alone_overfits_two_clauses_and_leaves_the_encoder_as_it_was(base):
    tokens = encode(Tokenizer.from_file(str(base / "tokenizer.json")), [WAR, COPY], 32)
    model = load_backbone(base, 2, dropout=0.0)
    before = {name: tensor.clone() for name, tensor in model.backbone.state_dict().items()}
    fit_head(model, tokens, TRUTH.astype(np.float32), EncoderConfig(frozen=True))
    assert np.array_equal(predict_logits(model, tokens) > 0, TRUTH)
    assert all(torch.equal(before[name], tensor) for name, tensor in model.backbone.state_dict().items())


def test_what_is_hidden_is_a_share_of_tokens_and_whole_contexts():
    ids, noise = [0, *range(10, 20), 2, 2, *range(30, 60), 2], np.random.default_rng(0)
    seen = [hide(ids, SPECIAL, EncoderConfig(hidden_tokens=0.2, hidden_contexts=0.3), noise) for _ in range(400)]
    bare = [row for row in seen if len(row) < len(ids)]
    assert {len(row) for row in bare} == {len(ids) - 10}
    assert 0.2 < len(bare) / len(seen) < 0.4
    unknown = sum(row.count(3) for row in seen) / sum(sum(token != 2 and token != 0 for token in row) for row in seen)
    assert 0.15 < unknown < 0.25
    assert all(row[0] == 0 and row[-1] == 2 for row in seen)


def wordpiece():
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *WORDS]
    tokenizer = Tokenizer(models.WordPiece({piece: i for i, piece in enumerate(pieces)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.add_special_tokens(pieces[:4])
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    return tokenizer


def test_the_special_tokens_are_those_of_the_vocabulary(base):
    assert SpecialTokens.of(Tokenizer.from_file(str(base / "tokenizer.json"))) == SPECIAL
    assert SpecialTokens.of(wordpiece()) == SpecialTokens(frozenset(range(4)), separator=3, unknown=1)
    assert SpecialTokens.of(Tokenizer(models.BPE())) == SpecialTokens(frozenset(), separator=None, unknown=None)


def test_words_and_contexts_are_hidden_in_the_vocabulary_of_bert():
    tokenizer, noise = wordpiece(), np.random.default_rng(0)
    ids, special = tokenizer.encode(*WAR).ids, SpecialTokens.of(tokenizer)
    bare = hide(ids, special, EncoderConfig(hidden_tokens=0.0, hidden_contexts=1.0), noise)
    assert bare == tokenizer.encode("", WAR[1]).ids
    blank = hide(ids, special, EncoderConfig(hidden_tokens=1.0, hidden_contexts=0.0), noise)
    assert blank == [2, 1, 3, *[1] * len(WAR[1].split()), 3]


def test_a_vocabulary_without_special_tokens_is_left_as_it_is():
    config = EncoderConfig(hidden_tokens=1.0, hidden_contexts=1.0)
    assert hide([5, 6, 7], SpecialTokens(frozenset(), None, None), config, np.random.default_rng(0)) == [5, 6, 7]


def test_an_encoder_of_another_build_is_named():
    config = DistilBertConfig(vocab_size=40, dim=32, n_layers=1, n_heads=2, hidden_dim=64)
    model = ClauseEncoder(DistilBertModel(config), 2, dropout=0.0)
    with pytest.raises(ModelError, match=r"distilbert cannot be fine-tuned; .* xlm-roberta"):
        fine_tune(model, [[0, 5, 2]], TRUTH[:1].astype(np.float32), EncoderConfig(), SPECIAL)


def start(base, seed=7, dropout=0.3):
    torch.manual_seed(seed)
    return load_backbone(base, 2, dropout)


def test_a_killed_run_continues_where_it_was(base, tmp_path):
    tokens = encode(Tokenizer.from_file(str(base / "tokenizer.json")), [WAR, COPY], 32)
    config = EncoderConfig(epochs=3, learning_rate=1e-3)
    truth = TRUTH.astype(np.float32)

    class Killed(Exception):
        pass

    def kill(epoch, model):
        if epoch == 2:
            raise Killed

    whole = start(base)
    fine_tune(whole, tokens, truth, config, SPECIAL)
    with pytest.raises(Killed):
        fine_tune(start(base), tokens, truth, config, SPECIAL, checkpoint=tmp_path / "run", on_epoch=kill)
    epochs = []
    resumed = start(base)
    fine_tune(
        resumed, tokens, truth, config, SPECIAL, checkpoint=tmp_path / "run",
        on_epoch=lambda epoch, model: epochs.append(epoch),
    )  # fmt: skip
    assert epochs == [3]
    assert np.allclose(predict_logits(resumed, tokens), predict_logits(whole, tokens), atol=1e-5)


@pytest.mark.parametrize(
    ("seed", "rate", "processes", "used"),
    [
        pytest.param(7, 1e-3, 1, True, id="the-same"),
        pytest.param(8, 1e-3, 1, False, id="another-start"),
        pytest.param(7, 2e-3, 1, False, id="another-rate"),
        pytest.param(7, 1e-3, 2, False, id="more-processes"),
    ],
)
def test_a_checkpoint_of_another_run_is_not_used(base, tmp_path, monkeypatch, seed, rate, processes, used):
    tokens = encode(Tokenizer.from_file(str(base / "tokenizer.json")), [WAR, COPY], 32)
    truth = TRUTH.astype(np.float32)
    config = EncoderConfig(epochs=1, learning_rate=1e-3)
    fine_tune(start(base), tokens, truth, config, SPECIAL, checkpoint=tmp_path / "run")
    monkeypatch.setattr(distributed, "size", lambda: processes)
    behind = []
    config = replace(config, learning_rate=rate)
    fine_tune(
        start(base, seed), tokens, truth, config, SPECIAL, checkpoint=tmp_path / "run", on_resume=behind.append
    )  # fmt: skip
    assert behind == ([1] if used else [])


def test_a_checkpoint_is_restored_to_where_its_parameters_are(tmp_path):
    model = torch.nn.Linear(2, 2)
    optimizer = torch.optim.AdamW(model.parameters())
    model(torch.ones(1, 2)).sum().backward()
    optimizer.step()
    save_checkpoint(tmp_path / "run", {"model": model}, optimizer, {"run": "r", "epoch": "1"})
    elsewhere = torch.nn.Linear(2, 2, device="meta")
    optimizer = torch.optim.AdamW(elsewhere.parameters())
    assert load_checkpoint(tmp_path / "run", {"model": elsewhere}, optimizer, "r") == 1
    devices = {name: tensor.device.type for state in optimizer.state.values() for name, tensor in state.items()}
    assert devices == {"exp_avg": "meta", "exp_avg_sq": "meta", "step": "meta"}


@pytest.mark.parametrize(
    ("averaged", "kept"),
    [
        pytest.param(0.0, lambda steps: steps[-1], id="of the last step"),
        pytest.param(1.0, lambda steps: torch.stack(steps).mean(dim=0), id="the mean of all steps"),
    ],
)
def test_the_weights_kept_are(base, overfitted, averaged, kept):
    model, tokens, steps = load_backbone(base, 2, dropout=0.0), overfitted[1], []

    def watch(*_):
        steps.append(model.head.bias.detach().clone())

    config = EncoderConfig(epochs=3, averaged=averaged)
    fine_tune(model, tokens, TRUTH.astype(np.float32), config, SPECIAL, on_step=watch)
    assert len(steps) > 1
    assert torch.allclose(model.head.bias, kept(steps), atol=1e-6)


@pytest.fixture(scope="module")
def exported(overfitted, tmp_path_factory):
    path = tmp_path_factory.mktemp("export") / "model.onnx"
    export_onnx(overfitted[0], path, overfitted[1])
    return path


def test_the_export_says_what_the_trained_model_says(overfitted, exported):
    model, tokens = overfitted
    assert check_parity(model, exported, tokens) < 0.05


@pytest.mark.parametrize(
    ("weight", "bias"),
    [
        pytest.param(lambda head: head.weight * 0, lambda head: head.bias * 0 - 30, id="zeros"),
        pytest.param(lambda head: head.weight * 0, lambda head: head.bias * 0 - 3.5, id="base-rates"),
        pytest.param(lambda head: head.weight.flip(0), lambda head: head.bias.flip(0), id="the-other-clause's"),
    ],
)
def test_an_export_that_says_something_else_is_refused(overfitted, exported, weight, bias):
    model, tokens = overfitted
    other = copy.deepcopy(model)
    with torch.no_grad():
        other.head.weight.copy_(weight(model.head))
        other.head.bias.copy_(bias(model.head))
    with pytest.raises(ModelError, match="drift"):
        check_parity(other, exported, tokens)


@pytest.fixture
def uneven(overfitted):
    """A model of which one channel is fifty times as wide as the others, and its tokens."""
    model, tokens = copy.deepcopy(overfitted[0]).eval(), overfitted[1]
    layer = model.backbone.encoder.layer[0]
    with torch.no_grad():
        for parameter in (layer.attention.output.LayerNorm.weight, layer.attention.output.LayerNorm.bias):
            parameter[0] *= 50
        layer.intermediate.dense.weight[:, 0] /= 50
    return model, tokens


def test_a_smoothed_encoder_computes_the_same(uneven):
    model, tokens = uneven
    smoothed = smooth(model, tokens)
    assert isinstance(smoothed.backbone.encoder.layer[0].intermediate.dense, SmoothedLinear)
    assert not isinstance(model.backbone.encoder.layer[0].intermediate.dense, SmoothedLinear)
    assert np.allclose(predict_logits(smoothed, tokens), predict_logits(model, tokens), atol=1e-3)


def test_smoothing_evens_out_a_wide_channel(uneven):
    model, tokens = uneven
    ids, mask = collate(tokens)
    spread = []
    for encoder in (model, smooth(model, tokens)):
        layer, seen = encoder.backbone.encoder.layer[0].intermediate.dense, []
        layer.register_forward_pre_hook(lambda layer, inputs, seen=seen: seen.append((layer, inputs[0])))
        encoder.pool(ids, mask)
        inputs = seen[0][1] * getattr(layer, "shrink", 1.0)
        widths = inputs.detach().abs().flatten(0, -2).amax(dim=0)
        spread.append(float(widths.max() / widths.median()))
    assert spread[0] > 20 > 5 > spread[1]


def test_labels_out_of_the_question_hide_no_drift():
    logits = np.full((60, 81), -8.0, np.float32)
    logits[np.arange(60), np.arange(60) % 7] = 3.0
    rounded = logits + np.random.default_rng(0).normal(0, 0.5, logits.shape).astype(np.float32)
    assert compare(sigmoid(logits), sigmoid(rounded)) < (0.05, 0.2, 0.0001)
    drift, worst, flipped = compare(sigmoid(logits), sigmoid(np.roll(logits, 1, axis=0)))
    assert (drift > 0.9, worst > 0.9, flipped) == (True, True, 1.0)
    assert compare(sigmoid(logits), logits * np.nan)[0] == 1.0


def test_an_exported_model_can_be_the_start_of_another(base, uneven, tmp_path):
    model, tokens = uneven
    cuts = (Threshold(0.5, 0.3),) * 2
    config = ModelConfig("m", "1", "1", ("war", "copy"), {"encoder": 1.0}, cuts)
    save_config(Layout(tmp_path), config, model.settings)
    export_onnx(model, tmp_path / "model.onnx", tokens)
    (tmp_path / "tokenizer.json").write_bytes((base / "tokenizer.json").read_bytes())
    again = load_start(str(tmp_path), ("copy", "new", "war"), dropout=0.0)
    logits = predict_logits(again, tokens)
    assert np.allclose(logits[:, [2, 0]], predict_logits(model, tokens), rtol=0.05, atol=0.25)
    assert (logits[:, 1] < 0).all()
    again.standardize(np.ones((4, 32), np.float32))
    assert torch.equal(again.mean, model.mean)


def test_a_cut_vocabulary_reads_its_texts_as_before(base, tmp_path):
    texts = [WAR[1], COPY[1]]
    cut_vocabulary(base, tmp_path / "cut", texts, max_pieces=24)
    before = Tokenizer.from_file(str(base / "tokenizer.json"))
    after = Tokenizer.from_file(str(tmp_path / "cut" / "tokenizer.json"))
    assert after.get_vocab_size() < before.get_vocab_size()
    assert [after.encode(text).tokens for text in texts] == [before.encode(text).tokens for text in texts]
    tokens = [encode(tokenizer, [WAR], 32) for tokenizer in (before, after)]
    pooled = [
        load_backbone(folder, 2, dropout=0.0).pool(*collate(ids))
        for folder, ids in zip((base, tmp_path / "cut"), tokens, strict=True)
    ]
    assert torch.allclose(*pooled, atol=1e-5)


def test_dropped_layers_are_gone(base, tmp_path):
    drop_layers(base, tmp_path / "one", [0])
    assert load_backbone(tmp_path / "one", 2, dropout=0.0).settings["num_hidden_layers"] == 1


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    folder = tmp_path_factory.mktemp("run")
    config = TrainConfig((rows_file(folder / "rows.jsonl"),), folder / "families.json", folder / "model")
    return config, train(config)


def test_own_labels_become_part_of_the_model_and_show_in_reports(trained):
    config, _ = trained
    report = Classifier.from_pretrained(config.output).predict(
        "Everybody may copy it 1 x. Nobody shall share for war 2 x."
    )
    assert [clause.labels[0].label for clause in report.clauses] == ["permission.use", "house.no-war"]


def test_a_run_writes_metrics_and_a_card_that_agree(trained):
    config, metrics = trained
    layout = Layout(config.output)
    assert json.loads(layout.metrics.read_text()) == json.loads(json.dumps(metrics))
    card = layout.card.read_text()
    assert f"| {metrics['test']['written_en']['micro_f1']:.3f} |" in card
    assert "Not legal advice" in card
    assert "{" not in card


def test_no_pickle_and_no_partial_folder_is_left(trained):
    config, _ = trained
    assert {path.suffix for path in config.output.iterdir()} <= {".json", ".npz", ".txt", ".md"}
    assert not config.output.with_name("model.partial").exists()


def test_the_same_seed_gives_the_same_model(trained, tmp_path):
    config, metrics = trained
    again = TrainConfig(config.annotations, config.families, tmp_path / "again")
    assert train(again)["test"] == metrics["test"]


def test_the_same_seed_gives_the_same_encoder(base, tmp_path):
    tokenizer = Tokenizer.from_file(str(base / "tokenizer.json"))
    data = TrainingData(("war", "copy"), [WAR, COPY], TRUTH)

    def logits(seed):
        config = EncoderConfig(epochs=2, max_length=32, seed=seed)
        torch.rand(seed)  # what ran before must not matter
        model, tokens = train_encoder(str(base), config, data, tokenizer, tmp_path / f"run-{seed}-{torch.rand(1)}")
        return predict_logits(model, tokens)

    assert np.array_equal(logits(5), logits(5))
    assert not np.array_equal(logits(5), logits(6))


def test_a_finished_folder_takes_the_place_of_the_one_before(trained, tmp_path):
    config = TrainConfig(trained[0].annotations, trained[0].families, tmp_path / "model")
    for name in ("first", "second"):
        train(replace(config, name=name))
    assert load_config(config.output)[1].name == "second"
    assert [path.name for path in tmp_path.iterdir()] == ["model"]


def test_a_folder_that_is_no_model_is_not_overwritten(trained, tmp_path):
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(UsageError, match="choose another"):
        train(TrainConfig(trained[0].annotations, trained[0].families, tmp_path))
    assert (tmp_path / "thesis.txt").exists()


def test_too_few_rows_are_refused(tmp_path):
    path = tmp_path / "rows.jsonl"
    path.write_text(to_json(Row(("permission.use",), "w", 1, text="Use it.", lang="en")) + "\n")
    with pytest.raises(AnnotationError, match="annotate more clauses"):
        train(TrainConfig((path,), tmp_path / "families.json", tmp_path / "model"))


def test_a_run_with_an_encoder_can_be_served(base, tmp_path):
    rows = rows_file(tmp_path / "rows.jsonl")
    encoder = EncoderConfig(epochs=2, learning_rate=3e-3, max_length=32)
    # A linear part that looks at one feature leaves room for the encoder.
    train(
        TrainConfig((rows,), tmp_path / "x.json", tmp_path / "model", base=str(base), max_features=1, encoder=encoder)
    )
    tagger = ClauseTagger.from_pretrained(tmp_path / "model")
    clauses = [Clause("everybody may copy it", 0, 1, "everybody may copy it")]
    (tagged,) = decide(clauses, tagger.predict_proba(clauses), tagger.config)
    assert tagged.labels[0].label == "permission.use"
    assert "encoder" in tagger.config.parts
