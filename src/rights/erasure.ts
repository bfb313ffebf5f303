import { type Caller, type Clock, type HerWords, Refusal } from '../core/index.ts'
import type { Parties, Party, People } from '../parties/index.ts'
import { change, IsNull, type Store, type Tx } from '../store/index.ts'
import type { Vault } from '../vault/index.ts'
import type { DirectoryPort, ErasedContact, FoundContact, TracesPort, Written } from './ports.ts'
import { open, type Requests } from './requests.ts'
import { type Kept, type RightsRequestRow, rightsRequestTable } from './rights-table.ts'

export interface ErasureDeps<C extends FoundContact> {
  readonly store: Store
  readonly vault: Vault
  readonly clock: Clock
  readonly parties: Parties
  readonly people: Pick<People, 'erase' | 'declared'>
  readonly requests: Requests
  readonly directory: DirectoryPort<C>
  readonly traces: TracesPort
}

/** What an erasure does, before it is done and after. */
export interface ErasurePlan {
  readonly erases: readonly { readonly what: Erased; readonly count: number }[]
  readonly keeps: readonly Kept[]
}

export const erasedThings = [
  'profile',
  'account',
  'credentials',
  'grants',
  'requests_for_data',
  'log_names',
  'approvals',
  'messages',
  'corrections',
  'cases',
  'directory',
  'texts',
] as const
export type Erased = (typeof erasedThings)[number]

/** Whom an erasure is about. */
interface Found<C> {
  readonly party: Party | null
  /** Rows of the directory that name her. */
  readonly contacts: readonly C[]
}

/** Erases a person: what we know of her, but for what the law makes us keep (AVG, article 17). */
export class Erasure<C extends FoundContact = FoundContact> {
  readonly #deps: ErasureDeps<C>

  constructor(deps: ErasureDeps<C>) {
    this.#deps = deps
  }

  /**
   * What would be erased, and what stays, why and until when; nothing changes.
   * @throws Refusal `rights_request_unknown`, `not_an_erasure`
   */
  async preview(caller: Caller, id: string, isRealEstate: boolean): Promise<ErasurePlan> {
    const row = await this.#deps.requests.require(caller, id)
    requireErasure(row)
    return this.#plan(await this.#find(row), isRealEstate)
  }

  /**
   * Does it, in one transaction, and answers the request. A second time changes nothing and answers the same.
   * @returns the request as it is now, and what was done about an account, to be undone outside the database
   * @throws Refusal `rights_request_closed`, `last_administrator`, and as {@link preview}
   */
  async erase(caller: Caller, id: string, isRealEstate: boolean): Promise<{ account: string | null }> {
    const { store, requests, clock, traces } = this.#deps
    return store.transact(async (tx) => {
      const row = await requests.require(caller, id)
      requireErasure(row)
      if (row.erasedAt !== null) return { account: null }
      const now = clock.now()
      // Of two who do it at once, the second waits here, and finds it done.
      const done = { state: 'answered' as const, closedAt: now, erasedAt: now }
      if ((await change(tx, rightsRequestTable, { id, state: open, erasedAt: IsNull() }, done)) !== 1) {
        const after = await requests.require(caller, id)
        if (after.erasedAt !== null) return { account: null }
        throw new Refusal('conflict', 'rights_request_closed', 'this was answered before')
      }
      const found = await this.#find(row)
      const { keeps } = await this.#plan(found, isRealEstate)
      const names = await this.#namesOf(found)
      const account = found.party && (await this.#deps.people.erase(tx, caller, found.party))
      const grants: string[] = []
      for (const contact of found.contacts)
        grants.push(...(await this.#eraseContact(tx, caller, contact, isRealEstate)))
      const values = [...names.full, ...names.single, ...(account ? [account] : [])]
      await traces.forget(tx, caller, { words: wordsOf(names), values, grants })
      await change(tx, rightsRequestTable, { id }, { kept: keeps })
      await requests.noted(tx, caller, row, 'erased')
      await requests.noted(tx, caller, row, 'answered')
      return { account }
    })
  }

  async #eraseContact(tx: Tx, caller: Caller, contact: C, isRealEstate: boolean): Promise<readonly string[]> {
    const { directory, vault, clock } = this.#deps
    const grants = await directory.erase(tx, caller, contact, isRealEstate)
    const hers = { subjectKind: 'contact' as const, subjectId: contact.partnerId, contactMark: contact.mark }
    for (const { scope } of await tx.findBy(rightsRequestTable, hers)) await vault.destroyKey(tx, scope)
    // Whatever else she asked has lost its subject.
    await change(tx, rightsRequestTable, { ...hers, erasedAt: IsNull() }, { erasedAt: clock.now() })
    return grants
  }

  async #find(row: RightsRequestRow): Promise<Found<C>> {
    const { parties, directory } = this.#deps
    if (row.subjectKind === 'contact') {
      const contact = await directory.find(row.subjectId)
      // Somebody else may be named there by now.
      return { party: null, contacts: contact && contact.mark === row.contactMark ? [contact] : [] }
    }
    const { email } = await parties.profile(row.subjectId)
    return {
      party: await parties.require(row.subjectId),
      contacts: email ? await directory.byEmail(email) : [],
    }
  }

  async #plan(found: Found<C>, isRealEstate: boolean): Promise<ErasurePlan> {
    const { party, contacts } = found
    const { directory, traces } = this.#deps
    const count = party && (await traces.count(party))
    const written = await traces.written(wordsOf(await this.#namesOf(found)))
    const erases = [
      ...(count
        ? ([
            { what: 'profile', count: 1 },
            { what: 'account', count: 1 },
            { what: 'credentials', count: count.credentials },
            { what: 'grants', count: count.openGrants },
            { what: 'requests_for_data', count: count.requests },
            { what: 'log_names', count: count.events },
            { what: 'approvals', count: count.approvals },
            { what: 'messages', count: count.messages },
            { what: 'corrections', count: count.corrections },
            { what: 'cases', count: count.cases },
          ] as const)
        : []),
      { what: 'directory' as const, count: contacts.length },
      { what: 'texts' as const, count: written.named },
    ].filter(({ count }) => count > 0)
    const booked = contacts
      .map((contact) => directory.keeps(contact, isRealEstate))
      .filter((one): one is ErasedContact & { keptUntil: number } => one.keptUntil !== null)
    return {
      erases,
      keeps: [
        ...booked.map(({ keptUntil }) => kept('bookkeeping', 'tax_law', 1, keptUntil)),
        ...(count?.acceptances ? [kept('signed_acceptances', 'legal_claims', count.acceptances, null)] : []),
        ...(count?.grants ? [kept('grant_facts', 'accountability', count.grants, null)] : []),
        ...(count?.asksAndLooks
          ? [kept('asks_and_looks', 'accountability', count.asksAndLooks, written.looksUntil)]
          : []),
        kept('audit_log', 'accountability', null, null),
        kept('rights_request', 'accountability', 1, null),
        ...(contacts.length > 0 ? [kept('looks', 'accountability', null, written.looksUntil)] : []),
        ...keptOf(written),
      ],
    }
  }

  /** By what she is found where her name was written by others. */
  async #namesOf({ party, contacts }: Found<C>): Promise<Names> {
    const { parties, people, directory } = this.#deps
    const ofContacts = contacts.flatMap((contact) => directory.valuesOf(contact))
    if (!party) return namesIn(ofContacts, [])
    const { name, givenName, familyName, email } = await parties.profile(party.id)
    const said = (await people.declared(party))?.claims ?? {}
    // Her family name counts by itself: she is one of ours, and texts call her so.
    const own = [email, said.email, said.phone_number, familyName, said.family_name].filter(isText)
    return namesIn([name, ...own, ...ofContacts], own, [givenName, said.given_name].filter(isText))
  }
}

/** What names somebody: with all of it she is found, with a single word only beside something that is hers alone. */
interface Names {
  readonly full: readonly string[]
  readonly single: readonly string[]
}

/** @param own what is hers alone, also where it is a single word */
function namesIn(values: readonly string[], own: readonly string[], given: readonly string[] = []): Names {
  const isFull = (value: string) => own.includes(value) || /[\s@\d]/.test(value.trim())
  const full = values.filter((value) => value.length > 1 && isFull(value))
  return { full, single: [...given, ...values.filter((value) => !isFull(value))] }
}

/** Parts of a full name are what others are called too. */
const wordsOf = ({ full, single }: Names): HerWords => ({
  own: full,
  shared: [...single, ...full.flatMap((name) => (/[@\d]/.test(name) ? [] : name.split(/\s+/)))],
})

const isText = (value: unknown): value is string => typeof value === 'string' && value.length > 1

/** What people wrote is searched for her names; what of it could be about her without naming her stays, and is said to. */
function keptOf({ breachTexts, messages, messagesUntil, others, companyCredentials }: Written): Kept[] {
  const all = [
    kept('breach_texts', 'accountability', breachTexts, null),
    kept('messages', 'not_found', messages, messagesUntil),
    kept('other_texts', 'not_found', others, null),
    kept('company_credentials', 'company_data', companyCredentials, null),
  ]
  return all.filter(({ count }) => count !== 0)
}

const kept = (what: Kept['what'], why: Kept['why'], count: number | null, until: number | null): Kept => ({
  what,
  why,
  count,
  until,
})

function requireErasure({ kind }: RightsRequestRow): void {
  if (kind !== 'erasure') throw new Refusal('conflict', 'not_an_erasure', 'she did not ask to be erased')
}
