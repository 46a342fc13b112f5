import type { Rule } from "./finding.ts";
import { architectureUnsupported } from "./rules/architectureUnsupported.ts";
import { badFlag } from "./rules/badFlag.ts";
import { cudaIllegalAccess } from "./rules/cudaIllegalAccess.ts";
import { diskFull } from "./rules/diskFull.ts";
import { driverTooOld } from "./rules/driverTooOld.ts";
import { dtypeUnsupportedGpu } from "./rules/dtypeUnsupportedGpu.ts";
import { engineHang } from "./rules/engineHang.ts";
import { gpuMemoryOccupied } from "./rules/gpuMemoryOccupied.ts";
import { gpuOomRuntime } from "./rules/gpuOomRuntime.ts";
import { gpuOomWeights } from "./rules/gpuOomWeights.ts";
import { gpuTooOld } from "./rules/gpuTooOld.ts";
import { hostOomKilled } from "./rules/hostOomKilled.ts";
import { hubOfflineOrNetwork } from "./rules/hubOfflineOrNetwork.ts";
import { kvCacheTooSmall } from "./rules/kvCacheTooSmall.ts";
import { maxLenExceedsModel } from "./rules/maxLenExceedsModel.ts";
import { modelGated } from "./rules/modelGated.ts";
import { modelNotFound } from "./rules/modelNotFound.ts";
import { ncclError } from "./rules/ncclError.ts";
import { noGpu } from "./rules/noGpu.ts";
import { noKvCacheMemory } from "./rules/noKvCacheMemory.ts";
import { portInUse } from "./rules/portInUse.ts";
import { pythonImportError } from "./rules/pythonImportError.ts";
import { quantizationMismatch } from "./rules/quantizationMismatch.ts";
import { quantizationUnsupportedGpu } from "./rules/quantizationUnsupportedGpu.ts";
import { startupTimeout } from "./rules/startupTimeout.ts";
import { tensorParallelInvalid } from "./rules/tensorParallelInvalid.ts";
import { tokenizerOrChatTemplate } from "./rules/tokenizerOrChatTemplate.ts";
import { trustRemoteCodeRequired } from "./rules/trustRemoteCodeRequired.ts";
import { workerDied } from "./rules/workerDied.ts";

/** In the order in which they are asked about one failure: what knows an exact sentence before what knows a kind. */
export const rules: readonly Rule[] = [
  kvCacheTooSmall,
  noKvCacheMemory,
  maxLenExceedsModel,
  portInUse,
  gpuMemoryOccupied,
  gpuOomWeights,
  dtypeUnsupportedGpu,
  quantizationMismatch,
  quantizationUnsupportedGpu,
  driverTooOld,
  gpuTooOld,
  tensorParallelInvalid,
  noGpu,
  ncclError,
  cudaIllegalAccess,
  gpuOomRuntime,
  trustRemoteCodeRequired,
  architectureUnsupported,
  diskFull,
  modelGated,
  hubOfflineOrNetwork,
  tokenizerOrChatTemplate,
  modelNotFound,
  startupTimeout,
  engineHang,
  pythonImportError,
  hostOomKilled,
  workerDied,
  badFlag,
];
