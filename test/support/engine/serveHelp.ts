/** The output of `vllm serve --help=all` in its form, for these flags and as many made-up ones as a real one has. */
export function serveHelp(flags: readonly string[] = []): string {
  const filler = Array.from({ length: 40 }, (_, index) => `made-up-${index}`);
  return [
    "usage: vllm serve [model_tag] [options]",
    "",
    "options:",
    "  --api-server-count API_SERVER_COUNT, -asc API_SERVER_COUNT",
    "                        How many. See --not-a-flag for more. (default: None)",
    "  -h, --help            show this help message and exit",
    "",
    "ModelConfig:",
    "  --enforce-eager, --no-enforce-eager",
    "                        Whether to always use eager-mode PyTorch.",
    "  --max-model-len MAX_MODEL_LEN",
    "  --served-model-name SERVED_MODEL_NAME [SERVED_MODEL_NAME ...]",
    "  --tool-call-parser {hermes,llama}  as in --also-not-a-flag",
    "  --kv_cache_dtype {auto,fp8}",
    ...[...filler, ...flags].map((flag) => `  --${flag} VALUE   Text.`),
    "",
    "tips:",
    '   --json-arg \'{"key1": "value1"}\'',
  ].join("\n");
}
