"""Writes a tiny llama with random weights as a GGUF file (version 3): python makeGguf.py FILE

For tests of a real llama.cpp: any text is a prompt for it, a token for each byte, and its answers mean nothing.
"""

import math
import random
import struct
import sys

LAYERS, WIDTH, HEADS, FEED, CONTEXT = 1, 32, 2, 64, 4096
UINT32, INT32, FLOAT32, STRING, ARRAY = 4, 5, 6, 8, 9
ALIGNMENT = 32
FORMATS = {UINT32: "I", INT32: "i", FLOAT32: "f"}

TOKENS = ["<unk>", "<s>", "</s>"] + [f"<0x{byte:02X}>" for byte in range(256)]
# Of llama.cpp: 2 unknown, 3 control, 6 byte.
TOKEN_TYPES = [2, 3, 3] + [6] * 256

METADATA = [
    ("general.architecture", STRING, "llama"),
    ("general.name", STRING, "tiny"),
    ("llama.context_length", UINT32, CONTEXT),
    ("llama.embedding_length", UINT32, WIDTH),
    ("llama.block_count", UINT32, LAYERS),
    ("llama.feed_forward_length", UINT32, FEED),
    ("llama.attention.head_count", UINT32, HEADS),
    ("llama.attention.head_count_kv", UINT32, HEADS),
    ("llama.rope.dimension_count", UINT32, WIDTH // HEADS),
    ("llama.attention.layer_norm_rms_epsilon", FLOAT32, 1e-5),
    ("tokenizer.ggml.model", STRING, "llama"),
    ("tokenizer.ggml.tokens", STRING, TOKENS),
    ("tokenizer.ggml.scores", FLOAT32, [0.0] * len(TOKENS)),
    ("tokenizer.ggml.token_type", INT32, TOKEN_TYPES),
    ("tokenizer.ggml.unknown_token_id", UINT32, 0),
    ("tokenizer.ggml.bos_token_id", UINT32, 1),
    ("tokenizer.ggml.eos_token_id", UINT32, 2),
    ("tokenizer.chat_template", STRING, "{% for message in messages %}{{ message.content }}{% endfor %}"),
]

TENSORS = [("token_embd", [WIDTH, len(TOKENS)]), ("output_norm", [WIDTH]), ("output", [WIDTH, len(TOKENS)])] + [
    (f"blk.{layer}.{name}", shape)
    for layer in range(LAYERS)
    for name, shape in [
        ("attn_norm", [WIDTH]),
        ("attn_q", [WIDTH, WIDTH]),
        ("attn_k", [WIDTH, WIDTH]),
        ("attn_v", [WIDTH, WIDTH]),
        ("attn_output", [WIDTH, WIDTH]),
        ("ffn_norm", [WIDTH]),
        ("ffn_gate", [WIDTH, FEED]),
        ("ffn_up", [WIDTH, FEED]),
        ("ffn_down", [FEED, WIDTH]),
    ]
]


def pack_text(text):
    data = text.encode()
    return struct.pack("<Q", len(data)) + data


def pack_value(kind, value):
    return pack_text(value) if kind == STRING else struct.pack(f"<{FORMATS[kind]}", value)


def pack_pair(key, kind, value):
    if not isinstance(value, list):
        return pack_text(key) + struct.pack("<I", kind) + pack_value(kind, value)
    head = pack_text(key) + struct.pack("<IIQ", ARRAY, kind, len(value))
    return head + b"".join(pack_value(kind, item) for item in value)


def padded(data):
    return data + bytes(-len(data) % ALIGNMENT)


def main(path):
    source = random.Random(0)
    infos, data = b"", b""
    for name, shape in TENSORS:
        # 0: 32-bit floats.
        place = struct.pack("<IQ", 0, len(data))
        infos += pack_text(f"{name}.weight") + struct.pack(f"<I{len(shape)}Q", len(shape), *shape) + place
        count = math.prod(shape)
        data += padded(struct.pack(f"<{count}f", *(source.gauss(0, 0.3) for _ in range(count))))
    counts = struct.pack("<IQQ", 3, len(TENSORS), len(METADATA))
    head = b"GGUF" + counts + b"".join(pack_pair(*pair) for pair in METADATA) + infos
    with open(path, "wb") as file:
        file.write(padded(head) + data)


main(sys.argv[1])
