/** What another process has used so far, from the kernel. Linux only, as the suites that measure are. */
import { readFileSync } from 'node:fs'

/** The kernel's clock ticks per second, on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100

/** CPU time of the process in milliseconds, all its threads together. */
export function cpuMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  // The name in parentheses may hold spaces; user and system time are the 12th and 13th field after it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS_PER_SECOND
}

/** Highest resident memory of the process so far, in bytes. */
export function peakMemoryBytes(pid: number): number {
  const [, kilobytes = '0'] = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Number(kilobytes) * 1024
}
