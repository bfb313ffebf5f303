import { Refusal } from '../../core/index.ts'
import type { FoundIssuer, ServerDocument } from './metadata.ts'
import type { OpenOffer } from './offer-text.ts'
import type { MetadataSigner } from './signed-metadata.ts'

const MAX_NAME_CHARS = 200

/** Who offers what, as it was found when the offer came in. */
export interface ShownOffer {
  /** What the issuer calls itself: nobody checked it. */
  readonly issuerName: string | null
  /** Who signed the issuer's metadata. */
  readonly signedBy: MetadataSigner | null
  readonly server: string
  readonly grant: 'pre_authorized' | 'authorization_code' | null
  readonly txCode: {
    readonly inputMode: string
    readonly length?: number
    readonly description?: string
  } | null
  readonly batchSize: number
  readonly configurations: readonly {
    readonly id: string
    readonly format: string
    readonly type: string | null
    readonly name: string | null
    readonly readable: boolean
  }[]
}

/**
 * @param readable the configurations we read, with their types
 * @throws Refusal `issuer_configuration_missing`, `offer_format_unsupported`
 */
export function shownOffer(
  offer: OpenOffer,
  issuer: FoundIssuer,
  server: ServerDocument,
  readable: ReadonlyMap<string, { readonly type: string }>,
): ShownOffer {
  const { document, configurations, signedBy } = issuer
  if (offer.configurationIds.some((id) => !configurations.has(id)))
    throw new Refusal(
      'upstream',
      'issuer_configuration_missing',
      'the issuer does not describe what it offers',
    )
  if (readable.size === 0)
    throw new Refusal(
      'unprocessable',
      'offer_format_unsupported',
      'nothing of this offer is in a format we read',
    )
  const tx = offer.preAuthorized?.txCode
  return {
    issuerName: nameOf(document.display),
    ...{ signedBy, server: server.issuer },
    grant: offer.preAuthorized ? 'pre_authorized' : 'authorization_code',
    txCode: tx
      ? {
          inputMode: tx.input_mode,
          ...(tx.length !== undefined && { length: tx.length }),
          ...(tx.description !== undefined && { description: tx.description }),
        }
      : null,
    batchSize: document.batch_credential_issuance?.batch_size ?? 1,
    configurations: [...configurations].map(([id, configuration]) => ({
      ...{ id, format: configuration.format, readable: readable.has(id) },
      type: readable.get(id)?.type ?? null,
      name: nameOf(configuration.credential_metadata?.display),
    })),
  }
}

/** What somebody else wrote, to be shown on one line. */
function nameOf(display: readonly { name?: string | undefined }[] | undefined): string | null {
  const name = display?.find((one) => one.name !== undefined)?.name
  return name === undefined ? null : name.replaceAll(/\p{C}/gu, ' ').slice(0, MAX_NAME_CHARS)
}
