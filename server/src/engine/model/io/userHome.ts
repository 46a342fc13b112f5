import { homedir } from "node:os";

/** Under it the Hub's cache lies unless a variable moves it. */
export function userHome(): string {
  return homedir();
}
