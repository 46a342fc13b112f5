import { fork } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import type { BenchServerOptions, ServerLogEntry, ServerMessage } from "./benchServerMessages.ts";

export interface BenchServer {
  url: string;
  /** Begins to watch, and then promises the time (clockMs) at which the next request arrives. */
  nextRequest(): Promise<{ arrivedMs: Promise<number> }>;
  /** Resolves when `halfWay` answers have been sent. */
  halfWay: Promise<void>;
  log(): Promise<ServerLogEntry[]>;
  stop(): Promise<void>;
}

/** Starts bench/support/benchServer.ts as a process of its own. */
export async function startBenchServer(options: BenchServerOptions): Promise<BenchServer> {
  const child = fork(path.join(import.meta.dirname, "benchServer.ts"), [JSON.stringify(options)]);
  const exited = once(child, "exit");
  const next = <E extends ServerMessage["event"]>(event: E) =>
    new Promise<Extract<ServerMessage, { event: E }>>((resolve, reject) => {
      const listen = (message: ServerMessage) => {
        if (message.event !== event) return;
        child.off("message", listen);
        resolve(message as Extract<ServerMessage, { event: E }>);
      };
      child.on("message", listen);
      void exited.then(([code]) => reject(new Error(`The bench server ended with exit code ${String(code)}.`)));
    });
  const halfWay = next("halfWay").then(() => undefined);
  // Not every measurement waits for it, and the end of the server rejects what never came.
  halfWay.catch(() => undefined);
  const { port } = await next("listening");
  return {
    url: `http://127.0.0.1:${port}`,
    halfWay,
    async nextRequest() {
      const watching = next("watching");
      const arrivedMs = next("nextRequest").then((message) => message.arrivedMs);
      child.send({ command: "watchNext" });
      await watching;
      // As an object: a promise inside a promise would be waited for.
      return { arrivedMs };
    },
    async log() {
      const answer = next("log");
      child.send({ command: "log" });
      return (await answer).entries;
    },
    async stop() {
      child.disconnect();
      await exited;
    },
  };
}
