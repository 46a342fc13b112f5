import { seededRandom } from "../../server/src/util/seededRandom.ts";

/** The batch file of the demo: support tickets to be sorted, written for Ollama, with the mistakes people make. */

export const demoRequests = 1000;

/** Mistakes that `fix` mends safely, by the request (from 1) they are planted in. */
export const plantedMendable: readonly number[] = [38, 112, 205, 333, 401, 487, 560, 644, 702, 790, 861, 905];

/** Mistakes that only a person can mend: these lines are never sent. */
export const plantedForPeople: readonly number[] = [256, 777];

const products = [
  "the e-bike",
  "my router",
  "the coffee grinder",
  "the hiking boots",
  "the standing desk",
  "the headphones",
];
const troubles = [
  "arrived with a cracked housing, and the box was intact",
  "stopped working after nine days",
  "was charged twice on my card",
  "is a present, and I would like to change the address before it ships",
  "makes a rattling noise that gets louder when it is cold",
  "came in the wrong size, and the return label is for another order",
  "is great, I only want to know whether spare parts are sold",
  "has been out for delivery since Tuesday",
];
const openings = ["Hello,", "Guten Tag,", "Hi there –", "To whom it may concern:", "Bonjour,", "Hey 👋"];
const closings = ["Please advise.", "Danke im Voraus!", "I need an answer today.", "No hurry.", "Merci d’avance."];

const system = [
  "You sort the mail of a web shop. Read the ticket and answer with one JSON object with two keys:",
  '"topic" (one of "damage", "delivery", "payment", "question", "return") and "urgent" (true or false).',
  "Urgent is only what cannot wait until tomorrow. Answer with the JSON object alone.",
].join(" ");

/** The whole file. The same for the same seed. */
export function exampleFile(seed: number): string {
  const pick = picker(seed);
  const lines: string[] = [];
  for (let number = 1; number <= demoRequests; number += 1) {
    const ticket = `${pick(openings)} ${pick(products)} ${pick(troubles)}. ${pick(closings)} (order ${10_000 + number})`;
    lines.push(plant(number, requestLine(number, ticket)));
  }
  return `${lines.join("\n")}\n`;
}

function requestLine(number: number, ticket: string): string {
  return JSON.stringify({
    custom_id: `ticket-${String(number).padStart(4, "0")}`,
    method: "POST",
    url: "/v1/chat/completions",
    body: {
      model: "llama3.1:8b",
      messages: [
        { role: "system", content: system },
        { role: "user", content: ticket },
      ],
      max_tokens: 48,
      temperature: 0,
    },
  });
}

/** One mistake per planted line, each of another kind. */
function plant(number: number, line: string): string {
  const mistakes: Readonly<Record<number, (line: string) => string>> = {
    38: (text) => text.replace(/\}$/, ",}"),
    112: (text) => text.replace('"temperature":0', '"temperature":0,"stream":true'),
    205: (text) => text.replace('"url":"/v1/', '"url":"v1/'),
    256: (text) => text.replace('"ticket-0256"', '"ticket-0255"'),
    333: (text) => text.replace('"method":"POST"', '"method":"post"'),
    401: (text) => text.replace('"temperature":0', '"temperature":0,"logprobs":False'),
    487: (text) => text.replace('"temperature":0', '"temperature":0,"extra_body":{"top_k":20}'),
    560: (text) => text.replaceAll(/"(custom_id|method|url)"/g, "'$1'"),
    644: (text) => text.replace('"max_tokens":48', '"max_tokens":"48"'),
    702: (text) => `${text} // checked by Jo`,
    777: (text) => text.replace(/"messages":\[.*?\}\],/, '"messages":[],'),
    790: (text) => JSON.stringify(JSON.parse(text), null, 2),
    861: (text) => text.replace('"temperature":0', '"temperature":0,"stop":None'),
    905: (text) => text.replace('"custom_id"', "“custom_id”"),
  };
  return mistakes[number]?.(line) ?? line;
}

function picker(seed: number): (list: readonly string[]) => string {
  const random = seededRandom(seed);
  return (list) => list[Math.floor(random() * list.length)] ?? "";
}
