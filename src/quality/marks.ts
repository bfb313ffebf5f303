import { createHash, createHmac } from 'node:crypto'
import { ownValues, type PartnerContent, plainName } from '../partners/index.ts'
import type { KeyKind, PartnerKeyRow } from './quality-tables.ts'

/** Tells values apart without keeping them; keyed, since there are few phone numbers to guess. */
export class Marks {
  readonly #key: Buffer

  constructor({ vault }: { readonly vault: { deriveKey(purpose: string): Buffer } }) {
    this.#key = vault.deriveKey('regie partner quality mark')
  }

  of(place: string, value: unknown): string {
    return createHmac('sha256', this.#key)
      .update(JSON.stringify([place, value ?? null]))
      .digest('base64url')
  }

  /** What another partner that is the same one has too. */
  keysOf(partnerId: string, content: PartnerContent): PartnerKeyRow[] {
    const { kvk, vat, iban } = ownValues(content)
    const { postcode } = content.details
    const name = plainName(content.name)
    const said: Readonly<Record<KeyKind, unknown>> = {
      kvk,
      vat,
      iban,
      name_postcode: name && postcode ? [name, postcode.replace(/\s/g, '').toUpperCase()] : undefined,
    }
    return Object.entries(said).flatMap(([kind, value]) =>
      value === undefined ? [] : [{ partnerId, kind: kind as KeyKind, mark: this.of(kind, value) }],
    )
  }
}

/** The same id for the same things, so that who writes it twice writes one row. */
export const madeOf = (...parts: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('base64url')
