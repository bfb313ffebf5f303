import type { Config } from '../config/index.ts'
import { isSignedWith } from '../jose/index.ts'
import { type IssuanceSettings, openToAll } from '../oid4vci/index.ts'
import {
  createStatusChecker,
  type ListSigner,
  STATUS_LIST_TYP,
  type StatusCheckerDeps,
} from '../status-lists/index.ts'

export interface WalletProvidersDeps extends Pick<StatusCheckerDeps, 'clock' | 'fetch' | 'requireKey'> {
  readonly certifiedProvider?: IssuanceSettings['certifiedProvider']
  /** Whose certificate signed a status list of a provider. */
  readonly certifiedProviderList?: StatusCheckerDeps['certified']
}

/** Whom `agent.yml` believes about wallets and their keys, and how it is found out that one of them took its word back. */
export function walletProvidersOf(
  { issuance = openToAll }: Config,
  deps: WalletProvidersDeps,
): IssuanceSettings {
  const { certifiedProvider, certifiedProviderList: certified, clock, fetch, requireKey } = deps
  const { walletProviders } = issuance
  const checker = createStatusChecker({
    ...{ clock, fetch, requireKey, ...(certified && { certified }) },
    knownSigner: (list) => {
      for (const { name, keys } of walletProviders) {
        const key = keys.find((one) => isSignedWith(list, one, { typ: STATUS_LIST_TYP }))
        if (key) return { key, signer: `provider ${name}` }
      }
      return null
    },
  })
  return {
    ...issuance,
    ...(certifiedProvider && { certifiedProvider }),
    statusOf: (status, signer) => checker.check(status, signer as ListSigner),
  }
}
