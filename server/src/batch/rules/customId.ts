import type { Finding, Fix } from "../finding.ts";
import type { Rule } from "./rule.ts";

/** The id's being there, a string and not empty. That it stands once is for the checker, which knows all lines. */
export const checkCustomId: Rule = (request, { line }, report) => {
  const id = request["custom_id"];
  if (typeof id === "string" && id !== "") return;
  const made = `request-${line}`;
  if (id === undefined) {
    report({
      code: "customId.missing",
      severity: "error",
      message: `This request has no "custom_id". Answers come in any order, and the id says which is whose.`,
      path: [],
      at: "value",
      fix: {
        kind: "suggested",
        title: `Add "custom_id": "${made}"`,
        edits: [{ op: "insert", path: [], key: "custom_id", value: made }],
      },
    });
  } else if (id === "") {
    report({
      code: "customId.empty",
      severity: "error",
      message: `"custom_id" is empty. Give each request an id of its own.`,
      path: ["custom_id"],
      at: "value",
      fix: suggest(made),
    });
  } else {
    report({
      code: "customId.notString",
      severity: "error",
      message: `"custom_id" must be a string, in quotes.`,
      path: ["custom_id"],
      at: "value",
      fix: Number.isSafeInteger(id)
        ? { ...suggest(String(Number(id))), kind: "safe", title: `Put "custom_id" in quotes` }
        : suggest(made),
    });
  }
};

/** Where an id stood first, and what the later one could be instead. */
export interface Duplicate {
  firstLine: number;
  freeId: string;
}

/** The later of two equal ids. */
export function duplicateCustomId(id: string, { firstLine, freeId }: Duplicate): Finding {
  return {
    code: "customId.duplicate",
    severity: "error",
    message: `The custom_id ${quote(id)} is already that of line ${firstLine}. Only one of the two answers could be kept.`,
    path: ["custom_id"],
    at: "value",
    related: { line: firstLine, message: "It stands here first." },
    fix: suggest(freeId),
  };
}

function suggest(value: string): Fix {
  return {
    kind: "suggested",
    title: `Change "custom_id" to ${quote(value)}`,
    edits: [{ op: "replace", path: ["custom_id"], value }],
  };
}

const SHOWN_CHARACTERS = 60;

function quote(id: string): string {
  return JSON.stringify(id.length > SHOWN_CHARACTERS ? `${id.slice(0, SHOWN_CHARACTERS)}…` : id);
}
