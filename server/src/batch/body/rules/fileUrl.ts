import ipaddr from "ipaddr.js";
import { say } from "../scope.ts";
import { type FieldRule, fieldPath } from "./rule.ts";

/**
 * Where the audio of a request is. This looks at the text alone: that a host is among those allowed on this machine,
 * and where its name leads, is for whoever fetches the file.
 */
export const checkFileUrl: FieldRule = (value, scope) => {
  if (typeof value !== "string") return;
  const fault = /^data:/i.test(value) ? dataFault(value) : webFault(value);
  if (fault === null) return;
  const advice = "Give a data: URL in base64, or an https: address";
  say(scope, "body.fileUrl", fieldPath("file_url"), `"file_url" ${fault}. ${advice}.`);
};

/** `data:audio/wav;base64,…`, as vLLM's run-batch takes it. */
function dataFault(url: string): string | null {
  const comma = url.indexOf(",");
  if (comma === -1) return "is a data: URL without a comma";
  if (!/;\s*base64$/i.test(url.slice(0, comma))) return "is a data: URL that is not in base64";
  return /^[A-Za-z0-9+/_-]*={0,2}\s*$/.test(url.slice(comma + 1)) ? null : "is a data: URL whose data are not base64";
}

function webFault(text: string): string | null {
  if (!URL.canParse(text)) return "is not a URL";
  const url = new URL(text);
  if (url.protocol !== "https:") return `begins with ${JSON.stringify(url.protocol)}, which is never fetched`;
  if (url.username !== "" || url.password !== "") return "has a user name or a password in it";
  return isPublicHost(url.hostname)
    ? null
    : "leads to this machine or into a private network, where nothing is fetched";
}

const localNames = /(?:^|\.)(?:localhost|local|internal|home\.arpa)\.?$/i;

/** Names are public unless they say otherwise; addresses only in the ranges that the internet routes. */
function isPublicHost(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, "");
  if (!ipaddr.isValid(bare)) return !localNames.test(bare) && bare.includes(".");
  return ipaddr.process(bare).range() === "unicast";
}
