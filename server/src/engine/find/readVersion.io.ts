import { open, readdir, realpath } from "node:fs/promises";
import path from "node:path";
import { interpreterOf, metadataVersion } from "./scriptText.ts";

/**
 * The version of vLLM behind a `vllm` program, read from the folder of its package. Starts nothing: this may be asked of
 * a program that nobody has confirmed, and `vllm --version` loads PyTorch for ten seconds. null: unknown.
 */
export async function readVersion(program: string): Promise<string | null> {
  const interpreter = interpreterOf(await firstBytes(program));
  // `bin/vllm` of a user's own packages (~/.local) belongs to an interpreter elsewhere: its own folder goes first.
  const bins = [path.dirname(program), await realFolder(program), interpreter && path.dirname(interpreter)];
  for (const bin of new Set(bins)) {
    if (bin === null || bin === "") continue;
    const version = await versionBeside(bin);
    if (version !== null) return version;
  }
  return null;
}

async function versionBeside(bin: string): Promise<string | null> {
  const library = path.join(bin, "..", "lib");
  for (const python of (await namesIn(library)).filter((name) => name.startsWith("python")).sort()) {
    for (const packages of ["site-packages", "dist-packages"]) {
      for (const name of await namesIn(path.join(library, python, packages))) {
        const version = metadataVersion(name);
        if (version !== null) return version;
      }
    }
  }
  return null;
}

/** Empty for a folder that is not there or may not be read: then nothing is known of it. */
async function namesIn(folder: string): Promise<string[]> {
  return await readdir(folder).catch(() => []);
}

async function realFolder(file: string): Promise<string | null> {
  return await realpath(file).then(
    (real) => path.dirname(real),
    () => null,
  );
}

async function firstBytes(file: string): Promise<string> {
  const handle = await open(file, "r").catch(() => null);
  if (handle === null) return "";
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(4096), 0, 4096, 0);
    return buffer.toString("utf8", 0, bytesRead);
  } catch {
    // A program that may be started and not read: its version stays unknown.
    return "";
  } finally {
    await handle.close();
  }
}
