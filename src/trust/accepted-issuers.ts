import { speaksFor } from '../certificates/index.ts'
import type { AcceptedIssuer, TrustConfig } from '../config/index.ts'
import { Refusal } from '../core/index.ts'
import type { CredentialTypes, OutsideIssuer } from '../credentials/index.ts'

/** Per type the only issuers that are believed, as `agent.yml` lists them. */
export interface AcceptedIssuers {
  /** Undefined for a type that is not listed: then the rule of the type holds, and nobody from outside counts. */
  of(vct: string): readonly AcceptedIssuer[] | undefined
}

/**
 * Reads the lists of `agent.yml`, once, at start. What could never count stops the start.
 * @throws Refusal `config_trust_invalid`
 */
export function createAcceptedIssuers(
  { issuers, anchors }: TrustConfig,
  types: Pick<CredentialTypes, 'find'>,
): AcceptedIssuers {
  const lists = new Map(issuers.map(({ type, accept }) => [type, accept]))
  const usable = new Set(anchors.filter(({ uses }) => uses.includes('issuers')).map(({ name }) => name))
  for (const [vct, accept] of lists) {
    const type = types.find(vct)
    if (!type) throw invalid(vct, 'there is no such type in credentials/')
    for (const one of accept) {
      if (one !== 'network' && 'anchor' in one && !usable.has(one.anchor))
        throw invalid(vct, `${one.anchor} is no anchor for issuers`)
      // What the network itself lives by comes from the network: grants, denials, attestations, self-declarations.
      if (isOutside(one) && type.issuerRule !== 'registered-organisation' && type.issuerRule !== 'listed')
        throw invalid(vct, 'nobody from outside the network issues this type')
    }
  }
  return { of: (vct) => lists.get(vct) }
}

const isOutside = (one: AcceptedIssuer): boolean => one !== 'network' && ('anchor' in one || 'url' in one)

/** Whether one of these is who issued it from outside the network. */
export const isAccepted = (accept: readonly AcceptedIssuer[], issuer: OutsideIssuer): boolean =>
  accept.some((one) => {
    if (one === 'network') return false
    if (issuer.kind === 'metadata') return 'url' in one && one.url === issuer.url
    if (!('anchor' in one) || one.anchor !== issuer.anchor) return false
    return one.dnsName === undefined || speaksFor(issuer, one.dnsName)
  })

const invalid = (type: string, why: string) =>
  new Refusal('invalid', 'config_trust_invalid', `node.trust.issuers, ${type}: ${why}`, { params: { type } })
