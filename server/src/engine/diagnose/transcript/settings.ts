import type { LogLine } from "./types.ts";

const tells =
  /^non-default args: |^args: Namespace\(|Initializing an? (?:V\d )?LLM engine|\bvllm serve |openai\.api_server|^APIServer: Args|^docker run /;
const mostText = 40_000;

/** Finds settings in what the log tells of the command line and the configuration. */
export function settingReader(lines: readonly LogLine[]): (name: string) => string | null {
  let text = "";
  for (const line of lines) {
    if (text.length < mostText && tells.test(line.text)) text += `${line.text}\n`;
  }
  return (name) => {
    const flag = name.replaceAll("_", "-");
    const pattern = new RegExp(`(?:'${name}': |\\b${name}=|--${flag}[ =])('[^']*'|"[^"]*"|[^\\s,)}]+)`);
    const value = pattern.exec(text)?.[1];
    return value === undefined || value === "None" ? null : value.replace(/^['"]|['"]$/g, "");
  };
}
