"""Asks vLLM's own models whether they take our output lines: checkOutputLines.py INPUT OUTPUT.

Prints {"accepted": {url: count}, "refused": [{"line", "why"}]}. A line is accepted when `BatchRequestOutput`, which is
what `vllm run-batch` writes, parses it, and the body came out as the type of that endpoint. run-batch does not serve
/v1/completions and /v1/responses: there the envelope must parse without its body, and the body as what the server
itself answers with.
"""

import json
import sys
from collections import Counter

from vllm.entrypoints.launchers import run_batch
from vllm.entrypoints.openai.completion.protocol import CompletionResponse
from vllm.entrypoints.openai.responses.protocol import ResponsesResponse

OF_RUN_BATCH = {
    "/v1/chat/completions": run_batch.ChatCompletionResponse,
    "/v1/embeddings": run_batch.EmbeddingResponse,
    "/v1/score": run_batch.ScoreResponse,
    "/score": run_batch.ScoreResponse,
    "/v1/rerank": run_batch.RerankResponse,
    "/rerank": run_batch.RerankResponse,
    "/v2/rerank": run_batch.RerankResponse,
}
OF_THE_SERVER = {"/v1/completions": CompletionResponse, "/v1/responses": ResponsesResponse}


def check(text: str, url: str) -> None:
    if url in OF_RUN_BATCH:
        line = run_batch.BatchRequestOutput.model_validate_json(text)
        if not isinstance(line.response.body, OF_RUN_BATCH[url]):
            raise TypeError(f"the body is taken for {type(line.response.body).__name__}")
    else:
        line = json.loads(text)
        OF_THE_SERVER[url].model_validate(line["response"]["body"])
        line["response"]["body"] = None
        run_batch.BatchRequestOutput.model_validate(line)


def main(input_file: str, output_file: str) -> None:
    with open(input_file, encoding="utf-8") as file:
        urls = {request["custom_id"]: request["url"] for request in map(json.loads, file)}
    accepted = Counter()
    refused = []
    with open(output_file, encoding="utf-8") as file:
        for number, text in enumerate(file, start=1):
            try:
                url = urls[json.loads(text)["custom_id"]]
                check(text, url)
                accepted[url] += 1
            except Exception as error:  # noqa: BLE001 - whatever it is, the line was not accepted
                refused.append({"line": number, "why": f"{type(error).__name__}: {error}"[:1000]})
    print(json.dumps({"accepted": accepted, "refused": refused}))


main(sys.argv[1], sys.argv[2])
