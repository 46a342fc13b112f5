import type { Command } from "../parts.ts";

/** Every command, by its id. A command is loaded when it is called for the first time. */
export const commands: Readonly<Record<string, () => Promise<{ command: Command }>>> = {
  "vllmBatch.addModelName": () => import("./addModelName.ts"),
  "vllmBatch.cancel": () => import("./cancel.ts"),
  "vllmBatch.chooseEndpoint": () => import("./chooseEndpoint.ts"),
  "vllmBatch.clearRunProblems": () => import("./clearRunProblems.ts"),
  "vllmBatch.copyPerModel": () => import("./copyPerModel.ts"),
  "vllmBatch.doctor": () => import("./doctor.ts"),
  "vllmBatch.excludeRequest": () => import("./excludeRequest.ts"),
  "vllmBatch.fixAll": () => import("./fixAll.ts"),
  "vllmBatch.ignoreRule": () => import("./ignoreRule.ts"),
  "vllmBatch.openResponse": () => import("./openResponse.ts"),
  "vllmBatch.openRun": () => import("./openRun.ts"),
  "vllmBatch.openSample": () => import("./openSample.ts"),
  "vllmBatch.replaceModelNames": () => import("./replaceModelNames.ts"),
  "vllmBatch.restartLanguageServer": () => import("./restartLanguageServer.ts"),
  "vllmBatch.resume": () => import("./resume.ts"),
  "vllmBatch.retryFailed": () => import("./retryFailed.ts"),
  "vllmBatch.retryRequest": () => import("./retryRequest.ts"),
  "vllmBatch.run": () => import("./run.ts"),
  "vllmBatch.setApiKey": () => import("./setApiKey.ts"),
  "vllmBatch.showAllProblems": () => import("./showAllProblems.ts"),
  "vllmBatch.showLogs": () => import("./showLogs.ts"),
  "vllmBatch.splitFile": () => import("./splitFile.ts"),
  "vllmBatch.validateFile": () => import("./validateFile.ts"),
  "vllmBatch.validateWorkspace": () => import("./validateWorkspace.ts"),
};
