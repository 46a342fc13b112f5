import { expect, it } from "vitest";
import { OneServer } from "../../../../client/src/language/oneServer.ts";

/** A client as vscode-languageclient has it: it refuses to be ended while it starts, and its start goes on. */
class FakeClient {
  isGone = false;
  starting = Promise.withResolvers<undefined>();
  state: "new" | "starting" | "running" | "failed" = "new";

  readonly isCurrent: () => boolean;

  constructor(isCurrent: () => boolean) {
    this.isCurrent = isCurrent;
  }

  async start(): Promise<void> {
    this.state = "starting";
    try {
      await this.starting.promise;
      this.state = "running";
    } catch (error) {
      this.state = "failed";
      throw error;
    }
  }

  needsStop(): boolean {
    return this.state === "starting" || this.state === "running";
  }

  dispose(): Promise<void> {
    if (this.state !== "running") return Promise.reject(new Error(`It is ${this.state}.`));
    this.isGone = true;
    return Promise.resolve();
  }

  /** It ended by itself, and has begun to start again. */
  startAgain(): void {
    this.starting = Promise.withResolvers<undefined>();
    void this.start();
  }
}

function setUp() {
  const clients: FakeClient[] = [];
  const told: string[] = [];
  const server = new OneServer<FakeClient>({
    make: (isCurrent) => {
      const client = new FakeClient(isCurrent);
      clients.push(client);
      return Promise.resolve(client);
    },
    onStartFailed: () => told.push("start failed"),
    onEndFailed: (error) => told.push(String(error)),
  });
  const nth = async (index: number): Promise<FakeClient> => {
    await expect.poll(() => clients[index]?.state).toBe("starting");
    return clients[index] ?? new FakeClient(() => false);
  };
  return { server, clients, told, nth };
}

it("starts one for all who ask", async () => {
  const { server, clients, nth } = setUp();
  const asked = [server.client(), server.client()];
  (await nth(0)).starting.resolve(undefined);
  expect(new Set(await Promise.all(asked)).size).toBe(1);
  expect(clients.length).toBe(1);
});

it("ends one that is being started again when that is over, and starts no other before", async () => {
  const { server, clients, nth, told } = setUp();
  const asked = server.client();
  const first = await nth(0);
  first.starting.resolve(undefined);
  await asked;
  first.startAgain();
  const ended = server.end();
  const next = server.client();
  await new Promise(setImmediate);
  expect([clients.length, first.isCurrent()]).toEqual([1, false]);
  first.starting.resolve(undefined);
  await ended;
  expect(first.isGone).toBe(true);
  (await nth(1)).starting.resolve(undefined);
  expect(await next).toBe(clients[1]);
  expect(told).toEqual([]);
});

it("ends one that is asked for and not wanted any more, once it runs", async () => {
  const { server, clients, nth } = setUp();
  const asked = server.client();
  const ended = server.end();
  const first = await nth(0);
  first.starting.resolve(undefined);
  await Promise.all([asked, ended]);
  expect([first.isGone, clients.length, server.current]).toEqual([true, 1, null]);
});

it("lets go of one that could not be started, tells it, and tries again when asked", async () => {
  const { server, clients, told, nth } = setUp();
  const asked = server.client();
  const first = await nth(0);
  first.starting.reject(new Error("No."));
  await expect(asked).rejects.toThrow("No.");
  expect([server.current, first.isCurrent()]).toEqual([null, false]);
  // It was ended all the same, as its process may still be there.
  expect(told).toEqual(["Error: It is failed.", "start failed"]);
  const next = server.client();
  (await nth(1)).starting.resolve(undefined);
  expect(await next).toBe(clients[1]);
});

it("does not take a late failure for one of the next server", async () => {
  const { server, clients, told, nth } = setUp();
  const asked = server.client();
  const first = await nth(0);
  const ended = server.end();
  const next = server.client();
  first.starting.reject(new Error("No."));
  await expect(asked).rejects.toThrow("No.");
  await ended;
  (await nth(1)).starting.resolve(undefined);
  expect(await next).toBe(clients[1]);
  expect(server.current).toBe(next);
  expect(told).toEqual(["Error: It is failed."]);
});
