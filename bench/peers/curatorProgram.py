"""Runs a prompts file through bespokelabs-curator: CACHE_FOLDER PROMPTS.jsonl BASE_URL IN_FLIGHT.

Started again with the same arguments, it goes on where it stopped: curator keys its cache by the data set.
"""

import importlib.util
import json
import os
import sys

# curator counts tokens with a vocabulary that it would download; litellm, which it needs anyway, brings the same one.
litellm_folder = importlib.util.find_spec("litellm").submodule_search_locations[0]
os.environ["TIKTOKEN_CACHE_DIR"] = os.path.join(litellm_folder, "litellm_core_utils", "tokenizers")

from bespokelabs import curator  # noqa: E402 (reads the environment as it is imported)

cache_folder, prompts_file, base_url, in_flight = sys.argv[1:5]
os.makedirs(cache_folder, exist_ok=True)
with open(prompts_file, encoding="utf-8") as lines:
    prompts = [json.loads(line)["prompt"] for line in lines]

model = curator.LLM(
    model_name="bench-model",
    backend="openai",
    backend_params={
        "base_url": base_url,
        "api_key": "none",
        "max_concurrent_requests": int(in_flight),
        "max_requests_per_minute": 10_000_000,
        "max_tokens_per_minute": 1_000_000_000,
    },
    generation_params={"max_tokens": 8},
)
model(prompts, working_dir=cache_folder)
