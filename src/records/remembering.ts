import type { GrantRead, ReadValue } from './ports.ts'
import type { ClaimTarget, PartnerValueRow } from './record-table.ts'
import { targetKey, valueId } from './sealed-value.ts'

/** That a value is still as it was is written down once in so long: reading is done far more often than it changes. */
const FRESH_MS = 60_000

type Row = Omit<PartnerValueRow, 'sealed'>

/** What keeping a read does to what we have of its grant. */
export interface WritePlan {
  /** Values there were none of. */
  readonly added: readonly { readonly row: Row; readonly value: unknown }[]
  /** Values that are written anew. */
  readonly updated: readonly { readonly row: Row; readonly value: unknown }[]
  /** The same as before, seen again. */
  readonly confirmed: readonly { readonly id: string; readonly set: Partial<PartnerValueRow> }[]
  /** Asked for and not there any more. */
  readonly gone: readonly PartnerValueRow[]
  /** Of what is added and updated: with a value that we had, or had none of, and with another value. */
  readonly read: readonly ClaimTarget[]
  readonly changed: readonly ClaimTarget[]
  readonly isWorthWriting: boolean
}

/**
 * Compares what was read with what we have. Of two reads the one that was asked later counts, and what was asked before
 * the partner told us of a change, or before it was withdrawn, is too old to count.
 * @param known the rows of this grant
 * @param markOf see SealedValues.mark
 */
export function planWrite(
  read: GrantRead,
  known: readonly PartnerValueRow[],
  markOf: (id: string, value: unknown) => string,
): WritePlan {
  const before = new Map(known.map((row) => [row.id, row]))
  const plan = {
    added: [] as { row: Row; value: unknown }[],
    updated: [] as { row: Row; value: unknown }[],
    confirmed: [] as { id: string; set: Partial<PartnerValueRow> }[],
    read: [] as ClaimTarget[],
    changed: [] as ClaimTarget[],
  }
  let isStale = false
  const claims = newestOf(read.claims)
  for (const claim of claims.values()) {
    const id = valueId(read.grantId, claim.target)
    const had = before.get(id)
    if (had && isTooOld(read, had)) continue
    const row = rowOf(id, read, claim, markOf(id, claim.value))
    if (had && isSame(had, row)) {
      plan.confirmed.push({ id, set: { readAt: row.readAt, statusAsOf: row.statusAsOf } })
      isStale ||= read.askedAt - had.readAt >= FRESH_MS
      continue
    }
    const hasOther = had && had.state !== 'withdrawn' && had.mark !== row.mark
    plan[had ? 'updated' : 'added'].push({ row, value: claim.value })
    plan[hasOther ? 'changed' : 'read'].push(claim.target)
  }
  const gone = read.asked.flatMap((target) => {
    const had = before.get(valueId(read.grantId, target))
    const isGone = had && had.state !== 'withdrawn' && !claims.has(targetKey(target)) && !isTooOld(read, had)
    return isGone ? [had] : []
  })
  const isWorthWriting = isStale || plan.added.length + plan.updated.length + gone.length > 0
  return { ...plan, gone, isWorthWriting }
}

/** Whether the read knows nothing of what the record heard since it was asked. */
export const isTooOld = ({ askedAt }: GrantRead, had: PartnerValueRow): boolean =>
  askedAt < Math.max(had.readAt, had.changedAt ?? 0, had.withdrawnAt ?? 0)

/** The same value of the same credential under the same terms. */
const isSame = (had: PartnerValueRow, row: Row): boolean =>
  had.state === 'current' && same.every((name) => had[name] === row[name])

const same = [
  ...['mark', 'subject', 'issuer', 'selfDeclared', 'trusted', 'issuedAt', 'validUntil', 'grantExpiresAt'],
] as readonly (keyof Row)[]

/** Of a claim that is shown twice the later one counts. */
function newestOf(claims: readonly ReadValue[]): Map<string, ReadValue> {
  const newest = new Map<string, ReadValue>()
  for (const claim of claims) {
    const key = targetKey(claim.target)
    const other = newest.get(key)
    if (!other || other.issuedAt < claim.issuedAt) newest.set(key, claim)
  }
  return newest
}

const rowOf = (
  id: string,
  { grantId, partner, askedAt }: GrantRead,
  claim: ReadValue,
  mark: string,
): Row => ({
  id,
  grantId,
  partner,
  subject: claim.subject,
  vct: claim.target.vct,
  path: claim.target.path,
  mark,
  issuer: claim.issuer,
  selfDeclared: Number(claim.selfDeclared),
  trusted: Number(claim.trusted),
  issuedAt: claim.issuedAt,
  validUntil: claim.expiresAt,
  statusAsOf: claim.statusAsOf,
  grantExpiresAt: claim.grantExpiresAt,
  readAt: askedAt,
  state: 'current',
  changedAt: null,
  withdrawnAt: null,
  withdrawnCode: null,
})
