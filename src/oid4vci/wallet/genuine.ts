import { Refusal } from '../../core/index.ts'
import type { CredentialReport } from '../../credentials/index.ts'

/** Checks whose failure may be over tomorrow: the issuer's DID or status list cannot be asked. */
const MAY_PASS_LATER = new Set(['issuer', 'status'])
/** Revoked, or signed with a key that can never have been the issuer's. */
const NEVER_PASSES = new Set(['status_invalid', 'issuer_key_mismatch'])

/** @throws Refusal `credential_not_genuine`; `credential_not_verifiable` when a later try may succeed */
export function requireGenuine(report: CredentialReport): void {
  const failed = report.checks.find(({ ok }) => !ok)
  if (report.verified && !failed) return
  const reason = { params: { check: failed?.check ?? 'unknown', reason: failed?.code ?? 'unknown' } }
  if (failed && MAY_PASS_LATER.has(failed.check) && !NEVER_PASSES.has(failed.code ?? ''))
    throw new Refusal('unavailable', 'credential_not_verifiable', 'the issuer cannot be checked now', reason)
  throw new Refusal('unprocessable', 'credential_not_genuine', 'the credential does not verify', reason)
}
