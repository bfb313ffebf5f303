import type { Audit } from '../../audit/index.ts'
import { type Clock, newId } from '../../core/index.ts'
import type { Claims } from '../../credentials/index.ts'
import { hashSecret, newSecret, OAuthRefusal, type Once } from '../../oauth/index.ts'
import type { Parties, Party } from '../../parties/index.ts'
import { createBatch, insertAll, rows, type Store, type Tx } from '../../store/index.ts'
import { type Nonce, useNonce, useOnce } from '../nonces.ts'
import type { Configurations, FormatIssued, IssuingFormat } from './formats.ts'
import { DAY_MS, DEFERRED_VALID_MS } from './grants.ts'
import type { OpenOffers } from './open-offers.ts'
import { addToIssuance, takeRenewal } from './renewal.ts'
import { DEFERRED_INTERVAL_S } from './settings.ts'
import { settleEach } from './settle.ts'
import { type HolderKey, type IssuanceRow, issuanceTable, type OpenOfferRow } from './tables.ts'
import type { Access } from './tokens.ts'

export interface IssuingDeps {
  readonly store: Store
  readonly clock: Clock
  readonly audit: Audit
  readonly parties: Pick<Parties, 'issuerOf'>
  readonly offers: OpenOffers
  readonly configurations: Configurations
}

/** A Credential Response (OpenID4VCI 1.0, sections 8.3 and 9.2). */
export interface CredentialAnswer {
  readonly status: 200 | 202
  readonly body: object
}

interface Issue {
  readonly issuer: Party
  readonly offer: OpenOfferRow
  readonly claims: Claims
  readonly format: IssuingFormat
  readonly access: Access
  readonly keys: readonly HolderKey[]
  readonly nonces: readonly Nonce[]
  /** Where its holder waited for it. */
  readonly issuance: IssuanceRow | null
}

/** Signs what was offered for whoever came with the token, once. */
export class Issuing {
  readonly #deps: IssuingDeps
  readonly #issue: (input: Issue) => Promise<CredentialAnswer>

  constructor(deps: IssuingDeps) {
    this.#deps = deps
    this.#issue = createBatch<Issue, CredentialAnswer>(deps.store, (tx, inputs: readonly Issue[]) =>
      this.#issueIn(tx, inputs),
    )
  }

  /**
   * Answers a good Credential Request: one credential per key, or a promise where we want to look first.
   * @throws OAuthRefusal `credential_request_denied`, `invalid_nonce`, `invalid_dpop_proof`
   */
  async answer(
    issuer: Party,
    access: Access,
    proofs: { readonly keys: readonly HolderKey[]; readonly nonces: readonly Nonce[] },
  ): Promise<CredentialAnswer> {
    const offer = await this.#offerOf(access)
    // A newer one says what we agreed to before.
    if (offer.deferred && access.token.renewal === null) return this.#defer(offer, access, proofs)
    return this.#issue({ ...(await this.#prepare(offer)), issuer, access, ...proofs, issuance: null })
  }

  /** @throws OAuthRefusal `invalid_transaction_id`, `credential_request_denied`, `invalid_dpop_proof` */
  async answerDeferred(issuer: Party, access: Access, transactionId: string): Promise<CredentialAnswer> {
    const { store, offers } = this.#deps
    const issuance = await store.reader.findOneBy(issuanceTable, {
      transactionHash: hashSecret('transaction_id', transactionId),
      offerId: access.token.offerId,
    })
    const offer = issuance && (await offers.find(issuance.offerId))
    if (!offer || offer.state === 'issued')
      throw new OAuthRefusal('invalid_transaction_id', 'transaction_unknown', 'there is no such transaction')
    if (offer.state === 'waiting') {
      await store.transact((tx) => use(tx, access.once))
      return waiting(transactionId)
    }
    if (offer.state !== 'ready' || issuance.keys === null) throw denied()
    const { keys } = issuance
    return this.#issue({ ...(await this.#prepare(offer)), issuer, access, keys, nonces: [], issuance })
  }

  async #offerOf({ token }: Access): Promise<OpenOfferRow> {
    const offer = await this.#deps.offers.find(token.offerId)
    if (!offer || offer.state !== (token.renewal === null ? 'claimed' : 'issued')) throw denied()
    return offer
  }

  async #prepare(offer: OpenOfferRow) {
    const format = this.#deps.configurations.find(offer.configurationId)?.format
    if (!format || !offer.sealed) throw denied()
    return { offer, format, claims: await this.#deps.offers.claimsOf(offer) }
  }

  async #defer(
    offer: OpenOfferRow,
    access: Access,
    { keys, nonces }: { readonly keys: readonly HolderKey[]; readonly nonces: readonly Nonce[] },
  ): Promise<CredentialAnswer> {
    const { store, clock, audit } = this.#deps
    const transactionId = newSecret()
    const now = clock.now()
    await store.transact(async (tx) => {
      await use(tx, access.once)
      for (const nonce of nonces) await useNonce(tx, nonce)
      if (!(await move(tx, offer.id, 'claimed', 'waiting', now + DEFERRED_VALID_MS))) throw denied()
      await tx.insert(issuanceTable, {
        ...newIssuance(offer, access, now),
        keys,
        transactionHash: hashSecret('transaction_id', transactionId),
      })
      await audit.record(tx, 'system', 'open_offer.waiting', { offer: offer.id })
    })
    return waiting(transactionId)
  }

  async #issueIn(tx: Tx, inputs: readonly Issue[]): Promise<(CredentialAnswer | OAuthRefusal)[]> {
    const taken = await settleEach(inputs, (input) => this.#take(tx, input))
    const winners = taken.filter((one): one is Issue => !(one instanceof OAuthRefusal))
    const credentials = await this.#sign(tx, winners)
    const answers = new Map<Issue, CredentialAnswer>()
    for (const [at, input] of winners.entries())
      answers.set(input, await this.#keep(tx, input, credentials[at] ?? []))
    return taken.map((one) => (one instanceof OAuthRefusal ? one : (answers.get(one) as CredentialAnswer)))
  }

  async #take(tx: Tx, input: Issue): Promise<Issue> {
    await use(tx, input.access.once)
    for (const nonce of input.nonces) await useNonce(tx, nonce)
    const now = this.#deps.clock.now()
    if (input.access.token.renewal !== null) {
      if (!(await takeRenewal(tx, { token: input.access.token, copies: input.keys.length, now })))
        throw denied()
      return input
    }
    const from = input.issuance ? 'ready' : 'claimed'
    const { renewableDays } = input.offer
    const keptUntil = renewableDays === null ? null : now + renewableDays * DAY_MS
    if (!(await move(tx, input.offer.id, from, 'issued', keptUntil, now))) throw denied()
    return input
  }

  /** All credentials of a format in one go: their status entries are then taken together. */
  async #sign(tx: Tx, inputs: readonly Issue[]): Promise<(readonly FormatIssued[])[]> {
    const signed = new Map<Issue, readonly FormatIssued[]>()
    for (const format of new Set(inputs.map((input) => input.format))) {
      const ofFormat = inputs.filter((input) => input.format === format)
      const all = await format.issue(
        tx,
        ofFormat.flatMap(({ issuer, offer, claims, keys }) =>
          keys.map(({ jwk, subject }) => ({
            issuer: this.#deps.parties.issuerOf(issuer),
            ...{ type: offer.type, claims, subject, key: jwk },
          })),
        ),
      )
      let from = 0
      for (const input of ofFormat) {
        signed.set(input, all.slice(from, from + input.keys.length))
        from += input.keys.length
      }
    }
    return inputs.map((input) => signed.get(input) ?? [])
  }

  async #keep(tx: Tx, input: Issue, issued: readonly FormatIssued[]): Promise<CredentialAnswer> {
    const { clock, audit } = this.#deps
    // After a deferred answer it is optional, and a library many wallets are made with refuses it there.
    const notificationId = input.issuance ? null : newSecret()
    const now = clock.now()
    const set = {
      keys: null,
      credentialIds: issued.map(({ id }) => id),
      notificationHash: notificationId && hashSecret('notification_id', notificationId),
      issuedAt: now,
    }
    if (input.access.token.renewal !== null) await addToIssuance(tx, input.offer.id, set)
    else if (input.issuance) await tx.update(issuanceTable, { id: input.issuance.id }, set)
    else await insertAll(tx, issuanceTable, [{ ...newIssuance(input.offer, input.access, now), ...set }])
    await audit.record(tx, 'system', 'open_offer.issued', {
      offer: input.offer.id,
      credentials: set.credentialIds,
    })
    return {
      status: 200,
      body: {
        credentials: issued.map(({ credential }) => ({ credential })),
        ...(notificationId !== null && { notification_id: notificationId }),
      },
    }
  }
}

const newIssuance = (offer: OpenOfferRow, { token }: Access, now: number): IssuanceRow => ({
  id: newId(),
  offerId: offer.id,
  issuerParty: offer.issuerParty,
  tokenId: token.id,
  keys: null,
  transactionHash: null,
  credentialIds: [],
  notificationHash: null,
  event: null,
  createdAt: now,
  issuedAt: null,
})

/** Once: of those who come at the same moment one finds the offer as it was. What cannot be renewed is erased with it. */
async function move(
  tx: Tx,
  offerId: string,
  from: 'claimed' | 'ready',
  to: 'waiting' | 'issued',
  expiresAt: number | null,
  settledAt: number | null = null,
): Promise<boolean> {
  const moved = await rows(
    tx,
    `UPDATE open_offer SET state = ?, expires_at = COALESCE(?, expires_at), settled_at = ?,
       sealed = CASE WHEN ? = 'issued' AND renewable_days IS NULL THEN NULL ELSE sealed END
     WHERE id = ? AND state = ? RETURNING id`,
    [to, expiresAt, settledAt, to, offerId, from],
  )
  return moved.length === 1
}

async function use(tx: Tx, all: readonly Once[]): Promise<void> {
  for (const once of all)
    if (!(await useOnce(tx, once)))
      throw new OAuthRefusal('invalid_dpop_proof', 'dpop_replayed', 'this proof was used before', {
        challenge: 'DPoP',
      })
}

const waiting = (transactionId: string): CredentialAnswer => ({
  status: 202,
  body: { transaction_id: transactionId, interval: DEFERRED_INTERVAL_S },
})

const denied = () =>
  new OAuthRefusal(
    'credential_request_denied',
    'offer_not_issuable',
    'this credential was issued, or is not issued any more',
  )
