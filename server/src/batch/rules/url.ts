import { nearest } from "../../util/nearest.ts";
import { bodyKindOf, foreignTargetOf, urlsOf, type Target } from "../endpoints.ts";
import type { Finding } from "../finding.ts";
import type { Rule } from "./rule.ts";

/** `url` must be the path of an endpoint that the target serves. */
export const checkUrl: Rule = (request, { target }, report) => {
  const url = request["url"];
  if (typeof url === "string") {
    if (target === "vllm" && bodyKindOf(url) !== undefined) return;
    if (!urlsOf(target).includes(url)) report(judgeUrl(url, target));
  } else if (url === undefined) {
    report({
      code: "url.missing",
      severity: "error",
      message: `This request has no "url". It names the endpoint, such as "/v1/chat/completions".`,
      path: [],
      at: "value",
    });
  } else {
    report(wrong("url.notString", `"url" must be a string, such as "/v1/chat/completions".`));
  }
};

function judgeUrl(url: string, target: Target): Finding {
  const known = urlsOf(target);
  const shown = JSON.stringify(url.length > 100 ? `${url.slice(0, 100)}…` : url);
  const foreign = foreignTargetOf(url, target);
  if (foreign === "openai") {
    return wrong("url.openaiOnly", `${shown} is an endpoint of OpenAI's that vLLM does not serve.`);
  }
  if (foreign === "vllm") {
    return wrong("url.vllmOnly", `${shown} is an endpoint of vLLM's that OpenAI's Batch API does not take.`);
  }
  const path = pathOf(url);
  if (path !== undefined) {
    const fixed = known.includes(path) ? path : undefined;
    const message = `"url" must be the path alone, without server${fixed ? `: "${fixed}"` : ""}.`;
    return wrong("url.full", message, fixed, "safe");
  }
  const slashed = `/${url.trim().replace(/^\/+|\/+$/g, "")}`;
  if (known.includes(slashed)) {
    const missing = !url.startsWith("/");
    const message = missing ? `"url" must begin with a slash: "${slashed}".` : `"url" must be written "${slashed}".`;
    return wrong(missing ? "url.missingSlash" : "url.extraSlash", message, slashed, "safe");
  }
  const guess = guessUrl(slashed, known);
  const advice = guess === undefined ? `Known are: ${known.join(", ")}.` : `Did you mean "${guess}"?`;
  return wrong("url.unknown", `${shown} is no endpoint of ${target === "vllm" ? "vLLM" : "OpenAI"}. ${advice}`, guess);
}

/** The path of a full URL; undefined for anything else. */
function pathOf(url: string): string | undefined {
  const match = /^\s*https?:\/\/[^/?#]*([^?#]*)/i.exec(url);
  return match?.[1]?.replace(/\/+$/, "");
}

function guessUrl(path: string, known: readonly string[]): string | undefined {
  const bare = path.replace(/[?#].*$/, "").replace(/\/+$/, "");
  if (known.includes(bare)) return bare;
  if (known.includes(`/v1${bare}`)) return `/v1${bare}`;
  return nearest(bare, known) ?? nearest(`/v1${bare}`, known);
}

function wrong(code: string, message: string, better?: string, kind: "safe" | "suggested" = "suggested"): Finding {
  const finding: Finding = { code, severity: "error", message, path: ["url"], at: "value" };
  if (better === undefined) return finding;
  return {
    ...finding,
    fix: { kind, title: `Change "url" to "${better}"`, edits: [{ op: "replace", path: ["url"], value: better }] },
  };
}
