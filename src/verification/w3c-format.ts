import { Refusal } from '../core/index.ts'
import type { VerifyW3cToken } from '../credentials/index.ts'
import { offChainAlgs } from '../jose/index.ts'
import type { Verifier } from '../trust/index.ts'
import { CREDENTIAL, type VcFormat } from '../vc-jwt/index.ts'
import type { PresentationFormat } from './format.ts'

export interface W3cFormatDeps {
  readonly verifyW3c: VerifyW3cToken
  readonly verifier: Pick<Verifier, 'judge'>
}

/** What both data models call the one type that every credential has, written out. */
const EXPANDED = `https://www.w3.org/2018/credentials#${CREDENTIAL}`

/**
 * W3C credentials in a JWT (OpenID4VP 1.0, annex B.1), of either data model. Without selective disclosure the credential
 * is shown whole. The status is asked at its source, so what was revoked a second ago is seen.
 */
export const w3cFormat = (id: VcFormat, { verifyW3c, verifier }: W3cFormatDeps): PresentationFormat => ({
  id,
  metadata: { alg_values: offChainAlgs },
  verify: async (presentation, { aud, nonce, isRequired, issuersOf }) => {
    const found = await verifyW3c(presentation, {
      keyBinding: isRequired ? { aud, nonce } : 'optional',
      fresh: true,
    })
    if (found.format !== id)
      throw new Refusal('invalid', 'format_not_asked', 'this is a credential of another data model')
    // A proof of the holder that comes along unasked must be for this request as well.
    if (found.keyBinding && (found.keyBinding.nonce !== nonce || found.keyBinding.aud !== aud))
      throw new Refusal('invalid', 'kb_nonce_mismatch', 'this presentation was made for another request')
    const report = await verifier.judge(found, found.vct === null ? undefined : issuersOf(found.vct))
    const { document, types } = found
    return {
      report,
      presented:
        found.verified && document
          ? {
              ...{ format: id, types: [...types, EXPANDED], document },
              disclosedPaths: [],
              isHolderBound: found.keyBinding !== null,
              authorities: new Set<string>(),
            }
          : null,
      subject: found.subject,
      transaction: null,
    }
  },
})
