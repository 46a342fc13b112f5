import type { Edit, Finding, Fix } from "../finding.ts";
import type { Rule } from "./rule.ts";

/**
 * `method` must be there. What it says is ignored by vLLM (0.32.0: `run-batch` never looks at it), while OpenAI takes
 * nothing but "POST".
 */
export const checkMethod: Rule = (request, { target }, report) => {
  const method = request["method"];
  if (method === "POST") return;
  if (method === undefined) {
    report({
      code: "method.missing",
      severity: "error",
      message: `This request has no "method". It must be "POST".`,
      path: [],
      at: "value",
      fix: fix("safe", `Add "method": "POST"`, {
        op: "insert",
        path: [],
        key: "method",
        value: "POST",
        after: "custom_id",
      }),
    });
    return;
  }
  const isPost = typeof method === "string" && method.trim().toUpperCase() === "POST";
  const replace: Edit = { op: "replace", path: ["method"], value: "POST" };
  if (typeof method !== "string") {
    report(wrong("method.notString", "error", `"method" must be the string "POST".`, fix("safe", SET, replace)));
  } else if (isPost) {
    const message = `"method" must be written "POST", in capitals and without spaces. vLLM ignores it, OpenAI rejects it.`;
    report(wrong("method.spelling", target === "openai" ? "error" : "warning", message, fix("safe", SET, replace)));
  } else {
    const message = `Batch requests are sent by POST; this "method" says otherwise. vLLM ignores it, OpenAI rejects it.`;
    report(wrong("method.notPost", target === "openai" ? "error" : "warning", message, fix("suggested", SET, replace)));
  }
};

const SET = `Change "method" to "POST"`;

function fix(kind: Fix["kind"], title: string, edit: Edit): Fix {
  return { kind, title, edits: [edit] };
}

function wrong(code: string, severity: Finding["severity"], message: string, fix: Fix): Finding {
  return { code, severity, message, path: ["method"], at: "value", fix };
}
