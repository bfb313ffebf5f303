import { Refusal } from '../core/index.ts'
import type { LifeCode } from './life.ts'

const sentences: Readonly<Record<LifeCode, string>> = {
  agreement_state_conflict: 'this agreement is not at that point',
  agreement_version_differs: 'another version of the text is there',
  agreement_own_text: 'who proposed a text does not review it: the other party does',
  agreement_already_approved: 'this company approved it before',
  agreement_already_signed: 'this was signed before',
}

/** Why a move is refused, as a refusal. */
export const refusalFor = (code: LifeCode, state: string): Refusal => {
  const params = { params: { state } }
  if (code === 'agreement_version_differs')
    return new Refusal('conflict', 'agreement_version_differs', sentences[code], params)
  if (code === 'agreement_own_text')
    return new Refusal('conflict', 'agreement_own_text', sentences[code], params)
  if (code === 'agreement_already_approved')
    return new Refusal('conflict', 'agreement_already_approved', sentences[code], params)
  if (code === 'agreement_already_signed')
    return new Refusal('conflict', 'agreement_already_signed', sentences[code], params)
  return new Refusal('conflict', 'agreement_state_conflict', sentences[code], params)
}

export const unknownAgreement = () =>
  new Refusal('not_found', 'agreement_unknown', 'there is no such agreement')
