import type { Audit } from '../audit/index.ts'
import { BoundedMap, type Caller, type Clock, type Did, Refusal } from '../core/index.ts'
import type { Parties } from '../parties/index.ts'
import {
  change,
  In,
  IsNull,
  LessThan,
  MoreThan,
  Not,
  type Reader,
  rows,
  type Store,
  type Tx,
} from '../store/index.ts'
import type { Vault } from '../vault/index.ts'
import { accessEventTable, type GivenGrantRow, givenGrantTable } from './access-tables.ts'
import { isWithin, mayLetLook, mayPassOn } from './chain.ts'
import { type GrantLinkRow, grantLinkTable } from './chain-tables.ts'
import type { LinkTold } from './delegation-claims.ts'
import { requireMayDecide } from './may-decide.ts'

export interface LinksDeps {
  readonly store: Store
  readonly vault: Vault
  readonly audit: Audit
  readonly parties: Parties
  readonly clock: Clock
  /** What the network calls an organisation; null for a stranger, and when nobody can be asked. */
  readonly nameOf: (did: Did) => Promise<string | null>
  /** Who reads by a link, and who made it, are told that it ended, in the same transaction. */
  readonly whenCut: (tx: Tx, by: Caller, link: GrantLinkRow, grant: GivenGrantRow) => Promise<void>
  /** Who passed it on is told that it may do so again. */
  readonly whenAllowed: (tx: Tx, link: GrantLinkRow) => Promise<void>
}

/** What a grantee tells us of a link before it is used. */
export type NewLink = Omit<LinkTold, 'principal'> & { readonly id: string }

/** A link as its owner sees it. */
export interface SeenLink {
  readonly link: GrantLinkRow
  readonly grant: GivenGrantRow
  /** Why it opens nothing any more; null while it does. */
  readonly ended: string | null
  /** When the intermediary was last let in, ms. */
  readonly lastLook: number | null
}

/** Why a link is not taken in. */
export type NotTaken = 'delegation_not_allowed' | 'delegation_cut_by_owner'

/** Links told of at most over one grant. */
const MAX_LINKS = 50

/** Who reads on behalf of whom under the grants our parties gave; the owner cuts any link. */
export class Links {
  readonly #deps: LinksDeps
  // Between the question whether a link is expected and its acceptance: the network is not asked in a transaction.
  readonly #names = new BoundedMap<string>(1_000)

  constructor(deps: LinksDeps) {
    this.#deps = deps
  }

  /** What we were told of a link; null when nothing was. */
  async told(id: string): Promise<LinkTold | null> {
    return this.#deps.store.reader.findOneBy(grantLinkTable, { id })
  }

  /** Whether this party holds the grant it says it passes on, to somebody in the network. */
  async isExpected(from: Did, link: NewLink): Promise<boolean> {
    const { store, nameOf } = this.#deps
    if (!(await store.reader.existsBy(givenGrantTable, { id: link.grantId, grantee: from }))) return false
    const name = await nameOf(link.delegate)
    if (name !== null) this.#names.set(link.id, name)
    return name !== null
  }

  /** Takes a link in, once. @returns why not, where the grant or its owner does not allow it */
  async accept(tx: Tx, principal: Did, { id, ...told }: NewLink): Promise<NotTaken | null> {
    const { clock, audit } = this.#deps
    const { grantId, delegate } = told
    await hold(tx, grantId)
    const grant = await tx.findOneBy(givenGrantTable, { id: grantId, grantee: principal })
    if (!grant || !isAllowed(grant, told, clock.now())) return 'delegation_not_allowed'
    if (await tx.existsBy(grantLinkTable, { id })) return null
    if (await tx.existsBy(grantLinkTable, keptOut(grantId, delegate))) return 'delegation_cut_by_owner'
    if ((await tx.countBy(grantLinkTable, { grantId })) >= MAX_LINKS) return 'delegation_not_allowed'
    await tx.insert(grantLinkTable, {
      ...told,
      id,
      principal,
      grantorParty: grant.grantorParty,
      delegateName: this.#names.get(id) ?? '',
      startsAt: clock.now(),
      cutAt: null,
      cutBy: null,
      allowedAt: null,
      endedAt: null,
    })
    const caller = { kind: 'node' as const, did: principal }
    await audit.record(tx, caller, 'link.told', { link: id, grant: grant.id, delegate })
    return null
  }

  /** Whether this party made this link. */
  isPrincipal(from: Did, id: string): Promise<boolean> {
    return this.#deps.store.reader.existsBy(grantLinkTable, { id, principal: from })
  }

  /** The grantee took its delegation back. */
  async withdrawn(tx: Tx, principal: Did, id: string): Promise<void> {
    const { clock, audit } = this.#deps
    const open = { id, principal, endedAt: IsNull() }
    if ((await change(tx, grantLinkTable, open, { endedAt: clock.now() })) === 0) return
    await audit.record(tx, { kind: 'node', did: principal }, 'link.withdrawn', { link: id })
  }

  /**
   * Cuts a link, and every other of this grant to the same intermediary: once this is acknowledged, it reads by none of
   * them, and takes part in no new one until {@link allow}. The grant itself stays. Twice is no error.
   * @throws Refusal `link_unknown`, `not_data_subject`
   */
  async cut(caller: Caller, id: string): Promise<SeenLink> {
    const { store, vault, clock, audit, whenCut } = this.#deps
    await store.transact(async (tx) => {
      const { link, grant } = await this.#requireOurs(tx, caller, id)
      const cut = {
        cutAt: clock.now(),
        cutBy: caller.kind === 'user' ? vault.pseudonym(caller.personId) : null,
      }
      const { grantId, delegate } = link
      const others = await tx.findBy(grantLinkTable, { ...openTo(grantId, delegate), id: Not(id) })
      for (const one of [link, ...others]) {
        // Reads by the link hold its row until they committed.
        if ((await change(tx, grantLinkTable, { id: one.id, cutAt: IsNull() }, cut)) === 0) continue
        await audit.record(tx, caller, 'link.cut', { link: one.id, grant: grantId, delegate })
        await whenCut(tx, caller, { ...one, ...cut }, grant)
      }
    })
    return this.#requireSeen(id)
  }

  /**
   * Lets the grant be passed on again to an intermediary that was cut; no link that was cut opens anything by it. Twice
   * is no error.
   * @throws Refusal `link_unknown`, `not_data_subject`, `link_not_cut`
   */
  async allow(caller: Caller, id: string): Promise<SeenLink> {
    const { store, clock, audit, whenAllowed } = this.#deps
    await store.transact(async (tx) => {
      const { link } = await this.#requireOurs(tx, caller, id)
      if (link.cutAt === null) throw new Refusal('conflict', 'link_not_cut', 'this link was not cut')
      const { grantId, delegate } = link
      const allowed = { allowedAt: clock.now() }
      if ((await change(tx, grantLinkTable, keptOut(grantId, delegate), allowed)) === 0) return
      await audit.record(tx, caller, 'link.allowed', { link: id, grant: grantId, delegate })
      await whenAllowed(tx, link)
    })
    return this.#requireSeen(id)
  }

  async #requireOurs(tx: Tx, caller: Caller, id: string) {
    const link = await tx.findOneBy(grantLinkTable, { id })
    if (link) await hold(tx, link.grantId)
    const grant = link && (await tx.findOneBy(givenGrantTable, { id: link.grantId }))
    if (!link || !grant) throw new Refusal('not_found', 'link_unknown', 'there is no such link')
    requireMayDecide(caller, await this.#deps.parties.require(link.grantorParty))
    return { link, grant }
  }

  async #requireSeen(id: string): Promise<SeenLink> {
    const [seen] = await this.#seen(await this.#deps.store.reader.findBy(grantLinkTable, { id }))
    if (!seen) throw new Error('a link that was decided about is gone')
    return seen
  }

  /** Links that were open over a grant which ends now. */
  liveOf(tx: Tx, grantId: string): Promise<GrantLinkRow[]> {
    const expiresAt = MoreThan(this.#deps.clock.now())
    return tx.findBy(grantLinkTable, { grantId, cutAt: IsNull(), endedAt: IsNull(), expiresAt })
  }

  /** Newest first. */
  async list(
    subjects: readonly string[],
    { cursor, limit }: { readonly cursor?: string; readonly limit: number },
    grantId?: string,
  ): Promise<SeenLink[]> {
    const found = await this.#deps.store.reader.find(grantLinkTable, {
      where: {
        grantorParty: In([...subjects]),
        ...(grantId && { grantId }),
        ...(cursor && { id: LessThan(cursor) }),
      },
      order: { id: 'DESC' },
      take: limit,
    })
    return this.#seen(found)
  }

  async #seen(links: readonly GrantLinkRow[]): Promise<SeenLink[]> {
    const { reader } = this.#deps.store
    const now = this.#deps.clock.now()
    const ids = [...new Set(links.map(({ grantId }) => grantId))]
    const grants = new Map(
      (await reader.findBy(givenGrantTable, { id: In(ids) })).map((row) => [row.id, row]),
    )
    const seen = links.map(async (link) => {
      const grant = grants.get(link.grantId)
      return (
        grant && { link, grant, ended: endOf(link, grant, now), lastLook: await lastLook(reader, link.id) }
      )
    })
    return (await Promise.all(seen)).filter((one) => one !== undefined)
  }
}

/** Links by which an intermediary may still read. */
const openTo = (grantId: string, delegate: Did) => ({ grantId, delegate, cutAt: IsNull(), endedAt: IsNull() })

/** What keeps an intermediary out of a grant: a cut after which its owner did not allow it again. */
const keptOut = (grantId: string, delegate: Did) => ({
  grantId,
  delegate,
  cutAt: Not(IsNull()),
  allowedAt: IsNull(),
})

/** Of a cut and a link that is told of at the same moment, one waits for the other: both write this row. */
const hold = (tx: Tx, grantId: string) =>
  rows(tx, 'UPDATE given_grant SET id = id WHERE id = ? RETURNING id', [grantId])

const isAllowed = (grant: GivenGrantRow, link: Omit<NewLink, 'id'>, now: number): boolean =>
  grant.revokedAt === null &&
  grant.inForceAt !== null &&
  grant.expiresAt > now &&
  mayPassOn(grant.delegation, link.delegate) &&
  link.delegate !== grant.grantee &&
  isWithin(link.claims, grant.tuples) &&
  mayLetLook(grant, link.recipients) &&
  link.purpose.every((purpose) => grant.purpose.includes(purpose)) &&
  link.expiresAt <= grant.expiresAt

function endOf(link: GrantLinkRow, grant: GivenGrantRow, now: number): string | null {
  if (link.cutAt !== null) return 'delegation_cut'
  if (link.endedAt !== null) return 'delegation_revoked'
  if (grant.revokedAt !== null) return 'grant_revoked'
  return link.expiresAt <= now ? 'delegation_expired' : null
}

async function lastLook(reader: Reader, linkId: string): Promise<number | null> {
  const [found] = await reader.find(accessEventTable, {
    where: { linkId, outcome: 'permit' },
    order: { id: 'DESC' },
    take: 1,
  })
  return found?.at ?? null
}
