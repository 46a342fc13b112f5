/** Can this model answer what the batch file asks? Only its first request is known so early, so nothing is stopped. */
import { finding, type PreflightFinding, type PreflightInput } from "./finding.ts";

export function judgeRequests({ model, endpoints, profile }: PreflightInput): PreflightFinding[] {
  const { flags } = profile;
  const asksChat = endpoints?.some((url) => url.endsWith("/chat/completions")) === true;
  const elsewhere =
    flags["chat-template"] !== undefined || flags["tokenizer"] !== undefined || flags["tokenizer-mode"] !== undefined;
  if (!asksChat || model.chatTemplate !== false || elsewhere) return [];
  const text = `The file asks for chat, and ${model.name} has no chat template: such requests fail. Set --chat-template to a file with one, or take the model's "Instruct" version.`;
  return [finding("model.noChatTemplate", "warn", text)];
}
