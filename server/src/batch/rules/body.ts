import { isObject } from "../../util/unknown.ts";
import { checkBody } from "../body/checkBody.ts";
import { bodyKindOf } from "../endpoints.ts";
import type { Fix, JsonPath } from "../finding.ts";
import { findValue } from "../json/locate.ts";
import type { Rule } from "./rule.ts";

/** That there is a body, and an object; what stands in it is judged by its kind, which the url tells. */
export const checkRequestBody: Rule = (request, { target, text }, report) => {
  const { body, url } = request;
  if (isObject(body)) {
    const kind = typeof url === "string" ? bodyKindOf(url) : undefined;
    if (kind !== undefined) checkBody(kind, body, target, report, (path) => textAt(text, path));
  } else if (body === undefined) {
    report({
      code: "body.missing",
      severity: "error",
      message: `This request has no "body": the parameters that go to the endpoint, such as "model" and "messages".`,
      path: [],
      at: "value",
    });
  } else {
    const isWritten = typeof body === "string" && holdsObject(body);
    report({
      code: "body.notObject",
      severity: "error",
      message: isWritten
        ? `"body" is a string that holds JSON. It must be the object itself.`
        : `"body" must be an object, in braces.`,
      path: ["body"],
      at: "value",
      ...(isWritten && { fix: unquote }),
    });
  }
};

function textAt(text: string, path: JsonPath): string | undefined {
  const place = findValue(text, path);
  return place === null ? undefined : text.slice(place.start, place.end);
}

const unquote: Fix = {
  kind: "safe",
  title: `Make "body" the object that is written in the string`,
  edits: [{ op: "unquote", path: ["body"] }],
};

/** JSON that was written to a string once too often. */
function holdsObject(text: string): boolean {
  try {
    return isObject(JSON.parse(text));
  } catch {
    // Not JSON: then it is just a string, and there is nothing to unwrap.
    return false;
  }
}
