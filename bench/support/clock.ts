/**
 * Milliseconds of the machine's one clock, comparable between processes and with the times of files. The kernel stamps
 * files by its tick, so those can be 4 ms behind.
 */
export function clockMs(): number {
  return performance.timeOrigin + performance.now();
}
