import { pino } from 'pino'
import { type Log, Refusal } from '../core/index.ts'

/**
 * The node's log: JSON lines (pino) on standard output, where whoever started the process wants them.
 * Fields are ids, codes and counts by agreement; errors are cut down to what cannot hold a value of personal data.
 */
export function createLogger(
  node: string,
  // Written before we go on: what was logged just before a crash is what matters.
  destination: pino.DestinationStream = pino.destination({ fd: 1, sync: true }),
): Log {
  return pino(
    {
      // Not `pid`: that is a field of lines about other processes.
      base: { node, process: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { err: safeError },
    },
    destination,
  )
}

interface SafeError {
  readonly type: string
  readonly code?: string
  readonly message?: string
  readonly at?: readonly string[]
  readonly cause?: SafeError | undefined
}

/** Messages of others quote what they choked on: a row, a header, a name. Ours never do; the system's name files. */
function safeError(error: unknown, depth = 0): SafeError | string {
  if (!(error instanceof Error)) return typeof error === 'string' ? error : typeof error
  const { code, syscall } = error as NodeJS.ErrnoException
  const isOurs = error instanceof Refusal || typeof syscall === 'string'
  return {
    type: error.constructor.name,
    ...(typeof code === 'string' ? { code } : {}),
    ...(isOurs ? { message: error.message } : {}),
    ...(error instanceof Refusal ? {} : { at: frames(error) }),
    ...(error.cause instanceof Error && depth < 4
      ? { cause: safeError(error.cause, depth + 1) as SafeError }
      : {}),
  }
}

/** Where it happened, without the message that a stack begins with. */
const frames = (error: Error): string[] =>
  (error.stack ?? '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.startsWith('at '))
    .slice(0, 12)
