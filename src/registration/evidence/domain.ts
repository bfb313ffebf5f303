import { randomBytes } from 'node:crypto'
import type { Audit } from '../../audit/index.ts'
import { isRefusal, Refusal, type UserCaller } from '../../core/index.ts'
import type { Store } from '../../store/index.ts'
import type { Vault } from '../../vault/index.ts'
import { equalBytes } from '../../vault/index.ts'
import type { CaseFiles } from '../case/case-files.ts'
import { alreadyDecided, isClosed } from '../case/case-state.ts'
import { scopeOf } from '../case/seals.ts'
import type { VerifyDeps } from '../verify-messages.ts'
import type { Evidence } from './evidence.ts'

/**
 * Asks the domain name system: the texts published under a name, each joined (RFC 1035, 3.3.14); none where the name is
 * not there.
 * @throws Refusal `dns_unreachable`
 */
export type TxtLookup = (name: string) => Promise<readonly string[]>

export interface DomainsDeps extends Pick<VerifyDeps, 'requireKey'> {
  readonly store: Store
  readonly vault: Vault
  readonly audit: Audit
  readonly caseFiles: CaseFiles
  readonly evidence: Evidence
  readonly lookupTxt: TxtLookup
}

export interface Challenge {
  readonly domain: string
  /** Where the record goes. */
  readonly name: string
  /** What it says. */
  readonly value: string
}

const LABEL = '_regie-challenge'
const place = (caseId: string) => `registration_case:${caseId}:domain`

/** Whether an organisation controls a domain: its did:web is there, or it publishes what we asked for. */
export class Domains {
  readonly #deps: DomainsDeps

  constructor(deps: DomainsDeps) {
    this.#deps = deps
  }

  /** What has to be published; for another domain it is another text. @throws Refusal `registration_…`, `domain_invalid` */
  async challenge(caller: UserCaller, caseId: string, domain: string): Promise<Challenge> {
    const { store, vault, caseFiles, audit } = this.#deps
    const row = await caseFiles.require(caseId)
    if (isClosed(row.state)) throw alreadyDecided(row.state)
    const wanted = { domain: requireDomain(domain), value: randomBytes(20).toString('base64url') }
    const sealed = await vault.seal(scopeOf(caseId), place(caseId), JSON.stringify(wanted))
    await store.transact(async (tx) => {
      await caseFiles.touch(tx, row, { domain: sealed })
      await audit.record(tx, caller, 'registration.domain_asked', { case: caseId })
    })
    return asChallenge(wanted)
  }

  /**
   * Looks whether the organisation's DID is on the domain, or the text is published there.
   * @returns how it was established
   * @throws Refusal `domain_not_asked`, `domain_not_proven`, `dns_unreachable`, `registration_…`, `evidence_move_refused`
   */
  async check(caller: UserCaller, caseId: string): Promise<'did:web' | 'dns'> {
    const { store, vault, caseFiles, evidence, lookupTxt } = this.#deps
    const row = await caseFiles.require(caseId)
    if (!row.domain) throw new Refusal('conflict', 'domain_not_asked', 'say first which domain it is')
    const asked = JSON.parse(await vault.openText(place(caseId), row.domain)) as {
      domain: string
      value: string
    }
    const isOnDomain = row.organisation === `did:web:${asked.domain}` && (await this.#isCurrent(row.kid))
    const { name, value } = asChallenge(asked)
    if (
      !isOnDomain &&
      !(await lookupTxt(name)).some((text) => equalBytes(Buffer.from(text), Buffer.from(value)))
    )
      throw new Refusal(
        'unprocessable',
        'domain_not_proven',
        'neither its DID nor the text we asked for is there',
      )
    const how = isOnDomain ? 'did:web' : 'dns'
    await store.transact((tx) => evidence.checkedByUs(tx, caller, caseId, 'domain_control', how))
    return how
  }

  async #isCurrent(kid: string | null): Promise<boolean> {
    if (kid === null) return false
    return this.#deps.requireKey(kid, 'authentication').then(
      () => true,
      (error: unknown) => {
        if (isRefusal(error)) return false
        throw error
      },
    )
  }
}

const asChallenge = ({ domain, value }: { readonly domain: string; readonly value: string }): Challenge => ({
  domain,
  name: `${LABEL}.${domain}`,
  value: `regie-domain=${value}`,
})

/** A name others can look up: no address, no name that is only ours. @throws Refusal `domain_invalid` */
export function requireDomain(text: string): string {
  const domain = text.trim().toLowerCase().replace(/\.$/, '')
  const labels = domain.split('.')
  const isName = labels.length > 1 && labels.every((label) => /^(?!-)[a-z0-9-]{1,63}(?<!-)$/.test(label))
  const top = labels.at(-1) ?? ''
  if (isName && domain.length <= 230 && /[a-z]/.test(top) && !OURS_ONLY.includes(top)) return domain
  throw new Refusal('invalid', 'domain_invalid', 'this is not a domain that others can look up')
}

/** RFC 6761 and 6762, and what is reserved for private use; `.test` and `.example` have nobody to ask. */
const OURS_ONLY = ['localhost', 'local', 'internal', 'invalid', 'arpa', 'lan', 'home', 'corp']
