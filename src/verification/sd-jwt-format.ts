import type { CredentialReport, VerifyCredential } from '../credentials/index.ts'
import { authority, type Presented } from '../dcql/index.ts'
import { isJsonObject, type JsonObject, offChainAlgs } from '../jose/index.ts'
import { readSdJwt, SD_JWT_VC_TYP } from '../sd-jwt/index.ts'
import type { Verifier } from '../trust/index.ts'
import type { PresentationFormat, TransactionHashes } from './format.ts'

export interface SdJwtFormatDeps {
  readonly verifyCredential: VerifyCredential
  readonly verifier: Pick<Verifier, 'judge'>
}

/** SD-JWT VC (OpenID4VP 1.0, annex B.3). The status is asked at its source, so what was revoked a second ago is seen. */
export const sdJwtFormat = ({ verifyCredential, verifier }: SdJwtFormatDeps): PresentationFormat => ({
  id: SD_JWT_VC_TYP,
  metadata: { 'sd-jwt_alg_values': offChainAlgs, 'kb-jwt_alg_values': offChainAlgs },
  verify: async (presentation, { aud, nonce, isRequired, issuersOf }) => {
    // A proof of the holder that comes along unasked must be for this request as well.
    const isBare = !isRequired && presentation.endsWith('~')
    const found = await verifyCredential(presentation, {
      keyBinding: isBare ? 'forbidden' : { aud, nonce },
      fresh: true,
    })
    const report = await verifier.judge(found, found.vct === null ? undefined : issuersOf(found.vct))
    return {
      report,
      presented: found.verified ? presentedOf(found, presentation) : null,
      subject: subjectOf(found),
      transaction: transactionOf(found.keyBinding?.claims),
    }
  },
})

const presentedOf = (report: CredentialReport, presentation: string): Presented => ({
  format: SD_JWT_VC_TYP,
  types: report.vct === null ? [] : [report.vct],
  document: readSdJwt(presentation).payload,
  disclosedPaths: report.disclosedPaths,
  isHolderBound: report.keyBinding !== null,
  authorities: new Set(
    report.outsideIssuer?.kind === 'certificate'
      ? report.outsideIssuer.authorityKeyIds.map((keyId) => authority('aki', keyId))
      : [],
  ),
})

/** Its subject, or else who holds its key. */
const subjectOf = ({ subject, keyBinding }: CredentialReport): string | null =>
  subject ?? (keyBinding ? JSON.stringify(keyBinding.holderKey) : null)

function transactionOf(claims: JsonObject | undefined): TransactionHashes | null {
  const { transaction_data_hashes: hashes, transaction_data_hashes_alg: alg } = isJsonObject(claims)
    ? claims
    : {}
  if (!Array.isArray(hashes) || hashes.length > 100 || !hashes.every((hash) => typeof hash === 'string'))
    return null
  return { hashes, alg: typeof alg === 'string' ? alg : null }
}
