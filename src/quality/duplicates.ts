import type { Audit } from '../audit/index.ts'
import { type Caller, type Clock, Refusal } from '../core/index.ts'
import { placeholders, type Reader, rows, type Store, type Tx } from '../store/index.ts'
import type { KeyKind } from './quality-tables.ts'

/** How sure each makes it that two partners are one; together at most 100. */
export const certainty: Readonly<Record<KeyKind, number>> = { kvk: 100, vat: 60, iban: 50, name_postcode: 40 }

/** What more partners than this share says nothing: the account of a factoring company, a business centre. */
const SHARED_BY_MOST = 20

/** Two partners that seem to be one, and by what. */
export interface Pair {
  readonly a: string
  readonly b: string
  readonly on: readonly KeyKind[]
  /** Up to 100. */
  readonly score: number
}

export interface DuplicatesDeps {
  readonly store: Store
  readonly clock: Clock
  readonly audit: Audit
  /** These are judged anew. */
  readonly changed: (tx: Tx, partners: readonly string[]) => Promise<void>
}

const SCORE = `CASE WHEN SUM(weight) > 100 THEN 100 ELSE SUM(weight) END`
const WEIGHT = `CASE x.kind ${Object.entries(certainty)
  .map(([kind, weight]) => `WHEN '${kind}' THEN ${weight}`)
  .join(' ')} ELSE 0 END`

// Companies of one group share a VAT number, an account or an address: another KVK number is another company.
const MATCHES = `
  SELECT x.partner_id AS a, y.partner_id AS b, x.kind AS kind, ${WEIGHT} AS weight
  FROM partner_key x JOIN partner_key y ON y.kind = x.kind AND y.mark = x.mark AND x.partner_id < y.partner_id
  JOIN partner p ON p.id = x.partner_id JOIN partner q ON q.id = y.partner_id
  WHERE NOT (p.kvk IS NOT NULL AND q.kvk IS NOT NULL AND p.kvk <> q.kvk)
    AND NOT EXISTS (SELECT 1 FROM different_partners d WHERE d.a = x.partner_id AND d.b = y.partner_id)
    AND (SELECT count(*) FROM partner_key z WHERE z.kind = x.kind AND z.mark = x.mark) <= ${SHARED_BY_MOST}`

/** Partners of ours that seem to be one, also when they came in at different times. */
export class Duplicates {
  readonly #deps: DuplicatesDeps

  constructor(deps: DuplicatesDeps) {
    this.#deps = deps
  }

  /** The likeliest first. @param cursor `score a b` of the last one seen */
  async list({ cursor, limit }: { readonly cursor?: string; readonly limit: number }): Promise<{
    items: Pair[]
    next: string | null
  }> {
    const after = cursor === undefined ? null : parseCursor(cursor)
    const found = await rows<{ a: string; b: string; score: number | string; kinds: string }>(
      this.#deps.store.reader,
      `SELECT a, b, ${SCORE} AS score, ${this.#kinds()} AS kinds FROM (${MATCHES}) AS pair GROUP BY a, b
       ${after ? `HAVING ${SCORE} < ? OR (${SCORE} = ? AND (a > ? OR (a = ? AND b > ?)))` : ''}
       ORDER BY score DESC, a, b LIMIT ?`,
      [...(after ? [after.score, after.score, after.a, after.a, after.b] : []), limit],
    )
    const items = found.map(({ a, b, score, kinds }) => ({
      ...{ a, b, score: Number(score) },
      on: kinds.split(',').sort() as KeyKind[],
    }))
    const last = items.length === limit ? items.at(-1) : undefined
    return { items, next: last ? `${last.score} ${last.a} ${last.b}` : null }
  }

  /** Of each of these partners how many others seem to be it. */
  async countFor(reader: Reader, partners: readonly string[]): Promise<Map<string, number>> {
    if (partners.length === 0) return new Map()
    const marks = placeholders(partners.length)
    const found = await rows<{ a: string; b: string }>(
      reader,
      `SELECT DISTINCT a, b FROM (${MATCHES} AND x.partner_id IN (${marks})
       UNION ALL ${MATCHES} AND y.partner_id IN (${marks})) AS pair`,
      [...partners, ...partners],
    )
    const counts = new Map<string, number>()
    for (const { a, b } of found) for (const id of [a, b]) counts.set(id, (counts.get(id) ?? 0) + 1)
    return counts
  }

  /** The others that share something with these: what was said of them may not hold any more. */
  async neighbours(reader: Reader, partners: readonly string[]): Promise<string[]> {
    if (partners.length === 0) return []
    const found = await rows<{ id: string }>(
      reader,
      `SELECT DISTINCT y.partner_id AS id FROM partner_key x
       JOIN partner_key y ON y.kind = x.kind AND y.mark = x.mark AND y.partner_id <> x.partner_id
       WHERE x.partner_id IN (${placeholders(partners.length)}) LIMIT 1000`,
      partners,
    )
    return found.map(({ id }) => id)
  }

  /** Remembers that two partners are not one. Twice is no error. @throws Refusal `partner_unknown`, `same_partner` */
  async sayDifferent(caller: Caller, one: string, other: string): Promise<void> {
    const { store, clock, audit, changed } = this.#deps
    if (one === other) throw new Refusal('invalid', 'same_partner', 'a partner is not another than itself')
    const [a = '', b = ''] = [one, other].sort()
    await store.transact(async (tx) => {
      const known = await rows(tx, 'SELECT id FROM partner WHERE id IN (?, ?)', [a, b])
      if (known.length < 2) throw new Refusal('not_found', 'partner_unknown', 'there is no such partner')
      const said = await rows(
        tx,
        `INSERT INTO different_partners (a, b, said_at) VALUES (?, ?, ?)
         ON CONFLICT (a, b) DO NOTHING RETURNING a`,
        [a, b, clock.now()],
      )
      if (said.length === 0) return
      await changed(tx, [a, b])
      await audit.record(tx, caller, 'partner.different', { partner: a, other: b })
    })
  }

  /** One went into the other: what was said of it, and of who is not it, is said of the one that stays. */
  async merged(tx: Tx, { stays, goes }: { readonly stays: string; readonly goes: string }): Promise<void> {
    const others = await this.neighbours(tx, [goes])
    const said = await rows<{ a: string; b: string; said_at: number | string }>(
      tx,
      'SELECT a, b, said_at FROM different_partners WHERE a = ? OR b = ?',
      [goes, goes],
    )
    await rows(tx, 'DELETE FROM different_partners WHERE a = ? OR b = ?', [goes, goes])
    for (const { a, b, said_at: saidAt } of said) {
      const other = a === goes ? b : a
      if (other === stays) continue
      const [low = '', high = ''] = [stays, other].sort()
      await rows(
        tx,
        `INSERT INTO different_partners (a, b, said_at) VALUES (?, ?, ?)
         ON CONFLICT (a, b) DO NOTHING RETURNING a`,
        [low, high, Number(saidAt)],
      )
    }
    for (const table of ['partner_quality', 'partner_difference', 'partner_key', 'bounce'])
      await rows(tx, `DELETE FROM ${table} WHERE partner_id = ?`, [goes])
    await this.#deps.changed(tx, [stays, ...others.filter((id) => id !== stays)])
  }

  /** An import is taken back: of partners that are gone nothing is said any more, others are judged anew. */
  async takenBack(
    tx: Tx,
    { removed, restored }: { readonly removed: readonly string[]; readonly restored: readonly string[] },
  ): Promise<void> {
    const others = removed.length > 0 ? await this.neighbours(tx, removed) : []
    if (removed.length > 0) {
      const gone = placeholders(removed.length)
      for (const table of ['partner_quality', 'partner_difference', 'partner_key', 'bounce'])
        await rows(tx, `DELETE FROM ${table} WHERE partner_id IN (${gone})`, removed)
      await rows(tx, `DELETE FROM different_partners WHERE a IN (${gone}) OR b IN (${gone})`, [
        ...removed,
        ...removed,
      ])
    }
    const left = new Set([...restored, ...others])
    for (const id of removed) left.delete(id)
    await this.#deps.changed(tx, [...left])
  }

  /** Of these partners the pairs of which somebody said that they are not one, as `a b`. */
  async saidDifferent(partners: readonly string[]): Promise<ReadonlySet<string>> {
    const said = await rows<{ a: string; b: string }>(
      this.#deps.store.reader,
      'SELECT a, b FROM different_partners',
    )
    const asked = new Set(partners)
    return new Set(said.flatMap(({ a, b }) => (asked.has(a) && asked.has(b) ? [`${a} ${b}`] : [])))
  }

  #kinds(): string {
    return this.#deps.store.engine === 'postgres' ? "string_agg(kind, ',')" : 'group_concat(kind)'
  }
}

/** @throws Refusal `invalid_cursor` */
function parseCursor(cursor: string): { score: number; a: string; b: string } {
  const [, score, a = '', b = ''] = /^(\d{1,3}) (\S+) (\S+)$/.exec(cursor) ?? []
  if (score === undefined) throw new Refusal('invalid', 'invalid_cursor', 'the cursor is not of this list')
  return { score: Number(score), a, b }
}
