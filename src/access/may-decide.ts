import { type Caller, Refusal, requireUser } from '../core/index.ts'
import type { Parties, Party } from '../parties/index.ts'

/**
 * Only the data subject gives its data: a person herself, a company through its administrator.
 * @throws Refusal `not_data_subject`
 */
export function requireMayDecide(caller: Caller, subject: Party): void {
  const may =
    caller.kind === 'user' &&
    (subject.kind === 'person' ? caller.personId === subject.id : caller.roles.includes('administrator'))
  if (!may)
    throw new Refusal(
      'forbidden',
      'not_data_subject',
      'only the one whose data this is can decide about it',
      {
        params: { subject: subject.kind },
      },
    )
}

/** Ids of the parties whose data this caller may decide about. @throws Refusal `person_required` */
export async function subjectsOf(parties: Parties, caller: Caller): Promise<string[]> {
  const user = requireUser(caller)
  const organisation = user.roles.includes('administrator') ? [(await parties.organisation()).id] : []
  return [user.personId, ...organisation]
}
