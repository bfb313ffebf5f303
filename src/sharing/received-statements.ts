import { type Did, isDid } from '../core/index.ts'
import { type Claims, type Credentials, formatClaimRef, type VerifyCredential } from '../credentials/index.ts'
import type { Parties } from '../parties/index.ts'
import type { Store } from '../store/index.ts'
import { STATEMENT } from './statements.ts'

export interface ReceivedStatementsDeps {
  readonly store: Store
  readonly credentials: Credentials
  readonly parties: Parties
  readonly verifyCredential: VerifyCredential
  readonly nameOf: (did: Did) => Promise<string | null>
}

/** What a partner states to us, as our wallet holds it. Times in ms. */
export interface ReceivedStatement {
  readonly id: string
  readonly issuer: Did
  readonly issuerName: string | null
  /** Whether it verifies and its issuer still stands by it. */
  readonly valid: boolean
  readonly period: string
  /** The first check that failed. */
  readonly code: string | null
  /** What it is about; {@link claims} has none of it any more once it is not valid. */
  readonly names: readonly string[]
  readonly claims: Claims
  readonly issuedAt: number
  readonly receivedAt: number
  readonly validUntil: number | null
  readonly checkedAt: number | null
}

/** The statements others made to us: of each partner one for each period, checked when it is looked at. */
export class ReceivedStatements {
  readonly #deps: ReceivedStatementsDeps

  constructor(deps: ReceivedStatementsDeps) {
    this.#deps = deps
  }

  /** @param issuer only what this partner states */
  async list(issuer?: Did): Promise<ReceivedStatement[]> {
    const { store, credentials, parties, verifyCredential, nameOf } = this.#deps
    const { vct, metadata } = credentials.types.byName(STATEMENT)
    const known = metadata.claims.map(({ path }) => path[0])
    const held = await credentials.listHeld(store.reader, (await parties.organisation()).id)
    const ours = held.flatMap((row) =>
      row.vct === vct && isDid(row.issuer) && (issuer ?? row.issuer) === row.issuer
        ? [{ ...row, issuer: row.issuer }]
        : [],
    )
    return Promise.all(
      ours.map(async (row) => {
        const [{ payload }, report, issuerName] = await Promise.all([
          credentials.read(row),
          credentials.open(row).then((compact) => verifyCredential(compact, { keyBinding: 'forbidden' })),
          nameOf(row.issuer),
        ])
        const failed = report.checks.find(({ ok }) => !ok)
        const valid = report.verified && !failed
        return {
          ...{ id: row.id, issuer: row.issuer, issuerName, valid },
          period: String(payload.period ?? ''),
          code: valid ? null : (failed?.code ?? 'not_verified'),
          names: known.filter((name) => Object.hasOwn(payload, name)),
          claims: valid ? report.claims : {},
          issuedAt: row.issuedAt,
          receivedAt: row.receivedAt,
          validUntil: row.expiresAt,
          checkedAt: report.statusAsOf,
        }
      }),
    )
  }
}

/** A claim of a statement as it stands in the record of who made it. */
export const statementClaim = (name: string): string => formatClaimRef({ type: STATEMENT, path: [name] })
