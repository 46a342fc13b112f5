import { Pool } from "undici";
import type { Verdict } from "../../support/bodies/agreement.ts";
import { type MadeBody, urlOf } from "../../support/bodies/madeBody.ts";

const inFlight = 48;

/** Asks a running engine about each body, and hands over what it says, in no certain order. */
export async function askEngine(
  engineUrl: string,
  bodies: Iterable<MadeBody>,
  onVerdict: (body: MadeBody, verdict: Verdict, answer: string) => void,
): Promise<void> {
  const pool = new Pool(engineUrl, { connections: inFlight, keepAliveTimeout: 2_000 });
  const queue = bodies[Symbol.iterator]();
  const worker = async () => {
    for (let next = queue.next(); next.done !== true; next = queue.next()) {
      const { status, text } = await post(pool, urlOf[next.value.kind], next.value.text);
      onVerdict(next.value, toVerdict(status, text), `${status} ${text.slice(0, 300)}`);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
  await pool.close();
}

async function post(pool: Pool, path: string, body: string): Promise<{ status: number; text: string }> {
  const headers = { "content-type": "application/json" };
  for (let attempt = 1; ; attempt += 1) {
    try {
      const answer = await pool.request({ method: "POST", path, headers, body });
      return { status: answer.statusCode, text: await answer.body.text() };
    } catch (error) {
      // The engine may close a connection at the moment it is used again; nothing was asked then.
      if (attempt === 3) throw error;
    }
  }
}

/** A model of another name is found missing only after the body was found good. */
function toVerdict(status: number, text: string): Verdict {
  return status === 200 || (status === 404 && text.includes("does not exist")) ? "accepted" : "refused";
}
