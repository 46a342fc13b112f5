import { EngineHttp } from "../../http/engineHttp.io.ts";
import type { ServerFacts } from "../serverFacts.ts";
import { identifyServer } from "./identifyServer.io.ts";

export interface FoundServer extends ServerFacts {
  url: string;
}

/** Where servers of this kind listen unless told otherwise: vLLM, Ollama, LM Studio, llama.cpp. */
export const usualPorts: readonly number[] = [8000, 11434, 1234, 8080];

const TIMEOUT_MS = 2_000;

/** Servers on this machine that speak OpenAI's protocol: that have a list of models. Asks only 127.0.0.1. */
export async function findServers(ports: readonly number[] = usualPorts): Promise<FoundServer[]> {
  const found = await Promise.all(ports.map((port) => lookAt(`http://127.0.0.1:${port}`)));
  return found.filter((server) => server !== null);
}

async function lookAt(url: string): Promise<FoundServer | null> {
  const http = new EngineHttp({ url, socketPath: null }, null);
  try {
    const facts = await identifyServer(http, TIMEOUT_MS);
    return "reached" in facts || facts.models === null ? null : { url, ...facts };
  } finally {
    await http.close();
  }
}
