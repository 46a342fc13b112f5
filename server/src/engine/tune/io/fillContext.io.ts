import type { EngineHttp } from "../../http/engineHttp.io.ts";
import { judgeAnswer, type FillingAnswer, type FillingRequest } from "../contextLoad.ts";

/** As long as a run waits for one answer. One that hangs is found out sooner, by whoever watches the engine. */
const ANSWER_TIMEOUT_MS = 30 * 60_000;

/** Sends all at once and waits for the last answer. Says that all are complete, or what is wrong with the first that is not. */
export async function fillContext(
  http: Pick<EngineHttp, "ask">,
  requests: readonly FillingRequest[],
  onAnswered: () => void,
): Promise<FillingAnswer> {
  const answers = await Promise.all(
    requests.map(async (request) => {
      const reply = await http.ask("/v1/completions", { timeoutMs: ANSWER_TIMEOUT_MS, body: request });
      onAnswered();
      return judgeAnswer(request, reply);
    }),
  );
  return answers.find(({ kind }) => kind !== "complete") ?? { kind: "complete" };
}
