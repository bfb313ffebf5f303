import { isRefusal } from '../../core/index.ts'
import { type HeldCredentialRow, heldCredentialTable } from '../../credentials/index.ts'
import { change, In } from '../../store/index.ts'
import type { Inbox } from './inbox.ts'
import { fetchServer } from './metadata.ts'
import type { OpenOffer } from './offer-text.ts'
import { type Redeeming, type RedeemingDeps, reasonOf } from './redeeming.ts'
import type { ShownOffer } from './shown-offer.ts'
import {
  type WalletIssuanceRow,
  type WalletOfferRow,
  walletIssuanceTable,
  walletOfferTable,
} from './tables.ts'
import { requestToken } from './token-request.ts'

export interface RenewingDeps extends RedeemingDeps {
  readonly redeeming: Redeeming
  readonly inbox: Inbox
}

const RETRY_MS = 6 * 3_600_000
const MOST_TRIES = 4

/**
 * Fetches a newer credential for one that ends soon. With a refresh token nobody is needed; otherwise its holder finds in
 * her inbox what to do: go by the issuer's page once more, or ask the issuer for a new offer.
 */
export class Renewing {
  readonly #deps: RenewingDeps

  constructor(deps: RenewingDeps) {
    this.#deps = deps
  }

  async renew(row: WalletIssuanceRow): Promise<void> {
    const { store } = this.#deps
    const offer = await store.reader.findOneBy(walletOfferTable, { id: row.offerId })
    const [old] = await this.#current(row)
    if (!offer || !old) return this.#end(row)
    if (!(await this.#claim(row))) return
    try {
      const isDone = await this.#refresh(row, offer, old)
      if (!isDone) await this.#ask(offer, row, old, null)
      await this.#end(row)
    } catch (error) {
      if (!isRefusal(error)) throw error
      const isPassing = error.code.startsWith('egress_') || error.kind === 'unavailable' || is5xx(error)
      if (isPassing && row.tries + 1 < MOST_TRIES) return
      await this.#ask(offer, row, old, reasonOf(error))
      await this.#end(row)
    }
  }

  /** @returns false where there is no refresh token */
  async #refresh(row: WalletIssuanceRow, offer: WalletOfferRow, old: HeldCredentialRow): Promise<boolean> {
    const { redeeming } = this.#deps
    // What was brought from another node came without tokens.
    if (row.sealed === null) return false
    const kept = await redeeming.open(row)
    const { session } = kept
    if (session.refreshToken === null) return false
    const { issuer, transport } = await redeeming.meet(session.issuer, [row.configurationId])
    const server = await fetchServer(issuer, session.server, this.#deps)
    const grant = { kind: 'refresh', refreshToken: session.refreshToken } as const
    const fresh = await requestToken(transport, session, server, grant)
    const renewed = { ...fresh, identifiers: [...session.identifiers, ...fresh.identifiers] }
    // Before anything else can fail: with the token that was spent nobody comes back.
    await redeeming.reseal(offer, row, { ...kept, session: renewed })
    await redeeming.fetch(
      offer,
      { issuer, transport, session: renewed },
      {
        configurationId: row.configurationId,
        copies: row.credentialIds.length,
        renews: old.lineageId,
        isNetwork: offer.isNetwork,
        ownKey: offer.holderKey === 'own',
      },
    )
    return true
  }

  /** Puts it in the inbox, once for each credential. @param why what came of the refresh token, where there was one */
  async #ask(
    offer: WalletOfferRow,
    row: WalletIssuanceRow,
    { lineageId, holderParty }: HeldCredentialRow,
    why: string | null,
  ): Promise<void> {
    const { store, inbox } = this.#deps
    const open = { renews: lineageId, state: In(['waiting', 'authorizing']) }
    if (await store.reader.existsBy(walletOfferTable, open)) return
    const shown = await inbox.shown(offer)
    const byPage = await this.#hasPage(offer, row, shown.server)
    const again: OpenOffer = {
      issuer: offer.credentialIssuer,
      configurationIds: [row.configurationId],
      authorization: { issuerState: undefined, server: shown.server },
    }
    const renewal: ShownOffer = {
      ...shown,
      txCode: null,
      grant: byPage ? 'authorization_code' : null,
      configurations: shown.configurations.filter(({ id }) => id === row.configurationId),
    }
    await inbox.write(
      { id: holderParty },
      {
        ...{ offer: again, shown: renewal, isTrusted: offer.isTrusted, isNetwork: offer.isNetwork },
        renews: lineageId,
        // Only the issuer can make an offer with a code in it.
        reason: byPage ? null : (why ?? 'renewal_needs_offer'),
      },
      'system',
    )
  }

  /** Whether the issuer lets wallets begin by themselves; one that says nothing now is taken for one that does not. */
  async #hasPage(offer: WalletOfferRow, row: WalletIssuanceRow, named: string): Promise<boolean> {
    try {
      const { issuer } = await this.#deps.redeeming.meet(offer.credentialIssuer, [row.configurationId])
      const server = await fetchServer(issuer, named, this.#deps)
      const grants = server.grant_types_supported ?? ['authorization_code']
      return server.authorization_endpoint !== undefined && grants.includes('authorization_code')
    } catch (error) {
      if (isRefusal(error)) return false
      throw error
    }
  }

  async #current({ credentialIds }: WalletIssuanceRow): Promise<HeldCredentialRow[]> {
    if (credentialIds.length === 0) return []
    const { reader } = this.#deps.store
    return reader.findBy(heldCredentialTable, { id: In([...credentialIds]), state: 'current' })
  }

  async #claim({ id, tries }: WalletIssuanceRow): Promise<boolean> {
    const { store, clock } = this.#deps
    const next = { tries: tries + 1, dueAt: clock.now() + RETRY_MS }
    const mine = { id, state: 'kept' as const, tries }
    return (await store.transact((tx) => change(tx, walletIssuanceTable, mine, next))) === 1
  }

  /** Nothing more is to be done for it; what it holds is still there, to tell the issuer that it was deleted. */
  async #end({ id }: WalletIssuanceRow): Promise<void> {
    await this.#deps.store.transact((tx) => change(tx, walletIssuanceTable, { id }, { dueAt: null }))
  }
}

const is5xx = (error: { code: string; params: Readonly<Record<string, unknown>> }): boolean =>
  error.code === 'issuer_refused' && Number(error.params.status) >= 500
