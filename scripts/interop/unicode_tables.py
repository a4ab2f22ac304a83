#!/usr/bin/env python3
"""Writes the Unicode tables of Sources/Runtime/Text/Tokenizers from the reference library itself.

Every property is asked of the `tokenizers` package, scalar by scalar, so that the tables have the
versions of Unicode that its parts were built with (they differ among themselves).

  pip install tokenizers==0.22.2
  python3 scripts/interop/unicode_tables.py Sources/Runtime/Text/Tokenizers
"""
import sys

# This folder has a file of the same name as the package.
sys.path.pop(0)
import unicodedata

from tokenizers import Regex, normalizers, pre_tokenizers

SCALARS = [c for c in range(0x110000) if not 0xD800 <= c <= 0xDFFF]
# Five bits to a character of this alphabet, the highest of six bits says that more follow.
BASE = 48


def varint(n):
    out = ""
    while True:
        out += chr(BASE + ((n & 31) | (32 if n > 31 else 0)))
        n >>= 5
        if not n:
            return out


def literal(name, doc, text):
    lines = [text[i : i + 92] for i in range(0, len(text), 92)]
    body = "\n".join("    " + l + ("\\#" if i + 1 < len(lines) else "") for i, l in enumerate(lines))
    return f'  /// {doc}\n  static let {name}: StaticString = #"""\n{body}\n    """#\n'


def write(path, head, enum, parts):
    with open(path, "w", encoding="ascii") as f:
        f.write(head + f"\nenum {enum} {{\n" + "\n".join(parts) + "}\n")


def splits(tokenizer, text):
    return len(tokenizer.pre_tokenize_str(text))


def main(folder):
    clean = normalizers.BertNormalizer(
        clean_text=True, handle_chinese_chars=False, strip_accents=False, lowercase=False)
    accents = normalizers.BertNormalizer(
        clean_text=False, handle_chinese_chars=False, strip_accents=True, lowercase=False)
    strip_accents = normalizers.StripAccents()
    punctuation = pre_tokenizers.Punctuation()
    blank = pre_tokenizers.WhitespaceSplit()
    digits = pre_tokenizers.Digits(individual_digits=True)
    word = pre_tokenizers.Whitespace()
    def matcher(pattern):
        return pre_tokenizers.Split(Regex(pattern), "isolated")
    letter, number, space = matcher(r"\p{L}"), matcher(r"\p{N}"), matcher(r"\s")
    nfd, nfkd = normalizers.NFD(), normalizers.NFKD()
    nfc, lower = normalizers.NFC(), normalizers.Lowercase()

    classes, decomposition, compatibility, lowercase, combining = [], [], [], [], []
    for c in SCALARS:
        s = chr(c)
        d = nfd.normalize_str(s)
        flags = 0
        flags |= 1 if clean.normalize_str(s) == "" and c not in (0, 0xFFFD) else 0
        flags |= 2 if splits(punctuation, "a" + s + "a") == 3 else 0
        flags |= 4 if splits(blank, "a" + s + "a") == 2 else 0
        flags |= 8 if splits(digits, "\u0001" + s + "\u0001") == 3 else 0
        # A mark that decomposes is judged by its parts, so ask about the scalar alone.
        flags |= 16 if len(d) == 1 and accents.normalize_str(s) == "" else 0
        flags |= 32 if strip_accents.normalize_str(s) == "" else 0
        flags |= 64 if splits(letter, "!" + s + "!") == 3 else 0
        flags |= 128 if splits(number, "!" + s + "!") == 3 else 0
        flags |= 256 if splits(space, "!" + s + "!") == 3 else 0
        flags |= 512 if splits(word, "a" + s + "a") == 1 else 0
        hangul = 0xAC00 <= c <= 0xD7A3
        if d != s and not hangul:
            decomposition.append((c, d))
        k = nfkd.normalize_str(s)
        if k != d and not hangul:
            compatibility.append((c, k))
        l = lower.normalize_str(s)
        if l != s:
            lowercase.append((c, l))
        ccc = unicodedata.combining(s)
        if ccc:
            # Is the class known to the reference? If it is, a mark of a lower class moves before it.
            probe = "a\u0316" + s if ccc == 1 else "a" + s + "\u0334"
            if nfd.normalize_str(probe) == probe:
                ccc = 0
        combining.append(ccc)
        flags |= 1024 if d != s else 0
        flags |= 2048 if k != s else 0
        flags |= 4096 if l != s else 0
        flags |= 8192 if ccc else 0
        flags |= 16384 if nfc.normalize_str(s) != s or 0x1161 <= c <= 0x1175 or 0x11A8 <= c <= 0x11C2 else 0
        classes.append(flags)
    seconds = {ord(d[-1]) for c, d in decomposition if len(d) > 1}
    index = {c: i for i, c in enumerate(SCALARS)}
    for c in seconds:
        classes[index[c]] |= 16384

    def runs(values):
        text, last, count = "", values[0], 0
        for v in values + [None]:
            if v == last:
                count += 1
            else:
                text += varint(count) + varint(last)
                last, count = v, 1
        return text

    def mapping(rows, mark=None):
        text, last = "", 0
        for c, to in rows:
            bit = 1 if mark and mark(c, to) else 0
            text += varint(c - last) + varint(len(to) * 2 + bit) + "".join(varint(ord(x)) for x in to)
            last = c
        return text

    def composes(c, d):
        # The pair (everything but the last, last) composes to c again.
        if len(d) < 2:
            return False
        first = nfc.normalize_str(d[:-1])
        return len(first) == 1 and nfc.normalize_str(first + d[-1]) == chr(c)

    head = """/// Unicode data of the reference tokenizers, written by scripts/interop/unicode_tables.py.
/// Not edited by hand; `UnicodeData.swift` reads it and says what each table means.
/// Numbers are written five bits to a character from "0" on, low bits first; bit six says more follow.
"""
    write(f"{folder}/UnicodeClassTables.swift", head, "UnicodeClassTables", [
        literal("classes", "Runs (length, flags) over all scalars but surrogates; bits as in `ScalarClass`.", runs(classes)),
        literal("combining", "Runs (length, canonical combining class).", runs(combining)),
        literal("lowercase", "Lower case: (delta, 2 * count, scalars).", mapping(lowercase)),
    ])
    write(f"{folder}/UnicodeDecompositionTables.swift", head, "UnicodeDecompositionTables", [
        literal("canonical", "Full canonical decomposition: (delta, 2 * count + composes, scalars).",
                mapping(decomposition, composes)),
        literal("compatibility", "Full compatibility decomposition where it differs.",
                mapping(compatibility)),
    ])
    print(len(runs(classes)), len(runs(combining)), len(mapping(lowercase)),
          len(mapping(decomposition)), len(mapping(compatibility)))


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "Sources/Runtime/Text/Tokenizers")
