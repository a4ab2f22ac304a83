#!/usr/bin/env python3
"""Loads the models that tl wrote with transformers, peft and adapters, and compares logits.

    python3 scripts/interop/exports.py FOLDER

Every folder below FOLDER with a probe.json is a case. probe.json holds
  kind       peft, adapterhub, huggingface or pytorch (huggingface without model.safetensors)
  base       the model that was adapted; peft and adapterhub load it first
  task       sequence, token, features, masked or writer (an encoder-decoder)
  input_ids, attention_mask, token_type_ids, decoder_input_ids (the last two may be missing): a
             padded batch
  classes    of the head, where the base model has none
  logits     what tl computes: a row for each text, or for each token that is not padding
Exits with 1 when a case does not load or differs by more than 1e-4.
"""

import json
import pathlib
import shutil
import sys
import tempfile
import warnings

HERE = pathlib.Path(__file__).resolve().parent
warnings.filterwarnings("ignore")
# This folder has scripts named like libraries.
sys.path = [place for place in sys.path if pathlib.Path(place or ".").resolve() != HERE]

import torch
import transformers

transformers.logging.set_verbosity_error()
TOLERANCE = 1e-4


def base_class(task):
    return {
        "sequence": transformers.AutoModelForSequenceClassification,
        "token": transformers.AutoModelForTokenClassification,
        "features": transformers.AutoModel,
        "masked": transformers.AutoModelForMaskedLM,
        "writer": transformers.AutoModelForSeq2SeqLM,
    }[task]


def load(case, probe):
    kind, task = probe["kind"], base_class(probe["task"])
    if kind == "huggingface":
        return load_whole(task, case)
    if kind == "pytorch":
        with tempfile.TemporaryDirectory() as folder:
            for name in ("config.json", "pytorch_model.bin"):
                shutil.copy(case / name, folder)
            return load_whole(task, folder)
    options = {"num_labels": probe["classes"]} if "classes" in probe else {}
    model = task.from_pretrained(probe["base"], **options)
    if kind == "peft":
        import peft

        return peft.PeftModel.from_pretrained(model, str(case))
    import adapters

    adapters.init(model)
    name = model.load_adapter(str(case), set_active=True)
    if not model.active_adapters:
        raise ValueError(f"the adapter {name} is not active")
    return model


def load_whole(task, folder):
    model, report = task.from_pretrained(str(folder), output_loading_info=True)
    for key in ("missing_keys", "unexpected_keys", "mismatched_keys"):
        # A model need not have the pooler, nor the head for neighbouring texts.
        names = [
            name
            for name in report[key]
            if not any(part in f".{name}" for part in (".pooler.", ".cls.seq_relationship."))
        ]
        if names:
            raise ValueError(f"{key}: {sorted(names)}")
    return model


def difference(case):
    probe = json.loads((case / "probe.json").read_text())
    model = load(case, probe).eval()
    inputs = {
        key: torch.tensor(probe[key])
        for key in ("input_ids", "attention_mask", "token_type_ids", "decoder_input_ids")
        if probe.get(key)
    }
    with torch.no_grad():
        found = model(**inputs)
    found = found.last_hidden_state if probe["task"] == "features" else found.logits
    if probe["task"] == "writer":
        found = found.flatten(0, 1)
    elif probe["task"] != "sequence":
        found = found[inputs["attention_mask"].bool()]
    expected = torch.tensor(probe["logits"])
    if found.shape != expected.shape:
        raise ValueError(f"expected the shape {tuple(expected.shape)}, found {tuple(found.shape)}")
    return (found - expected).abs().max().item()


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    cases = sorted(path.parent for path in pathlib.Path(sys.argv[1]).glob("**/probe.json"))
    if not cases:
        sys.exit(f"no probe.json below {sys.argv[1]}")
    failed = 0
    for case in cases:
        try:
            largest = difference(case)
            verdict = "ok" if largest <= TOLERANCE else "DIFFERS"
            print(f"{case.name:40} {largest:.2e} {verdict}", flush=True)
            failed += largest > TOLERANCE
        except Exception as error:
            failed += 1
            print(f"{case.name:40} {type(error).__name__}: {error}", flush=True)
    print(f"{len(cases) - failed} of {len(cases)} cases agree within {TOLERANCE}")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
