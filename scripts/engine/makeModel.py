"""Makes a model folder without weights, for `vllm serve DIR --load-format dummy`: makeModel.py NAME DIR.

The weights are random, so the answers are noise; their length, their shape and the work they cost are real.
"""

import json
import sys
from pathlib import Path

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast

# CPU attention takes heads of 32, 64, 80, 96, 112, 128 … (vLLM 0.32.0).
SHAPES = {
    # As small as it goes: for tests, where the engine should cost next to nothing.
    "tiny": {
        "hidden_size": 64,
        "intermediate_size": 128,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "num_key_value_heads": 2,
        "head_dim": 32,
    },
    # Large enough that on two cores the engine, not the HTTP around it, is the work: for benchmarks.
    "work": {
        "hidden_size": 1024,
        "intermediate_size": 2816,
        "num_hidden_layers": 8,
        "num_attention_heads": 16,
        "num_key_value_heads": 4,
        "head_dim": 64,
    },
}
VOCABULARY = 1024
SPECIAL = ["<|end|>", "<|system|>", "<|user|>", "<|assistant|>", "<|tool|>"]

TEXT = """
A batch file holds one request per line: an id, a method, an address and a body. Every answer goes to disk at once.
The engine reads a prompt, then writes one token after another until the answer ends or the limit is reached.
Summarise the following review in one sentence. Is the customer satisfied, and would they buy the product again?
Translate this sentence into French, German, Spanish and Italian. Keep names, numbers and units as they are.
Which of these words is an animal: table, window, horse, river, letter? Answer with the word alone, please.
The quick brown fox jumps over the lazy dog while 1234567890 sheep are counted at 23:27 on a Sunday evening.
{"name": "value", "list": [1, 2, 3], "nested": {"true": true, "false": false, "null": null}}
def main(arguments):\n    for index, item in enumerate(arguments):\n        print(f"{index}: {item}")\n    return 0
"""

CHAT_TEMPLATE = (
    "{%- for message in messages -%}"
    "<|{{ message['role'] if message['role'] in ['system', 'user', 'assistant', 'tool'] else 'user' }}|>"
    "{%- if message['content'] is string -%}{{ message['content'] }}"
    "{%- elif message['content'] -%}"
    "{%- for part in message['content'] -%}{{ part['text'] if 'text' in part else '' }}{%- endfor -%}"
    "{%- endif -%}<|end|>"
    "{%- endfor -%}"
    "{%- if add_generation_prompt -%}<|assistant|>{%- endif -%}"
)


def make_tokenizer(folder: Path) -> None:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY,
        special_tokens=SPECIAL,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(TEXT.splitlines(), trainer)
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        eos_token="<|end|>",
        pad_token="<|end|>",
        additional_special_tokens=SPECIAL[1:],
        chat_template=CHAT_TEMPLATE,
        model_max_length=2048,
        clean_up_tokenization_spaces=False,
    ).save_pretrained(folder)


def make_model(name: str, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    make_tokenizer(folder)
    config = {
        "architectures": ["LlamaForCausalLM"],
        "model_type": "llama",
        **SHAPES[name],
        "vocab_size": VOCABULARY,
        "max_position_embeddings": 2048,
        "rms_norm_eps": 1e-5,
        "rope_theta": 10000.0,
        "tie_word_embeddings": True,
        "hidden_act": "silu",
        "eos_token_id": 0,
        "pad_token_id": 0,
        "bos_token_id": None,
        "dtype": "bfloat16",
    }
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n")


if __name__ == "__main__":
    make_model(sys.argv[1], Path(sys.argv[2]))
