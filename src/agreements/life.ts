/** Where an agreement is in its life, as one company sees it. */
export const agreementStates = [
  'draft',
  'external_review',
  'external_approval',
  'approved',
  'signed',
  'in_force',
  'ended',
  'terminated',
] as const
export type AgreementState = (typeof agreementStates)[number]

/** Who did something: our company, or the other one. */
export type Side = 'us' | 'them'

/** What of an agreement decides what may happen next. */
export interface Standing {
  readonly state: AgreementState
  /** Of the newest text both have; 0 before there is any. */
  readonly version: number
  readonly proposedBy: Side
  /** Who began it: its text counts when both propose one at the same moment. */
  readonly startedBy: Side
  readonly approved: readonly Side[]
  readonly signed: readonly Side[]
}

export type Move =
  /** A text, which the other side is to look at. */
  | { readonly kind: 'propose'; readonly by: Side; readonly version: number }
  /** Who did not propose the text has nothing to change in it. */
  | { readonly kind: 'review' | 'approve' | 'sign'; readonly by: Side; readonly version: number }
  /** The trust anchor keeps the digest and both signatures, and the first day has come. */
  | { readonly kind: 'start' }
  | { readonly kind: 'end' }
  | { readonly kind: 'terminate'; readonly by: Side }
export type MoveKind = Move['kind']

export type LifeCode =
  | 'agreement_state_conflict'
  | 'agreement_version_differs'
  | 'agreement_own_text'
  | 'agreement_already_approved'
  | 'agreement_already_signed'

/** In which states each move is made. */
const FROM: Readonly<Record<MoveKind, readonly AgreementState[]>> = {
  propose: ['draft', 'external_review', 'external_approval', 'approved'],
  review: ['external_review'],
  approve: ['external_approval'],
  sign: ['approved'],
  start: ['signed'],
  end: ['in_force'],
  // Also before anybody signed: a negotiation is broken off, with a reason, like a contract.
  terminate: ['draft', 'external_review', 'external_approval', 'approved', 'signed', 'in_force'],
}

/** Where a move leads, or why it is refused. Pure: both nodes come to the same. */
export function moved(now: Standing, move: Move): Standing | { readonly code: LifeCode } {
  if (move.kind === 'propose') return proposed(now, move)
  if (!FROM[move.kind].includes(now.state)) return refusedIn(now, move)
  if (move.kind === 'start') return { ...now, state: 'in_force' }
  if (move.kind === 'end') return { ...now, state: 'ended' }
  if (move.kind === 'terminate') return { ...now, state: 'terminated' }
  if (move.version !== now.version) return { code: 'agreement_version_differs' }
  if (move.kind === 'review')
    return move.by === now.proposedBy
      ? { code: 'agreement_own_text' }
      : { ...now, state: 'external_approval' }
  if (move.kind === 'approve') {
    if (now.approved.includes(move.by)) return { code: 'agreement_already_approved' }
    const approved = [...now.approved, move.by]
    return { ...now, approved, state: approved.length === 2 ? 'approved' : now.state }
  }
  if (now.signed.includes(move.by)) return { code: 'agreement_already_signed' }
  const signed = [...now.signed, move.by]
  return { ...now, signed, state: signed.length === 2 ? 'signed' : now.state }
}

/**
 * A new text begins the review anew: nothing that was said of the one before counts for it. Who signed may not take
 * that back by proposing another text, and nobody proposes one over the other side's signature.
 */
function proposed(
  now: Standing,
  { by, version }: Extract<Move, { kind: 'propose' }>,
): Standing | { readonly code: LifeCode } {
  if (!FROM.propose.includes(now.state)) return { code: 'agreement_state_conflict' }
  if (now.signed.includes(by) || (by === 'us' && now.signed.length > 0))
    return { code: 'agreement_already_signed' }
  // Both proposed at the same moment: the text of who began the agreement counts, at both nodes.
  const crossed = version === now.version && now.proposedBy !== by && now.startedBy === by
  if (version !== now.version + 1 && !(crossed && now.state === 'external_review'))
    return { code: 'agreement_version_differs' }
  return { ...now, state: 'external_review', version, proposedBy: by, approved: [], signed: [] }
}

/** What came too late is told apart from what never fits. */
function refusedIn({ approved, signed }: Standing, move: Move): { readonly code: LifeCode } {
  if (move.kind === 'approve' && approved.includes(move.by)) return { code: 'agreement_already_approved' }
  if (move.kind === 'sign' && signed.includes(move.by)) return { code: 'agreement_already_signed' }
  return { code: 'agreement_state_conflict' }
}
