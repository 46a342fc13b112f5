/** What the setting `vllmBatch.endpoint` says. Pure. */
import { addressFault, type AddressFault } from "./endpoint.ts";

export type EndpointSetting =
  | { kind: "none" }
  | { kind: "set"; url: string }
  /** Requests must go nowhere else instead: who has set this does not expect them there. */
  | { kind: "unusable"; text: string; fault: AddressFault };

export function parseEndpointSetting(value: unknown): EndpointSetting {
  if (value === undefined || value === null) return { kind: "none" };
  if (typeof value !== "string") return { kind: "unusable", text: JSON.stringify(value), fault: "noAddress" };
  const text = value.trim();
  if (text === "") return { kind: "none" };
  const fault = addressFault(text);
  return fault === null ? { kind: "set", url: text } : { kind: "unusable", text, fault };
}
