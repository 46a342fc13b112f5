import { createServer } from "node:net";
import { chmod, mkdir, stat, symlink } from "node:fs/promises";
import path from "node:path";
import { describe, expect, test } from "vitest";
import {
  freePort,
  makeAddress,
  makeSocketPath,
  ownStateFolder,
  randomApiKey,
  socketFolders,
} from "../../../../server/src/engine/launch/places.io.ts";
import { stateFolder } from "../../../../server/src/engine/launch/stateFolder.ts";
import { tempFolder } from "../../../support/tempFolder.ts";

describe("the state folder", () => {
  test.each<[Record<string, string>, string, string]>([
    [{}, "linux", "/home/me/.local/state/vllm-batch"],
    [{ XDG_STATE_HOME: "/xdg" }, "linux", "/xdg/vllm-batch"],
    [{ XDG_STATE_HOME: "relative" }, "linux", "/home/me/.local/state/vllm-batch"],
    [{ XDG_STATE_HOME: "/xdg", VLLM_BATCH_STATE_DIR: "/mine" }, "linux", "/mine"],
    [{ VLLM_BATCH_STATE_DIR: "" }, "linux", "/home/me/.local/state/vllm-batch"],
    [{}, "darwin", "/home/me/Library/Application Support/vllm-batch"],
    [{ LOCALAPPDATA: "/local" }, "win32", "/local/vllm-batch"],
  ])("%j on %s: %s", (env, platform, folder) => {
    expect(stateFolder(env, platform, "/home/me")).toBe(folder);
  });

  test("of this machine, by the variable", () => {
    expect(ownStateFolder({ VLLM_BATCH_STATE_DIR: "/mine" })).toBe("/mine");
  });
});

describe("a path for a socket", () => {
  test("lies in a folder of ours alone, and is new each time", async () => {
    const folder = path.join(await tempFolder(), "a", "sockets");
    const first = await makeSocketPath([folder]);
    expect(path.dirname(first)).toBe(folder);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    expect(await makeSocketPath([folder])).not.toBe(first);
  });

  test("a folder that others may enter is closed to them", async () => {
    const folder = await tempFolder();
    await chmod(folder, 0o777);
    await makeSocketPath([folder]);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
  });

  test("not through a link, not in a file's place, not longer than the kernel takes", async () => {
    const root = await tempFolder();
    await mkdir(path.join(root, "real"));
    await symlink(path.join(root, "real"), path.join(root, "link"));
    const long = path.join(root, "l".repeat(107));
    const good = path.join(root, "good");
    expect(path.dirname(await makeSocketPath([path.join(root, "link"), long, good]))).toBe(good);
    await expect(makeSocketPath([path.join(root, "link"), long])).rejects.toThrow(
      /no safe place for a socket .*link: it is not a folder; .*the path is too long.*VLLM_BATCH_STATE_DIR/,
    );
  });

  test.runIf(process.getuid?.() === 0)("a folder of somebody else is not used", async () => {
    const folder = await tempFolder();
    const { chown } = await import("node:fs/promises");
    await chown(folder, 65534, 65534);
    await expect(makeSocketPath([folder])).rejects.toThrow("it belongs to somebody else");
  });

  test("exactly 107 bytes can be listened on", async () => {
    const root = await tempFolder();
    const longest = process.platform === "darwin" ? 103 : 107;
    const folder = path.join(root, "x".repeat(longest - root.length - 1 - "/0123456789ab.sock".length));
    const socket = await makeSocketPath([folder]);
    expect(Buffer.byteLength(socket)).toBe(longest);
    const server = createServer();
    await new Promise<void>((resolve, reject) => server.once("error", reject).listen(socket, resolve));
    await new Promise((resolve) => server.close(resolve));
    await expect(makeSocketPath([`${folder}x`])).rejects.toThrow("too long");
  });

  test("the runtime folder comes after the state folder, a relative one never", () => {
    expect(socketFolders("/s", { XDG_RUNTIME_DIR: "/run/me" }).slice(0, 2)).toEqual([
      "/s/sockets",
      "/run/me/vllm-batch",
    ]);
    expect(socketFolders("/s", { XDG_RUNTIME_DIR: "run" })).toHaveLength(2);
  });
});

describe("an address for one start", () => {
  test("a socket, or a port that can be listened on", async () => {
    const state = await tempFolder();
    const socket = await makeAddress(true, state, {});
    expect([socket.url, path.dirname(socket.socketPath ?? "")]).toEqual([
      "http://localhost",
      path.join(state, "sockets"),
    ]);
    const tcp = await makeAddress(false, state, {});
    expect(tcp.socketPath).toBeNull();
    expect(tcp.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(await freePort()).toBeGreaterThan(1023);
  });

  test("keys are long and differ", () => {
    expect(randomApiKey()).toMatch(/^vb-[A-Za-z0-9_-]{43}$/);
    expect(randomApiKey()).not.toBe(randomApiKey());
  });
});
