import { oneLine } from '../text.ts'
import { factsText, paragraph, parts } from './facts.ts'
import type { Renderer } from './renderer.ts'
import { meaning, say, sayAll } from './say.ts'
import { aloneDid, shortSigned } from './short.ts'
import { tableText } from './table.ts'
import { alone, cell } from './value.ts'

interface Head {
  readonly number: number
  readonly made_at: string
  readonly size: number
  readonly root: string
  readonly policy: { readonly version: number }
  readonly anchor: { readonly block: number; readonly transaction: string } | null
}

export const renderHeads: Renderer = (value, view) => {
  const { items } = value as { readonly items: readonly Head[] }
  if (items.length === 0) return say(view, '(the registry was not put in a head yet)')
  const head = sayAll(view, 'number', 'made', 'organisations', 'root', 'policy', 'on the chain')
  const rows = items.map((one) => [
    String(one.number),
    cell(one.made_at, view),
    String(one.size),
    shortSigned(one.root),
    String(one.policy.version),
    one.anchor ? say(view, 'block {block}', { block: one.anchor.block }) : say(view, 'not yet'),
  ])
  return tableText({ head, rows }, view)
}

interface Standing {
  readonly at: string
  readonly event: string
  readonly state: string
  readonly roles: readonly string[]
  readonly name: string
}

export const renderPartyHistory: Renderer = (value, view) => {
  const { did, history } = value as { readonly did: string; readonly history: readonly Standing[] }
  const head = sayAll(view, 'from', 'what happened', 'state', 'roles')
  const rows = history.map(({ at, event, state, roles }) => [
    cell(at, view),
    meaning(view, `registry_${event}`),
    meaning(view, `registry_${state}`),
    roles.map((role) => meaning(view, `registry_role_${role}`)).join(', '),
  ])
  return parts(`${oneLine(history.at(-1)?.name ?? '')}\n${aloneDid(did)}`, tableText({ head, rows }, view))
}

interface Proof {
  readonly party: { readonly did: string; readonly history: readonly Standing[] }
  readonly anchor: { readonly block: number } | null
}

/** What it is about; the proof itself is for a file. */
export const renderProof: Renderer = (value, view) => {
  const { party, anchor } = value as Proof
  const last = party.history.at(-1)
  return parts(
    factsText(
      [
        [say(view, 'organisation'), oneLine(last?.name ?? '')],
        ['DID', aloneDid(party.did)],
        [say(view, 'state'), meaning(view, `registry_${last?.state ?? ''}`)],
        [
          say(view, 'on the chain'),
          anchor ? say(view, 'block {block}', { block: anchor.block }) : say(view, 'not yet'),
        ],
      ],
      view,
      '',
    ),
    paragraph(
      say(
        view,
        'To keep it, add --json and send it to a file; regie registry verify reads that, also when this registry is no more.',
      ),
      view,
    ),
  )
}

interface Report {
  readonly proven: boolean
  readonly checks: readonly { readonly check: string; readonly ok: boolean; readonly code?: string }[]
  readonly at: string | null
  readonly standing: string
  readonly name: string | null
  readonly roles: readonly string[]
  readonly since: string | null
  readonly policy: { readonly version: number } | null
  readonly anchored_at: string | null
}

export const renderVerified: Renderer = (value, view) => {
  const report = value as Report
  const head = sayAll(view, 'check', 'outcome', 'because')
  const rows = report.checks.map(({ check, ok, code }) => [
    meaning(view, `proof_${check}`),
    ok ? say(view, 'yes') : say(view, 'no'),
    code ? meaning(view, code) : '',
  ])
  return parts(
    report.proven ? say(view, 'Proven.') : say(view, 'Not proven: what this file says counts for nothing.'),
    factsText(
      [
        [say(view, 'at that moment'), report.at === null ? null : alone(report.at, view)],
        [say(view, 'state'), meaning(view, `registry_${report.standing}`)],
        [say(view, 'organisation'), report.name === null ? null : oneLine(report.name)],
        [
          say(view, 'roles'),
          report.roles.map((role) => meaning(view, `registry_role_${role}`)).join(', ') || null,
        ],
        [say(view, 'since'), report.since === null ? null : alone(report.since, view)],
        [say(view, 'policy'), report.policy ? String(report.policy.version) : null],
        [say(view, 'on the chain at'), report.anchored_at === null ? null : alone(report.anchored_at, view)],
      ],
      view,
      '',
    ),
    tableText({ head, rows }, view),
  )
}

/** The answer to one question of the Trust Registry Query Protocol. */
export const renderAuthorization: Renderer = (value, view) => {
  const {
    authorized,
    code,
    time_evaluated: at,
  } = value as {
    readonly authorized: boolean
    readonly code: string | null
    readonly time_evaluated: string
  }
  return factsText(
    [
      [say(view, 'authorised'), authorized ? say(view, 'yes') : say(view, 'no')],
      [say(view, 'because'), code === null ? null : meaning(view, `unauthorised_${code}`)],
      [say(view, 'at that moment'), alone(at.trim(), view)],
    ],
    view,
    '',
  )
}

export const renderNetworkRoles: Renderer = (value, view) => {
  const { did, roles } = value as { readonly did: string; readonly roles: readonly string[] }
  return parts(
    aloneDid(did),
    say(view, 'To the network it is from now on: {roles}.', {
      roles: roles.map((role) => meaning(view, `registry_role_${role}`)).join(', '),
    }),
  )
}
