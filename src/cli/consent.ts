import { callOperation } from './client.ts'
import type { Connection } from './connection.ts'
import { CommandFailure } from './failure.ts'
import type { CliOperation } from './operations.ts'

export interface UnlockDeps {
  readonly operation: CliOperation | undefined
  readonly language: string
  /** What she types; null where nobody can be asked. */
  readonly ask: () => Promise<string | null>
}

export const isLocked = (error: unknown): error is CommandFailure =>
  error instanceof CommandFailure && error.problem.code === 'consent_locked'

export const isWrongSecret = (error: CommandFailure): boolean => error.problem.code === 'consent_secret_wrong'

/**
 * Opens the caller's consent key: with the secret a node that tries things out keeps beside her token, or with what she
 * types.
 * @returns the connection with which her key is open; null when there is no secret
 * @throws CommandFailure `consent_secret_wrong` and others of the node
 */
export async function unlock(connection: Connection, deps: UnlockDeps): Promise<Connection | null> {
  const { operation, language, ask } = deps
  const secret = (await connection.readSecret?.()) ?? (operation && (await ask()))
  if (!operation || !secret) return null
  const { token } = (await callOperation(connection, language, operation, { secret })) as { token: string }
  return { ...connection, consent: token }
}
