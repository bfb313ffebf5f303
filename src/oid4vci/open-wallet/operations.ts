import { z } from 'zod'
import {
  type AnyOperation,
  type Caller,
  isoTime,
  isoTimeOrNull,
  operation,
  pageInput,
  pageOf,
  Refusal,
  requireUser,
} from '../../core/index.ts'
import type { Parties, Party } from '../../parties/index.ts'
import { MOST_COPIES } from './holder-keys.ts'
import type { Inbox } from './inbox.ts'
import { type RemovingDeps, removeCredential } from './removing.ts'
import { type WalletOfferRow, walletOfferStates } from './tables.ts'

export interface OpenWalletOperationsDeps {
  readonly inbox: Inbox
  readonly parties: Pick<Parties, 'organisation' | 'require'>
  readonly removing: RemovingDeps
}

/** A link has to hold an offer by value: 16 KiB, as a URL writes it. */
const MAX_LINK_CHARS = 64 * 1024
const allow = { users: ['signed_in'] as const }
const id = { id: z.uuid() }
const copies = z
  .number()
  .int()
  .min(1)
  .max(MOST_COPIES)
  .default(1)
  .describe('how many of each, every one bound to a key of its own, where the issuer allows that')

const walletOffer = z.object({
  id: z.string(),
  for: z.enum(['me', 'organisation']),
  state: z.enum(walletOfferStates),
  reason: z.string().nullable().describe('why it failed, or still waits'),
  issuer: z.object({
    url: z.string(),
    says_its_name_is: z.string().nullable().describe('what it calls itself: nobody checked it'),
    signed_by: z
      .string()
      .nullable()
      .describe('who signed what it says of itself: a DID, or x509:, the anchor and its name'),
    trusted: z.boolean(),
  }),
  server: z.string().describe('where the code is exchanged'),
  grant: z.enum(['pre_authorized', 'authorization_code']).nullable(),
  tx_code: z
    .object({ input_mode: z.string(), length: z.number().nullable(), description: z.string().nullable() })
    .nullable()
    .describe('what has to be typed to accept it'),
  offers: z.array(
    z.object({
      id: z.string(),
      format: z.string(),
      type: z.string().nullable(),
      name: z.string().nullable().describe('what the issuer calls it'),
      readable: z.boolean().describe('false: it is left out, this node does not read that format'),
    }),
  ),
  batch_size: z.number().int(),
  renews: z.boolean().describe('whether it takes the place of a credential that ends soon'),
  credentials: z.array(z.string()).readonly().describe('what was received'),
  created_at: z.iso.datetime(),
  decided_at: z.iso.datetime().nullable(),
  expires_at: z.iso.datetime(),
})

/** What people do with offers of issuers outside the network. */
export function openWalletOperations({ inbox, parties, removing }: OpenWalletOperationsDeps): AnyOperation[] {
  /** Hers, and where she administers it the organisation's. */
  const holdersOf = async (caller: Caller): Promise<string[]> => {
    const { personId, roles } = requireUser(caller)
    return roles.includes('administrator') ? [personId, (await parties.organisation()).id] : [personId]
  }
  /** A row whose holder the caller decides for; of one she only pasted, she is told that it is another's decision. */
  const deciding = async (offerId: string, caller: Caller): Promise<WalletOfferRow> => {
    const row = await inbox.require(offerId)
    if ((await holdersOf(caller)).includes(row.holderParty)) return row
    if (row.addedBy !== requireUser(caller).personId) return inbox.require(offerId, [])
    throw new Refusal('forbidden', 'administrator_decides', 'an administrator decides for the organisation')
  }
  const show = async (row: WalletOfferRow) => view(row, await parties.require(row.holderParty), inbox)
  return [
    operation({
      name: 'wallet.offers.add',
      summary: 'Bring an offer of any issuer: its link, or the offer itself',
      method: 'POST',
      path: '/wallet/offers',
      positional: ['link'],
      secret: true,
      input: z.strictObject({
        link: z
          .string()
          .min(1)
          .max(MAX_LINK_CHARS)
          .describe('openid-credential-offer://…, https://… or JSON'),
        for: z.enum(['me', 'organisation']).default('me').describe('whose wallet it is for'),
        signed: z
          .boolean()
          .default(false)
          .describe('only when the issuer signs what it says of itself, with a DID or a certificate'),
      }),
      output: walletOffer,
      status: 201,
      allow,
      run: async ({ link, signed, ...input }, { caller }) => {
        const { personId } = requireUser(caller)
        const holder = await (input.for === 'me' ? parties.require(personId) : parties.organisation())
        return show(await inbox.add(holder, link, { caller, signed }))
      },
    }),
    operation({
      name: 'wallet.offers.list',
      summary: 'Offers of any issuer, those that wait for you and what came of the others, newest first',
      method: 'GET',
      path: '/wallet/offers',
      input: z.strictObject({ ...pageInput, state: z.enum(walletOfferStates).optional() }),
      output: pageOf(walletOffer),
      allow,
      run: async (input, { caller }) => {
        const { items, next } = await inbox.list(await holdersOf(caller), input)
        return { items: await Promise.all(items.map(show)), next }
      },
    }),
    operation({
      name: 'wallet.offers.show',
      summary: 'Who offers what',
      method: 'GET',
      path: '/wallet/offers/:id',
      positional: ['id'],
      input: z.strictObject(id),
      output: walletOffer,
      allow,
      run: async (input, { caller }) => show(await inbox.require(input.id, await holdersOf(caller))),
    }),
    operation({
      name: 'wallet.offers.accept',
      summary: 'Take what is offered; where the issuer asks you first, open the link in a browser',
      method: 'POST',
      path: '/wallet/offers/:id/accept',
      positional: ['id'],
      secret: true,
      input: z.strictObject({
        ...id,
        tx_code: z.string().min(1).max(64).optional().describe('what the issuer gave you another way'),
        copies,
        key: z
          .enum(['did', 'own'])
          .default('did')
          .describe(
            'what it is bound to where the issuer knows your DID: that, or a new ES256 key, which HAIP asks',
          ),
      }),
      output: walletOffer.extend({ link: z.string().nullable().describe('for your browser, once') }),
      allow,
      run: async (input, { caller }) => {
        const decision = { txCode: input.tx_code, copies: input.copies, holderKey: input.key }
        const { row, link } = await inbox.accept(await deciding(input.id, caller), caller, decision)
        return { ...(await show(row)), link }
      },
    }),
    operation({
      name: 'wallet.offers.decline',
      summary: 'Leave what is offered',
      method: 'POST',
      path: '/wallet/offers/:id/decline',
      positional: ['id'],
      input: z.strictObject(id),
      output: walletOffer,
      allow,
      run: async (input, { caller }) => show(await inbox.decline(await deciding(input.id, caller), caller)),
    }),
    operation({
      name: 'wallet.remove',
      summary: 'Set a credential of an issuer outside the network aside, and tell its issuer',
      method: 'POST',
      path: '/wallet/credentials/:id/remove',
      positional: ['id'],
      input: z.strictObject(id),
      output: z.object({ id: z.string() }),
      allow,
      run: async (input, { caller }) => {
        await removeCredential(input.id, await holdersOf(caller), caller, removing)
        return { id: input.id }
      },
    }),
  ]
}

async function view(row: WalletOfferRow, holder: Party, inbox: Inbox): Promise<z.input<typeof walletOffer>> {
  const shown = await inbox.shown(row)
  const { txCode } = shown
  return {
    id: row.id,
    for: holder.kind === 'organisation' ? 'organisation' : 'me',
    ...{ state: row.state, reason: row.reason, server: shown.server, grant: shown.grant },
    issuer: {
      url: row.credentialIssuer,
      says_its_name_is: shown.issuerName,
      signed_by: shown.signedBy,
      trusted: row.isTrusted,
    },
    tx_code: txCode && {
      input_mode: txCode.inputMode,
      length: txCode.length ?? null,
      description: txCode.description ?? null,
    },
    offers: [...shown.configurations],
    batch_size: shown.batchSize,
    renews: row.renews !== null,
    credentials: row.credentialIds,
    created_at: isoTime(row.createdAt),
    decided_at: isoTimeOrNull(row.decidedAt),
    expires_at: isoTime(row.expiresAt),
  }
}
