import { createHash, createHmac } from 'node:crypto'
import type { Vault } from '../vault/index.ts'
import type { ClaimTarget, PartnerValueRow } from './record-table.ts'

/** The same text for the same type and path. */
export const targetKey = ({ vct, path }: ClaimTarget): string => JSON.stringify([vct, ...path])

/** Of one grant and one claim there is one value: its id says so, and two who write it first write the same row. */
export const valueId = (grantId: string, target: ClaimTarget): string =>
  createHash('sha256')
    .update(`${grantId} ${targetKey(target)}`)
    .digest('base64url')

const place = (id: string) => `partner_value:${id}`

export interface SealedValuesDeps {
  readonly vault: Vault
  /** Whose key seals what partners show us: our organisation's party id. */
  readonly scope: () => Promise<string>
}

/** Seals and opens what partners let us see. */
export class SealedValues {
  readonly #deps: SealedValuesDeps
  readonly #markKey: Buffer

  constructor(deps: SealedValuesDeps) {
    this.#deps = deps
    this.#markKey = deps.vault.deriveKey('regie partner value mark')
  }

  /** The same for the same value in the same place, and nothing to anybody without the master key. */
  mark(id: string, value: unknown): string {
    return createHmac('sha256', this.#markKey)
      .update(`${id} ${JSON.stringify(value)}`)
      .digest('base64url')
  }

  async seal(id: string, value: unknown): Promise<Buffer> {
    const { vault, scope } = this.#deps
    return vault.seal(await scope(), place(id), JSON.stringify(value))
  }

  async open({ id, sealed }: Pick<PartnerValueRow, 'id' | 'sealed'>): Promise<unknown> {
    return sealed && JSON.parse(await this.#deps.vault.openText(place(id), sealed))
  }
}
