import { describe, expect, it } from "vitest";
import { isPublicAddress, judgeMediaUrl, parseAllowedHosts } from "../../../server/src/run/mediaPolicy.ts";

const hosts = parseAllowedHosts(" Media.example.org, *.cdn.example.net ,, 127.0.0.1,[::1],10.0.0.8 ");

it.each([
  "https://media.example.org/a.wav",
  "https://MEDIA.example.org:8443/a.wav",
  "https://x.cdn.example.net/a",
  "https://a.b.cdn.example.net/a",
])("fetches %s", (url) => {
  expect(judgeMediaUrl(url, hosts).kind).toBe("https");
});

it.each([
  "http://media.example.org/a.wav",
  "file:///etc/passwd",
  "FILE:///etc/passwd",
  "ftp://media.example.org/a",
  "https://example.org/a",
  "https://evil-media.example.org/a",
  "https://media.example.org.evil.com/a",
  "https://cdn.example.net/a",
  "https://evilcdn.example.net/a",
  "https://media.example.org@evil.com/a",
  "https://127.0.0.1/a",
  "https://2130706433/a",
  "https://0x7f.1/a",
  "https://[::1]/a",
  "https://10.0.0.8/a",
  "not a url",
  "",
])("never fetches %s", (url) => {
  expect(judgeMediaUrl(url, hosts).kind).toBe("refused");
});

it("fetches from nowhere unless hosts were listed", () => {
  expect(judgeMediaUrl("https://media.example.org/a", parseAllowedHosts(undefined)).kind).toBe("refused");
});

describe("a data: URL", () => {
  it("is its own file", () => {
    expect(judgeMediaUrl("data:audio/wav;base64,UklGRg==", [])).toEqual({
      kind: "data",
      contentType: "audio/wav",
      bytes: Buffer.from("RIFF"),
    });
  });
  it.each(["data:audio/wav;base64", "data:audio/wav,abc", "data:;base64,", "data:;base64,a b!c", "data:;base64,===="])(
    "may be wrong: %s",
    (url) => {
      expect(judgeMediaUrl(url, []).kind).toBe("refused");
    },
  );
});

it.each([
  ["93.184.216.34", true],
  ["2606:2800:220:1::1", true],
  ["127.0.0.1", false],
  ["10.1.2.3", false],
  ["172.16.0.1", false],
  ["192.168.1.1", false],
  ["169.254.169.254", false],
  ["100.64.0.1", false],
  ["0.0.0.0", false],
  ["255.255.255.255", false],
  ["224.0.0.1", false],
  ["::1", false],
  ["::", false],
  ["fe80::1", false],
  ["fd00::1", false],
  ["::ffff:127.0.0.1", false],
  ["::ffff:10.0.0.1", false],
  ["64:ff9b::7f00:1", false],
  ["nonsense", false],
])("the address %s is public: %s", (address, isPublic) => {
  expect(isPublicAddress(address)).toBe(isPublic);
});
