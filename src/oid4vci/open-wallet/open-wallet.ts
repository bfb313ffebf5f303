import type { Router } from 'express'
import type { AnyOperation, Did, Log } from '../../core/index.ts'
import type { CredentialTypes, VerifyCredential, VerifyW3cToken } from '../../credentials/index.ts'
import type { Parties } from '../../parties/index.ts'
import { VC_JOSE, VC_JWT } from '../../vc-jwt/index.ts'
import type { WalletPolicy } from '../wallet/wallet.ts'
import { Authorizing } from './authorizing.ts'
import { Comebacks } from './comebacks.ts'
import { type ReadingFormat, readSdJwtVc, readW3cVc } from './formats.ts'
import { type HeldOperationsDeps, heldOperations } from './held-operations.ts'
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
  readonly credentials: RedeemingDeps['credentials'] &
    MovingOperationsDeps['credentials'] &
    HeldOperationsDeps['credentials']
  readonly parties: Parties
  readonly types: CredentialTypes
  readonly verify: VerifyCredential
  /** What verifies SD-JWT VCs handed out at an address; {@link verify} unless told. */
  readonly verifyFrom?: (credentialIssuer: string) => VerifyCredential
  readonly verifyW3c: VerifyW3cToken
  /** What the network's own offers are recognised by. */
  readonly acceptsFrom: WalletPolicy['acceptsFrom']
  /** Everybody outside the network is asked about unless told. */
  readonly settings?: WalletSettings
  /** What the network calls an issuer. */
  readonly nameOf?: (did: Did) => Promise<string | null>
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
    formats: formatsOf(given, 'fresh'),
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
      ...heldOperations({ ...given, nameOf: given.nameOf ?? (async () => null) }),
      ...movingOperations({
        ...deps,
        inbox,
        formatsFor: (status) => formatsOf(given, status),
        holderKeyOwner: (kid) => given.holderKeys.holderKeyOwner(kid),
      }),
    ],
    comebacks,
  }
}

/** @param status whether its list is asked for now, or as it was heard a moment ago */
function formatsOf(
  { verify, verifyFrom, verifyW3c, types }: OpenWalletDeps,
  status: 'fresh' | 'cached',
): readonly ReadingFormat[] {
  const asked = { fresh: status === 'fresh' }
  const w3c: typeof verifyW3c = (compact, options) => verifyW3c(compact, { ...options, ...asked })
  return [
    readSdJwtVc(
      (from) => (compact, options) => (verifyFrom?.(from) ?? verify)(compact, { ...options, ...asked }),
    ),
    ...([VC_JWT, VC_JOSE] as const).map((format) => readW3cVc(format, { types, verifyW3c: w3c })),
  ]
}
