import type { LadderRule } from "../ladderTypes.ts";
import { valueIn } from "../settings.ts";
import { again, factOf, set, setEnv } from "./attempts.ts";

/** Causes around the engine, which may go away. */

export const portInUse: LadderRule = ({ profile }) => [
  ...(valueIn(profile, { kind: "flag", name: "master-port" }) === null
    ? []
    : [set("master-port", null, "With any rendezvous port that is free")]),
  { ...again("The same settings on another port", 3), waitFor: "port" },
];

export const hubUnreachable: LadderRule = ({ profile, diagnosis }) => {
  // Offline by setting: asking again changes nothing.
  if (diagnosis.facts["offline"] === true) return [];
  const offline = valueIn(profile, { kind: "env", name: "HF_HUB_OFFLINE" });
  return [
    again("The same settings again: the network may be back", 2),
    ...(offline === null ? [setEnv("HF_HUB_OFFLINE", "1", "Only with what is in the cache already")] : []),
  ];
};

/** vLLM waits for its engine for so long (0.26). */
const READY_TIMEOUT_S = 600;
const LONGEST_TIMEOUT_S = 4 * 3600;

export const startupTimeout: LadderRule = (situation) => {
  const { profile } = situation;
  const minutes = factOf(situation, "timeoutMinutes");
  const told = factOf(situation, "timeoutSeconds") ?? (minutes === null ? null : minutes * 60);
  const own = profile.startTimeoutSeconds * 2;
  const ours = { change: null, startTimeoutSeconds: own, why: `With twice the time to start (${own} s)` };
  const theirs = Number(valueIn(profile, { kind: "env", name: "VLLM_ENGINE_READY_TIMEOUT_S" })) || READY_TIMEOUT_S;
  const twice = Math.ceil(Math.max(theirs, told ?? 0) * 2);
  return [
    ...(told === null || twice > LONGEST_TIMEOUT_S
      ? []
      : [setEnv("VLLM_ENGINE_READY_TIMEOUT_S", String(twice), `With twice vLLM's own time to start (${twice} s)`)]),
    ...(own <= LONGEST_TIMEOUT_S ? [ours] : []),
  ];
};
