import type { Server } from "node:http";
import type { Socket } from "node:net";
import type { Settings } from "../arguments/settings.ts";

/** Without --host vLLM listens on all interfaces; a simulator has no business there. */
const LOOPBACK = "127.0.0.1";

/** An HTTP server that listens, and all its connections. */
export class Listener {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  constructor(server: Server) {
    this.#server = server;
    server.on("connection", (socket) => {
      this.#sockets.add(socket);
      socket.once("close", () => this.#sockets.delete(socket));
    });
  }

  /** Resolves to the address as vLLM logs it. Rejects with Node's error when it is taken. */
  async listen({ uds, host, port }: Settings): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(uds === undefined ? { host: host ?? LOOPBACK, port } : { path: uds }, resolve);
    });
    const address = this.#server.address();
    if (address === null || typeof address === "string") return `unix:${address ?? ""}`;
    const shown = host ?? LOOPBACK;
    return `http://${shown.includes(":") ? `[${shown}]` : shown}:${address.port}`;
  }

  /** Takes no new connections; those that are idle are closed. Resolves when the last one is gone. */
  async close(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeIdleConnections();
    });
  }

  /** Breaks all connections off. */
  destroyAll(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}
