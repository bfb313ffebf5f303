import type { Log } from '../core/index.ts'

/**
 * Ends the process with 1 when something unforeseen happens: its state is unknown then, what is on disk is not.
 * The log says what; Node's own report would show the message of the error, which may quote personal data.
 * @returns takes the guard away
 */
export function guardProcess(log: () => Log): () => void {
  const unforeseen = (error: unknown) => {
    log().error({ err: error }, 'unforeseen error')
    process.exit(1)
  }
  process.on('uncaughtException', unforeseen)
  process.on('unhandledRejection', unforeseen)
  return () => {
    process.off('uncaughtException', unforeseen)
    process.off('unhandledRejection', unforeseen)
  }
}
