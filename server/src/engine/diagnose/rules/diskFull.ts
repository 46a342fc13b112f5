import { advice, finding, someFacts, type Finding, type Rule } from "../finding.ts";
import type { Failure } from "../transcript/types.ts";
import { captured, capturedNumber, firstMatch, wordsOf } from "../words.ts";

const patterns = [
  /\[Errno (28|122)\]/,
  /\(?os error (28|122)\)?/,
  /No space left on device|Disk quota exceeded/,
  /Auf dem Gerät ist kein Speicherplatz mehr verfügbar|Der verfügbare Plattenplatz ist erschöpft|Kein Speicherplatz|Plattenkontingent/i,
  /设备上没有空间|设备没有空间|超出磁盘限额|磁盘配额|磁盘空间不足/,
  /Aucun espace disponible|No queda espacio/,
  /database or disk is full/,
  /ENOSPC|EDQUOT/,
  /There is not enough space on the disk/,
];

/** The disk or a quota is full. The rule for NCCL, which is asked before, takes a full /dev/shm. */
export const diskFull: Rule = {
  cause: "disk_full",
  judge(failure) {
    const words = wordsOf(failure);
    const match = firstMatch(words, patterns);
    if (!match) return null;
    return full(failure, words);
  },
};

function full(failure: Failure, words: string): Finding {
  const isQuota = /122|quota|Kontingent|限额|配额/i.test(words);
  const file = firstMatch(words, [
    /: '([^']{1,400})'/,
    /'(\/[^']{1,400})'/,
    /"(\/[^"]{1,400})"/,
    /(?:^|[\s:])(\/[\w./-]{2,400})/,
  ])?.[1];
  const path = file === undefined ? null : placeOf(file);
  return finding(failure, {
    cause: "disk_full",
    confidence: failure.isFatal ? "high" : "medium",
    weight: failure.isFatal || failure.level === "error" ? "root" : "mention",
    summary: isQuota
      ? `The disk quota is used up${path === null ? "" : ` (${path})`}.`
      : `The disk is full${path === null ? "" : ` (${path})`}.`,
    facts: someFacts({ errno: capturedNumber(words, /(?:Errno|os error) (\d+)/) ?? (isQuota ? 122 : 28), path }),
    remedies: [
      advice(
        "Free space there, or move the caches: HF_HOME for models, VLLM_CACHE_ROOT and TRITON_CACHE_DIR for compiled code, TMPDIR.",
      ),
    ],
  });
}

/** The folder that a person knows, not the file deep inside it. */
function placeOf(file: string): string {
  return (
    captured(file, /^(.*?\/(?:torch_compile_cache|huggingface|\.triton|torchinductor_\w+|hub))(?:\/|$)/) ??
    captured(file, /^(\/(?:tmp|var\/tmp))(?:\/|$)/) ??
    file
  );
}
