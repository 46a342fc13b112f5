import { once } from "node:events";
import { createServer } from "node:http";
import { connect } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type IdleCloseProxy, startIdleCloseProxy } from "../../../support/realRun/idleCloseProxy.ts";

const server = createServer((_request, response) => response.end("answer"));
// Node adds a second of its own to what it tells the client.
server.keepAliveTimeout = 50;
server.keepAliveTimeoutBuffer = 0;
let proxy: IdleCloseProxy;

beforeEach(async () => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  proxy = await startIdleCloseProxy(typeof address === "object" && address !== null ? address.port : 0, 1);
});
afterEach(async () => {
  await proxy.close();
  server.close();
});

function open() {
  const socket = connect(Number(new URL(proxy.url).port), "127.0.0.1");
  const ask = () => socket.write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
  return { socket, ask };
}

describe("startIdleCloseProxy", () => {
  it("passes the first request, and resets the second when the server has closed", async () => {
    const { socket, ask } = open();
    ask();
    const [answer] = (await once(socket, "data")) as [Buffer];
    expect(answer.toString()).toContain("200 OK");
    ask();
    const [error] = (await once(socket, "error")) as [NodeJS.ErrnoException];
    expect(error.code).toBe("ECONNRESET");
    expect(proxy.races).toBe(1);
  });

  it("leaves connections alone once it has had its races", async () => {
    const raced = open();
    raced.ask();
    await once(raced.socket, "data");
    raced.ask();
    await once(raced.socket, "error");
    const calm = open();
    for (const round of [1, 2]) {
      calm.ask();
      const [answer] = (await once(calm.socket, "data")) as [Buffer];
      expect(answer.toString(), `round ${round}`).toContain("200 OK");
    }
    expect(proxy.races).toBe(1);
  });
});
