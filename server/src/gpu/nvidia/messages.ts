/**
 * What nvidia-smi says in sentences instead of rows, and by its exit code, in a person's words. It writes most of them
 * to standard output. Codes are those of nvidia-smi(1), "RETURN VALUE", which are NVML's (nvmlReturn_t).
 */

interface Saying {
  says: RegExp;
  means: (match: RegExpExecArray) => string;
}

const sayings: readonly Saying[] = [
  {
    says: /^Unable to determine the device handle for (?:GPU ?)(.{1,40}?): (?:GPU is lost|The GPU is lost)/i,
    means: (match) => `${gpu(match)} is lost: it has fallen off the bus. Only a restart of the machine brings it back.`,
  },
  {
    says: /^Unable to determine the device handle for (?:GPU ?)(.{1,40}): (\D{1,80})$/i,
    means: (match) =>
      `${gpu(match)} does not answer its driver (${(match[2] ?? "").trim()}). It may have fallen off the bus: restart the machine, and look for Xid in the kernel log.`,
  },
  {
    says: /couldn't communicate with the NVIDIA driver/i,
    means: () =>
      "The NVIDIA driver is not running: nvidia-smi cannot talk to it. After an update of the kernel or the driver, restart the machine or install the driver again.",
  },
  {
    says: /Driver\/library version mismatch/i,
    means: () =>
      "The NVIDIA driver was updated while it ran: its library and the loaded kernel module have different versions. Restart the machine.",
  },
  {
    says: /^No devices were found/i,
    means: () =>
      "The NVIDIA driver runs but sees no GPU. If there was one, it has fallen off the bus: restart the machine.",
  },
  {
    says: /^Failed to initialize NVML: (?:Insufficient Permissions|.{0,40}blocked by the operating system)/i,
    means: () => "nvidia-smi may not use the GPU: this user, or this container, has no access to /dev/nvidia*.",
  },
  {
    says: /couldn't find lib\S{0,30}(?:nvidia-ml|nvml)/i,
    means: () => "A part of the NVIDIA driver is missing (libnvidia-ml): install the driver again.",
  },
  {
    says: /^Failed to initialize NVML: (.{1,80})/i,
    means: (match) =>
      `The NVIDIA driver cannot be asked (${(match[1] ?? "").trim()}). In a container, start it again; else restart the machine.`,
  },
  {
    says: /infoROM is corrupted/i,
    means: () =>
      "A GPU says that its infoROM is corrupted: it works on, but counts no longer. It is a case for its maker.",
  },
  {
    says: /^Field "([\w.]{1,60})" is not a valid field/,
    means: (match) => `This NVIDIA driver is too old to be asked for ${match[1] ?? "a field"}.`,
  },
];

const codes: Readonly<Record<number, string>> = {
  2: "its arguments were refused: the driver is too old or too new for this program",
  4: "this user may not ask it",
  8: "a GPU's extra power cables are not attached",
  9: "the NVIDIA driver is not loaded: restart the machine or install the driver again",
  10: "the kernel has trouble with a GPU's interrupts",
  12: "a part of the NVIDIA driver is missing (libnvidia-ml): install the driver again",
  14: "a GPU's infoROM is corrupted",
  15: "a GPU has fallen off the bus: restart the machine",
  16: "a GPU needs a reset",
  17: "the operating system keeps it from the GPU: this container or group has no access",
  18: "the driver was updated while it ran: restart the machine",
};

/** What a line of nvidia-smi's that is no row means; null: nothing known. */
export function explainMessage(line: string): string | null {
  const text = line.slice(0, 400).trim();
  for (const { says, means } of sayings) {
    const match = says.exec(text);
    if (match !== null) return means(match);
  }
  return null;
}

/** How nvidia-smi ended, when it said nothing that is known. `said`: its last line that was no row. */
export function explainExit(code: number | null, signal: string | null, said: string | null): string {
  const how = signal === null ? `exit code ${code ?? "unknown"}` : `signal ${signal}`;
  const known = signal === null && code !== null ? codes[code] : undefined;
  if (known !== undefined) return `nvidia-smi gave up (${how}): ${known}.`;
  return `nvidia-smi ended by itself (${how})${said === null ? "." : `. It said: ${said.slice(0, 200)}`}`;
}

/** `0000:05:00.0` and `0000:65:00.0` alone are an address; drivers from 525 on put the number in front: `GPU1: 0000:…`. */
function gpu([, where = ""]: RegExpExecArray): string {
  const numbered = /^(\d{1,3}): (\S+)$/.exec(where.trim());
  return numbered === null ? `The GPU at ${where.trim()}` : `GPU ${numbered[1] ?? ""} (at ${numbered[2] ?? ""})`;
}

/** Whether one of these sentences says that a GPU is gone: what ran on it cannot go on. */
export function saysGpuIsGone(fault: string): boolean {
  return /is lost|fallen off the bus|needs a reset|sees no GPU/.test(fault);
}
