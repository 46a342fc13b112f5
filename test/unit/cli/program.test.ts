import { describe, expect, it } from "vitest";
import { CliError, defineVerb } from "../../../server/src/cli/verb.ts";
import { ExitCode } from "../../../server/src/protocol/exitCode.ts";
import { callCli } from "../../support/cli/callCli.ts";

const greet = defineVerb({
  name: "greet",
  positionals: "NAME…",
  summary: "Say hello",
  description: "Says hello to each name.",
  options: {
    loud: { type: "boolean", short: "l", help: "In capitals." },
    greeting: { type: "string", value: "WORD", help: "Another word for hello." },
    also: { type: "string", value: "NAME", multiple: true, help: "One more name." },
  },
  examples: [{ command: "vllm-batch greet Ada", shows: "One name" }],
  run: ({ positionals, options }, cli) => {
    if (positionals.includes("nobody")) throw new CliError("Nobody is not a name.", ExitCode.unusableInput);
    if (positionals.includes("bug")) throw new TypeError("a bug");
    const text = `${options.greeting ?? "hello"} ${[...positionals, ...options.also].join(" ")}`;
    cli.print(options.loud ? text.toUpperCase() : text);
    return Promise.resolve(ExitCode.ok);
  },
});

const call = (...argv: string[]) => callCli([greet], argv);

describe("the program", () => {
  it("runs a verb with its positionals and options", async () => {
    const answer = await call("greet", "Ada", "-l", "--greeting", "hi", "--also", "Bob", "--also", "Eve");
    expect(answer).toEqual({ exitCode: 0, printed: "HI ADA BOB EVE", said: "" });
  });

  it("gives booleans, strings and lists their values when they are not given", async () => {
    expect((await call("greet", "Ada")).printed).toBe("hello Ada");
  });

  it.each([
    [["greet", "--quiet"], /--quiet.*greet --help/s],
    [["greet", "--greeting"], /--greeting/],
    [["grete"], /no verb "grete".*greet/],
    [[], /Usage: vllm-batch VERB/],
  ])("says what is wrong with %j, with exit code 2", async (argv, reason) => {
    const answer = await call(...argv);
    expect(answer).toMatchObject({ exitCode: 2, printed: "" });
    expect(answer.said).toMatch(reason);
  });

  it("knows verbs of two words, and tells them to who knows only the first", async () => {
    const verbs = [greet, { ...greet, name: "greet twice", summary: "Say it again" }, { ...greet, name: "wave once" }];
    expect((await callCli(verbs, ["greet", "twice", "Ada"])).printed).toBe("hello Ada");
    expect((await callCli(verbs, ["greet", "Twice"])).printed).toBe("hello Twice");
    const waved = await callCli(verbs, ["wave", "--json"]);
    expect(waved).toMatchObject({
      exitCode: 2,
      printed: "",
      said: expect.stringMatching(/verbs of wave:\n {2}wave once/),
    });
    expect((await callCli(verbs, ["wave", "never"])).said).toMatch(/There is no verb "wave never"/);
    expect((await callCli(verbs, ["wave", "once", "--help"])).printed).toContain("Usage: vllm-batch wave once NAME…");
  });

  it("shows a mistake in the input without a stack, with the verb's exit code", async () => {
    expect(await call("greet", "nobody")).toEqual({ exitCode: 3, printed: "", said: "Nobody is not a name." });
  });

  it("does not hide a bug of ours", async () => {
    await expect(call("greet", "bug")).rejects.toThrow(TypeError);
  });

  it("explains itself on stdout, with exit code 0", async () => {
    expect((await call("--version")).printed).toBe("1.2.3");
    expect((await call("--help")).printed).toContain("greet  Say hello");
    const help = await call("greet", "--help");
    expect(help.exitCode).toBe(0);
    expect(help.printed).toMatchInlineSnapshot(`
      "Usage: vllm-batch greet NAME… [options]

      Says hello to each name.

      Options:
        -l, --loud           In capitals.
            --greeting WORD  Another word for hello.
            --also NAME      One more name.
        -h, --help           Show this help.

      Examples:
        # One name
        vllm-batch greet Ada"
    `);
  });
});
