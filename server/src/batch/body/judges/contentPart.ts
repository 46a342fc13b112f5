import { nearest } from "../../../util/nearest.ts";
import { isObject, type JsonObject } from "../../../util/unknown.ts";
import type { JsonPath } from "../../finding.ts";
import { fixWith, say, type Scope } from "../scope.ts";
import { inWords, nameOf, quoted } from "../words.ts";
import { judgeMediaUrl } from "./mediaUrl.ts";

/** Parts of text: the key that holds it. */
const textParts: Readonly<Record<string, string>> = { text: "text", refusal: "refusal", thinking: "thinking" };

interface Media {
  /** What the model must take. */
  medium: string;
  /** Whether the part is in shape. */
  fits: (part: JsonObject) => boolean;
  /** What its shape is. */
  shape: string;
}

const hasUrl = (key: string) => (part: JsonObject) => isObject(part[key]) && typeof part[key]["url"] === "string";
const hasOwn = (key: string) => (part: JsonObject) => Object.hasOwn(part, key);

/** Parts of other media, which need a model for them. */
const mediaParts: Readonly<Record<string, Media>> = {
  image_url: { medium: "images", fits: hasUrl("image_url"), shape: `"image_url": {"url": …}` },
  input_image: { medium: "images", fits: hasOwn("image_url"), shape: `"image_url": …` },
  image_embeds: { medium: "images", fits: hasOwn("image_embeds"), shape: `"image_embeds": …` },
  input_audio: { medium: "audio", fits: hasAudio, shape: `"input_audio": {"data": …, "format": …}` },
  audio_url: { medium: "audio", fits: hasUrl("audio_url"), shape: `"audio_url": {"url": …}` },
  audio_embeds: { medium: "audio", fits: hasOwn("audio_embeds"), shape: `"audio_embeds": …` },
  video_url: { medium: "video", fits: hasUrl("video_url"), shape: `"video_url": {"url": …}` },
  video_embeds: { medium: "video", fits: hasOwn("video_embeds"), shape: `"video_embeds": …` },
};

function hasAudio(part: JsonObject): boolean {
  const { input_audio: audio } = part;
  return (
    isObject(audio) && typeof audio["data"] === "string" && (audio["format"] === "wav" || audio["format"] === "mp3")
  );
}

const knownTypes = [...Object.keys(textParts), ...Object.keys(mediaParts), "prompt_embeds", "tool_reference"];

/** One part of a message, as vLLM 0.32 takes it in a chat (seen; the responses endpoint has names of its own). */
export function judgePart(part: unknown, path: JsonPath, role: string, scope: Scope): void {
  if (typeof part === "string") {
    // Only messages of unusual roles may have bare strings.
    if (!isUsual(role) && scope.target === "vllm") return;
    const fix = fixWith("safe", "Make it a part of text", { op: "replace", path, value: { type: "text", text: part } });
    say(scope, "body.contentPart", path, `${nameOf(path)} must be an object with "type", not a string.`, { fix });
  } else if (!isObject(part)) {
    say(scope, "body.contentPart", path, `${nameOf(path)} must be an object with "type", not ${inWords(part)}.`);
  } else if (part["type"] === undefined) {
    judgeUntyped(part, path, scope);
  } else if (typeof part["type"] !== "string") {
    say(
      scope,
      "body.contentPart",
      path,
      `${nameOf([...path, "type"])} must be a string, not ${inWords(part["type"])}.`,
    );
  } else {
    judgeTyped(part["type"], part, path, role, scope);
  }
}

/** Parts in messages of other roles vLLM reads less strictly. */
function isUsual(role: string): boolean {
  return ["system", "developer", "user", "assistant", "tool"].includes(role);
}

const untypedMedia = ["image_url", "audio_url", "video_url"];

/** vLLM knows media by their key alone, when it holds the URL itself. */
function judgeUntyped(part: JsonObject, path: JsonPath, scope: Scope): void {
  const key = untypedMedia.find((one) => typeof part[one] === "string");
  if (key !== undefined && scope.target === "vllm") {
    judgeMediaUrl(part[key], [...path, key], scope);
    sayMedium(mediaParts[key]?.medium ?? "media", path, scope);
    return;
  }
  const isText = typeof part["text"] === "string";
  const fix = isText
    ? { fix: fixWith("safe", `Add "type": "text"`, { op: "insert" as const, path, key: "type", value: "text" }) }
    : {};
  say(scope, "body.contentPart", path, `${nameOf(path)} has no "type".`, fix);
}

function judgeTyped(type: string, part: JsonObject, path: JsonPath, role: string, scope: Scope): void {
  const textKey = Object.hasOwn(textParts, type) ? textParts[type] : undefined;
  const media = Object.hasOwn(mediaParts, type) ? mediaParts[type] : undefined;
  if (textKey !== undefined && typeof part[textKey] !== "string" && !isUsual(role) && scope.target === "vllm") {
    say(scope, "body.noContent", path, `${nameOf(path)} has no text: vLLM leaves it out.`);
  } else if (textKey !== undefined) {
    judgeText(textKey, part, path, scope);
  } else if (media !== undefined) {
    judgeMedia(type, media, part, path, scope);
  } else if (type === "prompt_embeds") {
    judgePromptEmbeds(part, path, scope);
  } else if (type === "tool_reference") {
    judgeToolReference(part, path, scope);
  } else {
    sayUnknownType(type, part, path, scope);
  }
}

function judgeText(key: string, part: JsonObject, path: JsonPath, scope: Scope): void {
  const place = [...path, key];
  if (part[key] === undefined) {
    say(scope, "body.contentPart", path, `${nameOf(path)} has no ${quoted(key)}.`);
  } else if (typeof part[key] !== "string") {
    say(scope, "body.contentPart", place, `${nameOf(place)} must be a string, not ${inWords(part[key])}.`);
  }
  refuseUuid(part, path, scope);
}

/** With one, media that vLLM has seen before need not come again. */
function isGivenUuid(part: JsonObject): boolean {
  return part["uuid"] !== undefined && part["uuid"] !== null;
}

/** Only parts of media may have one. */
function refuseUuid(part: JsonObject, path: JsonPath, scope: Scope): void {
  if (!isGivenUuid(part)) return;
  say(scope, "body.contentPart", [...path, "uuid"], `${nameOf(path)} is text, so it must not have "uuid".`, {
    at: "key",
  });
}

function judgeMedia(type: string, media: Media, part: JsonObject, path: JsonPath, scope: Scope): void {
  const isCached = isGivenUuid(part) && (part[type] === null || typeof part[type] === "string");
  if (!media.fits(part) && !isCached) {
    sayShape(type, media, part, path, scope);
    return;
  }
  const held = part[type];
  const url = isObject(held) ? held["url"] : undefined;
  if (url !== undefined) judgeMediaUrl(url, [...path, type, "url"], scope);
  sayMedium(media.medium, path, scope);
}

function sayShape(type: string, media: Media, part: JsonObject, path: JsonPath, scope: Scope): void {
  const held = part[type];
  const isBareUrl = typeof held === "string" && media.shape.includes("url");
  const fix = isBareUrl
    ? {
        fix: fixWith("safe", `Write it as {"url": …}`, {
          op: "replace" as const,
          path: [...path, type],
          value: { url: held },
        }),
      }
    : {};
  say(scope, "body.contentPart", path, `${nameOf(path)} must have ${media.shape}.`, fix);
}

function sayMedium(medium: string, path: JsonPath, scope: Scope): void {
  if (scope.target === "openai") return;
  say(
    scope,
    "body.needsModel",
    path,
    `${nameOf(path)} needs a model that takes ${medium}: vLLM refuses it with any other.`,
  );
}

function judgePromptEmbeds(part: JsonObject, path: JsonPath, scope: Scope): void {
  if (typeof part["data"] !== "string" || part["data"] === "") {
    say(scope, "body.contentPart", path, `${nameOf(path)} has no "data", the tensor in base64.`);
  } else {
    say(scope, "body.needsFlag", path, `${nameOf(path)} needs a vLLM that was started with --enable-prompt-embeds.`);
  }
}

function judgeToolReference(part: JsonObject, path: JsonPath, scope: Scope): void {
  const { name } = part;
  if (name !== undefined && typeof name !== "string") {
    say(scope, "body.contentPart", path, `${nameOf([...path, "name"])} must be a string, not ${inWords(name)}.`);
  }
  refuseUuid(part, path, scope);
}

function sayUnknownType(type: string, part: JsonObject, path: JsonPath, scope: Scope): void {
  const place = [...path, "type"];
  const ofResponses = (type === "input_text" || type === "output_text") && typeof part["text"] === "string";
  const meant = ofResponses ? "text" : nearest(type, knownTypes);
  const guess = meant === undefined ? "" : ` Did you mean ${quoted(meant)}?`;
  const why = ofResponses ? ` It belongs to the responses endpoint.` : "";
  const message = `${quoted(type)} is not a kind of part that a chat takes.${why}${guess}`;
  const replace = { op: "replace" as const, path: place, value: meant };
  const fix =
    meant === undefined
      ? {}
      : { fix: fixWith(ofResponses ? "safe" : "suggested", `Replace it by ${quoted(meant)}`, replace) };
  say(scope, "body.contentPart", place, message, fix);
}
