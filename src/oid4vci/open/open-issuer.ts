import type { Audit } from '../../audit/index.ts'
import type { AnyOperation, Clock } from '../../core/index.ts'
import type {
  CertifiedIssuing,
  Credentials,
  CredentialTypes,
  W3cCredentials,
} from '../../credentials/index.ts'
import { Tickets } from '../../oauth/index.ts'
import type { Parties } from '../../parties/index.ts'
import { LessThan, rows, type Store } from '../../store/index.ts'
import type { Vault } from '../../vault/index.ts'
import { Authorizations } from './authorizations.ts'
import { RequestKeys } from './encryption.ts'
import { Configurations, sdJwtFormat, w3cFormat } from './formats.ts'
import { Grants } from './grants.ts'
import { Issuing } from './issuing.ts'
import { OfferLinks } from './links.ts'
import { OpenOffers } from './open-offers.ts'
import { issuingOperations } from './operations.ts'
import { Refreshing } from './refresh-tokens.ts'
import { refreshTokenTable } from './renewal-tables.ts'
import { type IssuanceSettings, openToAll } from './settings.ts'
import { authorizationTable, openTokenTable } from './tables.ts'
import { TxCodes } from './tx-code.ts'

export interface OpenIssuerDeps {
  readonly store: Store
  readonly vault: Vault
  readonly clock: Clock
  readonly audit: Audit
  readonly parties: Parties
  readonly types: CredentialTypes
  readonly credentials: Pick<Credentials, 'issueMany' | 'revoke' | 'setSuspended'>
  /** Signs in the formats beside SD-JWT VC; without it there are none. */
  readonly w3cCredentials?: Pick<W3cCredentials, 'issueMany'>
  /** What is signed under a certificate; nothing unless told. */
  readonly certified?: CertifiedIssuing | undefined
  /** Everybody is issued to unless told. */
  readonly issuance?: IssuanceSettings
}

/** How long an authorization is remembered, so that a code used twice is seen. */
const AUTHORIZATION_KEPT_MS = 30 * 86_400_000

/** Issuing to holders not known beforehand: the parts, wired. */
export function openIssuer(deps: OpenIssuerDeps) {
  const { store, vault, clock, parties, types, credentials, w3cCredentials } = deps
  const formats = [...new Set(deps.issuance?.formats)]
  const configurations = new Configurations(types.list(), [
    sdJwtFormat(credentials, deps.certified),
    ...(w3cCredentials ? formats.map((format) => w3cFormat(format, w3cCredentials)) : []),
  ])
  const links = new OfferLinks(deps)
  const txCodes = new TxCodes(vault)
  const offers = new OpenOffers({ ...deps, configurations, links, txCodes })
  const operations: readonly AnyOperation[] = issuingOperations({ offers, links, parties, clock })
  return {
    operations,
    routes: {
      ...{ configurations, links, offers },
      grants: new Grants({ ...deps, links, offers }),
      refreshing: new Refreshing({ ...deps, offers }),
      authorizations: new Authorizations({ ...deps, links, offers, configurations }),
      issuing: new Issuing({ ...deps, offers, configurations }),
      issuance: deps.issuance ?? openToAll,
      requestKeys: new RequestKeys(vault),
      dpopNonces: new Tickets('oid4vci dpop nonce', deps),
      consentTickets: new Tickets('oid4vci consent form', deps),
    },
    /** Erases what was offered too long ago, and forgets tokens and requests that are worth nothing any more. */
    tidy: async () => {
      const now = clock.now()
      await store.transact(async (tx) => {
        await tx.delete(openTokenTable, { expiresAt: LessThan(now) })
        await tx.delete(refreshTokenTable, { expiresAt: LessThan(now) })
        await tx.delete(authorizationTable, { createdAt: LessThan(now - AUTHORIZATION_KEPT_MS) })
        await rows(
          tx,
          'UPDATE open_offer SET sealed = NULL WHERE sealed IS NOT NULL AND expires_at < ? RETURNING id',
          [now],
        )
      })
    },
  }
}
