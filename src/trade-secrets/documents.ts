import type { Audit } from '../audit/index.ts'
import { type Clock, Refusal, type UserCaller } from '../core/index.ts'
import type { FileRules, Files } from '../files/index.ts'
import { In, type Store, type Tx } from '../store/index.ts'
import type { Vault } from '../vault/index.ts'
import { documentPlace, type Register } from './register.ts'
import { type TradeSecretDocumentRow, tradeSecretDocumentTable } from './tables.ts'

export interface DocumentsDeps {
  readonly store: Store
  readonly vault: Vault
  readonly clock: Clock
  readonly audit: Audit
  readonly files: Files
  readonly register: Register
}

const RULES: FileRules = {
  allowed: ['application/pdf', 'image/png', 'image/jpeg'],
  maxBytes: 64 * 1024 * 1024,
}

/** Those of a secret with these ids. @throws Refusal `file_unknown` when one is not among them */
export async function requireDocuments(
  tx: Tx,
  secretId: string,
  ids: readonly string[],
): Promise<TradeSecretDocumentRow[]> {
  const wanted = [...new Set(ids)]
  const found = await tx.find(tradeSecretDocumentTable, {
    where: { secretId, id: In(wanted) },
    order: { id: 'ASC' },
  })
  if (found.length < wanted.length) throw new Refusal('not_found', 'file_unknown', 'there is no such file')
  return found
}

/** The documents of trade secrets: sealed under the key of the secret, opened piece by piece. */
export class Documents {
  readonly #deps: DocumentsDeps

  constructor(deps: DocumentsDeps) {
    this.#deps = deps
  }

  /** @throws Refusal `trade_secret_unknown`, `trade_secret_withdrawn`, `file_…` */
  async attach(
    caller: UserCaller,
    secretId: string,
    { content, name }: { readonly content: AsyncIterable<Uint8Array>; readonly name: string },
  ): Promise<void> {
    const { store, vault, clock, audit, files, register } = this.#deps
    await register.requireRegistered(store.current(), caller, secretId)
    const staged = await files.stage(secretId, content, RULES)
    const { id, mediaType, size, digest } = staged
    const sealed = await vault.seal(secretId, documentPlace(id), name)
    await store.transact(async (tx) => {
      // It may have been withdrawn while the file came in.
      await register.requireRegistered(tx, caller, secretId)
      await files.keep(tx, staged)
      await tx.insert(tradeSecretDocumentTable, {
        ...{ id, secretId, mediaType, size, digest, sealed, at: clock.now() },
      })
      await audit.record(tx, caller, 'trade_secret.document_attached', {
        secret: secretId,
        document: id,
        digest,
      })
    })
  }

  /**
   * A document as it is read. Whether she may, and that she looked, is one transaction before the first piece.
   * @throws Refusal `trade_secret_unknown`, `file_unknown`; while reading `file_broken`, `sealed_value_…`
   */
  async open(
    caller: UserCaller,
    secretId: string,
    id: string,
  ): Promise<{ readonly document: TradeSecretDocumentRow; readonly content: AsyncIterable<Uint8Array> }> {
    const { store, files, register } = this.#deps
    const [document] = await store.transact(async (tx) => {
      await register.looked(tx, caller, secretId, id)
      return requireDocuments(tx, secretId, [id])
    })
    if (!document) throw new Error('what was required is there')
    const { content } = await files.open(id, secretId)
    return { document, content }
  }
}
