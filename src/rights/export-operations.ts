import { z } from 'zod'
import { type AnyOperation, type Caller, operation, Refusal, requireUser } from '../core/index.ts'
import { documentLanguages } from '../documents/index.ts'
import type { Store } from '../store/index.ts'
import { exportFiles, exportFormats } from './export-files.ts'
import type { ExportTerms } from './export-terms.ts'
import type { InboxOperationsDeps } from './operation-values.ts'
import { requestId } from './operation-values.ts'
import type { PersonalData } from './personal-data.ts'
import { isHandler } from './requests.ts'
import type { RightsRequestRow } from './rights-table.ts'

export interface ExportOperationsDeps extends InboxOperationsDeps {
  readonly store: Store
  /** What this node holds of somebody. */
  readonly gather: {
    readonly ofPerson: (personId: string) => Promise<PersonalData>
    readonly ofContact: (partnerId: string, mark: string) => Promise<PersonalData>
  }
  /** What codes are called. */
  readonly terms: ExportTerms
  /** That an export was made, by whom and in which form, in the record of this node. */
  readonly audited: (caller: Caller, format: string) => Promise<void>
}

/** What a node holds of a person, to read and to take along; made on the spot and kept nowhere. */
export function exportOperations(deps: ExportOperationsDeps): AnyOperation[] {
  const { gather, requests, store, audited, terms } = deps
  const forRequest = async (caller: Caller, id: string): Promise<PersonalData> => {
    const row = await requests.require(caller, id)
    requireHandover(caller, row)
    const data =
      row.subjectKind === 'person'
        ? await gather.ofPerson(row.subjectId)
        : await gather.ofContact(row.subjectId, row.contactMark ?? '')
    await store.transact((tx) => requests.noted(tx, caller, row, 'exported'))
    return data
  }
  return [
    operation({
      name: 'rights.export',
      summary:
        'All this node holds of you, to read or to take along; or of who asked otherwise, to hand to her',
      method: 'GET',
      path: '/rights/export',
      input: z.strictObject({
        format: z.enum(exportFormats).default('json').describe('csv: a file for each table'),
        language: z.enum(documentLanguages).default('nl').describe('of csv, html and pdf'),
        request: requestId.optional().describe('a request that was written down, for who deals with it'),
      }),
      output: z.object({
        format: z.enum(exportFormats),
        made_at: z.iso.datetime(),
        files: z.array(
          z.object({
            name: z.string(),
            media_type: z.string(),
            encoding: z.enum(['utf8', 'base64']),
            content: z.string(),
          }),
        ),
      }),
      allow: { users: ['signed_in'] },
      run: async ({ format, language, request }, { caller }) => {
        const data = request
          ? await forRequest(caller, request)
          : await gather.ofPerson(requireUser(caller).personId)
        await audited(caller, format)
        const files = await exportFiles(data, format, language, terms)
        return {
          format,
          made_at: data.made_at,
          files: files.map(({ mediaType: media_type, ...file }) => ({ media_type, ...file })),
        }
      },
    }),
  ]
}

/**
 * Who has an account gets her data herself; for whoever asked otherwise somebody hands them over.
 * @throws Refusal `not_data_subject`, `not_an_access_request`, `rights_request_closed`
 */
function requireHandover(caller: Caller, row: RightsRequestRow): void {
  if (row.subjectKind === 'person' && row.subjectId === requireUser(caller).personId) return
  if (!isHandler(caller) || row.channel === 'node')
    throw new Refusal('forbidden', 'not_data_subject', 'she asked in this node, and takes her data herself')
  if (row.kind !== 'access' && row.kind !== 'portability')
    throw new Refusal('conflict', 'not_an_access_request', 'she did not ask to see her data')
  if (row.closedAt !== null)
    throw new Refusal('conflict', 'rights_request_closed', 'this was answered before')
}
