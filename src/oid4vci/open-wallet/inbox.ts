import type { Audit } from '../../audit/index.ts'
import { type Caller, isDid, isRefusal, newId, Refusal } from '../../core/index.ts'
import type { Party } from '../../parties/index.ts'
import { change, In, IsNull, LessThan, Not, type Store, select } from '../../store/index.ts'
import type { Vault } from '../../vault/index.ts'
import { MAX_OFFER_BYTES } from '../offer.ts'
import type { WalletPolicy } from '../wallet/wallet.ts'
import type { Authorizing } from './authorizing.ts'
import { place } from './inbox-places.ts'
import type { OpenWalletPolicy } from './keeping.ts'
import { fetchIssuer, fetchServer, type MetadataDeps } from './metadata.ts'
import type { OfferRedemption } from './offer-redemption.ts'
import { type OpenOffer, parseOpenOffer, readPasted } from './offer-text.ts'
import type { Redeeming } from './redeeming.ts'
import { renewableBy } from './renewable.ts'
import type { WalletSettings } from './settings.ts'
import { type ShownOffer, shownOffer } from './shown-offer.ts'
import {
  type WalletOfferRow,
  type WalletOfferState,
  walletIssuanceTable,
  walletOfferTable,
} from './tables.ts'

const OFFER_VALID_MS = 30 * 86_400_000
/** Offers that wait for one party: bringing links must not fill a disk. */
const MAX_WAITING = 100
/** How long a redemption may take before it counts as cut off. */
const CUT_OFF_MS = 10 * 60_000

export interface InboxDeps extends MetadataDeps {
  readonly store: Store
  readonly vault: Vault
  readonly audit: Audit
  readonly policy: OpenWalletPolicy
  readonly settings: WalletSettings
  /** What the network's own offers are recognised by. */
  readonly acceptsFrom: WalletPolicy['acceptsFrom']
  readonly redeeming: Redeeming
  readonly redemption: OfferRedemption
  readonly authorizing: Authorizing
}

/** Offers of any issuer, until somebody decides. */
export class Inbox {
  readonly #deps: InboxDeps

  constructor(deps: InboxDeps) {
    this.#deps = deps
  }

  /**
   * Reads what somebody pasted for a party. What comes from a trusted issuer and needs nobody is fetched at once; all
   * else waits.
   * @throws Refusal `too_many_wallet_offers`, `invalid_offer`, `offer_grants_unsupported`, `offer_unreachable`,
   *   `offer_format_unsupported`, `issuer_…`, `authorization_server_unlisted`, `egress_…`
   */
  async add(
    holder: Party,
    pasted: string,
    { caller, signed }: { readonly caller: Caller; readonly signed: boolean },
  ): Promise<WalletOfferRow> {
    const { settings, policy, acceptsFrom } = this.#deps
    const offer = await this.#resolve(pasted)
    const issuer = await fetchIssuer(
      offer.issuer,
      { configurationIds: offer.configurationIds, signed },
      this.#deps,
    )
    const server = await fetchServer(issuer, (offer.preAuthorized ?? offer.authorization)?.server, this.#deps)
    const shown = shownOffer(offer, issuer, server, this.#deps.redeeming.readable(issuer))
    const question = {
      holderParty: holder,
      credentialIssuer: offer.issuer,
      configurationIds: offer.configurationIds,
    }
    const isNetwork = await acceptsFrom(question)
    const isTrusted =
      isNetwork ||
      settings.trustedIssuers.includes(offer.issuer) ||
      (isDid(issuer.signedBy) && (await policy.isRegistered(issuer.signedBy)))
    const row = await this.write(
      holder,
      { offer, shown, isTrusted, isNetwork, renews: null, reason: null },
      caller,
    )
    if (isTrusted && offer.preAuthorized && !offer.preAuthorized.txCode) await this.#takeByItself(row)
    return this.require(row.id)
  }

  /** Puts an offer in the inbox. @param caller null for the node itself */
  async write(
    holder: Pick<Party, 'id'>,
    input: {
      readonly offer: OpenOffer
      readonly shown: ShownOffer
      readonly isTrusted: boolean
      readonly isNetwork: boolean
      readonly renews: string | null
      /** Why nothing can be done with it; null where it waits. */
      readonly reason: string | null
    },
    caller: Caller | 'system',
  ): Promise<WalletOfferRow> {
    const { store, vault, audit, clock } = this.#deps
    const { offer, shown, isTrusted, isNetwork, reason } = input
    const id = newId()
    const now = clock.now()
    const [only] = offer.configurationIds
    const renews =
      input.renews ??
      (offer.configurationIds.length === 1 && only !== undefined
        ? await renewableBy(
            { holderParty: holder.id, issuer: offer.issuer, configurationId: only },
            this.#deps,
          )
        : null)
    const row: WalletOfferRow = {
      ...{ id, isTrusted, isNetwork, renews, reason },
      holderParty: holder.id,
      addedBy: caller !== 'system' && caller.kind === 'user' ? caller.personId : null,
      credentialIssuer: offer.issuer,
      sealedOffer:
        reason === null ? await vault.seal(holder.id, place(id, 'offer'), JSON.stringify(offer)) : null,
      sealedShown: await vault.seal(holder.id, place(id, 'shown'), JSON.stringify(shown)),
      state: reason === null ? 'waiting' : 'failed',
      ...{ copies: 1, holderKey: 'did' },
      credentialIds: [],
      createdAt: now,
      decidedAt: null,
      expiresAt: now + OFFER_VALID_MS,
    }
    await store.transact(async (tx) => {
      const waiting = { holderParty: holder.id, state: In(['waiting', 'authorizing']) }
      if (caller !== 'system' && (await tx.countBy(walletOfferTable, waiting)) >= MAX_WAITING)
        throw new Refusal('rate_limited', 'too_many_wallet_offers', 'too many offers wait already')
      await tx.insert(walletOfferTable, row)
      const what = { offer: id, party: holder.id, ...(reason !== null && { reason }) }
      await audit.record(tx, caller, 'wallet_offer.added', what)
    })
    return row
  }

  /**
   * Takes an offer: fetches what is offered, or makes the link a browser has to open first.
   * @throws Refusal `wallet_offer_settled`, `tx_code_missing`, `tx_code_unexpected`, and as the redemption does
   */
  async accept(
    row: WalletOfferRow,
    caller: Caller,
    {
      txCode,
      copies,
      holderKey,
    }: {
      readonly txCode?: string | undefined
      readonly copies: number
      readonly holderKey: WalletOfferRow['holderKey']
    },
  ): Promise<{ readonly row: WalletOfferRow; readonly link: string | null }> {
    const offer = await this.#openOffer(row)
    const asksForCode = offer.preAuthorized?.txCode !== undefined
    if (asksForCode && txCode === undefined)
      throw new Refusal('unprocessable', 'tx_code_missing', 'this offer needs its transaction code')
    if (!asksForCode && txCode !== undefined)
      throw new Refusal('unprocessable', 'tx_code_unexpected', 'this offer has no transaction code')
    const to: WalletOfferState = offer.preAuthorized ? 'redeeming' : 'authorizing'
    await this.#move(row, ['waiting', 'authorizing'], to, caller, 'wallet_offer.accepted', {
      copies,
      holderKey,
    })
    const claimed = { ...row, state: to, copies, holderKey }
    if (!offer.preAuthorized)
      return { row: await this.require(row.id), link: await this.#deps.authorizing.begin(claimed) }
    await this.#deps.redemption.redeem(claimed, offer, {
      kind: 'pre_authorized',
      code: offer.preAuthorized.code,
      txCode,
    })
    return { row: await this.require(row.id), link: null }
  }

  /** @throws Refusal `wallet_offer_settled` */
  async decline(row: WalletOfferRow, caller: Caller): Promise<WalletOfferRow> {
    await this.#move(row, ['waiting', 'authorizing'], 'declined', caller, 'wallet_offer.declined', row)
    return this.require(row.id)
  }

  /** @throws Refusal `wallet_offer_unknown` */
  async require(id: string, holders?: readonly string[]): Promise<WalletOfferRow> {
    const row = await this.#deps.store.reader.findOneBy(walletOfferTable, { id })
    if (row && (!holders || holders.includes(row.holderParty))) return row
    throw new Refusal('not_found', 'wallet_offer_unknown', 'there is no such offer')
  }

  /** Newest first. */
  async list(
    holders: readonly string[],
    {
      state,
      cursor,
      limit,
    }: { state?: WalletOfferState | undefined; cursor?: string | undefined; limit: number },
  ): Promise<{ items: WalletOfferRow[]; next: string | null }> {
    if (holders.length === 0) return { items: [], next: null }
    const marks = holders.map(() => '?').join(', ')
    const where = [
      `holder_party IN (${marks})`,
      ...(state ? ['state = ?'] : []),
      ...(cursor !== undefined ? ['id < ?'] : []),
    ]
    const values = [...holders, ...(state ? [state] : []), ...(cursor !== undefined ? [cursor] : [])]
    const found = await select(
      this.#deps.store.reader,
      walletOfferTable,
      `${where.join(' AND ')} ORDER BY id DESC LIMIT ${limit + 1}`,
      values,
    )
    const items = found.slice(0, limit)
    return { items, next: found.length > limit ? (items.at(-1)?.id ?? null) : null }
  }

  async shown({ id, sealedShown }: WalletOfferRow): Promise<ShownOffer> {
    return JSON.parse(await this.#deps.vault.openText(place(id, 'shown'), sealedShown)) as ShownOffer
  }

  /** What nobody decided on ends; what a stopped process left half-way can be decided on again. */
  async tidy(): Promise<void> {
    const { store, clock } = this.#deps
    const now = clock.now()
    await store.transact(async (tx) => {
      const open = { state: In(['waiting', 'authorizing']), expiresAt: LessThan(now) }
      await tx.update(walletOfferTable, open, { state: 'expired', sealedOffer: null })
      const cutOff = { state: 'redeeming' as const, decidedAt: LessThan(now - CUT_OFF_MS) }
      await tx.update(walletOfferTable, cutOff, { state: 'waiting', reason: 'interrupted' })
      // Tokens and keys of a conversation that is over.
      const over = { state: In(['failed', 'ended']), tellAt: IsNull(), sealed: Not(IsNull()) }
      await tx.update(walletIssuanceTable, over, { sealed: null })
    })
  }

  async #takeByItself(row: WalletOfferRow): Promise<void> {
    const offer = await this.#openOffer(row)
    const code = offer.preAuthorized?.code
    if (code === undefined) return
    await this.#move(row, ['waiting'], 'redeeming', 'system', 'wallet_offer.accepted', row)
    try {
      await this.#deps.redemption.redeem({ ...row, state: 'redeeming' }, offer, {
        kind: 'pre_authorized',
        code,
      })
    } catch (error) {
      // It is in the inbox, with what went wrong.
      if (!isRefusal(error)) throw error
    }
  }

  /** By value, or fetched from where it is: once, without redirects, and no larger than an offer is. */
  async #resolve(text: string): Promise<OpenOffer> {
    const pasted = readPasted(text)
    if ('text' in pasted) return parseOpenOffer(pasted.text)
    const options = { accept: 'application/json', maxBytes: MAX_OFFER_BYTES }
    const { status, body } = await this.#deps.egress.request(pasted.uri, options)
    if (status !== 200)
      throw new Refusal(
        'upstream',
        'offer_unreachable',
        'the offer is not where the link says, or not any more',
      )
    return parseOpenOffer(body)
  }

  async #openOffer({ id, sealedOffer, state }: WalletOfferRow): Promise<OpenOffer> {
    if (!sealedOffer || (state !== 'waiting' && state !== 'authorizing')) throw settled()
    return JSON.parse(await this.#deps.vault.openText(place(id, 'offer'), sealedOffer)) as OpenOffer
  }

  /** Once: of two who decide at the same time, one is told. */
  async #move(
    { id, holderParty }: WalletOfferRow,
    from: readonly WalletOfferState[],
    to: WalletOfferState,
    by: Caller | 'system',
    action: string,
    { copies, holderKey }: Pick<WalletOfferRow, 'copies' | 'holderKey'>,
  ): Promise<void> {
    const { store, clock, audit } = this.#deps
    await store.transact(async (tx) => {
      const set = { state: to, decidedAt: clock.now(), reason: null, copies, holderKey }
      const erase = to === 'declined' ? { sealedOffer: null } : {}
      if ((await change(tx, walletOfferTable, { id, state: In([...from]) }, { ...set, ...erase })) !== 1)
        throw settled()
      await audit.record(tx, by, action, { offer: id, party: holderParty })
    })
  }
}

const settled = () =>
  new Refusal('conflict', 'wallet_offer_settled', 'this offer was decided on, or is not open any more')
