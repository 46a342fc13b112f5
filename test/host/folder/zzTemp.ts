import assert from "node:assert/strict";
import { hostTest } from "../../support/vscode/host/hostTest.ts";
hostTest("fails", () => assert.equal(1, 2));
hostTest("hangs", () => new Promise(() => undefined), 500);
hostTest("dies", async () => { process.kill(process.pid, "SIGKILL"); await new Promise(() => undefined); });
hostTest("never runs", () => undefined);
