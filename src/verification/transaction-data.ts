import { hash } from 'node:crypto'
import { z } from 'zod'
import { Refusal } from '../core/index.ts'
import type { DcqlQuery } from '../dcql/index.ts'
import type { TransactionHashes } from './format.ts'

/** What the holder signs for besides showing a credential (OpenID4VP 1.0, section 5.1); the rest is its type's. */
export const transactionData = z
  .looseObject({
    type: z.string().min(1).max(200),
    credential_ids: z.array(z.string().max(64)).min(1).max(20),
    transaction_data_hashes_alg: z
      .array(z.literal('sha-256'))
      .min(1)
      .max(1)
      .optional()
      .describe('sha-256, which is what is used without it as well'),
  })
  .refine((data) => JSON.stringify(data).length <= 4_000, 'at most 4,000 characters')

export type TransactionData = z.output<typeof transactionData>

/** One object as it travels, and what it is for. */
export interface EncodedTransaction {
  /** base64url of its JSON: the text that is hashed. */
  readonly encoded: string
  readonly credentialIds: readonly string[]
  readonly namesAlg: boolean
}

/**
 * Transaction data for a query.
 * @throws Refusal `transaction_data_invalid` for credentials that are not asked for, or not with proof of their holder
 */
export function encodeTransactions(
  all: readonly TransactionData[],
  { credentials }: DcqlQuery,
): EncodedTransaction[] {
  return all.map((data) => {
    const asked = data.credential_ids.map((id) => credentials.find((query) => query.id === id))
    // Without a proof of the holder there is nothing that could be signed over it (annex B.3.3).
    if (asked.some((query) => !query?.require_cryptographic_holder_binding))
      throw new Refusal(
        'invalid',
        'transaction_data_invalid',
        'transaction data names a credential that is not asked for with proof of its holder',
      )
    return {
      encoded: Buffer.from(JSON.stringify(data)).toString('base64url'),
      credentialIds: data.credential_ids,
      namesAlg: data.transaction_data_hashes_alg !== undefined,
    }
  })
}

/**
 * Whether every transaction was signed over with a credential it names, and nothing else was.
 * @param signed what the presentations that hold were signed over, by the id of their query
 * @returns a stable code, or null where all is well
 */
export function transactionFault(
  transactions: readonly EncodedTransaction[],
  signed: readonly { readonly query: string; readonly transaction: TransactionHashes | null }[],
): 'transaction_data_not_signed' | 'transaction_data_unknown' | null {
  const known = transactions.map((one) => ({ ...one, digest: hash('sha256', one.encoded, 'base64url') }))
  for (const { query, transaction } of signed)
    for (const digest of transaction?.hashes ?? []) {
      const meant = known.find((one) => one.digest === digest)
      if (!meant?.credentialIds.includes(query)) return 'transaction_data_unknown'
    }
  const isSigned = ({ digest, credentialIds, namesAlg }: (typeof known)[number]) =>
    signed.some(
      ({ query, transaction }) =>
        credentialIds.includes(query) &&
        transaction?.hashes.includes(digest) &&
        (transaction.alg === 'sha-256' || (transaction.alg === null && !namesAlg)),
    )
  return known.every(isSigned) ? null : 'transaction_data_not_signed'
}
