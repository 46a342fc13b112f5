import type { Diagnosis, EngineCause, Profile } from "../../../server/src/protocol/engine.ts";
import type { Crash, LadderFacts } from "../../../server/src/engine/recover/ladderTypes.ts";

export const aProfile = (flags: Profile["flags"] = {}, env: Profile["env"] = {}): Profile => ({
  name: "desktop",
  engine: "vllm",
  vllm: null,
  model: "acme/tiny",
  servedModelName: null,
  flags,
  env,
  startTimeoutSeconds: 120,
  hangSeconds: 120,
  maxCrashes: 3,
});

export const aDiagnosis = (cause: EngineCause, change: Partial<Diagnosis> = {}): Diagnosis => ({
  cause,
  confidence: "high",
  summary: `It was ${cause}.`,
  evidence: [],
  facts: {},
  remedies: [],
  ...change,
});

export const aCrash = (cause: EngineCause, change: Partial<Crash> = {}): Crash => ({
  at: 0,
  diagnosis: aDiagnosis(cause),
  profile: aProfile(),
  wasReady: true,
  answersSaved: 0,
  ...change,
});

/** Nothing is known, one GPU. */
export const someFacts = (change: Partial<LadderFacts> = {}): LadderFacts => ({
  chosenByUser: new Set(),
  knownFlags: null,
  modelLimit: null,
  neededLen: null,
  attentionHeads: null,
  gpuCount: 1,
  gpuMemory: null,
  worked: null,
  ...change,
});
