import { type Clock, isRefusal, type Language, type UserCaller } from '../core/index.ts'
import { change, type Reader, rows, type Store, type Tx } from '../store/index.ts'
import { type MailPreferenceRow, mailPreferenceTable } from './mail-tables.ts'
import type { Mails, NewMail } from './mails.ts'
import type { MailAudit } from './ports.ts'

export interface PreferencesDeps {
  readonly store: Store
  readonly clock: Clock
  readonly audit: MailAudit
  readonly mails: Pick<Mails, 'queue'>
  /** Where a person of ours reads her mail; null where she has no address, or her account is not in use. */
  readonly addressOf: (person: string) => Promise<string | null>
}

export type Preference = Omit<MailPreferenceRow, 'person'>

/** A mail to one of ours. */
export type PersonMail<P> = Omit<NewMail<P>, 'to' | 'language'>

/** Who said nothing reads Dutch, hears of the policy, and not of each request and grant. */
const unsaid: Preference = { language: 'nl', policy: 1, access: 0 }

/** In which language our own people are mailed, and of what. */
export class Preferences {
  readonly #deps: PreferencesDeps

  constructor(deps: PreferencesDeps) {
    this.#deps = deps
  }

  async find(person: string, reader: Reader = this.#deps.store.reader): Promise<Preference> {
    return (await reader.findOneBy(mailPreferenceTable, { person })) ?? unsaid
  }

  /** Sets what is given, and leaves the rest. */
  async set(
    caller: UserCaller,
    wanted: {
      readonly language?: Language | undefined
      readonly policy?: boolean | undefined
      readonly access?: boolean | undefined
    },
  ): Promise<Preference> {
    const { store, audit } = this.#deps
    const set = {
      ...(wanted.language && { language: wanted.language }),
      ...(wanted.policy !== undefined && { policy: Number(wanted.policy) }),
      ...(wanted.access !== undefined && { access: Number(wanted.access) }),
    }
    return store.transact(async (tx) => {
      const { personId: person } = caller
      await rows(
        tx,
        `INSERT INTO mail_preference (person, language, policy, access) VALUES (?, ?, ?, ?)
         ON CONFLICT (person) DO NOTHING RETURNING person`,
        [person, unsaid.language, unsaid.policy, unsaid.access],
      )
      if (Object.keys(set).length > 0) await change(tx, mailPreferenceTable, { person }, set)
      await audit.record(tx, caller, 'mail.preferences_set', {})
      return this.find(person, tx)
    })
  }

  /** Mails one of ours in her language, with the change it tells of. Who cannot be mailed, or wants none, is left in peace. */
  async write<P>(tx: Tx, person: string, mail: PersonMail<P>): Promise<void> {
    const to = await this.#deps.addressOf(person)
    if (to === null) return
    const { language } = await this.find(person, tx)
    await this.#deps.mails.queue(tx, { ...mail, to, language }).catch(unlessUnwanted)
  }

  /** As {@link write}, to those who want to hear of the policy. */
  async writeOfPolicy<P>(tx: Tx, persons: readonly string[], mail: PersonMail<P>): Promise<void> {
    for (const person of persons)
      if ((await this.find(person, tx)).policy === 1) await this.write(tx, person, mail)
  }

  /** As {@link write}, to those who want to hear of requests and grants. */
  async writeOfAccess<P>(tx: Tx, persons: readonly string[], mail: PersonMail<P>): Promise<void> {
    for (const person of persons)
      if ((await this.find(person, tx)).access === 1) await this.write(tx, person, mail)
  }

  async erase(tx: Tx, person: string): Promise<void> {
    await tx.delete(mailPreferenceTable, { person })
  }
}

function unlessUnwanted(error: unknown): undefined {
  if (isRefusal(error) && (error.code.startsWith('recipient_') || error.code === 'mail_address_invalid'))
    return undefined
  throw error
}
