import { z } from 'zod'
import { type InvitationState, invitationStates } from '../core/index.ts'

/** The newest invitation of a partner. */
export interface NewestInvitation {
  readonly id: string
  readonly state: InvitationState
}

/** What must hold of a row of the table `partner`. */
export interface Condition {
  readonly sql: string
  readonly values: readonly unknown[]
}

/** Who is invited; the invitations room answers. */
export interface InvitedPort {
  /** By partner, of those who ever were. */
  newestOf(partners: readonly string[]): Promise<ReadonlyMap<string, NewestInvitation>>
  /** That the newest invitation is there, or is under way or not. */
  condition(asked: { readonly state?: InvitationState; readonly isUnderWay?: boolean }): Condition
}

export const invitationOutput = z
  .object({ id: z.string(), state: z.enum(invitationStates) })
  .nullable()
  .describe('its newest invitation into the network, and how far that is')

export const invitedInput = {
  invited: z.boolean().optional().describe('whether an invitation is under way'),
  invitation_state: z.enum(invitationStates).optional().describe('how far its newest invitation is'),
}
