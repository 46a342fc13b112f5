/** The profiles by which an engine can be started here (`vllm-batch engine profiles --json`). Pure. */
import { property } from "../../../server/src/util/unknown.ts";
import { parseJson } from "../text/parseJson.ts";
import type { ProfileEndpoint } from "./endpoint.ts";

export interface EngineProfile {
  endpoint: ProfileEndpoint;
  /** builtIn: one of ours. user: a file of their own. workspace: it may have come with a cloned repository. */
  origin: "builtIn" | "user" | "workspace";
}

/** A file that was to be a profile. */
export interface ProfileFault {
  file: string;
  /** What is wrong, as the program put it. */
  text: string;
}

export interface EngineProfiles {
  profiles: EngineProfile[];
  faults: ProfileFault[];
}

export function parseEngineProfiles(json: string): EngineProfiles {
  const value = parseJson(json);
  return {
    profiles: listIn(value, "profiles").flatMap((entry) => parseProfile(entry) ?? []),
    faults: listIn(value, "problems").flatMap((entry) => parseFault(entry) ?? []),
  };
}

function listIn(value: unknown, key: string): unknown[] {
  const list = property(value, key);
  return Array.isArray(list) ? list : [];
}

function parseProfile(entry: unknown): EngineProfile | null {
  const [profile, source] = [property(entry, "profile"), property(entry, "source")];
  const [name, engine] = [property(profile, "name"), property(profile, "engine")];
  const [kind, path] = [property(source, "kind"), property(source, "path")];
  if (typeof name !== "string" || name === "" || (engine !== "vllm" && engine !== "simulator")) return null;
  // By its path: its name may be another one's, here or in the folder that the run starts in.
  if (kind === "file" && typeof path === "string") {
    return { endpoint: { kind: "profile", name, path, engine }, origin: "workspace" };
  }
  if ((kind !== "builtIn" && kind !== "user") || property(entry, "shadowed") === true) return null;
  return { endpoint: { kind: "profile", name, path: null, engine }, origin: kind };
}

function parseFault(entry: unknown): ProfileFault | null {
  const [file, field, message] = [property(entry, "source"), property(entry, "field"), property(entry, "message")];
  if (typeof file !== "string" || typeof message !== "string") return null;
  return { file, text: typeof field === "string" && field !== "" ? `${field}: ${message}` : message };
}
