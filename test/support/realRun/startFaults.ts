import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import type { ProfileText } from "../../../bench/support/engineProfile.ts";
import type { EngineDesk } from "./engineDesk.ts";

/** A copy of the tiny model with another config.json; `without` names files that it does not get. */
export async function otherTiny(
  desk: EngineDesk,
  name: string,
  config: Readonly<Record<string, unknown>>,
  without: readonly string[] = [],
): Promise<string> {
  const folder = path.join(desk.folder, "models", name);
  await cp(desk.installed.models.tiny, folder, { recursive: true });
  for (const file of without) await rm(path.join(folder, file));
  const file = path.join(folder, "config.json");
  const whole = JSON.parse(await readFile(file, "utf8")) as Record<string, unknown>;
  await writeFile(file, JSON.stringify({ ...whole, ...config }));
  return folder;
}

/**
 * A `vllm` that is the real one, but does not tell which flags it has: so it gets all of them, and a TCP port instead of
 * a socket. With `takesPort`, somebody else listens on that port at its first start.
 */
export async function untoldVllm(desk: EngineDesk, { takesPort = false } = {}): Promise<ProfileText> {
  const file = path.join(desk.folder, takesPort ? "vllm-port" : "vllm-untold");
  const { vllm, python } = desk.installed;
  const listen =
    "import socket,sys,time; s=socket.socket(); s.bind(('127.0.0.1',int(sys.argv[1]))); s.listen(); print(flush=True); time.sleep(3600)";
  const takePort = `if mkdir "$0.taken" 2>/dev/null; then
  port=$(printf '%s\\n' "$@" | sed -n '/^--port$/{n;p}')
  mkfifo "$0.listens"
  "${python}" -c "${listen}" "$port" > "$0.listens" &
  read -r _ < "$0.listens"
fi`;
  const script = `#!/bin/sh
case "$2" in --help*) exit 1 ;; esac
${takesPort ? takePort : ""}
exec "${vllm}" "$@"
`;
  await writeFile(file, script, { mode: 0o755 });
  return { vllm: file };
}

/**
 * A `vllm` that is the real one, but whose help lacks a flag, as that of another version would. It is installed like
 * one, so that its version can be told.
 */
export async function vllmWithout(desk: EngineDesk, flag: string): Promise<ProfileText> {
  const { vllm, version } = desk.installed;
  const folder = path.join(desk.folder, `without-${flag}`);
  const file = path.join(folder, "bin", "vllm");
  await mkdir(path.dirname(file), { recursive: true });
  await mkdir(path.join(folder, "lib", "python3", "site-packages", `vllm-${version}.dist-info`), { recursive: true });
  const script = `#!/bin/sh
case "$2" in --help*) "${vllm}" "$@" | grep -v -e "--${flag}"; exit ;; esac
exec "${vllm}" "$@"
`;
  await writeFile(file, script, { mode: 0o755 });
  return { vllm: file };
}
