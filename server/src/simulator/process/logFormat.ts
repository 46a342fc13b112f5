/** Who writes a line: vLLM's processes, each with its pid. */
export type LogSource = "APIServer" | "EngineCore" | "Worker";

export type LogLevel = "INFO" | "WARNING" | "ERROR";

const two = (value: number) => String(value).padStart(2, "0");

/** One message in vLLM's format; each of its lines gets the prefix, as vLLM's formatter does. */
export function formatLog(
  source: LogSource,
  pid: number,
  level: LogLevel,
  at: Date,
  place: string,
  message: string,
): string {
  const day = `${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  const time = `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
  const prefix = `(${source} pid=${pid}) ${level} ${day} ${time} [${place}] `;
  return message
    .split("\n")
    .map((line) => prefix + line)
    .join("\n");
}
