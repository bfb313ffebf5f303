import { oneLine } from '../text.ts'
import { type Fact, factsText, parts } from './facts.ts'
import type { Renderer } from './renderer.ts'
import { meaning, say, sayAll } from './say.ts'
import { aloneDid } from './short.ts'
import { tableText } from './table.ts'
import { cell, renderMembers } from './value.ts'

interface Verification {
  readonly verified: boolean
  readonly trusted: boolean
  readonly checks: readonly {
    readonly check: string
    readonly ok: boolean
    readonly code?: string
    readonly detail?: string
  }[]
  readonly issuer: string | null
  readonly type: string | null
  readonly claims: Readonly<Record<string, unknown>>
  readonly provenance: {
    readonly issuer_name?: string
    readonly anchor?: string
    readonly issued_at: string | null
    readonly expires_at: string | null
    readonly status_as_of: string | null
  }
}

/** The verdict first, then what it says, who says so, and what was checked. */
export const renderVerification: Renderer = (value, view) => {
  const { verified, trusted, checks, issuer, type, claims, provenance } = value as Verification
  const rows = checks.map(({ check, ok, code, detail }) => [
    ok ? 'ok' : say(view, 'FAILED'),
    meaning(view, check),
    cell(code),
    cell(detail),
  ])
  const facts: Fact[] = [
    [say(view, 'issuer'), cell(provenance.issuer_name)],
    [say(view, 'certificate authority'), cell(provenance.anchor)],
    [
      say(view, issuer?.startsWith('did:') === false ? 'address of the issuer' : 'DID of the issuer'),
      issuer && aloneDid(oneLine(issuer)),
    ],
    [say(view, 'type'), cell(type)],
    [say(view, 'issued'), cell(provenance.issued_at, view)],
    [say(view, 'valid until'), cell(provenance.expires_at, view)],
    [say(view, 'status as of'), cell(provenance.status_as_of, view)],
  ]
  const trust = say(view, trusted ? 'trusted' : 'issuer not trusted here for this type')
  return parts(
    `${say(view, verified ? 'verified' : 'NOT VERIFIED')}, ${trust}`,
    Object.keys(claims).length > 0 && `${say(view, 'claims')}:\n${renderMembers(claims, view, '  ')}`,
    factsText(facts, view),
    tableText({ head: sayAll(view, 'result', 'check', 'code', 'detail'), rows }, view),
  )
}
