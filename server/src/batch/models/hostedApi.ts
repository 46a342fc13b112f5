const OPENAI =
  /^(?:openai\/|azure\/)?(?:gpt-(?:3|4|5|image|audio|realtime)|chatgpt-|o\d(?:$|-)|text-embedding-(?:3-|ada)|text-(?:davinci|moderation)|(?:davinci|babbage)-002|omni-moderation|codex-|computer-use-|dall-e|sora-|tts-1|whisper-1|ft:)/i;

/** Vendors whose API models cannot be had on Hugging Face. The first that fits is taken. */
const OTHERS: readonly (readonly [vendor: string, form: RegExp])[] = [
  ["Anthropic", /^(?:anthropic[./])?claude-|^[a-z]{2}\.anthropic\./i],
  ["Google", /^(?:models\/|google\/|vertex_ai\/|gemini\/)?gemini-|^text-(?:multilingual-)?embedding-00/i],
  [
    "Mistral AI",
    /^(?:mistral\/)?(?:open-mi|(?:mi(?:ni|xtral|stral)|code|dev|magi|pix)[a-z0-9-]*-latest$|mistral-(?:tiny|medium)$)/i,
  ],
  ["Alibaba", /^qwen\d?(?:\.\d)?-(?:plus|max|turbo|flash|long)\b|^qwen-vl-(?:plus|max)|^qwen3-max/i],
  ["DeepSeek", /^(?:deepseek\/)?deepseek-(?:chat|reasoner)$/i],
  ["xAI", /^(?:xai\/|x-ai\/)?grok-/i],
  ["Cohere", /^embed-(?:english|multilingual)-|^rerank-(?:english|multilingual|v)/i],
  ["Groq", /^llama-?3[.\d]*-\d+b-(?:instant|versatile|\d+)$|^mixtral-8x7b-32768$/i],
  ["Amazon", /^(?:[a-z]{2}\.)?(?:amazon|meta|mistral|cohere|ai21|deepseek)\.[a-z0-9-]+(?::\d+)?$/i],
  ["Moonshot AI", /^moonshot-v1-|^kimi-latest$/i],
  ["Perplexity", /^(?:perplexity\/)?sonar(?:-|$)/i],
];

/** Whose API a name belongs to: "OpenAI", another vendor, or null. Open models such as gpt-oss are nobody's. */
export function hostedApiOf(name: string): string | null {
  if (OPENAI.test(name)) return "OpenAI";
  return OTHERS.find(([, form]) => form.test(name))?.[0] ?? null;
}
