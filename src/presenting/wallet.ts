import { hash } from 'node:crypto'
import { readChain } from '../certificates/index.ts'
import { type Clock, Refusal } from '../core/index.ts'
import {
  type ClaimPath,
  type Credentials,
  claimsOf,
  type DataClass,
  type HeldCredentialRow,
} from '../credentials/index.ts'
import { authority, type DcqlQuery } from '../dcql/index.ts'
import type { JsonObject, JsonValue } from '../jose/index.ts'
import { isWithin, readSdJwt, SD_JWT_VC_TYP } from '../sd-jwt/index.ts'
import type { Store } from '../store/index.ts'
import { CREDENTIAL } from '../vc-jwt/index.ts'
import type { Chosen, Held, Match } from './match.ts'
import type { PresentationRequest } from './request.ts'
import { canCarry, type Transaction } from './transaction.ts'
import { claimPathOf, leavesOf, saidByWhole } from './whole-credential.ts'

export interface WalletDeps {
  readonly store: Store
  readonly clock: Clock
  readonly credentials: Credentials
}

/** One credential as the verifier would see it. */
export interface Shown {
  readonly row: HeldCredentialRow
  readonly match: Match
  /** Every claim that would be disclosed, those that cannot be left out too. */
  readonly claims: readonly {
    readonly path: ClaimPath
    readonly value: JsonValue
    /** Whether the verifier asks for it. */
    readonly isAsked: boolean
  }[]
  readonly classes: readonly DataClass[]
}

/** What both data models call the one type that every credential has, written out (OpenID4VP 1.0, annex B.1.1). */
const EXPANDED = `https://www.w3.org/2018/credentials#${CREDENTIAL}`
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
    const isWanted = ({ format, vct, expiresAt }: HeldCredentialRow) =>
      (expiresAt === null || expiresAt > clock.now()) &&
      query.credentials.some(
        ({ format: asked, meta: { vct_values: vcts } }) =>
          format === asked && (format !== SD_JWT_VC_TYP || vcts === undefined || vcts.includes(vct)),
      )
    return Promise.all(all.filter(isWanted).map((row) => this.#heldOf(row)))
  }

  /** What would be disclosed, read from what would be sent. */
  async shown(match: Match): Promise<Shown> {
    const { credentials } = this.#deps
    const { held, paths } = match
    const row = await this.#require(held.id)
    const sent = await credentials.disclose(row, paths)
    const type = credentials.types.find(row.vct)
    const isSdJwt = row.format === SD_JWT_VC_TYP
    const said = isSdJwt ? leavesOf(claimsOf(readSdJwt(sent).payload)) : saidByWhole(sent)
    const claims = [...said].slice(0, MAX_LISTED).map(({ path, value }) => ({
      ...{ path: isSdJwt ? path : claimPathOf(path, type), value },
      // Of a list that is asked for in part the rest is left out, where it can be.
      isAsked: paths.some((one) => isWithin(path, one) || (isSdJwt && isWithin(one, path))),
    }))
    const classes = [...new Set(claims.map(({ path }) => this.#classOf(row.vct, path)))]
    return { row, match, claims, classes }
  }

  /**
   * Presentations by id of their query, as the verifier gets them: bound to its full client identifier and its nonce.
   * @throws Refusal `choice_incomplete` where no credential that is shown can carry a transaction
   */
  async present(
    chosen: readonly Chosen[],
    request: PresentationRequest,
    clientId: string,
  ): Promise<Record<string, string[]>> {
    const signedWith = carriers(request, chosen)
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
    const { credentials } = this.#deps
    const [{ header, payload, disclosedPaths }, keyBinding] = await Promise.all([
      credentials.read(row),
      credentials.presentedWith(row),
    ])
    const isSdJwt = row.format === SD_JWT_VC_TYP
    return {
      ...{ id: row.id, format: row.format, document: payload, disclosedPaths },
      types: isSdJwt ? [row.vct] : [...typesIn(payload), EXPANDED],
      whole: isSdJwt ? null : saidByWhole(await credentials.open(row)),
      isHolderBound: keyBinding !== null,
      authorities: authoritiesIn(header.x5c),
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

const typesIn = ({ type }: JsonObject): readonly string[] =>
  [type].flat().filter((one) => typeof one === 'string')

/**
 * Which keys signed the certificates that came with a credential (OpenID4VP 1.0, section 6.1.1.1). That they lead to
 * somebody was seen when it came in; whether they do for the verifier, it sees itself.
 */
const authoritiesIn = (x5c: JsonValue | undefined): ReadonlySet<string> =>
  new Set(
    x5c === undefined
      ? []
      : readChain(x5c).flatMap(({ authorityKeyId: id }) => (id === null ? [] : [authority('aki', id)])),
  )

/** Which query carries which transactions: one of those each names, and one only (OpenID4VP 1.0, section 5.1). */
function carriers(
  { transactions, query }: { readonly transactions: readonly Transaction[]; readonly query: DcqlQuery },
  chosen: readonly Chosen[],
): Map<string, Transaction[]> {
  const carried = new Map<string, Transaction[]>()
  for (const transaction of transactions) {
    const carrier = chosen.find(({ id }) => transaction.credentialIds.includes(id) && canCarry(query, id))
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
