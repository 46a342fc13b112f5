import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";

export interface PlayedHub {
  url: string;
  close(): Promise<void>;
}

/** A Hugging Face Hub on the loopback that answers in one way: its status codes and headers are what clients go by. */
export async function playHub(listener: RequestListener): Promise<PlayedHub> {
  const server = createServer(listener);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("A listening socket without a port.");
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

/** Answers everything with this status and these headers. */
export function refuse(status: number, headers: Readonly<Record<string, string>> = {}, body = ""): RequestListener {
  return (request, response) => {
    request.resume();
    response.writeHead(status, { ...headers, "content-type": "text/plain" }).end(body);
  };
}
