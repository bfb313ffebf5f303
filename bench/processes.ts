import { type ChildProcess, execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** The unit of CPU time in `/proc`. */
const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }))

/** CPU seconds a process has used, in user and system mode. Linux only. */
export function cpuSecondsOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  // The name in parentheses may hold spaces; what counts comes after it: utime and stime are fields 14 and 15.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond
}

/** Resident memory of a process, in MiB. Linux only. */
export function residentMib(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(/^VmRSS:\s*(\d+) kB/m.exec(status)?.[1]) / 1024
}

/** @throws Error when it does not run */
export function pidOf({ pid, exitCode }: ChildProcess): number {
  if (pid === undefined || exitCode !== null) throw new Error('the node did not start')
  return pid
}
