/** A repository on the Hub: `owner/name`, or one name of old. Such a name is safe in a URL and as a folder's name. */
export function isHubName(name: string): boolean {
  return /^(?:[\w.-]{1,96}\/)?[\w.-]{1,96}$/.test(name) && !/(?:^|\/)\.|\.\.|--|\.(?:git|gguf)$/.test(name);
}

/** A revision: branch, tag or commit. */
export function isRevision(revision: string): boolean {
  return /^[\w.-]{1,128}(?:\/[\w.-]{1,128}){0,3}$/.test(revision) && !revision.includes("..");
}

/** Written as a place on this machine, not as a name on the Hub. */
export function isWrittenAsPath(name: string): boolean {
  return /^(?:\/|\.{1,2}(?:\/|$)|~(?:\/|$)|[A-Za-z]:[\\/]|\\\\)/.test(name) || /\.gguf$/i.test(name);
}
