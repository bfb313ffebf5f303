import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import canonicalize from 'canonicalize'
import { z } from 'zod'
import { endOfDay, isRefusal, Refusal } from '../core/index.ts'
import { parseJsonObject } from '../jose/index.ts'
import { type BillableEventName, billableEvents } from './billable.ts'

const label = z.strictObject({ nl: z.string().min(1).max(100), en: z.string().min(1).max(100) })
const shared = {
  code: z.string().regex(/^[a-z][a-z0-9-]{0,63}$/),
  amount_cents: z.int().min(0).max(100_000_000).describe('whole euro cents, without VAT'),
  label,
}

/** A tariff as it lies in `tariff/<version>/tariff.json`. */
export const tariffSchema = z.strictObject({
  version: z.int().min(1).max(999_999),
  effective: z.iso.date().describe('the day it takes effect, from midnight in Amsterdam'),
  currency: z.literal('EUR'),
  vat_basis_points: z.int().min(0).max(10_000).describe('2100 is 21 %'),
  payment_days: z.int().min(1).max(90),
  items: z
    .array(
      z.discriminatedUnion('per', [
        z.strictObject({
          ...shared,
          per: z.literal('event'),
          event: z.enum(billableEvents),
          free_first: z
            .int()
            .min(1)
            .max(1_000)
            .optional()
            .describe('so many are free for an organisation that invited a partner'),
        }),
        z.strictObject({ ...shared, per: z.literal('month') }),
      ]),
    )
    .min(1)
    .max(100),
})

export type TariffItem = z.output<typeof tariffSchema>['items'][number]
export type EventItem = Extract<TariffItem, { per: 'event' }>

/** A tariff with what names it. */
export interface Tariff extends z.output<typeof tariffSchema> {
  /** Midnight in Amsterdam at the start of the day of effect, in ms. */
  readonly effectiveAt: number
  /** `sha-256:` and the base64url SHA-256 of its canonical JSON (RFC 8785). */
  readonly digest: string
}

/**
 * Reads `<dir>/<version>/tariff.json`, oldest first.
 * @throws Refusal `tariff_unreadable`, `tariff_invalid`, with `file` in its params
 */
export function loadTariffs(dir: string): readonly Tariff[] {
  const tariffs = versions(dir)
    .map((version) => loadTariff(dir, version))
    .sort((a, b) => a.version - b.version)
  if (tariffs.length === 0) throw refuse('tariff_unreadable', '.', 'no_tariff')
  for (const [at, { effectiveAt, version }] of tariffs.entries())
    if (effectiveAt <= (tariffs[at - 1]?.effectiveAt ?? -1))
      throw refuse('tariff_invalid', `${version}/tariff.json`, 'effective')
  return tariffs
}

/** The tariff in force at a moment; null before the first. */
export const tariffAt = (tariffs: readonly Tariff[], at: number): Tariff | null =>
  tariffs.findLast(({ effectiveAt }) => effectiveAt <= at) ?? null

/** What it charges for an event. */
export const itemsFor = ({ items }: Tariff, event: BillableEventName): EventItem[] =>
  items.filter((item): item is EventItem => item.per === 'event' && item.event === event)

/** What one of these costs whom: free for who invited partners, as often as the tariff says. */
export function priceOf(
  item: TariffItem,
  payer: { readonly isInviter: boolean; readonly freeUsed: number },
): { readonly cents: number; readonly listCents: number; readonly free: boolean } {
  const most = item.per === 'event' ? (item.free_first ?? 0) : 0
  const free = payer.isInviter && payer.freeUsed < most
  return { cents: free ? 0 : item.amount_cents, listCents: item.amount_cents, free }
}

function loadTariff(dir: string, version: string): Tariff {
  const file = `${version}/tariff.json`
  const tariff = parse(read(dir, file), file)
  if (String(tariff.version) !== version) throw refuse('tariff_invalid', file, 'folder')
  if (new Set(tariff.items.map(({ code }) => code)).size !== tariff.items.length)
    throw refuse('tariff_invalid', file, 'code_twice')
  const before = new Date(Date.parse(`${tariff.effective}T00:00:00Z`) - 86_400_000)
  return {
    ...tariff,
    effectiveAt: endOfDay(before.toISOString().slice(0, 10)) + 1,
    digest: `sha-256:${createHash('sha256')
      .update(canonicalize(tariff) ?? '')
      .digest('base64url')}`,
  }
}

function parse(bytes: Uint8Array, file: string) {
  try {
    return tariffSchema.parse(parseJsonObject(bytes))
  } catch (cause) {
    const path = cause instanceof z.ZodError ? cause.issues[0]?.path.join('.') : undefined
    throw refuse('tariff_invalid', file, path ?? (isRefusal(cause) ? cause.code : ''), cause)
  }
}

function read(dir: string, file: string): Buffer {
  try {
    return readFileSync(join(dir, file))
  } catch (cause) {
    throw refuse('tariff_unreadable', file, 'no_file', cause)
  }
}

function versions(dir: string): string[] {
  try {
    const found = readdirSync(dir, { withFileTypes: true }).filter((entry) => entry.isDirectory())
    return found.map(({ name }) => name).filter((name) => /^[1-9]\d{0,5}$/.test(name))
  } catch (cause) {
    throw refuse('tariff_unreadable', '.', 'no_folder', cause)
  }
}

const refuse = (
  code: 'tariff_unreadable' | 'tariff_invalid',
  file: string,
  reason: string,
  cause?: unknown,
) =>
  new Refusal('invalid', code, `the tariff file ${file} cannot be used`, { params: { file, reason }, cause })
