import type { Renderer } from './renderer.ts'
import { tableText } from './table.ts'
import { cell, renderValue } from './value.ts'

interface Verification {
  readonly verified: boolean
  readonly trusted: boolean
  readonly checks: readonly {
    readonly check: string
    readonly ok: boolean
    readonly code?: string
    readonly detail?: string
  }[]
  readonly [member: string]: unknown
}

/** The verdict first, then what was checked. */
export const renderVerification: Renderer = (value, options) => {
  const { verified, trusted, checks, ...rest } = value as Verification
  const rows = checks.map(({ check, ok, code, detail }) => [
    ok ? 'ok' : 'FAILED',
    cell(check),
    cell(code),
    cell(detail),
  ])
  return [
    `${verified ? 'verified' : 'NOT VERIFIED'}, ${trusted ? 'trusted' : 'issuer not trusted here for this type'}`,
    tableText({ head: ['result', 'check', 'code', 'detail'], rows }, options.width),
    renderValue(rest, options),
  ].join('\n\n')
}
