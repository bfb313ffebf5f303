import { z } from 'zod'
import { type AnyOperation, type Clock, type Did, operation, Refusal } from '../core/index.ts'
import { documentLanguages } from '../documents/index.ts'
import type { Signer } from '../jose/index.ts'
import { signOwnRequest } from './own-request.ts'
import { linesCsv, statementPage } from './pages.ts'
import { period, statementShape } from './shapes.ts'

export interface MemberBillingDeps {
  readonly organisation: () => Promise<{ readonly did: Did; readonly name: string }>
  readonly signerOf: (did: Did) => Promise<Signer>
  /** Calls to the trust anchor. */
  readonly client: { readonly url: string; post(path: string, body: object): Promise<unknown> }
  readonly clock: Clock
}

export const documentInput = {
  format: z.enum(['json', 'csv', 'html']).default('json'),
  language: z.enum(documentLanguages).default('nl').describe('of a table or page'),
}
export const content = z.string().nullable().describe('the table or page; null for json')

/** What every node offers: what its organisation is charged, as the trust anchor has it. */
export function memberBillingOperations(deps: MemberBillingDeps): AnyOperation[] {
  const { organisation, signerOf, client, clock } = deps
  return [
    operation({
      name: 'billing.mine',
      summary: 'What the trust anchor charges our organisation in a month, asked for with our signature',
      method: 'GET',
      path: '/billing/mine',
      input: z.strictObject({
        period: period.optional().describe('the present month unless told'),
        ...documentInput,
      }),
      output: z.object({ statement: statementShape, content }),
      allow: { users: ['administrator', 'coordinator', 'auditor'] },
      run: async ({ period: month, format, language }) => {
        const us = await organisation()
        const request = await signOwnRequest(
          { organisation: us.did, anchorUrl: client.url, period: month },
          clock,
          await signerOf(us.did),
        )
        const answer = statementShape.safeParse(await client.post('/api/v1/billing/statements', { request }))
        if (!answer.success || answer.data.organisation !== us.did)
          throw new Refusal(
            'upstream',
            'statement_malformed',
            'the trust anchor does not answer a statement of us',
          )
        const statement = answer.data
        return {
          statement,
          content: {
            json: () => null,
            csv: () => linesCsv(statement.lines, language),
            html: () => statementPage(statement, us.name, language),
          }[format](),
        }
      },
    }),
  ]
}
