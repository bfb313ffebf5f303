import type { Audit } from '../audit/index.ts'
import { type Clock, type Did, newId, Refusal } from '../core/index.ts'
import type { CredentialTypes } from '../credentials/index.ts'
import { hashSecret, newSecret } from '../oauth/index.ts'
import type { Outbox } from '../outbox/index.ts'
import type { Parties } from '../parties/index.ts'
import { parseSdJwt } from '../sd-jwt/index.ts'
import { change, In, IsNull, LessThan, MoreThan, Not, rows, type Store, type Tx } from '../store/index.ts'
import type { Vault } from '../vault/index.ts'
import { OFFER_TOPIC } from './names.ts'
import { type CredentialOffer, createCredentialOffer } from './offer.ts'
import { type OfferRow, offerTable, usedNonceTable } from './offer-table.ts'
import { type Ready, sealReady } from './ready.ts'

const OFFER_VALID_MS = 30 * 86_400_000
const CODE_VALID_MS = 10 * 60_000

export interface OffersDeps {
  readonly store: Store
  readonly vault: Vault
  readonly clock: Clock
  readonly audit: Audit
  readonly outbox: Outbox
  readonly parties: Pick<Parties, 'require' | 'urlOf'>
  readonly types: CredentialTypes
}

export interface CreateOffer {
  readonly issuerPartyId: string
  /** Whom the credentials are about, and the only DID it can be redeemed with unless `redeemer` is. */
  readonly subject: Did
  /** Signed credentials about the subject, ready to hand over. */
  readonly compacts: readonly string[]
  /** A DID the subject named, which redeems it in the subject's place: a person's wallet without her consent key. */
  readonly redeemer?: Did
  /** Wallet issuer URL of the subject: the offer is then sent there. */
  readonly deliverTo?: string
}

/** What the parties of this node offer to others, from ready to handed over. */
export class Offers {
  readonly #deps: OffersDeps

  constructor(deps: OffersDeps) {
    this.#deps = deps
  }

  /**
   * Lays credentials ready for their subject, with the change they come from.
   * @returns the offer's id
   * @throws Refusal `offer_empty`, `offer_subject_differs`, `unknown_credential_type`, `sd_jwt_…`
   */
  async create(tx: Tx, input: CreateOffer): Promise<string> {
    const { vault, clock, audit, outbox } = this.#deps
    const ready = this.#byConfiguration(input)
    const id = newId()
    const now = clock.now()
    const configurationIds = Object.keys(ready)
    await tx.insert(offerTable, {
      id,
      issuerParty: input.issuerPartyId,
      subject: input.subject,
      redeemer: input.redeemer ?? null,
      deliverTo: input.deliverTo ?? null,
      configurationIds,
      sealed: await sealReady(vault, { id, issuerParty: input.issuerPartyId }, ready),
      state: 'pending',
      codeHash: null,
      codeExpiresAt: 0,
      tokenHash: null,
      tokenExpiresAt: 0,
      proofKey: null,
      handedOver: [],
      attempts: 0,
      lastError: null,
      deliveredAt: null,
      redeemedAt: null,
      createdAt: now,
      expiresAt: now + OFFER_VALID_MS,
    })
    await audit.record(tx, 'system', 'offer.created', { offer: id, types: configurationIds })
    if (input.deliverTo !== undefined)
      await outbox.send(tx, OFFER_TOPIC, { offerId: id }, laneOf(input.deliverTo))
    return id
  }

  async find(id: string): Promise<OfferRow | null> {
    return this.#deps.store.reader.findOneBy(offerTable, { id })
  }

  /** What these parties of this node offered, newest first. */
  async list(
    issuerParties: readonly string[],
    page: { cursor?: string; limit: number },
  ): Promise<{ items: OfferRow[]; next: string | null }> {
    const items = await this.#deps.store.reader.find(offerTable, {
      where: { issuerParty: In([...issuerParties]), ...(page.cursor && { id: LessThan(page.cursor) }) },
      order: { id: 'DESC' },
      take: page.limit,
    })
    return { items, next: items.length === page.limit ? (items.at(-1)?.id ?? null) : null }
  }

  /**
   * Makes a new code, which ends the one before, and the offer to hand to the wallet. The code is nowhere else.
   * @throws Refusal `offer_closed` when it was delivered, refused or is too old
   */
  async open(id: string): Promise<CredentialOffer> {
    const { store, clock, parties } = this.#deps
    const code = newSecret()
    const now = clock.now()
    const row = await store.transact(async (tx) => {
      await change(
        tx,
        offerTable,
        { id, sealed: Not(IsNull()), expiresAt: MoreThan(now), state: Not('refused') },
        { codeHash: hashSecret('code', code), codeExpiresAt: now + CODE_VALID_MS },
      )
      return tx.findOneBy(offerTable, { id, codeHash: hashSecret('code', code) })
    })
    if (!row) throw new Refusal('conflict', 'offer_closed', 'this offer is not open any more')
    const issuer = parties.urlOf({ id: row.issuerParty })
    return createCredentialOffer({ issuer, configurationIds: row.configurationIds, code })
  }

  /**
   * Erases credentials that were handed over or offered too long ago, and forgets nonces that are too old to be
   * accepted anyway. Happens by itself about once a minute while offers are redeemed.
   */
  async tidy(): Promise<void> {
    const now = this.#deps.clock.now()
    await this.#deps.store.transact(async (tx) => {
      await tx.delete(usedNonceTable, { expiresAt: LessThan(now) })
      await rows(
        tx,
        `UPDATE oid4vci_offer SET sealed = NULL, code_hash = NULL, token_hash = NULL
         WHERE sealed IS NOT NULL AND (expires_at < ? OR (state = 'redeemed' AND token_expires_at < ?
           AND (delivered_at IS NOT NULL OR deliver_to IS NULL))) RETURNING id`,
        [now, now],
      )
    })
  }

  #byConfiguration({ subject, compacts }: CreateOffer): Ready {
    const ready: Record<string, string[]> = {}
    for (const compact of compacts) {
      const { vct, sub } = parseSdJwt(compact).issuerSigned.payload
      if (sub !== subject)
        throw new Refusal('invalid', 'offer_subject_differs', 'a credential is about somebody else')
      const { name } = this.#deps.types.require(String(vct))
      ready[name] = [...(ready[name] ?? []), compact]
    }
    if (compacts.length === 0) throw new Refusal('invalid', 'offer_empty', 'an offer has a credential')
    return ready
  }
}

/** Offers to one web server wait for each other, whatever wallets it says to be. */
export const laneOf = (wallet: string): string => URL.parse(wallet)?.origin ?? wallet
