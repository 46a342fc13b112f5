import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

export interface IdleCloseProxy {
  readonly url: string;
  /** How often the server has closed a connection as idle while a request was on its way to it. */
  readonly races: number;
  close(): Promise<void>;
}

/**
 * A line to the engine on which the keep-alive race is certain instead of rare. uvicorn closes a connection that was
 * idle for 5 s (vLLM 0.32.0, seen); a request that is sent on it at that moment gets a reset before any byte of an
 * answer. Here the first `races` requests on used connections are held back on their way until the engine, of itself,
 * has closed its end; then the client gets what it would have got. Everything else passes unchanged.
 */
export async function startIdleCloseProxy(port: number, races: number): Promise<IdleCloseProxy> {
  const sockets = new Set<Socket>();
  let left = races;
  let done = 0;
  const server = createServer((client) => {
    const engine = connect(port, "127.0.0.1");
    let used = false;
    let held = false;
    for (const socket of [client, engine]) {
      sockets.add(socket);
      // Each end's close is passed on below; the reason for it is that end's business.
      socket.on("error", () => undefined);
    }
    client.on("data", (bytes) => {
      // Requests are not pipelined: bytes that come after an answer begin the next request.
      if (used && !held && left > 0) {
        left -= 1;
        held = true;
      }
      used = false;
      if (!held) engine.write(bytes);
    });
    engine.on("data", (bytes) => {
      used = true;
      client.write(bytes);
    });
    engine.on("close", () => {
      sockets.delete(engine);
      if (held) done += 1;
      if (held) client.resetAndDestroy();
      else client.end();
    });
    client.on("close", () => {
      sockets.delete(client);
      engine.destroy();
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("A listening socket without a port.");
  return {
    url: `http://127.0.0.1:${address.port}`,
    get races() {
      return done;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
