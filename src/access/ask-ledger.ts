import type { Audit } from '../audit/index.ts'
import { type Clock, type Did, newId, Refusal } from '../core/index.ts'
import { createBatch, insertAll, placeholders, rows, type Store, select, type Tx } from '../store/index.ts'
import { openUnlessErased, sealUnlessErased, type Vault } from '../vault/index.ts'
import { type AccessEventRow, accessEventTable, type GivenGrantRow } from './access-tables.ts'
import type { LinkFacts } from './chain.ts'
import { type GrantLinkRow, grantLinkTable } from './chain-tables.ts'
import { type Actor, type ClaimTarget, type Decision, decide, type GrantFacts, targetKey } from './decide.ts'
import { targetsOf, type VerifiedAsk, type Withheld, type WithheldCode } from './incoming-ask.ts'
import type { Restrictions } from './restrictions.ts'
import { closedSecrets, type TypesOfClaims } from './secret-claims.ts'

export interface AskLedgerDeps {
  readonly store: Store
  readonly vault: Vault
  readonly audit: Audit
  readonly clock: Clock
  /** What the subjects do not want read. */
  readonly restrictions: Pick<Restrictions, 'of'>
  /** Those of these agreements that are in force, until the transaction ends, and whether each covers trade secrets. */
  readonly agreements: { of(tx: Tx, ids: readonly string[]): Promise<ReadonlyMap<string, boolean>> }
  readonly credentials: { readonly types: TypesOfClaims }
}

/** How long a nonce stays burned after its request ended: the skew on both sides. */
const KEEP_NONCE_MS = 60_000

/**
 * Where the answer to an Ask under a grant is decided: nonce, grant, event and audit entry in one transaction, and
 * many Asks in one commit. Only what comes out of here may leave the node.
 */
export class AskLedger {
  readonly #deps: AskLedgerDeps
  readonly #settle: (settling: Settling) => Promise<AskDecision>

  constructor(deps: AskLedgerDeps) {
    this.#deps = deps
    this.#settle = createBatch(deps.store, (tx, all: readonly Settling[]) => this.#settleAll(tx, all), {
      alone: true,
    })
  }

  /**
   * Burns the Ask's nonce, decides, and records.
   * @param missing what is not there to be shown: nothing is permitted together with it
   * @throws Refusal `ask_replayed`
   */
  async settle(ask: VerifiedAsk, missing: readonly ClaimTarget[]): Promise<AskDecision> {
    // Sealed before it waits for its turn: others wait for what happens in the transaction.
    return this.#settle({ ask, missing, entry: await this.#entryOf(ask, ask.addressed.id) })
  }

  /** Burns nonces. @returns those that were not burned before, each once */
  async burn(tx: Tx, asks: readonly Pick<VerifiedAsk, 'clientId' | 'nonce' | 'exp'>[]): Promise<Set<string>> {
    if (asks.length === 0) return new Set()
    const values = asks.flatMap(({ clientId, nonce, exp }) => [clientId, nonce, exp * 1000 + KEEP_NONCE_MS])
    const tuples = asks.map(() => '(?, ?, ?)').join(', ')
    const burned = await rows<{ client_id: string; nonce: string }>(
      tx,
      `INSERT INTO burned_nonce (client_id, nonce, until_ms) VALUES ${tuples}
       ON CONFLICT (client_id, nonce) DO NOTHING RETURNING client_id, nonce`,
      values,
    )
    return new Set(burned.map((row) => nonceKey(row.client_id, row.nonce)))
  }

  /** Forgets nonces whose requests could no longer be accepted anyway. */
  async forgetOldNonces(): Promise<void> {
    const now = this.#deps.clock.now()
    await this.#deps.store.transact((tx) => rows(tx, 'DELETE FROM burned_nonce WHERE until_ms < ?', [now]))
  }

  /** Writes who asked for what, and what became of it. */
  async record(tx: Tx, events: readonly NewEvent[]): Promise<void> {
    await this.#write(
      tx,
      await Promise.all(
        events.map(async (event) => ({
          ...event,
          entry: await this.#entryOf(event.ask, event.subjectParty),
        })),
      ),
    )
  }

  async #write(tx: Tx, events: readonly (NewEvent & { readonly entry: Entry })[]): Promise<void> {
    if (events.length === 0) return
    const { audit, clock } = this.#deps
    const written = events.map(
      ({ ask, entry, principal = null, ...event }): AccessEventRow & { asker: Did } => ({
        at: clock.now(),
        asker: ask.asker,
        grantId: ask.grant?.id ?? null,
        linkId: ask.link?.id ?? null,
        principal,
        purpose: ask.purpose,
        ...entry,
        ...event,
      }),
    )
    await insertAll(tx, accessEventTable, written)
    await audit.recordAll(
      tx,
      written.map(({ id, asker, grantId, linkId, outcome, codes }) => ({
        caller: { kind: 'node', did: asker },
        action: `access.${outcome}`,
        data: {
          event: id,
          ...(grantId && { grant: grantId }),
          ...(linkId && { link: linkId }),
          ...(codes.length > 0 && { codes }),
        },
      })),
    )
  }

  async #settleAll(tx: Tx, all: readonly Settling[]): Promise<(AskDecision | Refusal)[]> {
    const asks = all.map(({ ask }) => ask)
    const grants = await this.#grantsOf(tx, asks)
    const links = await this.#linksOf(tx, asks)
    const known = new Set(asks.filter((ask) => isKnown(ask, grants, links)))
    const fresh = await this.burn(tx, [...known])
    const isRestricted = await this.#deps.restrictions.of(tx, [
      ...new Set([...known].map(({ addressed }) => addressed.id)),
    ])
    const now = this.#deps.clock.now()
    const decided = all.map(({ ask, missing }) => {
      // Deleting it lets only the first of two equal nonces in one batch through.
      if (known.has(ask) && !fresh.delete(nonceKey(ask.clientId, ask.nonce)))
        return new Refusal('conflict', 'ask_replayed', 'this request was answered before')
      const grant = (ask.grant && grants.get(ask.grant.id)) ?? null
      const decision = decide(askFacts(ask, links), grant, ask.attestation, now)
      if (!decision.permit) return decision
      const withheld = withheldOf(decision.tuples, missing, (target) =>
        isRestricted(ask.addressed.id, target),
      )
      return withheld.length > 0 ? withholding(withheld) : decision
    })
    const events = all.flatMap(({ ask, entry }, at) => {
      const decision = decided[at]
      if (!decision || decision instanceof Refusal || !known.has(ask)) return []
      const result = decision.permit
        ? { outcome: 'permit' as const, codes: [] }
        : { outcome: 'deny' as const, codes: decision.codes }
      const principal = linkOf(ask, links)?.principal ?? null
      return [{ ask, entry, principal, subjectParty: ask.addressed.id, claims: targetsOf(ask), ...result }]
    })
    await this.#write(tx, events)
    return decided
  }

  async #grantsOf(tx: Tx, asks: readonly VerifiedAsk[]): Promise<Map<string, GrantFacts>> {
    const ids = [...new Set(asks.flatMap(({ grant }) => (grant ? [grant.id] : [])))]
    if (ids.length === 0) return new Map()
    const found = await rows<RawGrant>(
      tx,
      `SELECT id, grantor, grantee, digest, tuples, purpose, legal_basis, recipients, delegation, starts_at, expires_at,
         revoked_at, in_force_at, agreement_id
       FROM given_grant WHERE id IN (${placeholders(ids.length)}) ${this.#lock}`,
      ids,
    )
    const named = found.flatMap(({ agreement_id: id }) => (id === null ? [] : [id]))
    const inForce = await this.#deps.agreements.of(tx, named)
    return new Map(found.map((row) => [row.id, factsOf(row, inForce, this.#deps.credentials.types)]))
  }

  /** Only where somebody reads on another's behalf is there anything to look up. */
  async #linksOf(tx: Tx, asks: readonly VerifiedAsk[]): Promise<Links> {
    const ids = [...new Set(asks.flatMap(({ link }) => (link ? [link.id] : [])))]
    if (ids.length === 0) return new Map()
    const condition = `id IN (${placeholders(ids.length)}) ${this.#lock}`
    const found = await select(tx, grantLinkTable, condition, ids)
    return new Map(found.map((row) => [row.id, row]))
  }

  /**
   * What takes a grant back or cuts a link (see GrantEnds.revoke, Links.cut) waits until this answer is committed, or this
   * answer sees it: on SQLite by the queue of writers, on Postgres by this lock.
   */
  get #lock(): string {
    return this.#deps.store.engine === 'postgres' ? 'ORDER BY id FOR SHARE' : ''
  }

  async #entryOf({ actor }: VerifiedAsk, subjectParty: string): Promise<Entry> {
    const id = newId()
    // Of who was erased while this was on its way nothing is kept: her grants have ended.
    const sealed =
      actor && (await sealUnlessErased(this.#deps.vault, subjectParty, actorPlace(id), JSON.stringify(actor)))
    return { id, actor: sealed }
  }
}

/** Where an event is kept, and who asked, sealed for that place. */
type Entry = Pick<AccessEventRow, 'id' | 'actor'>

/** What became of an Ask, or of the part of it that is about one subject. */
interface NewEvent extends Pick<AccessEventRow, 'subjectParty' | 'claims' | 'outcome' | 'codes'> {
  readonly ask: VerifiedAsk
  /** On whose behalf, where that is known. */
  readonly principal?: LinkFacts['principal'] | null
}

type Links = ReadonlyMap<string, GrantLinkRow>

interface Settling {
  readonly ask: VerifiedAsk
  readonly missing: readonly ClaimTarget[]
  readonly entry: Entry
}

type AskDecision =
  | Decision
  | {
      readonly permit: false
      readonly codes: readonly WithheldCode[]
      readonly withheld: readonly Withheld[]
    }

/** What of these cannot be shown. What its owner disputes stays, and nobody reads it meanwhile (GDPR, article 18). */
function withheldOf(
  targets: readonly ClaimTarget[],
  missing: readonly ClaimTarget[],
  isRestricted: (target: ClaimTarget) => boolean,
): Withheld[] {
  const absent = new Set(missing.map(targetKey))
  return targets.flatMap(({ vct, path }): Withheld[] => {
    if (isRestricted({ vct, path })) return [{ vct, path, code: 'claim_restricted' }]
    return absent.has(targetKey({ vct, path })) ? [{ vct, path, code: 'claim_not_held' }] : []
  })
}

/** Whoever holds the grant is told which: he may ask again for the rest. */
const withholding = (withheld: readonly Withheld[]): AskDecision => ({
  permit: false,
  codes: [...new Set(withheld.map(({ code }) => code))],
  withheld,
})

const actorPlace = (eventId: string) => `access_event:${eventId}:actor`

/** Who asked; null where nobody said, and once whose data it was had herself erased. */
export async function openActor(vault: Vault, eventId: string, sealed: Buffer | null): Promise<Actor | null> {
  const text = sealed && (await openUnlessErased(vault, actorPlace(eventId), sealed))
  return text && JSON.parse(text)
}

const nonceKey = (clientId: string, nonce: string) => `${nonce} ${clientId}`

const linkOf = ({ link }: VerifiedAsk, links: Links): LinkFacts | null => (link && links.get(link.id)) ?? null

const askFacts = (ask: VerifiedAsk, links: Links) => ({
  asker: ask.asker,
  actor: ask.actor,
  subject: ask.addressed.did,
  claims: targetsOf(ask),
  purpose: ask.purpose,
  legalBasis: ask.legalBasis,
  grantDigest: ask.grant?.digest ?? '',
  chain: ask.link && { shown: ask.link, grantId: ask.grant?.id ?? '', link: linkOf(ask, links) },
})

/** Whoever made a DID a moment ago must not be able to write here. He is denied each time, so that replaying is no use. */
function isKnown(ask: VerifiedAsk, grants: ReadonlyMap<string, GrantFacts>, links: Links): boolean {
  const grant = ask.grant && grants.get(ask.grant.id)
  const holder = linkOf(ask, links)?.delegate ?? grant?.grantee
  return grant != null && (ask.attestation === 'valid' || holder === ask.asker)
}

type RawGrant = Record<
  'id' | 'grantor' | 'grantee' | 'digest' | 'tuples' | 'purpose' | 'legal_basis' | 'recipients',
  string
> &
  Record<'starts_at' | 'expires_at', string | number> &
  Record<'revoked_at' | 'in_force_at', string | number | null> & {
    delegation: string | null
    agreement_id: string | null
  }

const factsOf = (row: RawGrant, inForce: ReadonlyMap<string, boolean>, types: TypesOfClaims): GrantFacts => ({
  grantor: row.grantor as GivenGrantRow['grantor'],
  grantee: row.grantee as GivenGrantRow['grantee'],
  digest: row.digest,
  tuples: JSON.parse(row.tuples),
  purpose: JSON.parse(row.purpose),
  legalBasis: row.legal_basis,
  recipients: JSON.parse(row.recipients),
  delegation: row.delegation === null ? null : JSON.parse(row.delegation),
  startsAt: Number(row.starts_at),
  expiresAt: Number(row.expires_at),
  revokedAt: row.revoked_at === null ? null : Number(row.revoked_at),
  awaitsReturn: row.in_force_at === null,
  agreementInForce: row.agreement_id === null || inForce.has(row.agreement_id),
  closedSecrets: closedSecrets(
    types,
    JSON.parse(row.tuples) as GivenGrantRow['tuples'],
    row.agreement_id !== null && inForce.get(row.agreement_id) === true,
  ),
})
