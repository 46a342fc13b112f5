import type { Verb } from "./verb.ts";

export type VerbLoaders = Readonly<Record<string, () => Promise<Verb>>>;

/**
 * All verbs but those that main/ adds, by name, in the order of the help. Each is loaded when it is needed: checking a
 * file needs no HTTP client, and an editor's server should be small.
 */
export const verbLoaders: VerbLoaders = {
  validate: async () => (await import("./verbs/validate.ts")).validate,
  fix: async () => (await import("./verbs/fix.ts")).fix,
  models: async () => (await import("./verbs/models.ts")).models,
  split: async () => (await import("./verbs/split.ts")).split,
  copy: async () => (await import("./verbs/copy.ts")).copy,
  run: async () => (await import("./verbs/run.ts")).run,
  resume: async () => (await import("./verbs/resume.ts")).resume,
  retry: async () => (await import("./verbs/retry.ts")).retry,
  cancel: async () => (await import("./verbs/cancel.ts")).cancel,
  status: async () => (await import("./verbs/status.ts")).status,
  report: async () => (await import("./verbs/report.ts")).report,
  "engine profiles": async () => (await import("./verbs/engineProfiles.ts")).engineProfiles,
  "engine start": async () => (await import("./verbs/engineStart.ts")).engineStart,
  "engine status": async () => (await import("./verbs/engineStatus.ts")).engineStatus,
  "engine logs": async () => (await import("./verbs/engineLogs.ts")).engineLogs,
  "engine stop": async () => (await import("./verbs/engineStop.ts")).engineStop,
  "engine fit": async () => (await import("./verbs/engineFit.ts")).engineFit,
  "engine tune": async () => (await import("./verbs/engineTune.ts")).engineTune,
  "engine calibrate": async () => (await import("./verbs/engineCalibrate.ts")).engineCalibrate,
  "engine diagnose": async () => (await import("./verbs/engineDiagnose.ts")).engineDiagnose,
  "engine changed": async () => (await import("./verbs/engineChanged.ts")).engineChanged,
  "engine restore": async () => (await import("./verbs/engineRestore.ts")).engineRestore,
  gpu: async () => (await import("./verbs/gpu.ts")).gpu,
  endpoints: async () => (await import("./verbs/endpoints.ts")).endpoints,
  doctor: async () => (await import("./verbs/doctor.ts")).doctor,
};
