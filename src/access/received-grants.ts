import { z } from 'zod'
import { type Did, isDid } from '../core/index.ts'
import type { Credentials } from '../credentials/index.ts'
import { change, type Reader, type Store, select, type Tx } from '../store/index.ts'
import { type ReceivedGrantRow, receivedGrantTable } from './access-tables.ts'
import { type Delegable, mayLetLook, mayPassOn } from './chain.ts'
import { isRecipient, type Looker, type Recipients } from './decide.ts'

export interface ReceivedGrantsDeps {
  readonly store: Store
  readonly credentials: Credentials
  /** It just ended, in the same transaction: once. */
  readonly whenEnded: (tx: Tx, grant: ReceivedGrantRow, code: string) => Promise<void>
}

const texts = z.array(z.string()).optional()
const dids = z.array(z.string().refine(isDid)).optional()
const recipients = z.looseObject({ roles: texts, persons: dids, systems: dids })
const named = z.looseObject({ recipients })
/** A delegation names people and systems of ours in the same way. */
const recipientsOfGrant = z.union([
  z.looseObject({ access: named }).transform(({ access }) => access),
  z.looseObject({ delegation: named }).transform(({ delegation }) => delegation),
])

const passing = z.looseObject({
  access: z.looseObject({
    delegation: z.looseObject({ max_depth: z.int(), to: dids, recipients: recipients.optional() }).optional(),
  }),
})

/** A grant we hold, as far as passing it on goes. */
export interface PassableGrant extends ReceivedGrantRow {
  /** SHA-256 of the grant credential, base64url. */
  readonly digest: string
  /** The credential, nothing disclosed. */
  readonly shown: string
  /** Whether the owner lets us pass it on to this party. */
  readonly mayPassOnTo: (did: Did) => boolean
  /** Whether the owner lets us name these inside such a party. */
  readonly mayLetLook: (named: Recipients) => boolean
  /** The only ones inside it that the owner lets look; null where the grant does not limit them. */
  readonly readers: Recipients | null
}

/** The grants we hold, and whom of us they let look. */
export class ReceivedGrants {
  readonly #deps: ReceivedGrantsDeps

  constructor(deps: ReceivedGrantsDeps) {
    this.#deps = deps
  }

  async find(reader: Reader, id: string): Promise<ReceivedGrantRow | null> {
    const [row] = await select(reader, receivedGrantTable, 'id = ?', [id])
    return row ?? null
  }

  /** As {@link find}; nobody else changes it until this transaction ends. On SQLite writers wait for each other anyway. */
  async hold(tx: Tx, id: string): Promise<ReceivedGrantRow | null> {
    const lock = this.#deps.store.engine === 'postgres' ? ' FOR UPDATE' : ''
    const [row] = await select(tx, receivedGrantTable, `id = ?${lock}`, [id])
    return row ?? null
  }

  async ofPartner(partner: Did): Promise<ReceivedGrantRow[]> {
    return select(this.#deps.store.reader, receivedGrantTable, 'partner = ?', [partner])
  }

  /** It opens nothing any more. The first reason stands. */
  async end(tx: Tx, id: string, endedCode: string): Promise<void> {
    const ended = { state: 'ended' as const, endedCode }
    if ((await change(tx, receivedGrantTable, { id, state: 'live' }, ended)) === 0) return
    const grant = await this.find(tx, id)
    if (grant) await this.#deps.whenEnded(tx, grant, endedCode)
  }

  /** Whether the owner would let this person or system of ours look under this grant, as far as the grant says. */
  async mayLook(id: string, looker: Looker): Promise<boolean> {
    return isRecipient(looker, await this.#recipients(id))
  }

  /** A grant of our own with what it takes to pass it on; null when we hold none of that id. */
  async passable(id: string): Promise<PassableGrant | null> {
    const { store, credentials } = this.#deps
    const grant = await this.find(store.reader, id)
    const held = grant && (await credentials.findHeld(store.reader, grant.credentialId))
    if (!held) return null
    const parsed = passing.safeParse((await credentials.read(held)).payload)
    const said = parsed.success ? parsed.data.access.delegation : undefined
    const delegation = said ? delegableOf(said) : null
    const recipients = await this.#recipients(id)
    return {
      ...grant,
      digest: held.digest,
      shown: await credentials.disclose(held, []),
      // What somebody passed on to us goes no further.
      mayPassOnTo: (did) => grant.delegation === null && mayPassOn(delegation, did),
      mayLetLook: (named) => mayLetLook({ recipients, delegation }, named),
      readers: delegation?.recipients ?? null,
    }
  }

  async systemsOf(id: string): Promise<readonly Did[]> {
    return (await this.#recipients(id)).systems ?? []
  }

  /** Whom the grant names; nobody when that cannot be read. */
  async #recipients(id: string): Promise<Recipients> {
    const { store, credentials } = this.#deps
    const grant = await this.find(store.reader, id)
    const held = grant && (await credentials.findHeld(store.reader, grant.credentialId))
    if (!held) return {}
    const parsed = recipientsOfGrant.safeParse((await credentials.read(held)).payload)
    if (!parsed.success) return {}
    return recipientsOf(parsed.data.recipients)
  }
}

const recipientsOf = ({
  roles = [],
  persons = [],
  systems = [],
}: z.output<typeof recipients>): Recipients => ({
  roles,
  persons,
  systems,
})

type Said = NonNullable<z.output<typeof passing>['access']['delegation']>

const delegableOf = ({ max_depth, to, recipients: readers }: Said): Delegable => ({
  max_depth,
  ...(to && { to }),
  ...(readers && { recipients: recipientsOf(readers) }),
})
