import { type JsonObject, property } from "../../util/unknown.ts";

/** Whether an embeddings request is one of chats: `messages` without `input`, or chats in `input`. */
export function embedsChat({ input, messages }: JsonObject): boolean {
  if (input === undefined) return messages !== undefined;
  return isConversation(input) || (Array.isArray(input) && isConversations(input));
}

export function isConversation(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0 && value.every((one) => typeof property(one, "role") === "string");
}

export function isConversations(value: readonly unknown[]): value is unknown[][] {
  return value.length > 0 && value.every(isConversation);
}
