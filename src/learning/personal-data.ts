import { isoTime } from '../core/index.ts'
import type { Store } from '../store/index.ts'
import type { Vault } from '../vault/index.ts'
import { type Paper, paperOf } from './attempts.ts'
import { attemptTable, certificateTable } from './tables.ts'

/** What is kept of one person's learning, for her to have. */
export async function trainingOf(
  personId: string,
  { store, vault }: { readonly store: Store; readonly vault: Vault },
) {
  const where = { where: { personId }, order: { id: 'ASC' } } as const
  const [attempts, certificates] = await Promise.all([
    store.reader.find(attemptTable, where),
    store.reader.find(certificateTable, where),
  ])
  const papers: Paper[] = await Promise.all(attempts.map((row) => paperOf(vault, row)))
  return {
    training_attempts: attempts.map(({ course, version, startedAt, state }, at) => {
      const judged = papers[at]?.judged ?? null
      return {
        ...{ course, version, started_at: isoTime(startedAt), state },
        ...{ right: judged?.right ?? null, of: papers[at]?.drawn.length ?? 0 },
        answers: (judged?.questions ?? []).map(({ id, chosen, right }) => ({ question: id, chosen, right })),
      }
    }),
    training_certificates: certificates.map(({ course, version, passedAt, expiresAt }) => ({
      ...{ course, version, passed_at: isoTime(passedAt), expires_at: isoTime(expiresAt) },
    })),
  }
}
