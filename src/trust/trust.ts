import type { AcceptedIssuer } from '../config/index.ts'
import { type Did, isDid, isRefusal, type RegistryRole } from '../core/index.ts'
import {
  type CredentialReport,
  type CredentialTypes,
  type IssuerRule,
  TYPE_FROM_ISSUER,
} from '../credentials/index.ts'
import { type AcceptedIssuers, isAccepted } from './accepted-issuers.ts'
import type { RegistryLookup } from './registry.ts'
import type { AnchorSource } from './trust-anchor.ts'

/** Whether this node accepts an issuer for a type, and why (not). */
export interface Assessment {
  readonly trusted: boolean
  readonly code?: AssessmentCode
  readonly detail?: string
}

export type AssessmentCode =
  /** The signature does not prove who issued it. */
  | 'issuer_unproven'
  | 'unknown_credential_type'
  | 'issuer_not_trust_anchor'
  | 'issuer_not_subject'
  | 'issuer_not_registered'
  | 'issuer_suspended'
  /** The caller, or agent.yml, names other issuers for this type. */
  | 'issuer_not_listed'
  | 'trust_anchor_unreachable'
  | 'registry_unreachable'

export interface TrustDeps {
  readonly types: CredentialTypes
  readonly anchor: AnchorSource
  readonly registry: RegistryLookup
  /** Whom `agent.yml` accepts per type; nobody but the network unless given. */
  readonly accepted?: AcceptedIssuers
}

/** What of a report a judgement needs. */
export type Assessed = Pick<CredentialReport, 'issuer' | 'outsideIssuer' | 'subject' | 'vct' | 'checks'>

/** Says whom this node believes. Deny is the default: unknown, unreachable and suspended are a no. */
export class Trust {
  readonly #deps: TrustDeps

  constructor(deps: TrustDeps) {
    this.#deps = deps
  }

  /**
   * Judges the issuer of a verified credential by the rule of its type.
   * @param options.issuers whom the caller accepts for it: they take the place of the rule
   */
  async assess(report: Assessed, options: { readonly issuers?: readonly Did[] } = {}): Promise<Assessment> {
    const { issuer, outsideIssuer, vct } = report
    if (!(issuer || outsideIssuer) || !provesIssuer(report)) return no('issuer_unproven')
    // Whom a caller names it names by DID, and who has none is nobody of these.
    if (options.issuers && !(issuer && options.issuers.includes(issuer))) return no('issuer_not_listed')
    const type = vct === null ? null : this.#deps.types.find(vct)
    if (!type && options.issuers && isDescribed(report))
      return { trusted: true, detail: 'the caller named this issuer, who describes the type' }
    if (!type) return no('unknown_credential_type', 'its claims were not checked against a schema')
    if (options.issuers) return { trusted: true, detail: 'the caller named this issuer' }
    const listed = this.#deps.accepted?.of(type.vct)
    if (!issuer)
      return outsideIssuer && listed && isAccepted(listed, outsideIssuer) ? byList : no('issuer_not_listed')
    const byRule = () => this.#byRule(type.issuerRule, issuer, report.subject)
    return listed ? this.#byList(listed, issuer, byRule) : byRule()
  }

  /** One yes is enough; where nobody said yes and somebody could not be asked, that is told. */
  async #byList(
    listed: readonly AcceptedIssuer[],
    issuer: Did,
    byRule: () => Promise<Assessment>,
  ): Promise<Assessment> {
    if (listed.some((one) => isDidEntry(one) && one.did === issuer)) return byList
    let denied = no('issuer_not_listed')
    for (const one of listed) {
      const said =
        one === 'network'
          ? await byRule()
          : 'role' in one
            ? await this.#isRegistered(issuer, one.role)
            : denied
      if (said.trusted) return said
      if (said.code !== 'issuer_not_listed') denied = said
    }
    return denied
  }

  /** Whether an organisation is in good standing with the trust anchor, put as the state of its attestation. */
  async standingOf(organisation: Did): Promise<'valid' | 'missing' | 'suspended' | 'unknown'> {
    const { trusted, code } = await this.#isRegistered(organisation)
    if (trusted) return 'valid'
    if (code === 'issuer_suspended') return 'suspended'
    return code === 'issuer_not_registered' ? 'missing' : 'unknown'
  }

  /**
   * Whether somebody whom `agent.yml` lists by DID for these types has its wallet at an address, as the registry says.
   * Who cannot be asked about is not.
   */
  async listsAt(wallet: string, vcts: readonly (string | null)[]): Promise<boolean> {
    const lists = vcts.map((vct) => (vct === null ? undefined : this.#deps.accepted?.of(vct)) ?? [])
    const [first = []] = lists
    for (const one of first) {
      const isInAll = lists.every((list) =>
        list.some((other) => isDidEntry(one) && isDidEntry(other) && other.did === one.did),
      )
      if (isDidEntry(one) && isInAll && (await this.#hasWallet(one.did, wallet))) return true
    }
    return false
  }

  async #hasWallet(did: Did, wallet: string): Promise<boolean> {
    try {
      const entry = await this.#deps.registry.find(did)
      return entry?.state === 'active' && entry.wallet === wallet
    } catch (error) {
      if (isRefusal(error)) return false
      throw error
    }
  }

  /** What the network calls somebody; null for people and strangers, and when nobody can be asked. */
  async nameOf(issuer: string): Promise<string | null> {
    if (!isDid(issuer)) return null
    try {
      const anchor = await this.#deps.anchor.require()
      if (anchor.did === issuer) return anchor.name
      // People are in no register: asking for one would only tell the trust anchor about her.
      if (isPersonsDid(issuer)) return null
      return (await this.#deps.registry.find(issuer))?.name ?? null
    } catch (error) {
      if (isRefusal(error)) return null
      throw error
    }
  }

  async #byRule(rule: IssuerRule, issuer: Did, subject: Did | null): Promise<Assessment> {
    switch (rule) {
      case 'trust-anchor':
        return this.#isAnchor(issuer)
      case 'subject':
        return issuer === subject ? { trusted: true, detail: 'self-declared' } : no('issuer_not_subject')
      case 'registered-organisation':
        return this.#isRegistered(issuer)
      case 'data-subject':
        return this.#isDataSubject(issuer)
      case 'listed':
        return no('issuer_not_listed')
    }
  }

  async #isAnchor(issuer: Did): Promise<Assessment> {
    try {
      const { did } = await this.#deps.anchor.require()
      return issuer === did ? { trusted: true } : no('issuer_not_trust_anchor')
    } catch (error) {
      if (isRefusal(error)) return no('trust_anchor_unreachable')
      throw error
    }
  }

  async #isRegistered(issuer: Did, role?: RegistryRole): Promise<Assessment> {
    try {
      const entry = await this.#deps.registry.find(issuer)
      if (!entry) return no('issuer_not_registered')
      if (role !== undefined && !entry.roles.includes(role)) return no('issuer_not_listed')
      return entry.state === 'active' ? { trusted: true } : no('issuer_suspended')
    } catch (error) {
      if (isRefusal(error)) return no('registry_unreachable')
      throw error
    }
  }

  /**
   * Whoever signs opens its own data and nobody else's, so the signature is the authority. An organisation must be in
   * good standing besides; a person is not registered by name anywhere, so a DID that cannot be an organisation's, or
   * that the registry does not know, is taken for hers.
   */
  async #isDataSubject(issuer: Did): Promise<Assessment> {
    const herOwn: Assessment = { trusted: true, detail: 'speaks for the data of its signer only' }
    if (isPersonsDid(issuer)) return herOwn
    const registered = await this.#isRegistered(issuer)
    const isUnknown = registered.code === 'issuer_not_registered'
    return isUnknown && !issuer.startsWith('did:ethr:') ? herOwn : registered
  }
}

/** Natural persons never go on chain, and organisations never use did:jwk (DESIGN, Identifiers). */
const isPersonsDid = (did: Did): boolean => did.startsWith('did:jwk:') || did.startsWith('did:key:')

const isDidEntry = (one: AcceptedIssuer): one is { readonly did: Did } => one !== 'network' && 'did' in one

const byList: Assessment = { trusted: true, detail: 'agent.yml lists this issuer for this type' }

const no = (code: AssessmentCode, detail?: string): Assessment => ({
  trusted: false,
  code,
  ...(detail && { detail }),
})

/** Signed by a current key of who it names; whether it is still valid is another question. */
function provesIssuer({ checks }: Assessed): boolean {
  const passed = (name: string) => checks.some(({ check, ok }) => check === name && ok)
  return passed('issuer') && passed('issuer_signature') && passed('claims')
}

/** A type we do not have, whose claims hold against what its issuer says of it. */
const isDescribed = ({ checks }: Assessed): boolean =>
  checks.some(({ check, ok, code }) => check === 'type' && ok && code === TYPE_FROM_ISSUER)
