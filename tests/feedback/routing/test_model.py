"""The router's answers: the same for every spelling, explained on the original, cautious where it must be."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from feedback.routing.decision import Certificate
from feedback.routing.files import ModelRefused
from feedback.routing.model import NOWHERE, Model
from feedback.routing.preparation import READ_AT_MOST, concept_grams, prepare
from feedback.routing.rows import Row
from feedback.routing.sounds import skeleton

RUBBISH = "الزبالة متكدسة في شارعنا من أسبوع ومحدش شال الحاوية"


def first(model: Model, text: str) -> str:
    return model.suggest(text).top[0][0]


@pytest.mark.parametrize(
    ("text", "agency"),
    [
        (RUBBISH, "municipality"),
        ("My employer has not paid my salary for three months", "labour"),
        ("el kahraba ma2too3a 3anna men mbere7", "electricity"),
        ("المجاري طافحة قدام البيت والريحة تقتل", "water-sanitation"),
        ("ابني عنده حرارة والمستوصف ما فيه دكتور ولا تطعيم", "health"),
        ("عندنا power cut كل يوم والكهرباء تقطع", "electricity"),
    ],
)
def test_plain_complaints_reach_their_agency_in_every_variety(model: Model, text: str, agency: str) -> None:
    assert first(model, text) == agency


def test_spelling_variants_leave_the_first_answer_unchanged(model: Model, unseen: list[Row]) -> None:
    arabic = [row.text for row in unseen if row.lang == "ar" and row.variety != "arabizi"]
    digits = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
    variants = [
        [text.replace("ا", "ا\u064e").replace("ل", "ل\u0652") for text in arabic],
        [text.replace("م", "مـــ") for text in arabic],
        [text.replace("أ", "ا").replace("إ", "ا").replace("ة", "ه").replace("ى", "ي") for text in arabic],
        [text.translate(digits) for text in arabic],
        [text.replace("ييي", "ي").replace("!", "!!!!") for text in arabic],
    ]
    plain = model.predict_proba(arabic).argmax(axis=1)
    for variant in variants:
        assert (model.predict_proba(variant).argmax(axis=1) == plain).mean() >= 0.99


def test_unseen_situations_are_mostly_answered_in_both_languages(model: Model, unseen: list[Row]) -> None:
    for lang in ("ar", "en"):
        rows = [row for row in unseen if row.lang == lang and row.label]
        found = model.predict_proba([row.text for row in rows]).argmax(axis=1)
        right = [model.agencies[at] == row.label for at, row in zip(found, rows, strict=True)]
        assert np.mean(right) >= 0.75, lang


def test_without_the_three_deciding_words_the_first_answer_is_less_likely(
    model: Model, unseen: list[Row]
) -> None:
    fell = []
    for text in [row.text for row in unseen if row.label]:
        answer = model.suggest(text)
        shorter = text
        for span in sorted((s for s in answer.explanation if s.weight > 0), key=lambda s: -s.start):
            shorter = shorter[: span.start] + " " + shorter[span.end :]
        at = model.agencies.index(answer.top[0][0])
        fell.append(model.predict_proba([shorter])[0, at] < answer.top[0][1])
    assert np.mean(fell) >= 0.95


def test_the_explanation_quotes_the_citizens_own_spelling(model: Model) -> None:
    text = "الزِّبااااالة متكدّسة، اتصلوا على ٠٥٠١٢٣٤٥٦٧ لو سمحتم"
    spans = model.suggest(text).explanation
    quoted = {text[span.start : span.end] for span in spans if span.weight > 0}
    assert "الزِّبااااالة" in quoted
    assert len({text[span.start : span.end] for span in spans}) <= 6


def test_words_that_only_join_or_deny_are_no_reason(model: Model) -> None:
    text = "ولم يأتِ أحد منذ يومين لأخذ القمامة، and nobody has told us when they will come for the rubbish"
    quoted = {text[span.start : span.end] for span in model.suggest(text).explanation}
    assert quoted & {"القمامة،", "القمامة", "rubbish"}
    assert not quoted & {"ولم", "أحد", "منذ", "and", "nobody", "has", "when", "they", "will", "for", "the"}


def test_personal_data_never_enters_the_vocabulary_or_the_words() -> None:
    words = prepare("Call Huda on +971 50 123 4567 or huda@example.org, id 784-1990-1234567-1").words
    assert not any(character.isdigit() for word in words for character in word)
    assert "huda@example" not in " ".join(words)


def test_probabilities_leave_room_for_no_agency_at_all(model: Model) -> None:
    assert NOWHERE not in model.agencies
    p = model.predict_proba(["hello everybody, how are you today", RUBBISH])
    assert p.shape == (2, len(model.agencies))
    assert p[0].sum() < 0.5 < p[1].max()
    assert (p.sum(axis=1) <= 1 + 1e-9).all()


@pytest.mark.parametrize("text", ["", " ", "😀😀", "\u202e\u200d", "؟؟؟", "\ud800"])
def test_texts_without_words_go_to_a_person(model: Model, text: str) -> None:
    answer = model.suggest(text)
    assert (answer.sure, answer.decision) == (False, "triage")
    assert "unknown_words" in answer.reasons
    assert answer.explanation == []


def test_without_certificate_nothing_is_routed_alone(model: Model) -> None:
    answer = model.suggest(RUBBISH)
    assert answer.decision == "triage"
    assert answer.reasons == ["no_certificate"]


def certified(model: Model, threshold: float) -> Model:
    return replace(model, certificates={"ar/ar": Certificate(threshold, cases=400, above=300)})


def test_with_certificate_and_a_clear_lead_the_text_is_routed_alone(model: Model) -> None:
    known = "المجاري طافحة في الشارع قدام البيت"
    p = model.suggest(known).top[0][1]
    assert certified(model, p - 0.01).suggest(known).decision == "route"
    assert certified(model, p + 0.001).suggest(known).reasons == ["below_threshold"]
    assert certified(model, p - 0.01).suggest(known, cost_floor=1.0).reasons == ["below_cost_floor"]


def test_words_of_emergency_call_a_person_whatever_the_model_says(model: Model) -> None:
    answer = certified(model, 0.0).suggest("المجاري طافحة في الشارع وأريد الانتحار")
    assert answer.decision == "triage"
    assert "urgent" in answer.reasons


def test_stuffed_words_cannot_make_a_text_longer_than_what_is_read() -> None:
    assert len(prepare("salary " * 150_000).words) <= READ_AT_MOST


def test_arabizi_and_arabic_share_their_consonants() -> None:
    assert skeleton("kahraba") == skeleton("كهربا") == "khrb"
    assert skeleton("7afla") == skeleton("حفله")


def test_a_word_of_arabizi_names_what_it_sounds_like_and_an_english_one_does_not() -> None:
    def named(text: str) -> set[str]:
        return {concept for concept, _ in concept_grams(prepare(text).words)}

    assert named("3ayez a3raf elmostashfa feen") >= {"hospital"}
    assert named("bghit n3raf chno khass ta9a3od dyal lwalid") >= {"pension"}
    assert named("we met her in the garden of a modest villa") == named("garden villa")


def test_a_saved_model_gives_the_same_answers(model: Model, tmp_path: Path) -> None:
    sha256 = model.save(tmp_path)
    read = Model.load(tmp_path, sha256)
    assert read.suggest(RUBBISH) == model.suggest(RUBBISH)
    assert model.save(tmp_path / "again") == sha256


@pytest.mark.parametrize(
    "name", ["weights.npy", "vocabulary.json", "model.json", "certificates.json", "manifest.json"]
)
def test_one_changed_byte_is_refused(model: Model, tmp_path: Path, name: str) -> None:
    sha256 = model.save(tmp_path)
    content = bytearray((tmp_path / name).read_bytes())
    content[len(content) // 2] ^= 1
    (tmp_path / name).write_bytes(bytes(content))
    with pytest.raises(ModelRefused):
        Model.load(tmp_path, sha256)


def test_a_pickle_under_the_name_of_an_array_is_refused_unread(model: Model, tmp_path: Path) -> None:
    model.save(tmp_path)
    array = np.array([print], dtype=object)
    np.save(tmp_path / "idf.npy", array, allow_pickle=True)
    import hashlib

    manifest = json.loads((tmp_path / "manifest.json").read_text())
    manifest["idf.npy"] = hashlib.sha256((tmp_path / "idf.npy").read_bytes()).hexdigest()
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(ModelRefused, match="allow_pickle"):
        Model.load(tmp_path)


def test_another_model_than_the_registered_one_is_refused(model: Model, tmp_path: Path) -> None:
    model.save(tmp_path)
    with pytest.raises(ModelRefused, match="not the registered model"):
        Model.load(tmp_path, "0" * 64)
