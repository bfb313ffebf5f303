import type { Did } from '../../../src/core/index.ts'
import { createEgress } from '../../../src/egress/index.ts'
import { parseJsonStrict } from '../../../src/jose/index.ts'
import { createStatusChecker } from '../../../src/status-lists/index.ts'
import type { StorageConfig } from '../../../src/store/index.ts'
import type { Inside } from '../../support/inside.ts'
import type { TestNode } from '../../support/nodes.ts'
import type { Acknowledged } from './acknowledged.ts'
import { type Row, readTables } from './database.ts'

const GRANT = 'urn:regie:credential:access-grant:1'
const PROFILE = 'urn:regie:credential:company-profile:1'

const queries = {
  requests: 'SELECT digest, state, grant_id FROM received_request',
  grants: 'SELECT id, request_id, grantor, revoked_at FROM given_grant',
  issued: 'SELECT id, vct, status_list_id, status_index, revoked_at FROM issued_credential',
  current: `SELECT holder_party FROM held_credential WHERE state = 'current' AND vct = '${PROFILE}'`,
  sent: 'SELECT id, state FROM sent_request',
  offers: 'SELECT id FROM oid4vci_offer',
  messages: `SELECT payload FROM outbox WHERE topic = 'oid4vci.offer'`,
  entries: 'SELECT list_id, idx, state FROM status_entry',
  lists: 'SELECT id, uri, next, status_issuer FROM status_list',
  audit: 'SELECT action, data FROM audit_entry',
  keys: 'SELECT id, kid, did, state, public_jwk FROM agent_key ORDER BY id',
  parties: 'SELECT id, did FROM party ORDER BY id',
} as const

export type Tables = Record<keyof typeof queries, Row[]>

export const tablesOf = (storage: StorageConfig): Promise<Tables> => readTables(storage, queries)

/** Everything clients were told is there, and nothing is half there. @returns what is wrong */
export function compare(acknowledged: Acknowledged, tables: Tables): string[] {
  const ids = (rows: readonly Row[]) => new Set(rows.map(({ id }) => String(id)))
  const audited = (action: string, member: string) =>
    new Set(
      tables.audit
        .filter((entry) => entry.action === action)
        .map(({ data }) => String(JSON.parse(String(data))[member])),
    )
  const revoked = (rows: readonly Row[]) => ids(rows.filter(({ revoked_at }) => revoked_at !== null))
  const grants = ids(tables.grants)
  const issued = tables.issued.filter(({ vct }) => vct === GRANT)
  const invalid = new Set(
    tables.entries.filter(({ state }) => Number(state) === 1).map(({ list_id, idx }) => `${list_id} ${idx}`),
  )
  const entryOf = ({ status_list_id, status_index }: Row) => `${status_list_id} ${status_index}`
  const offered = new Set(tables.messages.map(({ payload }) => String(JSON.parse(String(payload)).offerId)))
  return [
    ...missing(
      'an acknowledged request',
      acknowledged.requests,
      new Set(tables.requests.map(({ digest }) => String(digest))),
    ),
    ...missing('an acknowledged grant', acknowledged.grants.keys(), grants),
    ...missing('an acknowledged revocation', acknowledged.revoked, revoked(tables.grants)),
    ...missing('an acknowledged request of our own', acknowledged.sent, ids(tables.sent)),
    // All of a change or nothing of it: each table says the same.
    ...differ('grants and what was issued', grants, ids(issued)),
    ...differ('grants and audit', grants, audited('grant.given', 'grant')),
    ...differ('revocations and credentials', revoked(tables.grants), revoked(issued)),
    ...differ('revocations and audit', revoked(tables.grants), audited('grant.revoked', 'grant')),
    ...differ(
      'revocations and status entries',
      new Set(tables.issued.filter(({ revoked_at }) => revoked_at !== null).map(entryOf)),
      invalid,
    ),
    ...differ(
      'grants and decided requests',
      grants,
      new Set(
        tables.requests.filter(({ state }) => state === 'approved').map(({ grant_id }) => String(grant_id)),
      ),
    ),
    ...differ('offers and audit', ids(tables.offers), audited('offer.created', 'offer')),
    ...differ('offers and messages', ids(tables.offers), offered),
    ...differ('requests made and audit', ids(tables.sent), audited('request.sent', 'request')),
    ...count('offers, one for each grant', tables.offers.length, grants.size),
    ...count('one current company profile', tables.current.length, 1),
    ...count(
      'status entries used once',
      new Set(withStatus(tables).map(entryOf)).size,
      withStatus(tables).length,
    ),
    ...count(
      'entries counted by the lists',
      tables.lists.reduce((sum, { next }) => sum + Number(next), 0),
      withStatus(tables).length,
    ),
  ]
}

const withStatus = ({ issued }: Tables) => issued.filter(({ status_index }) => status_index !== null)

/** The published status lists say the same to anybody who only knows a DID and a URL. */
export async function compareStatus(
  acknowledged: Acknowledged,
  { issued, lists, grants }: Tables,
  inside: Inside,
): Promise<string[]> {
  const egress = createEgress({ parseJson: parseJsonStrict, allowLoopback: true })
  try {
    const { requireKey } = inside.agent
    const checker = createStatusChecker({ clock: inside.clock, fetch: egress.request, requireKey })
    const byId = new Map(lists.map((list) => [list.id, list]))
    const entries = new Map(issued.map((row) => [String(row.id), row]))
    const issuers = new Map(grants.map(({ id, grantor }) => [String(id), String(grantor) as Did]))
    const found: string[] = []
    for (const id of acknowledged.grants.keys()) {
      const row = entries.get(id)
      const issuer = issuers.get(id)
      // Said by {@link compare}.
      if (!row || !issuer) continue
      const { uri, status_issuer } = byId.get(row.status_list_id ?? '') ?? {}
      const entry = { idx: Number(row.status_index), uri, ...(status_issuer && { status_issuer }) }
      const answer = await checker.check({ status_list: entry }, issuer)
      const state = answer.ok ? 'valid' : answer.code
      if (acknowledged.revoked.has(id) && state !== 'status_invalid')
        found.push(`an acknowledged revocation is ${state} in the status list`)
      if (!acknowledged.revoking.has(id) && state !== 'valid')
        found.push(`a grant nobody revoked is ${state} in the status list`)
    }
    return found
  } finally {
    await egress.dispose()
  }
}

/** The profile is the one acknowledged last, or a later one; the audit chain is intact. */
export async function compareAnswers(
  acknowledged: Acknowledged,
  partner: Pick<TestNode, 'call'>,
): Promise<string[]> {
  const [profile, audit] = await Promise.all([
    partner.call<{ claims: { website?: string } }>('partner', 'GET', '/profile'),
    partner.call<{ intact: boolean; reason?: string }>('partner', 'GET', '/audit/verification'),
  ])
  const number = Number(profile.body.claims?.website?.split('/').at(-1) ?? 0)
  return [
    ...(number < acknowledged.profile
      ? [`acknowledged profile ${acknowledged.profile} is not there: ${number}`]
      : []),
    ...(audit.body.intact ? [] : [`the audit chain is not intact: ${audit.body.reason}`]),
  ]
}

function missing(what: string, expected: Iterable<string>, found: ReadonlySet<string>): string[] {
  const lost = [...expected].filter((id) => !found.has(id))
  return lost.length === 0 ? [] : [`${what} is not there: ${lost.length} of them`]
}

function differ(what: string, one: ReadonlySet<string>, other: ReadonlySet<string>): string[] {
  const apart =
    [...one].filter((id) => !other.has(id)).length + [...other].filter((id) => !one.has(id)).length
  return apart === 0 ? [] : [`${what} differ in ${apart}`]
}

const count = (what: string, found: number, expected: number): string[] =>
  found === expected ? [] : [`${what}: ${found}, not ${expected}`]
