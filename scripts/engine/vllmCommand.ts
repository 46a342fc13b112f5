/** By vLLM's long names: `true` is a bare flag, `false` takes a default of ours away. */
export type VllmFlags = Readonly<Record<string, string | number | boolean>>;

/** What every vLLM of ours gets: random weights, no compiler, and as little memory as it takes. */
const defaultFlags: VllmFlags = {
  "load-format": "dummy",
  dtype: "bfloat16",
  "max-model-len": 512,
  "enforce-eager": true,
};

/** Flags, on top of our defaults, as vLLM's argparse takes them. */
export function vllmArguments(flags: VllmFlags): string[] {
  return Object.entries({ ...defaultFlags, ...flags }).flatMap(([name, value]) =>
    value === false ? [] : value === true ? [`--${name}`] : [`--${name}`, String(value)],
  );
}

/** No look at the network, no telemetry, 1 GiB of KV cache instead of 92 % of the machine's memory. */
export function vllmEnvironment(own: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  return {
    ...process.env,
    HF_HUB_OFFLINE: "1",
    VLLM_NO_USAGE_STATS: "1",
    DO_NOT_TRACK: "1",
    VLLM_CPU_KVCACHE_SPACE: "1",
    ...own,
  };
}
