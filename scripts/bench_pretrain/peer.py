"""What a user would run instead: BertForMaskedLM by the Trainer on texts packed as run_mlm.py packs them.

usage: peer.py TEXTS FOLDER LAYERS HIDDEN HEADS STEPS BATCH LENGTH bf16|float32 LIMIT

FOLDER has the tokenizer (tl has made it). Prints tokens per second of train() as a line of JSON.
"""
import json
import sys
import time

import torch
from transformers import (BertConfig, BertForMaskedLM, DataCollatorForLanguageModeling,
                          PreTrainedTokenizerFast, Trainer, TrainingArguments)

texts, folder, layers, hidden, heads, steps, batch, length, precision, limit = sys.argv[1:]
layers, hidden, heads, steps, batch, length, limit = map(
    int, (layers, hidden, heads, steps, batch, length, limit))
torch.set_num_threads(2)
tokenizer = PreTrainedTokenizerFast.from_pretrained(folder)
with open(texts, encoding="utf-8") as file:
    lines = [line.strip() for line in file if line.strip()][:limit]
ids = [token for one in tokenizer(lines)["input_ids"] for token in one]
blocks = [{"input_ids": ids[start:start + length]}
          for start in range(0, len(ids) - length, length)][:steps * batch]
model = BertForMaskedLM(BertConfig(
    vocab_size=len(tokenizer), hidden_size=hidden, num_hidden_layers=layers,
    num_attention_heads=heads, intermediate_size=4 * hidden))
arguments = TrainingArguments(
    output_dir="/tmp/bench_pretrain", max_steps=steps, per_device_train_batch_size=batch,
    learning_rate=1e-3, logging_strategy="no", save_strategy="no", report_to=[], disable_tqdm=True,
    use_cpu=True, bf16=precision == "bf16", seed=1)
trainer = Trainer(model=model, args=arguments, train_dataset=blocks,
                  data_collator=DataCollatorForLanguageModeling(tokenizer))
start = time.perf_counter()
trainer.train()
print(json.dumps({"tokens_per_second": steps * batch * length / (time.perf_counter() - start)}))
