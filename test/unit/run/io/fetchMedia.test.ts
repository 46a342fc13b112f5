import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { once } from "node:events";
import { Agent } from "undici";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { fetchMedia, publicLookup } from "../../../../server/src/run/io/fetchMedia.io.ts";

describe("publicLookup", () => {
  it("lets no name through that leads to this machine", async () => {
    const { promise, resolve } = Promise.withResolvers<Error | null>();
    publicLookup("localhost", { all: true }, (error) => resolve(error));
    expect((await promise)?.message).toMatch(/^localhost has the address .* which is not a public one$/);
  });
});

describe("fetchMedia", () => {
  const never = new AbortController().signal;
  let url: URL;
  let answer: (path: string) => { status: number; location?: string; body?: string };
  const agent = new Agent();
  const server = createServer((request, response) => {
    const { status, location, body } = answer(request.url ?? "");
    response.writeHead(status, { "content-type": "audio/wav", ...(location === undefined ? {} : { location }) });
    response.end(body);
  });

  beforeEach(async () => {
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/sound.wav`);
  });
  afterEach(async () => {
    const closed = once(server, "close");
    server.close();
    server.closeAllConnections();
    await closed;
  });

  it("gives the file, its type and its name", async () => {
    answer = () => ({ status: 200, body: "RIFF" });
    expect(await fetchMedia(url, [], never, agent)).toEqual({
      bytes: Buffer.from("RIFF"),
      contentType: "audio/wav",
      name: "sound.wav",
    });
  });

  it.each([
    "https://127.0.0.1/",
    "https://elsewhere.example.org/",
    "http://media.example.org/",
    "file:///etc/passwd",
    "data:audio/wav;base64,UklGRg==",
  ])("does not follow a redirect to %s", async (location) => {
    answer = () => ({ status: 302, location });
    expect(await fetchMedia(url, ["media.example.org", "127.0.0.1"], never, agent)).toMatchObject({
      failure: "badMedia",
    });
  });

  it.each([
    [404, "badMedia"],
    [403, "badMedia"],
    [429, "media"],
    [503, "media"],
  ])("takes %i for %s", async (status, failure) => {
    answer = () => ({ status });
    expect(await fetchMedia(url, [], never, agent)).toMatchObject({ failure });
  });

  it("refuses this machine when it looks names up itself", async () => {
    answer = () => ({ status: 200, body: "secret" });
    url.hostname = "localhost";
    expect(await fetchMedia(url, ["localhost"], never)).toMatchObject({ failure: "badMedia" });
  });
});
