import { z } from 'zod'
import type { Audit } from '../audit/index.ts'
import type { ConsentKeys } from '../consent-keys/index.ts'
import { type Language, languages, Refusal } from '../core/index.ts'
import type { Mails } from '../mail/index.ts'
import type { Store, Tx } from '../store/index.ts'
import type { Accounts } from './accounts.ts'
import type { KeyReplacement } from './key-replacement.ts'
import type { Parties } from './parties.ts'
import type { People } from './people.ts'
import { welcomeMail } from './welcome-mail.ts'

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
  /** Mails somebody; null where this node has no way to. */
  readonly mail: Pick<Mails, 'queue'> | null
}

/** Where the link goes that somebody takes her account over with. */
export const handingShape = {
  mailed: z.boolean().default(false).describe('the link goes to her e-mail address, and to nobody else'),
  language: z.enum(languages).default('nl').describe('of that e-mail'),
}

export const activationShape = {
  activation_code: z
    .string()
    .nullable()
    .describe('shown once, lasts three days; with it she gets her token and sets her secret'),
  activation_url: z.string().nullable().describe('the page that takes it, with the code in the address'),
  mailed_to: z.string().nullable().describe('her address, where the link went there instead'),
}

/**
 * Hands a code to somebody who was just made: to who asked, or by mail to herself.
 * @throws Refusal `mail_not_configured`, `person_without_email`, and those of mailing
 */
export async function handOver(
  tx: Tx,
  { parties, mail, welcomePage }: Pick<PartiesOperationsDeps, 'parties' | 'mail' | 'welcomePage'>,
  code: string | null,
  { person, mailed, language }: { person: string; mailed: boolean; language: Language },
) {
  // After the #: no server, log or other page is told it.
  const url = code === null ? null : `${welcomePage}#${code}`
  if (!mailed || url === null) return { activation_code: code, activation_url: url, mailed_to: null }
  if (!mail) throw new Refusal('conflict', 'mail_not_configured', 'this node has no mail server')
  const { name, email } = await parties.profile(person)
  if (!email) throw new Refusal('unprocessable', 'person_without_email', 'we know no e-mail address of hers')
  const { name: organisation } = await parties.profile((await parties.organisation()).id)
  await mail.queue(tx, {
    ...{ to: email, language, template: welcomeMail, params: { name, organisation, url } },
    about: { kind: 'person', id: person },
  })
  return { activation_code: null, activation_url: null, mailed_to: email }
}

export const text = (max: number) => z.string().trim().min(1).max(max)
export const account = z.string().regex(/^[a-z][a-z0-9_-]{1,31}$/, 'lower case letters, digits, - and _')
export const roleCode = z.string().regex(/^[a-z][a-z0-9_]{0,63}$/, 'lower case letters, digits and _')
