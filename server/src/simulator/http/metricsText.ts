import type { Service } from "../api/service.ts";
import type { Histogram } from "../engine/histogram.ts";

type Labels = Readonly<Record<string, string>>;

/** One line of a metric: what comes after its name, its labels, its value. */
interface Sample {
  suffix?: string;
  labels: Labels;
  value: number;
}

/** Collects metrics in Prometheus' text format. Counters get the `_created` companion that Python's client writes. */
class MetricsPage {
  #text = "";
  readonly #startSeconds: number;

  constructor(startSeconds: number) {
    this.#startSeconds = startSeconds;
  }

  get text(): string {
    return this.#text;
  }

  gauge(name: string, ...samples: readonly Sample[]): void {
    this.#family(name, "gauge", samples);
  }

  /** `name` ends in `_total`. */
  counter(name: string, ...samples: readonly Sample[]): void {
    this.#family(name, "counter", samples);
    this.#created(name.replace(/_total$/, ""), samples);
  }

  histogram(name: string, labels: Labels, histogram: Histogram): void {
    const samples: Sample[] = [];
    let below = 0;
    histogram.counts.forEach((count, index) => {
      below += count;
      const bound = histogram.bounds[index];
      const le = bound === undefined ? "+Inf" : float(bound);
      samples.push({ suffix: "_bucket", labels: { ...labels, le }, value: below });
    });
    samples.push(
      { suffix: "_count", labels, value: histogram.count },
      { suffix: "_sum", labels, value: histogram.sum },
    );
    this.#family(name, "histogram", samples);
    this.#created(name, [{ labels, value: 0 }]);
  }

  #created(base: string, samples: readonly Sample[]): void {
    const created = samples.map(({ labels }) => ({ labels, value: this.#startSeconds }));
    this.#family(`${base}_created`, "gauge", created);
  }

  #family(name: string, type: string, samples: readonly Sample[]): void {
    const help = `Simulated ${name.replace("vllm:", "").replaceAll("_", " ")}.`;
    let text = `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`;
    for (const { suffix = "", labels, value } of samples)
      text += `${name}${suffix}${inBraces(labels)} ${float(value)}\n`;
    this.#text += text;
  }
}

function inBraces(labels: Labels): string {
  const pairs = Object.entries(labels).map(
    ([key, value]) => `${key}="${value.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`,
  );
  return pairs.length === 0 ? "" : `{${pairs.sort().join(",")}}`;
}

function float(value: number): string {
  return Number.isInteger(value) ? `${value}.0` : String(value);
}

/** `GET /metrics` as vLLM 0.32 writes it. `startSeconds` (since 1970) is when the process began to count. */
export function metricsText(service: Service, startSeconds: number, residentBytes: number): string {
  const { settings, metrics } = service;
  const gauges = service.engine.gauges();
  const page = new MetricsPage(startSeconds);
  const model = settings.servedModelNames[0] ?? settings.model;
  const labels = { engine: "0", model_name: model };
  const one = (value: number, more: Labels = {}): Sample => ({ labels: { ...labels, ...more }, value });
  page.gauge("process_resident_memory_bytes", { labels: {}, value: residentBytes });
  page.gauge("process_start_time_seconds", { labels: {}, value: startSeconds });
  page.gauge("vllm:num_requests_running", one(gauges.running));
  page.gauge("vllm:num_requests_waiting", one(gauges.waiting));
  page.gauge(
    "vllm:num_requests_waiting_by_reason",
    one(gauges.waiting, { reason: "capacity" }),
    one(0, { reason: "deferred" }),
  );
  page.gauge(
    "vllm:engine_sleep_state",
    one(1, { sleep_state: "awake" }),
    one(0, { sleep_state: "weights_offloaded" }),
    one(0, { sleep_state: "discard_all" }),
  );
  page.gauge("vllm:kv_cache_usage_perc", one(gauges.kvUsage));
  page.counter("vllm:prefix_cache_queries_total", one(metrics.prefixQueries));
  page.counter("vllm:prefix_cache_hits_total", one(metrics.prefixHits));
  for (const unused of [
    "external_prefix_cache_queries",
    "external_prefix_cache_hits",
    "mm_cache_queries",
    "mm_cache_hits",
  ]) {
    page.counter(`vllm:${unused}_total`, one(0));
  }
  page.counter("vllm:num_preemptions_total", one(metrics.preemptions));
  page.counter("vllm:prompt_tokens_total", one(metrics.promptTokens));
  page.counter(
    "vllm:prompt_tokens_by_source_total",
    one(metrics.promptTokens - metrics.cachedPromptTokens, { source: "local_compute" }),
    one(metrics.cachedPromptTokens, { source: "local_cache_hit" }),
    one(0, { source: "external_kv_transfer" }),
  );
  page.counter("vllm:prompt_tokens_cached_total", one(metrics.cachedPromptTokens));
  page.counter(
    "vllm:prompt_tokens_cached_by_source_total",
    one(metrics.cachedPromptTokens, { source: "device" }),
    ...["host", "p2p", "disk", "external_unspecified"].map((source) => one(0, { source })),
  );
  page.counter("vllm:generation_tokens_total", one(metrics.generationTokens));
  page.counter(
    "vllm:request_success_total",
    ...Object.entries(metrics.success).map(([reason, count]) => one(count, { finished_reason: reason })),
  );
  page.counter(
    "vllm:admission_rejections_total",
    { labels: { model_name: model, reason: "max_num_queued_reqs" }, value: metrics.rejections },
    { labels: { model_name: model, reason: "max_num_queued_tokens" }, value: 0 },
  );
  histograms(service, page, labels);
  page.counter("http_requests_total", ...httpSamples(service));
  page.gauge("vllm:cache_config_info", { labels: cacheConfig(service), value: 1 });
  return page.text;
}

function httpSamples({ httpCounts }: Service): Sample[] {
  return [...httpCounts.entries()].map(({ handler, method, status, count }) => ({
    labels: { handler, method, status },
    value: count,
  }));
}

function histograms({ metrics }: Service, page: MetricsPage, labels: Labels): void {
  const all: readonly (readonly [string, Histogram])[] = [
    ["request_prompt_tokens", metrics.requestPromptTokens],
    ["request_generation_tokens", metrics.requestGenerationTokens],
    ["iteration_tokens_total", metrics.iterationTokens],
    ["request_max_num_generation_tokens", metrics.maxGenerationTokens],
    ["request_params_n", metrics.choices],
    ["request_params_max_tokens", metrics.maxTokens],
    ["time_to_first_token_seconds", metrics.timeToFirstToken],
    ["inter_token_latency_seconds", metrics.interTokenLatency],
    ["request_time_per_output_token_seconds", metrics.timePerOutputToken],
    ["e2e_request_latency_seconds", metrics.latency],
    ["request_queue_time_seconds", metrics.queueTime],
    ["request_inference_time_seconds", metrics.inferenceTime],
    ["request_prefill_time_seconds", metrics.prefillTime],
    ["request_decode_time_seconds", metrics.decodeTime],
    ["request_num_preemptions", metrics.requestPreemptions],
    ["request_prefill_kv_computed_tokens", metrics.prefillComputedTokens],
  ];
  for (const [name, histogram] of all) page.histogram(`vllm:${name}`, labels, histogram);
}

function cacheConfig({ settings, kvBlocks }: Service): Labels {
  const tokens = kvBlocks * settings.blockSize;
  return {
    engine: "0",
    block_size: String(settings.blockSize),
    num_gpu_blocks: String(kvBlocks),
    gpu_memory_utilization: String(settings.gpuMemoryUtilization),
    enable_prefix_caching: settings.prefixCaching ? "True" : "False",
    kv_cache_memory_bytes: settings.kvCacheMemoryBytes === undefined ? "None" : String(settings.kvCacheMemoryBytes),
    num_gpu_blocks_override: settings.numGpuBlocks === undefined ? "None" : String(settings.numGpuBlocks),
    kv_cache_size_tokens: String(tokens),
    kv_cache_max_concurrency: String(tokens / settings.maxModelLen),
  };
}
