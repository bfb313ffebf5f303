import { Readable } from 'node:stream'
import { z } from 'zod'
import { type AnyOperation, downloadSchema, isoTime, operation, pageInput, pageOf } from '../core/index.ts'
import { LessThan } from '../store/index.ts'
import type { AgreementFiles } from './agreement-files.ts'
import { writeAgreementPdf } from './agreement-pdf.ts'
import { differences } from './diff.ts'
import { agreementStates } from './life.ts'
import { agreementOutput, describeAgreement, id, readers, time } from './operation-values.ts'
import { unknownAgreement } from './refusals.ts'
import { signatoryOf } from './signature.ts'
import { type AgreementRow, agreementTable } from './tables.ts'
import { termsSchema } from './terms.ts'

const side = z.enum(['us', 'them'])
const textOutput = z.object({
  version: z.int(),
  by: z.string(),
  side,
  why: z.string().nullable(),
  at: time,
  digest: z.string(),
})
const stepOutput = z.object({
  kind: z.string(),
  side,
  by: z.string(),
  version: z.int(),
  text: z.string().nullable(),
  refused: z.string().nullable().describe('why the other node did not take it'),
  at: time,
})

export interface AgreementReadingDeps {
  readonly files: AgreementFiles
  /** What our organisation is called. */
  readonly ourName: () => Promise<string>
}

/** Reading agreements: where they are, what they say, and how that came about. */
export function agreementReadingOperations({ files, ourName }: AgreementReadingDeps): AnyOperation[] {
  const require = async (agreement: string): Promise<AgreementRow> => {
    const row = await files.find(files.reader, agreement)
    if (!row) throw unknownAgreement()
    return row
  }
  const termsOf = async (row: AgreementRow, version: number) => {
    const text = await files.text(files.reader, row, version)
    if (!text) throw unknownAgreement()
    return (await files.openText(text)).terms
  }
  return [
    operation({
      name: 'agreements.list',
      summary: 'Agreements with partners and where each is, newest first',
      method: 'GET',
      path: '/agreements',
      input: z.strictObject({ ...pageInput, state: z.enum(agreementStates).optional() }),
      output: pageOf(agreementOutput),
      allow: { users: readers },
      run: async ({ state, cursor, limit }) => {
        const found = await files.reader.find(agreementTable, {
          where: { ...(state && { state }), ...(cursor && { id: LessThan(cursor) }) },
          order: { id: 'DESC' },
          take: limit,
        })
        const next = found.length === limit ? (found.at(-1)?.id ?? null) : null
        return { items: found.map(describeAgreement), next }
      },
    }),
    operation({
      name: 'agreements.show',
      summary: 'One agreement: its text, its versions, and who did and said what',
      method: 'GET',
      path: '/agreements/:id',
      positional: ['id'],
      input: z.strictObject({ id }),
      output: agreementOutput.extend({
        terms: termsSchema,
        versions: z.array(textOutput),
        steps: z.array(stepOutput),
      }),
      allow: { users: readers },
      run: async ({ id }) => {
        const row = await require(id)
        const [terms, texts, steps] = await Promise.all([
          termsOf(row, row.version),
          files.texts(files.reader, id),
          files.steps(id),
        ])
        const versions = await Promise.all(
          texts.map(async (text) => {
            const { by, why } = await files.openText(text)
            const { version, proposedBy, createdAt, digest } = text
            return { version, by, side: proposedBy, why, at: isoTime(createdAt), digest }
          }),
        )
        return {
          ...{ ...describeAgreement(row), terms, versions },
          steps: steps.map(({ kind, side, version, said, refused, at }) => ({
            ...{ kind, side, version, refused, by: said.by, text: said.text, at: isoTime(at) },
          })),
        }
      },
    }),
    operation({
      name: 'agreements.pdf',
      summary: 'An agreement to read on paper, with who signed it',
      method: 'GET',
      path: '/agreements/:id/pdf',
      positional: ['id'],
      input: z.strictObject({ id }),
      output: downloadSchema,
      download: true,
      allow: { users: readers },
      run: async ({ id }) => {
        const row = await require(id)
        const [terms, own] = await Promise.all([termsOf(row, row.version), ourName()])
        const sides = [
          [own, await files.openSignature(row, 'us')],
          [row.partnerName, await files.openSignature(row, 'them')],
        ] as const
        const signed = sides.map(([organisation, by]) => ({ organisation, ...signatoryOf(by) }))
        const { version, depositedAt } = row
        const paper = { terms, digest: row.digest ?? '', version, signed, depositedAt }
        const bytes = await writeAgreementPdf(paper)
        return {
          ...{ fileName: `${id}.pdf`, mediaType: 'application/pdf', size: bytes.length },
          content: Readable.from([bytes]),
        }
      },
    }),
    operation({
      name: 'agreements.diff',
      summary: 'What changed between two versions of an agreement',
      method: 'GET',
      path: '/agreements/:id/changes',
      positional: ['id'],
      input: z.strictObject({
        id,
        from: z.coerce.number().int().min(1),
        to: z.coerce.number().int().min(1),
      }),
      output: z.object({
        pieces: z.array(z.object({ change: z.enum(['same', 'added', 'removed']), text: z.string() })),
      }),
      allow: { users: readers },
      run: async ({ id, from, to }) => {
        const row = await require(id)
        return { pieces: differences(await termsOf(row, from), await termsOf(row, to)) }
      },
    }),
  ]
}
