import type { Audit } from '../../audit/index.ts'
import { type Caller, type Clock, newId, Refusal } from '../../core/index.ts'
import type { Claims, Credentials, CredentialType, CredentialTypes } from '../../credentials/index.ts'
import {
  change,
  createBatch,
  In,
  insertAll,
  LessThan,
  rows,
  type Store,
  select,
  type Tx,
} from '../../store/index.ts'
import type { Vault } from '../../vault/index.ts'
import type { Configurations } from './formats.ts'
import type { OfferLinks } from './links.ts'
import { refreshTokenTable } from './renewal-tables.ts'
import {
  type GrantKind,
  issuanceTable,
  type OpenOfferRow,
  type OpenOfferState,
  openOfferTable,
  openTokenTable,
  type TxCode,
} from './tables.ts'
import { MAX_TX_TRIES, type TxCodes } from './tx-code.ts'

/** A link that holds the code itself is as good as the credential: it may not lie about for long. */
export const MAX_BY_VALUE_MS = 3_600_000

export interface OpenOffersDeps {
  readonly store: Store
  readonly vault: Pick<Vault, 'seal' | 'openText'>
  readonly clock: Clock
  readonly audit: Audit
  readonly types: CredentialTypes
  readonly credentials: Pick<Credentials, 'revoke' | 'setSuspended'>
  readonly configurations: Configurations
  readonly links: OfferLinks
  readonly txCodes: TxCodes
}

export interface CreateOpenOffer {
  readonly issuerParty: string
  readonly type: string
  readonly format: string
  readonly claims: Claims
  readonly grants: readonly GrantKind[]
  readonly by: 'value' | 'reference'
  readonly txCode?: TxCode
  readonly deferred: boolean
  /** Days its holder may fetch newer ones; none unless told. */
  readonly renewableDays?: number | undefined
  /** Milliseconds the offer can be redeemed. */
  readonly validMs: number
}

const place = (offerId: string) => `open_offer:${offerId}`

/** Credentials offered to whoever redeems the offer: made, shown, looked at again, and taken back. */
export class OpenOffers {
  readonly #deps: OpenOffersDeps
  readonly #insert: (made: { readonly row: OpenOfferRow; readonly caller: Caller }) => Promise<null>

  constructor(deps: OpenOffersDeps) {
    this.#deps = deps
    const { store, audit } = deps
    this.#insert = createBatch(store, async (tx, all) => {
      await insertAll(
        tx,
        openOfferTable,
        all.map(({ row }) => row),
      )
      const action = 'open_offer.created'
      const entries = all.map(({ row: { id, type }, caller }) => ({
        caller,
        action,
        data: { offer: id, type },
      }))
      await audit.recordAll(tx, entries)
      return all.map(() => null)
    })
  }

  /**
   * @returns the offer and, where it has one, its transaction code, which is shown this once
   * @throws Refusal `unknown_credential_type`, `invalid_claims`, `format_unknown`, `offer_by_value_too_long`
   */
  async create(
    input: CreateOpenOffer,
    caller: Caller,
  ): Promise<{ readonly row: OpenOfferRow; readonly txCode: string | null }> {
    const { vault, clock, types, configurations, txCodes } = this.#deps
    const { issuerParty, type, claims, grants, txCode, deferred } = input
    const known: CredentialType = types.byName(type)
    known.requireValidClaims(claims)
    const configuration = configurations.of(type, input.format)
    if (!configuration)
      throw new Refusal('invalid', 'format_unknown', 'this node does not issue that type in that format')
    if (input.by === 'value' && input.validMs > MAX_BY_VALUE_MS)
      throw new Refusal('invalid', 'offer_by_value_too_long', 'an offer that lasts is given by reference')
    const id = newId()
    const code = txCode ? txCodes.create(txCode) : null
    const now = clock.now()
    const row: OpenOfferRow = {
      ...{ id, issuerParty, type, grants, deferred },
      configurationId: configuration.id,
      sealed: await vault.seal(issuerParty, place(id), JSON.stringify(claims)),
      state: 'open',
      txCode: txCode ?? null,
      txCodeHash: code === null ? null : txCodes.digest(id, code),
      txTries: 0,
      renewableDays: input.renewableDays ?? null,
      createdAt: now,
      expiresAt: now + input.validMs,
      settledAt: null,
    }
    await this.#insert({ row, caller })
    return { row, txCode: code }
  }

  async find(id: string): Promise<OpenOfferRow | null> {
    const [row] = await select(this.#deps.store.reader, openOfferTable, 'id = ?', [id])
    return row ?? null
  }

  /** @throws Refusal `open_offer_unknown`, `open_offer_settled` when it cannot be redeemed any more */
  async requireOpen(id: string, issuerParty: string): Promise<OpenOfferRow> {
    const row = await this.find(id)
    if (row?.issuerParty !== issuerParty) throw unknownOffer()
    if (row.state === 'open' && row.expiresAt > this.#deps.clock.now()) return row
    throw new Refusal('conflict', 'open_offer_settled', 'this offer was settled before')
  }

  /** Newest first. */
  async list(issuerParty: string, page: { cursor?: string; limit: number }) {
    const items = await this.#deps.store.reader.find(openOfferTable, {
      where: { issuerParty, ...(page.cursor && { id: LessThan(page.cursor) }) },
      order: { id: 'DESC' },
      take: page.limit,
    })
    return { items, next: items.length === page.limit ? (items.at(-1)?.id ?? null) : null }
  }

  /** What is to be issued. @throws Refusal when it is erased */
  async claimsOf({ id, sealed }: Pick<OpenOfferRow, 'id' | 'sealed'>): Promise<Claims> {
    if (!sealed) throw new Refusal('gone', 'open_offer_erased', 'what was offered is erased')
    return JSON.parse(await this.#deps.vault.openText(place(id), sealed)) as Claims
  }

  /**
   * Takes an offer back, whatever came of it: nobody redeems it any more, and what was issued under it is revoked.
   * @throws Refusal `open_offer_unknown`, `open_offer_settled`
   */
  async revoke(id: string, issuerParty: string, caller: Caller): Promise<OpenOfferRow> {
    const { store, clock, audit, credentials } = this.#deps
    return store.transact(async (tx) => {
      const row = await this.#require(tx, id, issuerParty)
      const settled = { state: 'revoked' as const, sealed: null, settledAt: clock.now() }
      if (!(await change(tx, openOfferTable, { id, state: In(REVOCABLE) }, settled)))
        throw new Refusal('conflict', 'open_offer_settled', 'this offer was settled before')
      const issuance = await tx.findOneBy(issuanceTable, { offerId: id })
      for (const credentialId of issuance?.credentialIds ?? []) await credentials.revoke(tx, credentialId)
      await tx.delete(openTokenTable, { offerId: id })
      await tx.delete(refreshTokenTable, { offerId: id })
      await audit.record(tx, caller, 'open_offer.revoked', { offer: id, type: row.type })
      return { ...row, ...settled }
    })
  }

  /**
   * Suspends what was issued under an offer, or lets it hold again; its status lists say so at once.
   * @throws Refusal `open_offer_unknown`, `open_offer_not_issued`, `open_offer_not_suspended`, `credential_without_status`
   */
  async suspend(
    id: string,
    issuerParty: string,
    isSuspended: boolean,
    caller: Caller,
  ): Promise<OpenOfferRow> {
    const { store, audit, credentials } = this.#deps
    const [from, to] = isSuspended ? (['issued', 'suspended'] as const) : (['suspended', 'issued'] as const)
    return store.transact(async (tx) => {
      const row = await this.#require(tx, id, issuerParty)
      if (!(await change(tx, openOfferTable, { id, state: from }, { state: to })))
        throw isSuspended
          ? new Refusal('conflict', 'open_offer_not_issued', 'nothing that holds was issued under this offer')
          : new Refusal('conflict', 'open_offer_not_suspended', 'what was issued under this is not suspended')
      const issuance = await tx.findOneBy(issuanceTable, { offerId: id })
      for (const credentialId of issuance?.credentialIds ?? [])
        await credentials.setSuspended(tx, credentialId, isSuspended)
      const action = isSuspended ? 'open_offer.suspended' : 'open_offer.resumed'
      await audit.record(tx, caller, action, { offer: id, type: row.type })
      return { ...row, state: to }
    })
  }

  /** Says yes or no to a holder who waits. @throws Refusal `open_offer_unknown`, `open_offer_not_waiting` */
  async decide(id: string, issuerParty: string, yes: boolean, caller: Caller): Promise<OpenOfferRow> {
    const { store, clock, audit } = this.#deps
    const decided = yes
      ? { state: 'ready' as const }
      : { state: 'denied' as const, sealed: null, settledAt: clock.now() }
    return store.transact(async (tx) => {
      const row = await this.#require(tx, id, issuerParty)
      if (!(await change(tx, openOfferTable, { id, state: 'waiting' }, decided)))
        throw new Refusal('conflict', 'open_offer_not_waiting', 'nobody waits for this')
      await audit.record(tx, caller, yes ? 'open_offer.approved' : 'open_offer.denied', { offer: id })
      return { ...row, ...decided }
    })
  }

  /**
   * Counts a try at the transaction code before it is looked at, so that tries at the same moment count too.
   * @returns whether it is right; after too many tries never again
   */
  async tryTxCode(offer: OpenOfferRow, code: string): Promise<boolean> {
    const { store, audit, clock, txCodes } = this.#deps
    return store.transact(async (tx) => {
      const [counted] = await rows<{ tx_tries: string | number }>(
        tx,
        `UPDATE open_offer SET tx_tries = tx_tries + 1 WHERE id = ? AND state = 'open' AND tx_tries < ? RETURNING tx_tries`,
        [offer.id, MAX_TX_TRIES],
      )
      if (!counted) return false
      if (txCodes.isRight(offer, code)) return true
      if (Number(counted.tx_tries) < MAX_TX_TRIES) return false
      const dead = { state: 'dead' as const, sealed: null, settledAt: clock.now() }
      await change(tx, openOfferTable, { id: offer.id, state: 'open' }, dead)
      await audit.record(tx, 'system', 'open_offer.dead', { offer: offer.id })
      return false
    })
  }

  async #require(tx: Tx, id: string, issuerParty: string): Promise<OpenOfferRow> {
    const row = await tx.findOneBy(openOfferTable, { id, issuerParty })
    if (!row) throw unknownOffer()
    return row
  }
}

const REVOCABLE: readonly OpenOfferState[] = ['open', 'claimed', 'waiting', 'ready', 'issued', 'suspended']

const unknownOffer = () => new Refusal('not_found', 'open_offer_unknown', 'there is no such offer')
