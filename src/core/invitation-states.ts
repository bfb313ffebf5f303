/** Where the case of an organisation that wants to join the network is. */
export const caseStates = [
  'submitted',
  'investigating',
  'accepted',
  'policy_pending',
  'registered',
  'stalled',
  'rejected',
  'declined_by_partner',
  'withdrawn',
] as const
export type CaseState = (typeof caseStates)[number]

/** Where an invitation is, from the inviter's first thought of it until the partner is in the network. */
export const invitationStates = ['draft', 'informed', ...caseStates] as const
export type InvitationState = (typeof invitationStates)[number]
