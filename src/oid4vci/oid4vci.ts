import { Router } from 'express'
import { type AnyOperation, type Clock, type Log, silentLog } from '../core/index.ts'
import type { PublicJwk } from '../jose/index.ts'
import type { Parties } from '../parties/index.ts'
import type { Vault } from '../vault/index.ts'
import { Deliveries, type DeliveriesDeps } from './deliveries.ts'
import { Nonces } from './nonces.ts'
import { Offers, type OffersDeps } from './offers.ts'
import { type OpenIssuerDeps, openIssuer } from './open/open-issuer.ts'
import { type OpenWallet, type OpenWalletDeps, openWallet } from './open-wallet/open-wallet.ts'
import { offerOperations } from './operations.ts'
import { Redemptions } from './redemptions.ts'
import { oid4vciRoutes, type RoutesDeps } from './routes.ts'
import { Wallet, type WalletDeps } from './wallet/wallet.ts'

export interface Oid4vciDeps
  extends OffersDeps,
    Omit<DeliveriesDeps, 'offers'>,
    Omit<WalletDeps, 'credentials'>,
    Pick<OpenIssuerDeps, 'issuance' | 'w3cCredentials' | 'certified'>,
    Omit<
      OpenWalletDeps,
      'policy' | 'requireKey' | 'settings' | 'acceptsFrom' | 'holderKeys' | 'requireUnlocked'
    >,
    Pick<RoutesDeps, 'walletMetadata' | 'certifiedHolder'> {
  readonly vault: Vault
  readonly parties: Parties
  readonly credentials: WalletDeps['credentials'] &
    OpenIssuerDeps['credentials'] &
    OpenWalletDeps['credentials']
  readonly requireKey: (kid: string, purpose: 'authentication' | 'assertionMethod') => Promise<PublicJwk>
  /** What of issuers outside the network is taken, and how. */
  readonly openWallet: Pick<
    OpenWalletDeps,
    'policy' | 'settings' | 'holderKeys' | 'requireUnlocked' | 'nameOf'
  >
  readonly log?: Log
}

const TIDY_EVERY_MS = 60_000

/** Offers: OpenID4VCI 1.0, as issuer to nodes and to any wallet, and as wallet. */
export interface Oid4vci {
  readonly offers: Pick<Offers, 'create' | 'open' | 'tidy'>
  /** To be mounted at the root, before anything that answers every path. */
  readonly router: Router
  readonly operations: readonly AnyOperation[]
  /** Goes back to issuers for what is due; to be started and stopped with the node. */
  readonly comebacks: OpenWallet['comebacks']
}

/** Also says to the outbox how offers are delivered. */
export function createOid4vci(deps: Oid4vciDeps): Oid4vci {
  const { clock, parties } = deps
  const offers = new Offers(deps)
  const deliveries = new Deliveries({ ...deps, offers })
  const open = openIssuer(deps)
  const collecting = openWallet({
    ...deps,
    ...deps.openWallet,
    acceptsFrom: (question) => deps.policy.acceptsFrom(question),
  })
  const tidy = () => Promise.all([offers.tidy(), open.tidy()])
  const router = Router().use(collecting.router)
  const routes = oid4vciRoutes({
    ...deps,
    ...open.routes,
    wallet: new Wallet(deps),
    redemptions: new Redemptions(deps),
    nonces: new Nonces(deps),
    urlOf: (party) => parties.urlOf(party),
    tidy: atMostEvery(TIDY_EVERY_MS, clock, () => {
      tidy().catch((err) => (deps.log ?? silentLog).warn({ err }, 'old offers could not be tidied up'))
    }),
  })
  router.use(routes)
  const operations = [
    ...offerOperations({ offers, deliveries, parties, clock }),
    ...open.operations,
    ...collecting.operations,
  ]
  return { offers, router, operations, comebacks: collecting.comebacks }
}

function atMostEvery(ms: number, clock: Clock, run: () => void): () => void {
  let last = Number.NEGATIVE_INFINITY
  return () => {
    if (clock.now() - last < ms) return
    last = clock.now()
    run()
  }
}
