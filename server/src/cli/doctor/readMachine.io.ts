import { access, constants, open, statfs } from "node:fs/promises";
import path from "node:path";
import { execa } from "execa";
import { request } from "undici";
import { readGpusOnce } from "../../gpu/io/readGpusOnce.io.ts";
import { property } from "../../util/unknown.ts";
import type { EndpointFacts, MachineFacts } from "./judgeMachine.ts";

const COMMAND_TIMEOUT_MS = 15_000;
const ENDPOINT_TIMEOUT_MS = 2_000;

/** Where servers of this kind listen unless told otherwise: vLLM, Ollama, LM Studio, llama.cpp. */
export const usualPorts: readonly number[] = [8000, 11434, 1234, 8080];

/**
 * Looks at the machine. Starts only programs found on the PATH, each with a deadline, and asks only 127.0.0.1.
 * What is missing or does not answer is null or left out; nothing makes it throw.
 */
export async function readMachine(
  cwd: string,
  env: Readonly<Record<string, string | undefined>>,
  ports: readonly number[] = usualPorts,
): Promise<MachineFacts> {
  const [python, vllm, gpu, disk, endpoints] = await Promise.all([
    outputOf("python3", ["--version"]),
    findVllm(env),
    readGpusOnce({ env }),
    readDisk(cwd),
    readEndpoints(ports),
  ]);
  return { node: process.versions.node, python, vllm, gpus: gpu.gpus, gpuFault: gpu.fault, endpoints, disk };
}

/** Servers on this machine that speak OpenAI's protocol. Asks only 127.0.0.1. */
export async function readEndpoints(ports: readonly number[] = usualPorts): Promise<EndpointFacts[]> {
  const answers = await Promise.all(ports.map((port) => probeEndpoint(`http://127.0.0.1:${port}`)));
  return answers.filter((answer) => answer !== null);
}

/** What a program printed, trimmed; null when it is not there, fails or takes too long. */
async function outputOf(program: string, args: readonly string[]): Promise<string | null> {
  const result = await execa(program, [...args], { timeout: COMMAND_TIMEOUT_MS, reject: false, stdin: "ignore" });
  return result.failed ? null : result.stdout.trim();
}

async function findVllm(env: Readonly<Record<string, string | undefined>>): Promise<MachineFacts["vllm"]> {
  for (const folder of (env["PATH"] ?? "").split(path.delimiter)) {
    const candidate = path.join(folder, "vllm");
    if (folder === "" || !(await isExecutable(candidate))) continue;
    return { path: candidate, version: await versionOf(candidate) };
  }
  return null;
}

async function isExecutable(file: string): Promise<boolean> {
  return await access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/**
 * The version, from the metadata of the package: `vllm --version` imports PyTorch, which takes ten seconds. The
 * interpreter is the one that the `vllm` script itself names in its first line.
 */
async function versionOf(script: string): Promise<string | null> {
  const interpreter = /^#!(\S+)/.exec(await firstBytes(script))?.[1];
  if (interpreter === undefined) return null;
  return await outputOf(interpreter, ["-c", "import importlib.metadata as m; print(m.version('vllm'))"]);
}

async function firstBytes(file: string): Promise<string> {
  const handle = await open(file, "r");
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(512), 0, 512, 0);
    return buffer.toString("utf8", 0, bytesRead);
  } finally {
    await handle.close();
  }
}

async function readDisk(folder: string): Promise<MachineFacts["disk"]> {
  return await statfs(folder).then(
    ({ bavail, bsize }) => ({ folder, freeBytes: bavail * bsize }),
    () => null,
  );
}

/** Asks what listens there. null: nothing, or nothing that speaks OpenAI's protocol. */
async function probeEndpoint(url: string): Promise<EndpointFacts | null> {
  const models = modelIds(await getJson(`${url}/v1/models`));
  if (models === null) return null;
  const [vllm, ollama] = await Promise.all([getJson(`${url}/version`), getJson(`${url}/api/version`)]);
  const vllmVersion = property(vllm, "version");
  if (typeof vllmVersion === "string") {
    const kind = vllmVersion.includes("simulated") ? "vLLM simulator" : "vLLM";
    return { url, kind, version: vllmVersion, models };
  }
  const ollamaVersion = property(ollama, "version");
  if (typeof ollamaVersion === "string") return { url, kind: "Ollama", version: ollamaVersion, models };
  return { url, kind: "OpenAI-compatible", version: null, models };
}

function modelIds(answer: unknown): string[] | null {
  const data = property(answer, "data");
  if (!Array.isArray(data)) return null;
  return data.map((model) => property(model, "id")).filter((id) => typeof id === "string");
}

/** The JSON that an address answers with 200; undefined for anything else, a refused connection above all. */
async function getJson(url: string): Promise<unknown> {
  try {
    const response = await request(url, {
      headersTimeout: ENDPOINT_TIMEOUT_MS,
      bodyTimeout: ENDPOINT_TIMEOUT_MS,
      signal: AbortSignal.timeout(ENDPOINT_TIMEOUT_MS),
    });
    if (response.statusCode === 200) return await response.body.json();
    await response.body.dump();
    return undefined;
  } catch {
    // Nobody there, or somebody who speaks something else: both are a normal answer to this question.
    return undefined;
  }
}
