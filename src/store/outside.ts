import {
  type EntityManager,
  QueryFailedError,
  QueryRunnerAlreadyReleasedError,
  QueryRunnerProviderAlreadyReleasedError,
} from 'typeorm'
import { Refusal } from '../core/index.ts'

/** What SQLite, Postgres (SQLSTATE classes 08, 53 and 57P; a deadlock and a serialization failure) and the system call it. */
const CODE =
  /^(SQLITE_(FULL|IOERR|READONLY|BUSY|CANTOPEN)|08\w{3}|53\d{3}|57P\d\d|40P01|40001|E(CONNREFUSED|CONNRESET|CONNABORTED|PIPE|TIMEDOUT|HOSTUNREACH|NOTFOUND|AI_AGAIN))$/
/** What pg says without a code when a connection goes. */
const WORDS =
  /SQLITE_(FULL|IOERR|READONLY|BUSY|CANTOPEN)|^Connection terminated|^timeout exceeded when trying to connect|not queryable$/
const FULL = /^(SQLITE_FULL|53100)$/

/** A full disk or a database that is away is not the caller's fault and not ours: a coded 503. */
export function refusalIfOutside(error: unknown): unknown {
  if (error instanceof Refusal || !(error instanceof Error)) return error
  const cause = error instanceof QueryFailedError ? error.driverError : error
  const code = String((cause as NodeJS.ErrnoException).code ?? '')
  if (!CODE.test(code) && !WORDS.test(cause.message) && !isCutOff(error)) return error
  const full = FULL.test(code) || cause.message.includes('SQLITE_FULL')
  return new Refusal(
    'unavailable',
    full ? 'disk_full' : 'database_unavailable',
    full ? 'there is no room left on the disk: nothing was changed' : 'the database does not answer',
    { cause: error },
  )
}

/** What TypeORM says to the next statement of a transaction whose connection went between two. */
const isCutOff = (error: Error): boolean =>
  error instanceof QueryRunnerAlreadyReleasedError || error instanceof QueryRunnerProviderAlreadyReleasedError

const isReadOnly = (error: unknown): boolean =>
  error instanceof QueryFailedError && error.message.startsWith('SQLITE_READONLY')

const READING = [
  'find',
  'findBy',
  'findOne',
  'findOneBy',
  'exists',
  'existsBy',
  'count',
  'countBy',
  'query',
] as const

/** A manager whose reading fails as {@link refusalIfOutside} tells. */
export function guarded(manager: EntityManager): EntityManager {
  const guard = (name: (typeof READING)[number]) => {
    const method = manager[name] as (...args: unknown[]) => Promise<unknown>
    return async (...args: unknown[]): Promise<unknown> => {
      try {
        return await method.apply(manager, args)
      } catch (error) {
        // Writing with it is a mistake of ours.
        throw isReadOnly(error) ? error : refusalIfOutside(error)
      }
    }
  }
  const guards = Object.fromEntries(READING.map((name) => [name, guard(name)]))
  return Object.assign(Object.create(manager), guards) as EntityManager
}
