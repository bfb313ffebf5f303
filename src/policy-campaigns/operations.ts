import { z } from 'zod'
import {
  type AnyOperation,
  endOfDay,
  isDid,
  isoTime,
  isoTimeOrNull,
  operation,
  Refusal,
  requireUser,
} from '../core/index.ts'
import type { Registry } from '../trust/index.ts'
import type { AskedVersions } from './asked-versions.ts'
import type { Campaigns } from './campaigns.ts'
import { campaignStates } from './party-state.ts'
import type { Suspensions } from './suspensions.ts'
import type { CampaignRow } from './tables.ts'

const id = z.uuid()
const count = z.int().min(0)
const time = z.iso.datetime()
const did = z.string().refine(isDid, 'a DID')
const reason = z.string().min(1).max(2_000).describe('in your own words, for who looks later')
const version = z.int().min(1).max(999_999)

const campaign = z.object({
  id,
  version: z.int(),
  state: z.enum(campaignStates),
  started_at: time,
  deadline: time,
  ended_at: time.nullable(),
  progress: z.object({
    parties: count.describe('organisations and persons'),
    told: count,
    waiting: count,
    accepted: count,
    suspended: count,
    excused: count.describe('resumed by the servicedesk though they did not accept'),
  }),
})

export interface CampaignOperationsDeps {
  readonly campaigns: Campaigns
  readonly suspensions: Suspensions
  readonly registry: Registry
}

/** What the trust anchor's servicedesk does about acceptance. */
export function policyCampaignOperations(deps: CampaignOperationsDeps): AnyOperation[] {
  const { campaigns } = deps
  const show = async (row: CampaignRow): Promise<z.input<typeof campaign>> => {
    const { parties, told, waiting, accepted, suspended, excused } = await campaigns.progress(row.id)
    return {
      ...{ id: row.id, version: row.policyVersion, state: row.state },
      ...{ started_at: isoTime(row.startedAt), deadline: isoTime(row.deadline) },
      ended_at: isoTimeOrNull(row.endedAt),
      progress: { parties, told, waiting, accepted, suspended, excused },
    }
  }
  return [
    operation({
      name: 'campaigns.start',
      summary: 'Ask everybody in the network to accept a version of the TTP-policy before a deadline',
      method: 'POST',
      path: '/campaigns',
      input: z.strictObject({
        version: version.describe('of the policy'),
        until: z.iso.date().describe('the last day to accept; who does not is suspended after it'),
      }),
      output: campaign,
      status: 202,
      // All of the network hears of it at once.
      proof: true,
      allow: { users: ['servicedesk'] },
      run: async (input, { caller }) =>
        show(await campaigns.start(caller, input.version, endOfDay(input.until))),
    }),
    operation({
      name: 'campaigns.list',
      summary: 'All campaigns and how far they are, newest first',
      method: 'GET',
      path: '/campaigns',
      input: z.strictObject({}),
      output: z.object({ items: z.array(campaign) }),
      allow: { users: ['servicedesk', 'auditor'] },
      run: async () => ({ items: await Promise.all((await campaigns.list()).map(show)) }),
    }),
    operation({
      name: 'campaigns.get',
      summary: 'How far a campaign is',
      method: 'GET',
      path: '/campaigns/:id',
      input: z.strictObject({ id }),
      output: campaign,
      allow: { users: ['servicedesk', 'auditor'] },
      positional: ['id'],
      run: async (input) => show(await campaigns.get(input.id)),
    }),
    operation({
      name: 'campaigns.stop',
      summary: 'Stop a campaign half-way: nobody more is told, and nobody suspended',
      method: 'POST',
      path: '/campaigns/:id/stop',
      input: z.strictObject({ id }),
      output: campaign,
      allow: { users: ['servicedesk'] },
      positional: ['id'],
      run: async (input, { caller }) => show(await campaigns.stop(caller, input.id)),
    }),
    operation({
      name: 'campaigns.resume',
      summary: 'Go on with a campaign that was stopped, where it was',
      method: 'POST',
      path: '/campaigns/:id/resume',
      input: z.strictObject({ id }),
      output: campaign,
      allow: { users: ['servicedesk'] },
      positional: ['id'],
      run: async (input, { caller }) => show(await campaigns.goOn(caller, input.id)),
    }),
    ...suspensionOperations(deps),
  ]
}

function suspensionOperations({ campaigns, suspensions, registry }: CampaignOperationsDeps): AnyOperation[] {
  const output = z.object({ party: z.string(), state: z.enum(['suspended', 'active']) })
  return [
    operation({
      name: 'registry.suspend',
      summary: 'Suspend an organisation that does not keep to the policy: its Asks are refused from now on',
      method: 'POST',
      path: '/registry/suspensions',
      input: z.strictObject({ did, reason }),
      output,
      allow: { users: ['servicedesk'] },
      positional: ['did'],
      run: async (input, { caller }) => {
        const entry = await registry.find(input.did)
        if (!entry || entry.roles.includes('trust_anchor'))
          throw new Refusal(
            'not_found',
            'party_not_registered',
            'no organisation is registered under this DID',
          )
        await suspensions.suspendNow(requireUser(caller), entry.did, input.reason)
        return { party: entry.did, state: 'suspended' as const }
      },
    }),
    operation({
      name: 'registry.resume',
      summary: 'Let an organisation or person that is suspended hold again, with the reason',
      method: 'POST',
      path: '/registry/resumptions',
      input: z.strictObject({ did, reason }),
      output,
      allow: { users: ['servicedesk'] },
      positional: ['did'],
      run: async (input, { caller }) => {
        await campaigns.resume(requireUser(caller), input.did, input.reason)
        return { party: input.did, state: 'active' as const }
      },
    }),
  ]
}

export interface AskedOperationsDeps {
  readonly asked: AskedVersions
  readonly organisationId: () => Promise<string>
  /** Names of people of ours; empty of who was erased. */
  readonly names: (personIds: readonly string[]) => Promise<ReadonlyMap<string, string>>
}

/** What every node offers: what is to be accepted, and the evidence of what was. */
export function askedPolicyOperations({ asked, organisationId, names }: AskedOperationsDeps): AnyOperation[] {
  return [
    operation({
      name: 'policy.pending',
      summary: 'Versions of the TTP-policy that the company, or you, did not accept yet',
      method: 'GET',
      path: '/policy/pending',
      input: z.strictObject({}),
      output: z.object({
        items: z.array(
          z.object({
            party: z.enum(['company', 'you']),
            version: z.int(),
            digest: z.string(),
            effective: z.iso.date(),
            deadline: time
              .nullable()
              .describe('who did not accept by then is suspended; null while nobody asks'),
            missing: z
              .int()
              .nullable()
              .describe('how many who must act together still have to accept; null while nobody did'),
          }),
        ),
      }),
      allow: { users: ['signed_in'] },
      run: async (_input, { caller }) => {
        const parties = [
          ['company', await organisationId()],
          ['you', requireUser(caller).personId],
        ] as const
        const found = await Promise.all(
          parties.map(async ([party, partyId]) =>
            (await asked.pending(partyId)).map((one) => ({
              ...{ party, version: one.version, digest: one.digest, effective: one.effective },
              deadline: isoTimeOrNull(one.deadline),
              missing: one.missing,
            })),
          ),
        )
        return { items: found.flat() }
      },
    }),
    operation({
      name: 'policy.acceptances',
      summary: 'Who of us accepted which version of the TTP-policy and when, as it was signed: the evidence',
      method: 'GET',
      path: '/policy/acceptances',
      input: z.strictObject({}),
      output: z.object({
        items: z.array(
          z.object({
            party: z.enum(['company', 'person']),
            signer: z.string().describe('id of the person who signed'),
            name: z.string().nullable().describe('of who signed; null where she was erased'),
            version: z.int(),
            digest: z.string(),
            signed_at: time,
            signed: z.string().nullable().describe('the acceptance, a JWS; null where she was erased'),
          }),
        ),
      }),
      allow: { users: ['administrator', 'auditor'] },
      run: async () => {
        const ours = await organisationId()
        const all = await asked.acceptances()
        const named = await names(all.map(({ signerParty }) => signerParty))
        return {
          items: all.map(({ partyId, signerParty, version, digest, signedAt, signed }) => ({
            party: partyId === ours ? ('company' as const) : ('person' as const),
            ...{ signer: signerParty, name: named.get(signerParty) || null },
            ...{ version, digest, signed_at: isoTime(signedAt), signed },
          })),
        }
      },
    }),
  ]
}
