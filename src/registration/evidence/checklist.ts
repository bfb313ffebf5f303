import { Refusal } from '../../core/index.ts'

/**
 * What a case may need.
 * - `kvk_extract`: the extract of the trade register; `authority`: the certified one that says who may represent it;
 * - `identity`, `limited_authority`: of each representative, the second where her authority has a scope or a limit;
 * - `bank_account`: an account in its name; `domain_control`: its domain, checked by us.
 */
export const evidenceKinds = [
  'kvk_extract',
  'authority',
  'identity',
  'limited_authority',
  'bank_account',
  'domain_control',
] as const
export type EvidenceKind = (typeof evidenceKinds)[number]
export const evidenceStates = ['missing', 'received', 'checked', 'refused'] as const
export type EvidenceState = (typeof evidenceStates)[number]

const ofRepresentatives: readonly EvidenceKind[] = ['identity', 'limited_authority']
export const isOfRepresentative = (kind: EvidenceKind): boolean => ofRepresentatives.includes(kind)

/** What its partner hands in itself. Who a person is, and whose a domain is, is established in another way. */
export const handedInKinds = ['kvk_extract', 'authority', 'limited_authority', 'bank_account'] as const
export type HandedInKind = (typeof handedInKinds)[number]

export const isHandedIn = (kind: EvidenceKind): kind is HandedInKind =>
  (handedInKinds as readonly EvidenceKind[]).includes(kind)

/** From where to where an item goes; any other move is refused. What was only seen is checked without a file. */
export const evidenceMoves = {
  receive: { from: ['missing', 'received', 'checked', 'refused'], to: 'received' },
  hand_in: { from: ['missing', 'refused'], to: 'received' },
  check: { from: ['missing', 'received'], to: 'checked' },
  refuse: { from: ['received', 'checked'], to: 'refused' },
} as const satisfies Record<string, { from: readonly EvidenceState[]; to: EvidenceState }>
export type EvidenceMove = keyof typeof evidenceMoves

/** @throws Refusal `evidence_move_refused`, with state and move */
export function requireEvidenceMove(state: EvidenceState, move: EvidenceMove): EvidenceState {
  const { from, to } = evidenceMoves[move]
  if ((from as readonly EvidenceState[]).includes(state)) return to
  throw new Refusal('conflict', 'evidence_move_refused', `evidence that is ${state} does not move so`, {
    params: { state, move },
  })
}

/** What the rules need to know of a representative. */
export interface RepresentativeFacts {
  readonly id: string
  readonly source: 'extract' | 'applicant'
  readonly representationType: 'SOLE' | 'JOINT'
  readonly limited: boolean
  readonly accepted: boolean
}

export interface ItemState {
  readonly kind: EvidenceKind
  readonly representativeId: string | null
  readonly state: EvidenceState
}

export interface ChecklistItem extends ItemState {
  readonly required: boolean
}

/** Who counts: whom the extract lists; while it is not there, who says so. */
export function knownOf<R extends RepresentativeFacts>(representatives: readonly R[]): readonly R[] {
  const listed = representatives.filter(({ source }) => source === 'extract')
  return listed.length > 0 ? listed : representatives
}

/** Every item of a case, with what is there of it. A JOINT authority is never believed on somebody's word. */
export function checklist(
  required: readonly EvidenceKind[],
  representatives: readonly RepresentativeFacts[],
  items: readonly ItemState[],
): ChecklistItem[] {
  const known = knownOf(representatives)
  const isJoint = isJointOnly(known)
  const stateOf = (kind: EvidenceKind, representativeId: string | null): EvidenceState =>
    items.find((item) => item.kind === kind && item.representativeId === representativeId)?.state ?? 'missing'
  return evidenceKinds.flatMap((kind): ChecklistItem[] => {
    const isRequired = required.includes(kind) || (isJoint && (kind === 'authority' || kind === 'identity'))
    if (!isOfRepresentative(kind))
      return [{ kind, representativeId: null, required: isRequired, state: stateOf(kind, null) }]
    const whose = kind === 'limited_authority' ? known.filter(({ limited }) => limited) : known
    return whose.map(({ id }) => ({
      ...{ kind, representativeId: id, state: stateOf(kind, id) },
      required: kind === 'limited_authority' || isRequired,
    }))
  })
}

const isJointOnly = (known: readonly RepresentativeFacts[]): boolean =>
  known.length > 0 && known.every(({ representationType }) => representationType === 'JOINT')

/** Kinds without which a case is not accepted. What is of a representative counts once she accepted the policy. */
export function missingFor(
  items: readonly ChecklistItem[],
  representatives: readonly RepresentativeFacts[],
): EvidenceKind[] {
  const accepted = new Set(representatives.filter((one) => one.accepted).map(({ id }) => id))
  const missing = items.filter(
    ({ required, state, representativeId }) =>
      required && state !== 'checked' && (representativeId === null || accepted.has(representativeId)),
  )
  return [...new Set(missing.map(({ kind }) => kind))]
}

/** Whether who accepted may bind the organisation, and by whom it acts. */
export interface Authority<R> {
  readonly complete: boolean
  readonly acting: readonly R[]
}

/**
 * One who may act alone binds it; else all who may act together only have to accept, two at the least. Whose item is
 * required and not checked does not count.
 */
export function authorityOf<R extends RepresentativeFacts>(
  representatives: readonly R[],
  items: readonly ChecklistItem[],
): Authority<R> {
  const known = knownOf(representatives)
  const open = items.filter(({ required, state }) => required && state !== 'checked')
  const counts = ({ id, accepted }: R) =>
    accepted && !open.some(({ representativeId }) => representativeId === id)
  const sole = known.find((one) => one.representationType === 'SOLE' && counts(one))
  if (sole) return { complete: true, acting: [sole] }
  const joint = known.filter(({ representationType }) => representationType === 'JOINT')
  return { complete: joint.length > 1 && joint.every(counts), acting: joint.filter(counts) }
}

/**
 * With whom a representative binds the organisation: alone, or with all others who may act together only. Null where
 * she does not bind it.
 */
export function actingWith<R extends RepresentativeFacts>(
  signer: R,
  representatives: readonly R[],
  items: readonly ChecklistItem[],
): readonly R[] | null {
  // Who may act alone settles it for the others; she herself is looked at as if nobody else were there.
  const { representationType } = signer
  const peers = knownOf(representatives).filter((one) => one.representationType === representationType)
  if (!peers.includes(signer)) return null
  const { complete, acting } = authorityOf(representationType === 'SOLE' ? [signer] : peers, items)
  return complete ? acting : null
}

/** A name as two registers may write it: without case, accents, dots and blanks that differ. */
export function sameName(a: string, b: string): boolean {
  const plain = plainName(a)
  return plain !== '' && plain === plainName(b)
}

const plainName = (name: string): string =>
  name
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
