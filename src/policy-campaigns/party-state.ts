import { Refusal } from '../core/index.ts'

/** How far somebody is with the version a campaign asks it to accept. */
export const partyStates = ['waiting', 'accepted', 'suspended', 'excused'] as const
export type PartyState = (typeof partyStates)[number]

/** `excuse`: the servicedesk lets it hold again though it did not accept. */
export type PartyMove = 'accept' | 'suspend' | 'excuse'

const MOVES: Readonly<Record<PartyMove, Partial<Readonly<Record<PartyState, PartyState>>>>> = {
  accept: { waiting: 'accepted', suspended: 'accepted', excused: 'accepted' },
  suspend: { waiting: 'suspended' },
  excuse: { suspended: 'excused' },
}

/** What a move leads to; null where it is not allowed. */
export const partyMoved = (from: PartyState, move: PartyMove): PartyState | null => MOVES[move][from] ?? null

/** The states a move is allowed from. */
export const movesFrom = (move: PartyMove): PartyState[] =>
  partyStates.filter((state) => partyMoved(state, move) !== null)

export const campaignStates = ['running', 'stopped', 'ended'] as const
export type CampaignState = (typeof campaignStates)[number]
export type CampaignMove = 'stop' | 'carry_on' | 'end'

const CAMPAIGN: Readonly<Record<CampaignMove, Partial<Readonly<Record<CampaignState, CampaignState>>>>> = {
  stop: { running: 'stopped' },
  carry_on: { stopped: 'running' },
  end: { running: 'ended' },
}

/** @throws Refusal `campaign_move_refused` */
export function campaignMoved(from: CampaignState, move: CampaignMove): CampaignState {
  const to = CAMPAIGN[move][from]
  if (to) return to
  throw new Refusal('conflict', 'campaign_move_refused', `a campaign that is ${from} cannot do that`, {
    params: { state: from, move },
  })
}
