import { z } from 'zod'
import { refOf, requireMayDecide, subjectsOf } from '../access/index.ts'
import { type AnyOperation, type Caller, operation, pageInput, pageOf, requireUser } from '../core/index.ts'
import type { CredentialTypes } from '../credentials/index.ts'
import type { Parties, Party } from '../parties/index.ts'
import { MAX_LINK_CHARS } from './link.ts'
import { detailsOf, requestOutput, summaryOf, summaryOutput, type WhereToGet } from './output.ts'
import type { Presenting } from './presenting.ts'
import { requestStates } from './request-table.ts'
import type { Requests } from './requests.ts'

export interface PresentingOperationsDeps {
  readonly presenting: Presenting
  readonly requests: Requests
  readonly parties: Parties
  readonly types: CredentialTypes
  /** Who could issue what is not held. */
  readonly whereToGet: WhereToGet
}

const id = z.uuid()
const ids = (what: string) => z.array(z.string().min(1).max(100)).min(1).max(20).optional().describe(what)

/** Answering whoever asks for a proof by a link: any OpenID4VP 1.0 verifier. */
export function presentingOperations(deps: PresentingOperationsDeps): AnyOperation[] {
  const { presenting, requests, parties, types, whereToGet } = deps
  const view = async (caller: Caller, request: string) =>
    detailsOf(await presenting.view(caller, request), {
      claimName: (vct, path) => refOf(types, { vct, path }),
      typeName: (vct) => types.find(vct)?.name ?? vct,
      whereToGet,
    })
  return [
    operation({
      name: 'presentations.open',
      summary: 'Look at what somebody asks you to prove, by the link or QR code they gave; nothing is sent',
      method: 'POST',
      path: '/presentations/requests',
      positional: ['link'],
      input: z.strictObject({
        link: z.string().min(1).max(MAX_LINK_CHARS).describe('openid4vp://…, haip-vp://… or https://…'),
        of: z
          .enum(['me', 'company'])
          .default('me')
          .describe('whose credentials: your own, or the company’s where you decide about them'),
      }),
      output: requestOutput,
      status: 201,
      // The answer shows values, and opening the same link again gives the same request.
      secret: true,
      allow: { users: ['signed_in'] },
      run: async ({ link, of }, { caller }) => {
        const holder = await holderOf(parties, caller, of)
        const row = await presenting.open(caller, holder, link)
        return view(caller, row.id)
      },
    }),
    operation({
      name: 'presentations.list',
      summary: 'What verifiers asked you by a link, and the company where you decide about it, newest first',
      method: 'GET',
      path: '/presentations/requests',
      input: z.strictObject({ ...pageInput, state: z.enum(requestStates).optional() }),
      output: pageOf(summaryOutput),
      allow: { users: ['signed_in'] },
      run: async ({ cursor, limit, state }, { caller }) => {
        const holders = await subjectsOf(parties, caller)
        const found = await requests.list(holders, {
          limit,
          ...(cursor && { cursor }),
          ...(state && { state }),
        })
        const items = await Promise.all(
          found.map(async (row) => summaryOf(row, await parties.require(row.holderParty))),
        )
        return { items, next: items.length === limit ? (items.at(-1)?.id ?? null) : null }
      },
    }),
    operation({
      name: 'presentations.show',
      summary: 'A request of a verifier, with what it would see, what else would do, and what is missing',
      method: 'GET',
      path: '/presentations/requests/:id',
      positional: ['id'],
      input: z.strictObject({ id }),
      output: requestOutput,
      allow: { users: ['signed_in'] },
      run: async (input, { caller }) => view(caller, input.id),
    }),
    operation({
      name: 'presentations.accept',
      summary: 'Show a verifier what it asks, and nothing else; only the one whose data it is can',
      method: 'POST',
      path: '/presentations/requests/:id/acceptance',
      positional: ['id'],
      input: z.strictObject({
        id,
        credentials: ids('which credentials, by id, where several would do'),
        queries: ids('which parts of the request, by id; the least that answers it unless told'),
        again: z.boolean().default(false).describe('send once more what may have arrived before'),
      }),
      output: summaryOutput.extend({
        redirect_uri: z
          .string()
          .nullable()
          .describe('where the verifier goes on with you: open it in your browser'),
      }),
      allow: { users: ['signed_in'] },
      run: async ({ id: request, credentials, queries, again }, { caller }) => {
        const { row, sent } = await presenting.accept(caller, request, {
          ...{ again, ...(credentials && { credentials }), ...(queries && { queries }) },
        })
        const summary = summaryOf(row, await parties.require(row.holderParty))
        return { ...summary, redirect_uri: sent.isTaken ? sent.redirectUri : null }
      },
    }),
    operation({
      name: 'presentations.decline',
      summary: 'Say no to a verifier; it hears the same whether you hold what it asked or not',
      method: 'POST',
      path: '/presentations/requests/:id/refusal',
      positional: ['id'],
      input: z.strictObject({ id }),
      output: summaryOutput,
      allow: { users: ['signed_in'] },
      run: async (input, { caller }) => {
        const row = await presenting.decline(caller, input.id)
        return summaryOf(row, await parties.require(row.holderParty))
      },
    }),
  ]
}

/** @throws Refusal `not_data_subject` */
async function holderOf(parties: Parties, caller: Caller, of: 'me' | 'company'): Promise<Party> {
  const holder =
    of === 'company' ? await parties.organisation() : await parties.require(requireUser(caller).personId)
  requireMayDecide(caller, holder)
  return holder
}
