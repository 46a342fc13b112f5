export interface Bar {
  done: number | null;
  total: number | null;
  /** The bar without its times and rates, which go on when nothing else does. */
  key: string;
}

/** `Name:  33%|███  | 22/67 [00:05<00:11,  3.90it/s]`, and vLLM's own `Name:  50% Completed | 2/4 [00:01<00:01]`. */
const count = /^ *(\d{1,9})\/(\d{1,9})(?= |\[|$)/;
/** Of bytes, `587M/4.98G`: several files may be under way, each with a bar of its own, so these are not a count. */
const amount = /^ *[\d.]{1,12}[kKMGT]?i?B?\/[\d.]{1,12}[kKMGT]?i?B?(?= |\[|,|$)/;

/** Reads a progress bar of tqdm in one line of a log. null: it is none. */
export function readBar(message: string): Bar | null {
  const percent = message.indexOf("%");
  const end = message.lastIndexOf("|", message.lastIndexOf("[") === -1 ? undefined : message.lastIndexOf("["));
  if (percent < 1 || end < percent || !/\d/.test(message.charAt(percent - 1))) return null;
  const rest = message.slice(end + 1);
  const [figures, done, total] = count.exec(rest) ?? amount.exec(rest) ?? [];
  if (figures === undefined) return null;
  const key = message.slice(0, end + 1) + figures;
  return /\.\S{1,12}: /.test(message.slice(0, percent)) || done === undefined || total === undefined
    ? { done: null, total: null, key }
    : { done: Number(done), total: Number(total), key };
}
