import { type AnswerAsk, type Consent, type GrantEnds, ListedRequests, needsALook } from '../access/index.ts'
import { isRefusal } from '../core/index.ts'
import { StandingApprovals, Templates } from '../standing-consent/index.ts'
import type { Ground } from './ground.ts'
import type { Network } from './network.ts'

type Listed = ConstructorParameters<typeof AnswerAsk>[0]['listed']

/** Legal bases on which nobody says yes beforehand: consent is asked each time, and an emergency is one of a kind. */
const UNFIT = ['consent', 'vital-interest']

/** What owners keep to answer requests with, and what follows from it when a request comes in. */
export function openStandingConsent(
  ground: Ground,
  { partners }: Network,
  made: () => { consent: Consent; ends: GrantEnds },
) {
  const { vault, vocabulary, parties } = ground
  const requests = new ListedRequests(ground)
  const approvals = new StandingApprovals({
    ...ground,
    pseudonym: (id) => vault.pseudonym(id),
    unfitBases: UNFIT.map((code) => vocabulary.requireLegalBasis(code).iri),
    rolesOf: (reader, did) => partners.rolesOf(reader, did),
    requests: {
      waiting: (tx, subjects) => requests.waiting(tx, subjects),
      mark: (tx, id, entry) => requests.mark(tx, id, entry),
      openBy: (tx, entry) => requests.openBy(tx, entry),
      approve: async (caller, { id, claims: only }, until) =>
        (await made().consent.approve(caller, id, { only, until })).grant,
      revoke: (caller, id) => made().ends.revoke(caller, id),
    },
  })
  const listed: Listed = {
    match: async (tx, request, ask) =>
      (await approvals.match(tx, { ...request, needsALook: needsALook(request, ask) }))?.entry ?? null,
    take: async (tx, request) => {
      const subject = await parties.require(request.subjectParty)
      if (subject.kind !== 'organisation') return
      const found = await approvals.match(tx, { ...request, needsALook: false })
      if (!found) return
      try {
        await made().consent.approveListed(tx, 'system', request, found)
      } catch (error) {
        // It is refused before anything is written: what cannot be granted whole waits for somebody.
        if (!isRefusal(error)) throw error
      }
    },
  }
  return { templates: new Templates(ground), approvals, listed }
}
