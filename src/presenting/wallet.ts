import { hash } from 'node:crypto'
import { type Clock, isRefusal, Refusal } from '../core/index.ts'
import {
  type ClaimPath,
  type Claims,
  type Credentials,
  claimsOf,
  type DataClass,
  type HeldCredentialRow,
} from '../credentials/index.ts'
import { algOfJwk, isJsonObject, type JsonObject, type JsonValue, parsePublicJwk } from '../jose/index.ts'
import { readSdJwt } from '../sd-jwt/index.ts'
import type { Store } from '../store/index.ts'
import type { Held, Match } from './match.ts'
import type { PresentationRequest } from './request.ts'
import type { Transaction } from './transaction.ts'

export interface WalletDeps {
  readonly store: Store
  readonly clock: Clock
  readonly credentials: Credentials
}

/** One credential as the verifier would see it. */
export interface Shown {
  readonly row: HeldCredentialRow
  /** Every claim that would be disclosed, those that cannot be left out too. */
  readonly claims: readonly { readonly path: ClaimPath; readonly value: JsonValue }[]
  readonly classes: readonly DataClass[]
}

/** Claims listed one by one; a list is one claim. */
const MAX_LISTED = 500

/** What one party of ours holds, for whoever asks by a link. */
export class HolderWallet {
  readonly #deps: WalletDeps

  constructor(deps: WalletDeps) {
    this.#deps = deps
  }

  /** Its credentials of the types that are asked for, those that have not ended, newest first. */
  async heldFor(holderParty: string, { query }: PresentationRequest): Promise<Held[]> {
    const { store, clock, credentials } = this.#deps
    const all = await credentials.listHeld(store.reader, holderParty)
    const wanted = query.credentials.map(({ meta }) => meta.vct_values)
    const isWanted = ({ vct, expiresAt }: HeldCredentialRow) =>
      (expiresAt === null || expiresAt > clock.now()) &&
      wanted.some((types) => types === undefined || types.includes(vct))
    return Promise.all(all.filter(isWanted).map((row) => this.#heldOf(row)))
  }

  /** What would be disclosed, read from what would be sent. */
  async shown({ held, paths }: Match): Promise<Shown> {
    const { credentials } = this.#deps
    const row = await this.#require(held.id)
    const { payload } = readSdJwt(await credentials.disclose(row, paths))
    const claims = [...leavesOf(claimsOf(payload))].slice(0, MAX_LISTED)
    return { row, claims, classes: [...new Set(claims.map(({ path }) => this.#classOf(row.vct, path)))] }
  }

  /**
   * Presentations by id of their query, as the verifier gets them: bound to its full client identifier and its nonce.
   * @throws Refusal `choice_incomplete` where no credential that is shown can carry a transaction
   */
  async present(
    chosen: readonly { readonly id: string; readonly matches: readonly Match[] }[],
    request: PresentationRequest,
    clientId: string,
  ): Promise<Record<string, string[]>> {
    const signedWith = carriers(request.transactions, chosen)
    const entries = chosen.map(async ({ id, matches }) => {
      const query = request.query.credentials.find((one) => one.id === id)
      const presentations = matches.map(async ({ held, paths }, at) => {
        const row = await this.#require(held.id)
        if (!query?.require_cryptographic_holder_binding) return this.#deps.credentials.disclose(row, paths)
        // Of several for one query the first carries what is signed for: once is enough.
        const extra = at === 0 ? transactionClaims(signedWith.get(id) ?? []) : {}
        const binding = { aud: clientId, nonce: request.nonce, extra }
        return this.#deps.credentials.present(row, paths, binding)
      })
      return [id, await Promise.all(presentations)] as const
    })
    return Object.fromEntries(await Promise.all(entries))
  }

  async #require(id: string): Promise<HeldCredentialRow> {
    const row = await this.#deps.credentials.findHeld(this.#deps.store.reader, id)
    if (!row)
      throw new Refusal('not_found', 'credential_not_held', 'you do not hold a credential of this type')
    return row
  }

  async #heldOf(row: HeldCredentialRow): Promise<Held> {
    const { header, payload, disclosedPaths } = await this.#deps.credentials.read(row)
    const keyBinding = row.bindingKey === null ? null : algOf(payload)
    return {
      ...{ id: row.id, vct: row.vct, document: payload, disclosedPaths },
      isHolderBound: keyBinding !== null,
      algs: { credential: header.alg, keyBinding },
    }
  }

  /** How a type classes a claim, or what it lies in; of what no type describes nobody said it may be known. */
  #classOf(vct: string, path: ClaimPath): DataClass {
    const type = this.#deps.credentials.types.find(vct)
    for (let length = path.length; type && length > 0; length--) {
      const found = type.findClaim(path.slice(0, length))
      if (found) return found.regie.data_class
    }
    return 'confidential'
  }
}

function* leavesOf(
  claims: Claims | JsonObject,
  path: ClaimPath = [],
): Iterable<{ path: ClaimPath; value: JsonValue }> {
  for (const [name, value] of Object.entries(claims as JsonObject))
    if (isJsonObject(value) && Object.keys(value).length > 0) yield* leavesOf(value, [...path, name])
    else yield { path: [...path, name], value }
}

function algOf({ cnf }: JsonObject): string | null {
  try {
    return isJsonObject(cnf) ? algOfJwk(parsePublicJwk(cnf.jwk)) : null
  } catch (error) {
    if (isRefusal(error)) return null
    throw error
  }
}

/** Which query carries which transactions: one of those each names (OpenID4VP 1.0, section 5.1). */
function carriers(
  transactions: readonly Transaction[],
  chosen: readonly { readonly id: string }[],
): Map<string, Transaction[]> {
  const carried = new Map<string, Transaction[]>()
  for (const transaction of transactions) {
    const carrier = chosen.find(({ id }) => transaction.credentialIds.includes(id))
    if (!carrier)
      throw new Refusal('unprocessable', 'choice_incomplete', 'what you chose is not all that must be shown')
    carried.set(carrier.id, [...(carried.get(carrier.id) ?? []), transaction])
  }
  return carried
}

/** OpenID4VP 1.0, annex B.3.3.1. */
function transactionClaims(transactions: readonly Transaction[]): JsonObject {
  if (transactions.length === 0) return {}
  return {
    transaction_data_hashes: transactions.map(({ encoded }) => hash('sha256', encoded, 'base64url')),
    ...(transactions.some(({ namesAlg }) => namesAlg) && { transaction_data_hashes_alg: 'sha-256' }),
  }
}
