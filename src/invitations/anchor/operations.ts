import { z } from 'zod'
import { type AnyOperation, operation } from '../../core/index.ts'
import { orderAnswer } from '../wire.ts'
import { type DeskDeps, deskOperations } from './desk-operations.ts'
import type { HostedPartners } from './hosted-partners.ts'
import type { OrderIntake } from './intake.ts'
import { askInput, chooseInput } from './invited-input.ts'
import type { Redemption } from './redemption.ts'
import { choices } from './tables.ts'

export interface AnchorInvitationsDeps extends DeskDeps {
  readonly intake: OrderIntake
  readonly redemption: Redemption
  readonly hosted: HostedPartners
}

const message = z.string().min(1).max(65_536)

/** What the trust anchor's node offers besides: taking orders, what who is invited does, and the servicedesk's part. */
export function anchorInvitationOperations(deps: AnchorInvitationsDeps): AnyOperation[] {
  const { intake, redemption, hosted } = deps
  return [
    operation({
      name: 'invitation-orders.submit',
      summary: 'Hand in a company’s signed order to bring a partner in',
      method: 'POST',
      path: '/invitation-orders',
      input: z.strictObject({ order: message }),
      output: orderAnswer,
      status: 202,
      allow: { anyone: 'the order proves itself by its signature' },
      run: ({ order }) => intake.order(order),
    }),
    operation({
      name: 'invitation-orders.change',
      summary: 'Hand in what follows on an order: taken back, another contact, a message, how far it is',
      method: 'POST',
      path: '/invitation-orders/changes',
      input: z.strictObject({ change: message }),
      output: orderAnswer,
      status: 202,
      allow: { anyone: 'the change proves itself by its signature, and is of who gave the order' },
      run: ({ change }) => intake.change(change),
    }),
    operation({
      name: 'invited.look',
      summary: 'Who invites, and why, by the link of the mail; looking uses nothing up',
      method: 'POST',
      path: '/invited/look',
      input: chooseInput.pick({ token: true }),
      output: z.object({
        organisation: z.string(),
        language: z.enum(['nl', 'en']),
        inviters: z.array(z.object({ name: z.string(), why: z.string() })),
        choices: z.array(z.enum(choices)).describe('what can be chosen here'),
      }),
      secret: true,
      positional: ['token'],
      allow: { anyone: 'who has the link is who was written to' },
      run: async ({ token }) => {
        const invited = await redemption.look(token)
        return { ...invited, inviters: [...invited.inviters], choices: [...invited.choices] }
      },
    }),
    operation({
      name: 'invited.choose',
      summary: 'Join with an own node, have one run, or decline; uses the link up',
      method: 'POST',
      path: '/invited/choice',
      input: chooseInput,
      output: z.object({
        choice: z.enum(choices),
        code: z.string().nullable().describe('with which the own node applies; shown once'),
      }),
      secret: true,
      positional: ['token', 'choice'],
      allow: { anyone: 'who has the link is who was written to' },
      run: async ({ token, choice, ...more }) => {
        const { code } = await redemption.choose(token, choice, more)
        return { choice, code }
      },
    }),
    operation({
      name: 'invited.set-up',
      summary: 'Take over the node that was made for you, by the link of the mail; uses the link up',
      method: 'POST',
      path: '/invited/set-up',
      input: chooseInput.pick({ token: true }),
      output: z.object({
        organisation: z.string(),
        url: z.string().describe('where the node is'),
        account: z.string(),
        code: z.string().describe('with which she takes her account over there; shown once'),
      }),
      secret: true,
      positional: ['token'],
      allow: { anyone: 'who has the link is who was written to' },
      run: async ({ token }) => {
        const { organisation, url, account, code } = await hosted.setUp(token)
        return { organisation, url, account, code }
      },
    }),
    operation({
      name: 'invited.ask',
      summary: 'Ask the servicedesk to be let in without an invitation; the link comes by mail',
      method: 'POST',
      path: '/invited/requests',
      input: askInput,
      output: z.object({ asked: z.literal(true).describe('said whether or not the organisation was known') }),
      status: 202,
      allow: {
        anyone:
          'whoever wishes to accept the policy can ask; what is asked goes to the address that is given',
      },
      run: async ({ organisation, contact }, { caller }) => {
        await redemption.ask(caller, organisation, contact)
        return { asked: true as const }
      },
    }),
    ...deskOperations(deps),
  ]
}
