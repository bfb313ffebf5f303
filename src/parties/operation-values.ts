import { z } from 'zod'
import type { Audit } from '../audit/index.ts'
import type { ConsentKeys } from '../consent-keys/index.ts'
import type { Store } from '../store/index.ts'
import type { Accounts } from './accounts.ts'
import type { KeyReplacement } from './key-replacement.ts'
import type { Parties } from './parties.ts'
import type { People } from './people.ts'

/** Keeps what a person has for herself elsewhere. */
export interface LocalFiles {
  keepToken(account: string, token: string): Promise<void>
  keepSecret(account: string, secret: string): Promise<void>
}

export interface PartiesOperationsDeps {
  readonly store: Store
  readonly parties: Parties
  readonly accounts: Accounts
  readonly people: People
  readonly audit: Audit
  readonly consentKeys: ConsentKeys
  readonly keyReplacement: KeyReplacement
  /** Where the node keeps what opens its accounts for the command line of this machine: to try things out. */
  readonly local?: LocalFiles
  /** The page on which somebody new takes her account and key over with a code. */
  readonly welcomePage: string
}

export const activationShape = {
  activation_code: z
    .string()
    .nullable()
    .describe('shown once, lasts three days; with it she gets her token and sets her secret'),
  activation_url: z.string().nullable().describe('the page that takes it, with the code in the address'),
}

/** After the #: no server, log or other page is told it. */
export const activationOf = (
  code: string | null,
  { welcomePage }: Pick<PartiesOperationsDeps, 'welcomePage'>,
) => ({
  activation_code: code,
  activation_url: code === null ? null : `${welcomePage}#${code}`,
})

export const text = (max: number) => z.string().trim().min(1).max(max)
export const account = z.string().regex(/^[a-z][a-z0-9_-]{1,31}$/, 'lower case letters, digits, - and _')
export const roleCode = z.string().regex(/^[a-z][a-z0-9_]{0,63}$/, 'lower case letters, digits and _')
