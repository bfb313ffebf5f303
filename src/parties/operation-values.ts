import { z } from 'zod'
import type { Audit } from '../audit/index.ts'
import type { Store } from '../store/index.ts'
import type { Accounts } from './accounts.ts'
import type { Parties } from './parties.ts'
import type { People } from './people.ts'

export interface PartiesOperationsDeps {
  readonly store: Store
  readonly parties: Parties
  readonly accounts: Accounts
  readonly people: People
  readonly audit: Audit
  /** Called with a new account's token, where the node keeps tokens for the command line of this machine. */
  readonly keepToken?: (account: string, token: string) => Promise<void>
}

export const text = (max: number) => z.string().trim().min(1).max(max)
export const account = z.string().regex(/^[a-z][a-z0-9_-]{1,31}$/, 'lower case letters, digits, - and _')
export const roleCode = z.string().regex(/^[a-z][a-z0-9_]{0,63}$/)
