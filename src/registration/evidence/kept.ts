import { removeFile } from '../../files/index.ts'
import { rows, type Store, type Tx } from '../../store/index.ts'
import type { CaseFiles } from '../case/case-files.ts'
import type { EvidenceKind, EvidenceState } from './checklist.ts'

/** How long files of a case are kept once it is over. */
export interface EvidenceTerms {
  /** Of an organisation that was not registered: months after its case closed. */
  readonly closedEvidenceMonths: number
  /** Of a registered one: months after the last credential of its registration ended. */
  readonly registeredEvidenceMonths: number
}

export interface KeptEvidenceDeps {
  readonly store: Store
  readonly caseFiles: Pick<CaseFiles, 'get'>
  /** Until when files are kept of a case that is over since then, ms; both are in {@link EvidenceTerms}. */
  readonly keptUntil: (over: { readonly at: number; readonly isRegistered: boolean }) => number
}

/** A file of a case, as it lies here. */
export interface KeptFile {
  readonly file: string
  readonly caseId: string
  readonly organisation: string
  readonly kind: EvidenceKind
  readonly representativeId: string | null
  readonly state: EvidenceState
  readonly mediaType: string
  /** Bytes. */
  readonly size: number
  readonly digest: string
  readonly since: number
  /** Null while nobody can say: its case is open, or its organisation registered. */
  readonly until: number | null
}

/**
 * When a case was over: a registration once the last credential that says so of its organisation ended, by time or
 * because it was taken back; it is renewed under the DID the first was given to.
 */
const OVER = `CASE WHEN c.state = 'registered' THEN (
    SELECT max(CASE WHEN i.revoked_at < i.expires_at THEN i.revoked_at ELSE i.expires_at END)
    FROM issued_credential i JOIN issued_credential own ON own.subject = i.subject AND own.vct = i.vct
    WHERE own.id = c.registration_id)
  ELSE c.decided_at END`
const KEPT = `FROM case_evidence e JOIN stored_file f ON f.id = e.file_id JOIN registration_case c ON c.id = e.case_id`

/** All files that cases were decided on, and until when they stay. */
export class KeptEvidence {
  readonly #deps: KeptEvidenceDeps

  constructor(deps: KeptEvidenceDeps) {
    this.#deps = deps
  }

  /** Newest first. */
  async list({
    cursor,
    limit,
  }: {
    readonly cursor?: string | undefined
    readonly limit: number
  }): Promise<{ readonly items: KeptFile[]; readonly next: string | null }> {
    const { store, caseFiles, keptUntil } = this.#deps
    const found = await rows<RawKept>(
      store.reader,
      `SELECT f.id, f.media_type, f.size, f.digest, f.created_at, e.case_id, e.kind, e.representative_id, e.state,
         c.state AS case_state, ${OVER} AS over_at ${KEPT}
       ${cursor === undefined ? '' : 'WHERE f.id < ?'} ORDER BY f.id DESC LIMIT ?`,
      [...(cursor === undefined ? [] : [cursor]), limit],
    )
    const names = new Map<string, string>()
    for (const caseId of new Set(found.map((row) => row.case_id)))
      names.set(caseId, (await caseFiles.get(caseId)).organisation.name)
    const items = found.map((row) => ({
      ...{ file: row.id, caseId: row.case_id, organisation: names.get(row.case_id) ?? '' },
      ...{ kind: row.kind, representativeId: row.representative_id, state: row.state },
      ...{
        mediaType: row.media_type,
        size: Number(row.size),
        digest: row.digest,
        since: Number(row.created_at),
      },
      until:
        row.over_at === null
          ? null
          : keptUntil({ at: Number(row.over_at), isRegistered: row.case_state === 'registered' }),
    }))
    return { items, next: found.length === limit ? (found.at(-1)?.id ?? null) : null }
  }
}

/**
 * Removes files of cases that were over before then. What was judged, by whom, and the digest stay.
 * @param before ms, of cases that were closed and of registrations that ended
 * @returns how many
 */
export async function pruneEvidence(
  tx: Tx,
  before: { readonly closed: number; readonly registered: number },
  most: number,
): Promise<number> {
  const due = await rows<{ id: string; file_id: string }>(
    tx,
    `SELECT e.id, e.file_id ${KEPT}
     WHERE c.decided_at IS NOT NULL
       AND ((c.state = 'registered' AND ${OVER} < ?) OR (c.state <> 'registered' AND ${OVER} < ?))
     ORDER BY f.id LIMIT ?`,
    [before.registered, before.closed, most],
  )
  for (const { id, file_id: fileId } of due) {
    await rows(tx, 'UPDATE case_evidence SET file_id = NULL WHERE id = ? RETURNING id', [id])
    await removeFile(tx, fileId)
  }
  return due.length
}

type Numeric = number | string
interface RawKept {
  readonly id: string
  readonly media_type: string
  readonly size: Numeric
  readonly digest: string
  readonly created_at: Numeric
  readonly case_id: string
  readonly kind: EvidenceKind
  readonly representative_id: string | null
  readonly state: EvidenceState
  readonly case_state: string
  readonly over_at: Numeric | null
}
