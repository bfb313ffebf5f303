import type { Router } from 'express'
import type { AnyOperation, Log } from '../../core/index.ts'
import type { VerifyCredential } from '../../credentials/index.ts'
import type { Parties } from '../../parties/index.ts'
import type { WalletPolicy } from '../wallet/wallet.ts'
import { Authorizing } from './authorizing.ts'
import { Comebacks } from './comebacks.ts'
import { readSdJwtVc } from './formats.ts'
import { Inbox } from './inbox.ts'
import { type MovingOperationsDeps, movingOperations } from './moving/operations.ts'
import { OfferRedemption } from './offer-redemption.ts'
import { openWalletOperations } from './operations.ts'
import { Redeeming, type RedeemingDeps } from './redeeming.ts'
import { Renewing } from './renewing.ts'
import { openWalletRoutes } from './routes.ts'
import { askFirst, type WalletSettings } from './settings.ts'

export interface OpenWalletDeps
  extends Omit<RedeemingDeps, 'formats' | 'settings' | 'parties' | 'credentials'>,
    Pick<MovingOperationsDeps, 'holderKeys' | 'requireUnlocked'> {
  readonly credentials: RedeemingDeps['credentials'] & MovingOperationsDeps['credentials']
  readonly parties: Parties
  readonly verify: VerifyCredential
  /** What the network's own offers are recognised by. */
  readonly acceptsFrom: WalletPolicy['acceptsFrom']
  /** Everybody outside the network is asked about unless told. */
  readonly settings?: WalletSettings
  /** Where this node is reached. */
  readonly baseUrl: string
  readonly log?: Log
}

export interface OpenWallet {
  readonly router: Router
  readonly operations: readonly AnyOperation[]
  readonly comebacks: Pick<Comebacks, 'start' | 'stop' | 'work'>
}

/** Taking credentials of any issuer: the parts, wired. */
export function openWallet(given: OpenWalletDeps): OpenWallet {
  const settings = given.settings ?? askFirst
  const deps = {
    ...given,
    settings,
    formats: [readSdJwtVc(given.verify)],
    clientId: settings.clientId ?? given.baseUrl,
  }
  const redeeming = new Redeeming(deps)
  const redemption = new OfferRedemption({ ...deps, redeeming })
  const authorizing = new Authorizing({ ...deps, redeeming, redemption })
  const inbox = new Inbox({ ...deps, redeeming, redemption, authorizing })
  const renewing = new Renewing({ ...deps, redeeming, inbox })
  const tidy = async () => {
    await inbox.tidy()
    await authorizing.tidy()
  }
  const comebacks = new Comebacks({ ...deps, redeeming, renewing, tidy })
  return {
    router: openWalletRoutes({ authorizing, baseUrl: given.baseUrl }),
    operations: [
      ...openWalletOperations({ inbox, parties: given.parties, removing: deps }),
      ...movingOperations({
        ...deps,
        inbox,
        formatsFor: (status) => [
          readSdJwtVc((compact, options) => given.verify(compact, { ...options, fresh: status === 'fresh' })),
        ],
        holderKeyOwner: (kid) => given.holderKeys.holderKeyOwner(kid),
      }),
    ],
    comebacks,
  }
}
