"""Asks vLLM's own request models: the names of their fields, and, for the endpoints that the tiny model does not serve,
what they say of bodies. One JSON array [kind, text] a line on stdin; one line on stdout for each, after a first line
with the fields."""

import json
import os
import sys

os.environ.setdefault("VLLM_LOGGING_LEVEL", "ERROR")

from vllm.entrypoints.launchers.run_batch import BatchTranscriptionRequest, BatchTranslationRequest
from vllm.entrypoints.openai.chat_completion.protocol import ChatCompletionRequest
from vllm.entrypoints.openai.completion.protocol import CompletionRequest
from vllm.entrypoints.openai.responses.protocol import ResponsesRequest
from vllm.entrypoints.pooling.embed.protocol import EmbeddingChatRequest, EmbeddingCompletionRequest
from vllm.entrypoints.pooling.scoring.protocol import (
    RerankRequest,
    ScoreDataRequest,
    ScoreQueriesDocumentsRequest,
    ScoreQueriesItemsRequest,
    ScoreTextRequest,
)

MODELS = {
    "chat": [ChatCompletionRequest],
    "completion": [CompletionRequest],
    "response": [ResponsesRequest],
    "embedding": [EmbeddingCompletionRequest, EmbeddingChatRequest],
    "score": [ScoreQueriesDocumentsRequest, ScoreQueriesItemsRequest, ScoreDataRequest, ScoreTextRequest],
    "rerank": [RerankRequest],
    "transcription": [BatchTranscriptionRequest],
    "translation": [BatchTranslationRequest],
}


def field_names(models):
    return sorted({field.alias or name for model in models for name, field in model.model_fields.items()})


def judge(kind, text):
    """Reads the body, and makes of it what the engine would get, as the handler of the endpoint does."""
    (model,) = MODELS[kind]
    try:
        request = model.model_validate(json.loads(text))
        if request.response_format in ("srt", "vtt"):
            return "refused"  # The handler's own check, behind the request model.
        most = request.max_completion_tokens
        if request.use_beam_search:
            request.to_beam_search_params(100)
        else:
            request.to_sampling_params(100 if most is None else most)
    except Exception:  # Whatever is raised, the server answers with an error.
        return "refused"
    return "accepted"


print(json.dumps({kind: field_names(models) for kind, models in MODELS.items()}))
for line in sys.stdin:
    print(judge(*json.loads(line)))
