/**
 * Where the simulator's answer differs from the real vLLM's, by the name of the request, and why. The test fails for a
 * difference that is not here, and for one that is here and no longer true.
 */
export const answerDifferences: Readonly<Record<string, string>> = {};

/** Metrics of the real one that the simulator does not have, by the beginning of their names. */
export const missingMetrics: Readonly<Record<string, string>> = {
  python_: "Python's own figures: there is no Python.",
  process_virtual_memory_bytes: "Of no use to anybody in a stand-in.",
  process_cpu_seconds: "Of no use to anybody in a stand-in.",
  process_open_fds: "Of no use to anybody in a stand-in.",
  process_max_fds: "Of no use to anybody in a stand-in.",
  "vllm:estimated_": "No weights, so no work to estimate.",
  http_request_: "The sizes and times of the web framework; http_requests_total is there.",
  http_response_: "The sizes and times of the web framework; http_requests_total is there.",
};

/** Labels that only the real one has, by metric. */
export const missingLabels: Readonly<Record<string, string>> = {
  "vllm:cache_config_info": "Only the settings that the simulator has; each label that it writes is a real one.",
};

/** Lines of the simulator's start that the real one does not print in this form, by their beginning. */
export const logDifferences: Readonly<Record<string, string>> = {
  "(APIServer) INFO vLLM server version": "The real one draws a logo unless VLLM_DISABLE_LOG_LOGO is set.",
  "(APIServer) INFO Resolved architecture": "The simulator's architecture has a name of its own.",
  "(APIServer) INFO non-default args": "The arguments differ.",
  "(EngineCore) INFO Initializing a VN LLM engine": "The real configuration is far longer.",
  "(Worker) INFO Starting to load model": "The path of the model differs.",
  "(Worker) INFO Model loading took": "Printed by GPU workers; the CPU's are silent about it.",
  "(Worker) INFO Available KV cache memory": "Printed by GPU workers; the CPU's say it in other words.",
  "(EngineCore) INFO GPU KV cache size": "The CPU build says CPU.",
  "(APIServer) INFO Engine N: Avg prompt throughput":
    "The CPU build says CPU KV cache usage; and whether a period of 10 s ends within the test is chance.",
  "(APIServer) INFO Route: ": "The order of methods differs; the routes are compared by themselves.",
};

/** Routes that vLLM serves and the simulator does not. */
export const missingRoutes: readonly string[] = [
  "/docs",
  "/docs/oauth2-redirect",
  "/generative_scoring",
  "/inference/v1/abort_requests",
  "/inference/v1/generate",
  "/invocations",
  "/is_scaling_elastic_ep",
  "/kv_event_sources",
  "/openapi.json",
  "/redoc",
  "/scale_elastic_ep",
  "/v1/chat/completions/batch",
  "/v1/chat/completions/derender",
  "/v1/chat/completions/render",
  "/v1/completions/derender",
  "/v1/completions/render",
  "/v1/messages",
  "/v1/messages/count_tokens",
  "/v1/messages/render",
  "/v1/responses/render",
  "/v1/responses/{response_id}/cancel",
  "/v1/systemone",
];
