import { expect, test } from "vitest";
import { isSecretSetting } from "../../../server/src/util/secretSetting.ts";

test.each([
  ["HF_TOKEN", "x"],
  ["MYTOKEN", "x"],
  ["API_TOKENS", "a,b"],
  ["AWS_SECRET_ACCESS_KEY", "x"],
  ["Db_Password", "1234"],
  ["PGPASSWORD", "x"],
  ["DB_PASS", "x"],
  ["SSH_PASSPHRASE", "x"],
  ["OPENAI_APIKEY", "x"],
  ["GOOGLE_CREDENTIAL", "x"],
  ["BASIC_AUTH", "x"],
  ["MYOAUTH", "x"],
  ["SESSION_COOKIE", "x"],
  ["api-key", ["one", "two"]],
  ["--api-key", 12345],
  ["hf-token", "hf_x"],
  ["HTTP_PROXY", "http://user:pw@proxy:3128"],
  ["allowed-origins", ["http://a", "http://user:pw@b"]],
  ["HTTP_PROXY", "user:pw@proxy:3128"],
  ["OTEL_EXPORTER_OTLP_HEADERS", "authorization=Bearer%20x"],
  ["OTEL_EXPORTER_OTLP_HEADERS", "x-team=abc"],
  ["EXTRA", "authorization: Bearer abc"],
  ["AUTHORIZATION", "abc"],
  ["GITHUB_PAT", "abc"],
  ["HF_TOKEN", "12345"],
  ["TOKEN_KEY_LIMIT", "12345"],
])("the value of %s=%s may be a secret", (name, value) => {
  expect(isSecretSetting(name, value)).toBe(true);
});

test.each([
  ["HTTP_PROXY", "http://proxy:3128/a@b"],
  ["TOKENIZERS_PARALLELISM", "false"],
  ["CUDA_VISIBLE_DEVICES", "0,1"],
  ["VLLM_KEYSTONE", "x"],
  ["GIT_AUTHOR", "x"],
  ["--tokenizer", "acme/tiny"],
  ["tokenizer-mode", "slow"],
  ["max-num-batched-tokens", 512],
  ["--max-num-batched-tokens", "8k"],
  ["VLLM_MAX_TOKENS", "100"],
  ["long-prefill-token-threshold", 2048],
  ["allowed-headers", ["authorization", "x-team"]],
  ["PATH", "/usr/bin:/bin"],
  ["VLLM_PATH", "/a@b:/c"],
  ["return-tokens-as-token-ids", true],
  ["hf-token", true],
])("that of %s=%s is none", (name, value) => {
  expect(isSecretSetting(name, value)).toBe(false);
});
