import { z } from 'zod'
import {
  type AnyOperation,
  type Caller,
  type Did,
  isoTime,
  isoTimeOrNull,
  operation,
  pageInput,
  pageOf,
  Refusal,
} from '../core/index.ts'
import { type CredentialTypes, formatClaimRef, parseClaimRef } from '../credentials/index.ts'
import { bounceKind, type ClaimTarget, declineReasons, proposedReason, proposedValue } from './correction.ts'
import type { Deciding, ReceivedCorrection } from './deciding.ts'
import type { HeldGrantsPort } from './ports.ts'
import type { Proposing, SentCorrection } from './proposing.ts'

export interface CorrectionsOperationsDeps {
  readonly proposing: Proposing
  readonly deciding: Deciding
  readonly types: CredentialTypes
  readonly grants: HeldGrantsPort
  readonly now: () => number
  /** By DID, KVK number or name. @throws Refusal `partner_unknown` */
  readonly partner: (reference: string) => Promise<{ readonly did: Did }>
  /** Name of an organisation in the network, if it is known. */
  readonly organisationName: (did: Did) => Promise<string | null>
}

const id = z.string().max(100)
const time = z.iso.datetime()
const allow = { users: ['account_manager', 'coordinator', 'administrator'] } as const

const sentStates = z.enum(['open', 'accepted', 'declined', 'refused', 'undelivered'])
const receivedStates = z.enum(['open', 'accepted', 'declined'])
const proposedOutput = z
  .object({
    value: z.unknown().describe('null when the proposer does not know what it should be'),
    reason: z.string(),
  })
  .nullable()
  .describe('null once it is decided: then it is destroyed, and where it is not for you to see')

const sentOutput = z.object({
  id: z.string(),
  partner: z.object({ did: z.string(), name: z.string() }),
  grant: z.string(),
  claim: z.string(),
  proposed: proposedOutput,
  bounce: bounceKind.nullable(),
  state: sentStates,
  outcome: z.string().nullable().describe('why it came to nothing'),
  proposed_at: time,
  settled_at: time.nullable(),
})

const receivedOutput = z.object({
  id: z.string(),
  proposer: z.object({ did: z.string(), name: z.string() }),
  grant: z.string(),
  claim: z.string(),
  current: z.unknown().describe('what it says now'),
  proposed: proposedOutput,
  bounce: bounceKind.nullable().describe('what was sent there came back: for good (hard), or for now (soft)'),
  value_changed: z.boolean().describe('whether it said something else when the proposal came'),
  attested_by: z
    .object({ did: z.string(), name: z.string().nullable() })
    .nullable()
    .describe('who can correct it, where you cannot yourself'),
  state: receivedStates,
  outcome: z.string().nullable(),
  proposed_at: time,
  decided_at: time.nullable(),
})

/** Proposals to correct what one party lets another see. */
export function correctionsOperations(deps: CorrectionsOperationsDeps): AnyOperation[] {
  const { proposing, deciding } = deps
  const refOf = ({ vct, path }: ClaimTarget) =>
    formatClaimRef({ type: deps.types.find(vct)?.name ?? vct, path })
  const asSent = (row: SentCorrection) => ({
    id: row.id,
    partner: { did: row.partner, name: row.partnerName },
    grant: row.grantId,
    claim: refOf(row),
    proposed: row.proposed,
    bounce: row.bounce,
    state: row.state,
    outcome: row.outcomeCode,
    proposed_at: isoTime(row.createdAt),
    settled_at: isoTimeOrNull(row.settledAt),
  })
  const asReceived = async (row: ReceivedCorrection) => ({
    id: row.id,
    proposer: { did: row.proposer, name: row.proposerName },
    grant: row.grantId,
    claim: refOf(row),
    current: row.current,
    proposed: row.proposed,
    bounce: row.bounce,
    value_changed: row.hasChanged,
    attested_by: row.attestedBy && { did: row.attestedBy, name: await deps.organisationName(row.attestedBy) },
    state: row.state,
    outcome: row.outcomeCode,
    proposed_at: isoTime(row.createdAt),
    decided_at: isoTimeOrNull(row.decidedAt),
  })
  const decided = async (caller: Caller, correction: string) =>
    asReceived(await deciding.get(caller, correction))
  const nextOf = (items: readonly { id: string }[], limit: number) =>
    items.length === limit ? (items.at(-1)?.id ?? null) : null
  return [
    operation({
      name: 'corrections.propose',
      summary: 'Propose to a partner what a claim it lets you see should say; the owner decides',
      method: 'POST',
      path: '/corrections/sent',
      input: z.strictObject({
        partner: z.string().trim().min(1).max(300).optional().describe('DID, KVK number or name'),
        grant: id
          .optional()
          .describe('the grant, where several open the claim; without it, name the partner'),
        claim: z.string().trim().min(1).max(200).describe('a claim such as company-profile.email'),
        value: z
          .unknown()
          .pipe(proposedValue)
          .optional()
          .describe('what it should say, at most 2 KiB: a text, or JSON for lists and addresses'),
        bounce: bounceKind.optional().describe('what was sent there came back'),
        reason: proposedReason.describe('why, for the owner to read'),
      }),
      output: sentOutput,
      status: 201,
      allow,
      run: async ({ partner, grant, claim: text, value, bounce, reason }, { caller }) => {
        const claim = targetOf(deps.types, text)
        const grantId = grant ?? (await onlyGrant(deps, partner, claim))
        return asSent(
          await proposing.propose(caller, {
            ...{ grantId, claim, reason },
            ...(value !== undefined && { value }),
            ...(bounce && { bounce }),
          }),
        )
      },
    }),
    operation({
      name: 'corrections.sent',
      summary: 'What we proposed to partners, newest first, and what became of it',
      method: 'GET',
      path: '/corrections/sent',
      input: z.strictObject({ ...pageInput, state: sentStates.optional() }),
      output: pageOf(sentOutput),
      allow,
      run: async ({ state, ...page }, { caller }) => {
        const items = (await proposing.list(caller, page, state)).map(asSent)
        return { items, next: nextOf(items, page.limit) }
      },
    }),
    operation({
      name: 'corrections.list',
      summary:
        'Corrections that others propose to your data, and to the company’s where you decide about them',
      method: 'GET',
      path: '/corrections',
      input: z.strictObject({ ...pageInput, state: receivedStates.optional() }),
      output: pageOf(receivedOutput),
      allow: { users: ['signed_in'] },
      run: async ({ state, ...page }, { caller }) => {
        const items = await Promise.all((await deciding.list(caller, page, state)).map(asReceived))
        return { items, next: nextOf(items, page.limit) }
      },
    }),
    operation({
      name: 'corrections.accept',
      summary: 'Correct your data as proposed: whoever may see it is told',
      method: 'POST',
      path: '/corrections/:id/acceptance',
      positional: ['id'],
      input: z.strictObject({
        id,
        anyway: z.boolean().default(false).describe('also when you changed it since it was proposed'),
      }),
      output: receivedOutput,
      allow: { users: ['signed_in'] },
      run: async ({ id: correction, anyway }, { caller }) => {
        await deciding.accept(caller, correction, { anyway })
        return decided(caller, correction)
      },
    }),
    operation({
      name: 'corrections.decline',
      summary: 'Leave your data as they are, and say why',
      method: 'POST',
      path: '/corrections/:id/refusal',
      positional: ['id'],
      input: z.strictObject({ id, reason: z.enum(declineReasons).describe('why') }),
      output: receivedOutput,
      allow: { users: ['signed_in'] },
      run: async ({ id: correction, reason }, { caller }) => {
        await deciding.decline(caller, correction, reason)
        return decided(caller, correction)
      },
    }),
  ]
}

/** @throws Refusal `invalid_claim_ref`, `unknown_claim` */
function targetOf(types: CredentialTypes, text: string): ClaimTarget {
  const ref = parseClaimRef(text)
  return { vct: types.requireClaim(ref).type.vct, path: ref.path }
}

/** The one live grant of a partner that opens a claim. @throws Refusal `partner_missing`, `no_grant`, `grant_ambiguous` */
async function onlyGrant(
  { grants, partner, now }: CorrectionsOperationsDeps,
  reference: string | undefined,
  { vct, path }: ClaimTarget,
): Promise<string> {
  if (reference === undefined)
    throw new Refusal('invalid', 'partner_missing', 'name the partner or the grant')
  const { did } = await partner(reference)
  const wanted = JSON.stringify([vct, ...path])
  const found = (await grants.ofPartner(did)).filter(
    ({ state, expiresAt, claims }) =>
      state === 'live' &&
      expiresAt > now() &&
      claims.some((one) => JSON.stringify([one.vct, ...one.path]) === wanted),
  )
  const [only, ...more] = found
  if (!only) throw new Refusal('forbidden', 'no_grant', 'this partner lets you see no such claim')
  if (more.length > 0)
    throw new Refusal('conflict', 'grant_ambiguous', 'several grants open this claim: name one', {
      params: { grants: found.map(({ id: grant }) => grant) },
    })
  return only.id
}
