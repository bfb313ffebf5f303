import { Refusal } from '../../core/index.ts'
import { isVpJwt } from '../../vc-jwt/index.ts'
import type { VerifyCredential, VerifyCredentialOptions } from '../verify-credential.ts'
import type { VerifyW3c, W3cReport } from './verify-w3c.ts'

export type VerifyW3cToken = (compact: string, options: VerifyCredentialOptions) => Promise<W3cReport>

/**
 * Verifies one W3C credential, alone or in a presentation, as {@link VerifyCredential} does an SD-JWT VC.
 * @throws Refusal `vp_credentials_not_one`, `kb_unexpected`, `vp_malformed`, `vc_malformed`, `jws_…`
 */
export const createVerifyW3cToken =
  ({ credential, presentation }: VerifyW3c): VerifyW3cToken =>
  async (compact, { keyBinding, fresh = false }) => {
    if (!isVpJwt(compact)) {
      const report = await credential(compact, { fresh })
      return typeof keyBinding === 'string' ? report : unbound(report)
    }
    if (keyBinding === 'forbidden')
      throw new Refusal('invalid', 'kb_unexpected', 'a credential was expected, not a presentation of one')
    const expected = keyBinding === 'optional' ? {} : keyBinding
    const { credentials } = await presentation(compact, { ...expected, fresh })
    const [report, ...more] = credentials
    if (report && more.length === 0) return report
    throw new Refusal('invalid', 'vp_credentials_not_one', 'a presentation holds one credential here')
  }

const unbound = (report: W3cReport): W3cReport => ({
  ...report,
  verified: false,
  claims: {},
  checks: [
    ...report.checks,
    { check: 'key_binding', ok: false, code: 'kb_missing', detail: 'nobody presents it' },
  ],
})

/** Verifies an SD-JWT VC or a W3C credential: an SD-JWT has a tilde, a JWT never. */
export const verifyEither =
  (sdJwt: VerifyCredential, w3c: VerifyW3cToken): VerifyCredential =>
  (compact, options) =>
    compact.includes('~') ? sdJwt(compact, options) : w3c(compact, options)
