import { expect, it } from "vitest";
import { parseErrorBody } from "../../../server/src/run/errorBody.ts";

it.each([
  ['{"error":{"message":"a","type":"T","param":"model","code":404}}', { message: "a", type: "T", param: "model" }],
  ['{"object":"error","message":"b","type":"T","param":null,"code":400}', { message: "b", type: "T", param: null }],
  ['{"error":"Unauthorized"}', { message: "Unauthorized", type: null, param: null }],
  ['{"detail":"Not Found"}', { message: "Not Found", type: null, param: null }],
  ["<html>\n  <b>Bad gateway</b>", { message: "<html> <b>Bad gateway</b>", type: null, param: null }],
  ["", { message: "", type: null, param: null }],
  ["[1]", { message: "[1]", type: null, param: null }],
  ['{"error":{"code":1}}', { message: '{"error":{"code":1}}', type: null, param: null }],
])("reads %s", (text, parsed) => {
  expect(parseErrorBody(text)).toEqual(parsed);
});

it.each([
  (message: string) => ({ error: { message } }),
  (message: string) => ({ message }),
  (message: string) => ({ error: message }),
  (message: string) => ({ detail: message }),
])("makes one short line of a message, without what moves a cursor", (shape) => {
  const say = (message: string) => parseErrorBody(JSON.stringify(shape(message))).message;
  expect(say("\u001b[31mbad\u202e\n  top_p\u0007")).toBe("[31mbad top_p");
  expect(say("x".repeat(10_000))).toHaveLength(501);
});

it("cuts a long page short", () => {
  expect(parseErrorBody("x".repeat(10_000)).message).toHaveLength(501);
});
