import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseEngineFigures } from "../../../../server/src/engine/watch/engineMetrics.ts";

const page = `# HELP vllm:num_requests_running Number of requests in model execution batches.
# TYPE vllm:num_requests_running gauge
vllm:num_requests_running{engine="0",model_name="tiny"} 3.0
vllm:num_requests_waiting{engine="0",model_name="tiny"} 2.0
vllm:num_requests_waiting_by_reason{engine="0",model_name="tiny",reason="capacity"} 2.0
vllm:kv_cache_usage_perc{engine="0",model_name="tiny"} 0.25
vllm:num_preemptions_total{engine="0",model_name="tiny"} 1.0
vllm:prompt_tokens_total{engine="0",model_name="tiny"} 1.5e+03
vllm:prompt_tokens_created{engine="0",model_name="tiny"} 1.7e+09
vllm:generation_tokens_total{engine="0",model_name="tiny"} 700.0
vllm:iteration_tokens_total_bucket{engine="0",le="1.0",model_name="tiny"} 40.0
vllm:iteration_tokens_total_count{engine="0",model_name="tiny"} 90.0
vllm:iteration_tokens_total_sum{engine="0",model_name="tiny"} 2200.0
`;

describe("the figures of /metrics", () => {
  test("one engine", () => {
    expect(parseEngineFigures(page)).toEqual({
      steps: 90,
      promptTokens: 1500,
      generationTokens: 700,
      running: 3,
      waiting: 2,
      kvUsage: 0.25,
      preemptions: 1,
    });
  });

  test("several engines are summed, and the fullest KV cache counts", () => {
    const second = page.replaceAll('engine="0"', 'engine="1"').replace("} 0.25", "} 0.75");
    expect(parseEngineFigures(page + second)).toMatchObject({ steps: 180, running: 6, waiting: 4, kvUsage: 0.75 });
  });

  test("labels may hold braces and blanks, a timestamp may follow the value, and lines may end in CRLF", () => {
    const odd = 'vllm:num_requests_running{m="a} 7 {b"} 5 1732060800000\r\nvllm:num_requests_waiting 0\r\n';
    expect(parseEngineFigures(odd)).toMatchObject({ running: 5, waiting: 0, steps: null, preemptions: null });
  });

  test("before vLLM 0.10 the KV cache had another name, and steps may be missing", () => {
    const old = page.replace("kv_cache_usage_perc", "gpu_cache_usage_perc").replace("_total_count{", "_total_other{");
    expect(parseEngineFigures(old)).toMatchObject({ steps: null, kvUsage: 0.25 });
  });

  test("a page without them (another server, --disable-log-stats) has none", () => {
    expect(parseEngineFigures("# HELP python_info x\npython_info 1.0\n")).toBeNull();
    expect(parseEngineFigures("")).toBeNull();
  });

  test("values that are no numbers are passed over", () => {
    expect(parseEngineFigures("vllm:num_requests_running NaN\nvllm:num_requests_waiting 1\n")).toBeNull();
    expect(parseEngineFigures("vllm:num_requests_running\nvllm:num_requests_waiting 1\n")).toBeNull();
  });

  test("no text makes it throw", () => {
    const piece = fc.oneof(fc.string(), fc.constantFrom("vllm:num_requests_running", "{", "}", " ", "\n", "1", "NaN"));
    fc.assert(fc.property(fc.array(piece), (pieces) => void parseEngineFigures(pieces.join(""))));
  });
});
