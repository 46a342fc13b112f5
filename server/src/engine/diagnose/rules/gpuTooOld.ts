import { advice, finding, someFacts, type Facts, type Finding, type Rule } from "../finding.ts";
import type { Failure, Transcript } from "../transcript/types.ts";
import { captured, said, wordsOf } from "../words.ts";

const noKernel = [/no kernel image is available for execution on the device/, /cudaErrorNoKernelImageForDevice/];
/** ROCm's words for the same. Its builds leave out new cards and those of desktops rather than old ones. */
const noKernelOfHip = [/HIP error: invalid device function|hipErrorInvalidDeviceFunction|hipErrorNoBinaryForGpu/];
const tooOld = [
  /is too old to be supported by the triton GPU compiler/,
  /only supports devices of CUDA Capability >= [\d.]+/,
  /GPUs? (?:with )?compute capability (?:below|less than|lower than|<) ?[\d.]+.{0,60}(?:not supported|no longer supported)/i,
  /Unsupported gpu architecture 'compute_[3-7]\d'/,
  /requires GPUs? with (?:sm_?\d+|compute capability)/i,
  /(?:requires?|needs?) (?:a )?(?:CUDA )?compute capability (?:of )?(?:at least |>= ?)[\d.]+/i,
  /FlashAttention only supports Ampere GPUs or newer/,
  /PyTorch no longer supports this GPU because it is too old/,
];
/** FlashInfer, of a GPU that is newer than the CUDA it was built with; then it takes it for one of none. */
const needsNewerCuda = /SM \d+\.[\dx]+ requires CUDA >= [\d.]+/;
const notCompatible = /with CUDA capability sm_(\d+) is not compatible/;

/** The build has no code for so old a GPU. One that is too new has the wrong build, which is another cause. */
export const gpuTooOld: Rule = {
  cause: "gpu_too_old",
  judge(failure, log) {
    if (said(failure, noKernelOfHip)) return notBuiltFor(failure);
    const isPlain = said(failure, tooOld) !== null;
    if (!isPlain && !said(failure, noKernel)) return null;
    const outdated = log.lines.find((line) => needsNewerCuda.test(line.text));
    if (outdated) return olderToolchain(failure, outdated.number);
    const card = cardOf(log);
    card.name ??= captured(wordsOf(failure), /Found (.{2,60}?) which is too old/);
    if (!isPlain && card.age === "new") return tooNew(failure, card);
    const level = card.sm === null ? captured(wordsOf(failure), /compute_(\d\d)'/) : card.sm;
    const capability = level === null ? null : `${level.slice(0, -1)}.${level.slice(-1)}`;
    const isSure = isPlain || card.age === "old";
    return finding(failure, {
      cause: "gpu_too_old",
      confidence: failure.isFatal && isSure ? "high" : "low",
      summary:
        `The ${card.name ?? "GPU"}${capability === null ? "" : ` (compute capability ${capability})`} ` +
        (isSure
          ? "is older than what this build of vLLM and PyTorch runs on. No flag helps."
          : "is none of those that this build of vLLM and PyTorch was made for: too old, or too new. No flag helps."),
      facts: factsOf(card, capability),
      remedies: [
        ...(isSure ? [] : [advice("For a new GPU install a newer vLLM, with a PyTorch build that names it.")]),
        advice(
          "Use another GPU (compute capability 7.5 or newer), or serve the model with Ollama or llama.cpp on this one.",
        ),
      ],
      alsoLines: card.lines,
    });
  },
};

export interface Card {
  /** `61` of `sm_61`. */
  sm: string | null;
  name: string | null;
  age: "old" | "new" | null;
  lines: number[];
}

/** PyTorch warns at its import of a card that it has no code for, and says for which it has. */
export function cardOf(log: Transcript): Card {
  for (const line of log.lines) {
    const match = notCompatible.exec(line.text);
    if (!match) continue;
    const sm = match[1] ?? "";
    const name = captured(line.text, /^\s*(\S.{2,60}?) with CUDA capability/);
    const near = log.lines.filter((other) => other.number >= line.number && other.number <= line.number + 4);
    const supported = near
      .map((other) => captured(other.text, /supports CUDA capabilities ([sm_\dcopute a]+)/))
      .find(Boolean);
    const levels = [...(supported ?? "").matchAll(/sm_(\d+)/g)].map((found) => Number(found[1]));
    const age = levels.length === 0 ? null : Number(sm) < Math.min(...levels) ? "old" : "new";
    return { sm, name, age: age ?? (Number(sm) < 75 ? "old" : null), lines: [line.number] };
  }
  const found = log.lines.find((line) => /Found GPU\d* .{2,60} which is of cuda capability/.test(line.text));
  if (!found) return { sm: null, name: null, age: null, lines: [] };
  const digits = /capability (\d+)\.(\d+)/.exec(found.text);
  const name = captured(found.text, /Found GPU\d* (.{2,60}) which is of/);
  const sm = digits ? `${digits[1] ?? ""}${digits[2] ?? ""}` : null;
  return { sm, name, age: sm === null ? null : Number(sm) < 75 ? "old" : "new", lines: [found.number] };
}

function factsOf(card: Card, capability: string | null): Facts {
  return someFacts({ sm: card.sm === null ? null : `sm_${card.sm}`, gpu: card.name, capability });
}

function tooNew(failure: Failure, card: Card): Finding {
  return wrongBuild(failure, {
    confidence: "high",
    summary: `The ${card.name ?? "GPU"} (sm_${card.sm ?? "?"}) is newer than this build of PyTorch and vLLM.`,
    facts: factsOf(card, null),
    remedies: [advice("Install a newer vLLM with a PyTorch build for this GPU (CUDA 12.8 or newer).")],
    alsoLines: card.lines,
  });
}

function notBuiltFor(failure: Failure): Finding {
  return wrongBuild(failure, {
    summary: "This build of vLLM and PyTorch has no code for this GPU (ROCm: invalid device function).",
    remedies: [
      advice("Install a vLLM and a PyTorch that were built for this GPU; rocminfo names its architecture (gfx…)."),
    ],
  });
}

function olderToolchain(failure: Failure, line: number): Finding {
  return wrongBuild(failure, {
    summary: "The CUDA that vLLM's libraries were built with is older than this GPU needs.",
    remedies: [
      advice("Install a vLLM that was built with a newer CUDA."),
      advice("Or do without FlashInfer's sampler.", { env: { VLLM_USE_FLASHINFER_SAMPLER: "0" } }),
    ],
    alsoLines: [line],
  });
}

function wrongBuild(failure: Failure, known: Pick<Finding, "summary" | "remedies"> & Partial<Finding>): Finding {
  const confidence = failure.isFatal ? "medium" : "low";
  return finding(failure, { cause: "python_import_error", confidence, ...known });
}
