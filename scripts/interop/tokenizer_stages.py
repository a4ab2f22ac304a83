#!/usr/bin/env python3
"""Writes Tests/Fixtures/tokenizers/stages.json: small tokenizers with every stage of the
tokenizer.json format, and what the reference library makes of difficult texts with them.

  pip install tokenizers==0.22.2 sentencepiece==0.2.3
  python3 scripts/interop/tokenizer_stages.py Tests/Fixtures/tokenizers/stages.json
"""
import sys

# This folder has a file of the same name as the package.
sys.path.pop(0)
import base64
import io
import json
import os
import tempfile

import sentencepiece
from tokenizers import Tokenizer, Regex, AddedToken, normalizers as N, pre_tokenizers as P, decoders as D, processors as R, models as M
from tokenizers.models import *
texts=["Hello,  World! It's  a test 123 4½ №7.","Мама мыла раму — ёлка, й, Йод; СЁМГА",
 "café naïve ﬁnance ½ Ⅳ ＡＢＣ ｶﾞ ﷺ ǆ ẞ İ ı Ångström ạ̈ e\u0301\u0323","東京 한국어 각 テスト 中文","a\u0000b\u0001c\u200bd\xade\ufefff\u2028g\x85h\x7fi\tj\r\nk \u00a0 l",
 "👍🏽 👨\u200d👩\u200d👧 🇷🇺 ❤️","<s> x </s>[MASK] y<mask>  z[MASK]s tokens","  leading and trailing  ","","don't we'll I'm they've 'tis x's","a--b---c-","привет\u0301 e\u0301\u0301 \u0301x ½a","ﷺ\u0308 \u00a8 ͅ ά ᾼ Ǆ σς ΑΣ","1,234.5 ١٢٣ ४५ Ⅷ ² x²","_под_черк_ a_b","\u200b\u0001ж start ½","\u0301x \u200b\u200b","½\u200b½ \xad½"]
words=["[UNK]","[PAD]","[CLS]","[SEP]","[MASK]","<s>","</s>"]
chars=sorted({c for t in texts for c in t if not c.isspace() and ord(c)>32} | set("abcdefghijklmnopqrstuvwxyz0123456789абвгдежзийклмнопрстуфхцчшщъыьэюя"))
def wp():
    v={}
    for w in words: v[w]=len(v)
    for c in chars:
        v.setdefault(c,len(v)); v.setdefault("##"+c,len(v))
    for w in ["hello","Hello","world","##est","te","мам","##а","##ма","рам","##llo"]: v.setdefault(w,len(v))
    return WordPiece(v,unk_token="[UNK]")
def bytebpe():
    alpha=sorted(P.ByteLevel.alphabet()); v={w:i for i,w in enumerate(words)}
    for a in alpha: v.setdefault(a,len(v))
    m=[]
    def add(a,b):
        v.setdefault(a+b,len(v)); m.append((a,b))
    for a,b in [("h","e"),("l","l"),("he","ll"),("hell","o"),("Ġ","t"),("e","s"),("es","t"),("Ġt","est"),("Ð","°"),("Ð","¼"),("Ð¼","Ð°"),("Ġ","a"),("Ñ","Ģ"),("Ġ","Ð"),("1","2"),("12","3"),("o","r"),("Ġ","Ġ")]: add(a,b)
    return BPE(v,m)
def charbpe(**k):
    v={w:i for i,w in enumerate(words)}
    if k.get('byte_fallback'):
        for i in range(256): v["<0x%02X>"%i]=len(v)
    suffix=k.get('end_of_word_suffix') or ''; prefix=k.get('continuing_subword_prefix') or ''
    base=[c for c in "abcdefghijklmnopqrstuvwxyz▁абвгдежзийклмнопрстуёHWМ"]
    for c in base:
        for p in {'',prefix}:
            for s in {'',suffix}: v.setdefault(p+c+s,len(v))
    m=[]
    def add(a,b):
        if prefix and not b.startswith(prefix): return
        n=a+b[len(prefix):]
        if a in v and b in v: v.setdefault(n,len(v)); m.append((a,b))
    add("l","l"); add("h","e"); add("he","ll"); add("м","а"); add("▁","t"); add("o",prefix+"r"+suffix); add("l",prefix+"d"+suffix); add(prefix+"l",prefix+"l"); add("t","e"); add("te","s"); add("s","t")
    return BPE(v,m,**k)
def uni(**k):
    v=[("<unk>",0.0),("<s>",0.0),("</s>",0.0),("[MASK]",0.0)]
    if k.get('byte_fallback'):
        for i in range(256): v.append(("<0x%02X>"%i,0.0))
    for i,c in enumerate("▁abcdefghijklmnopqrstuvwxyzабвгдежзийклмнопрстуёHWМ,.!"): v.append((c,-5.0-0.013*i))
    for i,c in enumerate(["▁te","st","est","▁test","he","llo","hello","ма","мама","▁м","ра","▁the","in","ing","trail"]): v.append((c,-4.0-0.37*i))
    v.append(("st",-3.9))
    return Unigram(v,unk_id=0,**k)
# A character map of a few rules, compiled by SentencePiece itself.
rules={"FB01":"66 69","BD":"31 2044 32","2163":"49 56","FF21":"41","FF22":"42","FF23":"43","A0":"20","9":"20","A":"20","D":"20","200B":"","AD":"","1":"","7F":"",
 "438 306":"439","65 301":"E9","A":"20","FDFA":"635 644 649 20 627 644 644 647","FF76 FF9E":"30AC","FF76":"30AB","A8":"20 308","3000":"20","1C6":"64 17E","2028":"20"}
with tempfile.TemporaryDirectory() as d:
    with open(d+"/rules.tsv","w") as f:
        for k,v in rules.items(): f.write(k+"\t"+v+"\n")
    model=io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(sentence_iterator=iter(["abc abd bcd"]*20),model_writer=model,vocab_size=10,normalization_rule_tsv=d+"/rules.tsv",minloglevel=2)
from sentencepiece import sentencepiece_model_pb2
proto=sentencepiece_model_pb2.ModelProto(); proto.ParseFromString(model.getvalue())
charsmap=proto.normalizer_spec.precompiled_charsmap
cls=[("[CLS]",2),("[SEP]",3)]
template=R.TemplateProcessing(single="[CLS] $A [SEP]",pair="[CLS] $A [SEP] $B:1 [SEP]:1",special_tokens=cls)
cases={
 "bert-cased":(N.BertNormalizer(lowercase=False),P.BertPreTokenizer(),wp,template,D.WordPiece()),
 "bert-uncased":(N.BertNormalizer(),P.BertPreTokenizer(),wp,R.BertProcessing(("[SEP]",3),("[CLS]",2)),D.WordPiece(cleanup=False)),
 "nfc-whitespace":(N.NFC(),P.Whitespace(),wp,template,D.WordPiece()),
 "nfd-strip":(N.Sequence([N.NFD(),N.StripAccents(),N.Lowercase(),N.Strip()]),P.WhitespaceSplit(),wp,template,None),
 "nfkc":(N.NFKC(),P.Sequence([P.WhitespaceSplit(),P.Punctuation("isolated"),P.Digits(True)]),wp,template,D.WordPiece()),
 "nfkd":(N.NFKD(),P.Sequence([P.Whitespace(),P.Digits(False)]),wp,template,D.WordPiece()),
 "nfkd-alone":(N.NFKD(),P.Metaspace(),lambda:uni(),template,D.Metaspace()),
 "nfkc-alone":(N.NFKC(),P.Metaspace(),lambda:uni(),template,D.Metaspace()),
 "nmt":(N.Nmt(),P.Punctuation("removed"),wp,template,D.WordPiece()),
 "replace-prepend":(N.Sequence([N.Replace("a","bb"),N.Replace(Regex(r"[0-9]+"),"#"),N.Prepend("▁"),N.Replace(" ","▁")]),None,lambda:charbpe(unk_token="[UNK]",fuse_unk=True,byte_fallback=True),template,D.Sequence([D.Replace("▁"," "),D.ByteFallback(),D.Fuse(),D.Strip(" ",1,0)])),
 "precompiled":(N.Sequence([N.Precompiled(charsmap),N.Strip(left=False),N.Replace(Regex(" {2,}"),"▁")]),P.Metaspace(),lambda:uni(),template,D.Metaspace()),
 "unigram-bytes":(N.Precompiled(charsmap),P.Metaspace(prepend_scheme="first"),lambda:uni(byte_fallback=True),template,D.Sequence([D.ByteFallback(),D.Metaspace(prepend_scheme="first")])),
 "metaspace-never":(None,P.Metaspace(prepend_scheme="never",split=False),lambda:uni(),None,D.Metaspace(prepend_scheme="never")),
 "metaspace-underscore":(N.Lowercase(),P.Sequence([P.WhitespaceSplit(),P.Metaspace(replacement="_",prepend_scheme="always")]),lambda:uni(),None,D.Metaspace(replacement="_")),
 "byte-level":(None,P.ByteLevel(add_prefix_space=True),bytebpe,R.RobertaProcessing(("</s>",6),("<s>",5)),D.ByteLevel()),
 "byte-level-plain":(N.NFC(),P.ByteLevel(add_prefix_space=False,trim_offsets=False),bytebpe,R.ByteLevel(trim_offsets=True),D.ByteLevel()),
 "byte-normalizer":(N.ByteLevel(),None,bytebpe,R.Sequence([R.ByteLevel(trim_offsets=False),template]),D.ByteLevel()),
 "llama3":(None,P.Sequence([P.Split(Regex(r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"),"isolated"),P.ByteLevel(add_prefix_space=False,use_regex=False)]),bytebpe,R.Sequence([R.ByteLevel(trim_offsets=False),template]),D.ByteLevel()),
 "split-removed":(None,P.Split("-","removed"),wp,None,None),
 "split-previous":(None,P.Split("-","merged_with_previous"),wp,None,None),
 "split-next":(None,P.Split("-","merged_with_next"),wp,None,None),
 "split-contiguous":(None,P.Split("-","contiguous"),wp,None,None),
 "split-inverted":(None,P.Split(Regex(r"\w+"),"removed",invert=True),wp,None,None),
 "punctuation-previous":(None,P.Sequence([P.Punctuation("merged_with_previous"),P.WhitespaceSplit()]),wp,None,None),
 "punctuation-contiguous":(None,P.Sequence([P.Punctuation("contiguous"),P.WhitespaceSplit()]),wp,None,None),
 "delimiter":(None,P.CharDelimiterSplit("e"),wp,None,None),
 "word-level":(N.Lowercase(),P.Whitespace(),lambda:WordLevel({"<unk>":0,"hello":1,"a":2,"test":3,"мама":4,"<s>":5},unk_token="<unk>"),None,None),
 "bpe-suffix":(N.Lowercase(),P.WhitespaceSplit(),lambda:charbpe(unk_token="[UNK]",end_of_word_suffix="</w>"),None,D.BPEDecoder()),
 "bpe-prefix":(N.Lowercase(),P.Whitespace(),lambda:charbpe(unk_token="[UNK]",continuing_subword_prefix="##"),None,D.WordPiece()),
 "bpe-ignore":(N.Lowercase(),P.Whitespace(),lambda:charbpe(unk_token="[UNK]",ignore_merges=True,fuse_unk=True),None,D.CTC(pad_token="[PAD]",word_delimiter_token="|")),
 "fixed":(None,P.FixedLength(3) if hasattr(P,'FixedLength') else P.Whitespace(),wp,None,None),
}
out=[]
for name,(n,p,m,r,d) in cases.items():
    t=Tokenizer(m())
    if n is not None: t.normalizer=n
    if p is not None: t.pre_tokenizer=p
    if r is not None: t.post_processor=r
    if d is not None: t.decoder=d
    special=[AddedToken("<mask>",lstrip=True,special=True),AddedToken("</s>",special=True,rstrip=True)]
    if name not in("word-level",): special+= [AddedToken("[MASK]",special=True,single_word=True)]
    t.add_special_tokens(special)
    t.add_tokens([AddedToken("tokens",normalized=True),AddedToken("World",normalized=True,single_word=True)])
    rows=[]
    for x in texts:
        e=t.encode(x)
        rows.append(dict(text=x,ids=e.ids,offsets=[list(o) for o in e.offsets],words=[-1 if w is None else w for w in e.word_ids],types=e.type_ids,special=e.special_tokens_mask,bare=t.encode(x,add_special_tokens=False).ids,decoded=t.decode(e.ids,skip_special_tokens=False) if e.ids else "",skipped=t.decode(e.ids) if [i for i in e.ids] else ""))
    e=t.encode(texts[0],texts[1]); pair=dict(a=texts[0],b=texts[1],ids=e.ids,types=e.type_ids,offsets=[list(o) for o in e.offsets])
    w=texts[0].split()+["ёлка","a-b"]
    e=t.encode(w,is_pretokenized=True); wd=dict(words=w,ids=e.ids,word_ids=[-1 if q is None else q for q in e.word_ids],offsets=[list(o) for o in e.offsets])
    out.append(dict(name=name,tokenizer=json.loads(t.to_str()),cases=rows,pair=pair,words=wd))
path=sys.argv[1] if len(sys.argv)>1 else "Tests/Fixtures/tokenizers/stages.json"
with open(path,"w") as f:
    json.dump(out,f,ensure_ascii=True,separators=(',',':'))
print(len(out),os.path.getsize(path),len(charsmap))
