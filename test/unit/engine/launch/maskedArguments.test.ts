import { expect, it } from "vitest";
import { flagArguments } from "../../../../server/src/engine/launch/flagArguments.ts";
import { maskedArguments } from "../../../../server/src/engine/launch/maskedArguments.ts";

it("hides what may be a secret, by its flag or by itself, and nothing else", () => {
  const flags = {
    "otlp-traces-endpoint": "http://u:p@host:4317",
    "hf-token": "hf_x",
    "api-key": ["one", "two"],
    "ssl-keyfile-password": "-secret",
    "allowed-origins": ["http://a", "http://u:p@b"],
    "max-model-len": 4096,
    "long-prefill-token-threshold": 2048,
    "rope-theta": -1,
    "enable-prefix-caching": true,
  };
  const args = ["serve", "acme/tiny", "--served-model-name", "tiny", ...flagArguments(flags)];
  expect(maskedArguments(args)).toEqual([
    ...["serve", "acme/tiny", "--served-model-name", "tiny"],
    ...["--otlp-traces-endpoint", "***", "--hf-token", "***", "--api-key", "***", "***"],
    ...["--ssl-keyfile-password=***", "--allowed-origins", "http://a", "***"],
    ...["--max-model-len", "4096", "--long-prefill-token-threshold", "2048"],
    ...["--rope-theta=-1", "--enable-prefix-caching"],
  ]);
});

it("hides it where the model itself is an address with a password", () => {
  expect(maskedArguments(["serve", "s3://key:secret@bucket/model"])).toEqual(["serve", "***"]);
});
