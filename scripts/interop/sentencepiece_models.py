#!/usr/bin/env python3
"""Reads spiece.model files that tl wrote with sentencepiece and transformers' slow T5 tokenizer.

    python3 scripts/interop/sentencepiece_models.py CASES.json

CASES.json holds a folder with spiece.model and tokenizer_config.json, texts, and the ids that tl gives
for each. Exits with 1 when a text has other ids.
"""

import json
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
# This folder has scripts named like libraries.
sys.path = [place for place in sys.path if pathlib.Path(place or ".").resolve() != HERE]

import sentencepiece
import transformers

transformers.logging.set_verbosity_error()


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    case = json.loads(pathlib.Path(sys.argv[1]).read_text())
    folder = pathlib.Path(case["folder"])
    model = sentencepiece.SentencePieceProcessor(model_file=str(folder / "spiece.model"))
    slow = transformers.T5Tokenizer.from_pretrained(str(folder), legacy=True)
    end = slow.eos_token_id
    failed = 0
    for text, ids in zip(case["texts"], case["ids"]):
        found = {"transformers": slow(text).input_ids}
        if "<extra_id_" not in text:
            found["sentencepiece"] = model.encode(text) + [end]
        for name, other in found.items():
            if other != ids:
                failed += 1
                print(f"{name} {text!r}\n  tl    {ids}\n  found {other}")
                print("  ", slow.convert_ids_to_tokens(ids), slow.convert_ids_to_tokens(other))
    print(f"{len(case['texts'])} texts, {failed} differences")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
