import { OwnCertificate } from '../certificates/index.ts'
import type { Clock, Log } from '../core/index.ts'

/** A certificate of `agent.yml`, and its key; null where there is none. @throws Refusal `certificate_own_invalid` */
export function ownCertificate(
  configured: { readonly certificatePath: string } | undefined,
  privateKey: string | undefined,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
): OwnCertificate | null {
  if (!configured || privateKey === undefined) return null
  return new OwnCertificate({ path: configured.certificatePath, privateKey, clock, log })
}
