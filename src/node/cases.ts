import {
  type AnswerAskDeps,
  CaseAccess,
  GrantRecords,
  lastMoment,
  refOf,
  subjectsOf,
  targetsFrom,
  type VerifiedAsk,
} from '../access/index.ts'
import {
  CaseFiles,
  Cases,
  judge,
  Opening,
  PartnerCases,
  PartnerCatalogues,
  Questions,
  Ratings,
} from '../cases/index.ts'
import { addDuration, type Caller, type Did } from '../core/index.ts'
import type { TellHandlers } from '../events/index.ts'
import type { Tx } from '../store/index.ts'
import { openAgreements } from './agreements.ts'
import type { Exchange as Parts } from './exchange.ts'
import type { Ground } from './ground.ts'
import type { Network } from './network.ts'
import { openTradeSecrets } from './trade-secrets.ts'

type Judged = Awaited<ReturnType<AnswerAskDeps['judge']>>

export type Exchange = ReturnType<typeof withCases>

/** The exchange, and what is opened and closed with it: cases, agreements, and the secrets that are shared under them. */
export function withCases(ground: Ground, network: Network, exchange: Parts) {
  const cases = openCases(ground, network, exchange)
  const { follows } = ground
  follows.granted = (tx, requestId, named) => cases.partnerCases.granted(tx, requestId, named)
  follows.judging = cases.judgeAsk
  follows.asked = cases.whenAsked
  const tradeSecrets = openTradeSecrets(ground, network, exchange)
  const agreements = openAgreements(ground, network, { ...exchange, tradeSecrets })
  return { ...exchange, cases, tradeSecrets, agreements }
}

/** The catalogue, cases and what came true: why something is asked, and until when. */
function openCases(
  ground: Ground,
  { directory }: Network,
  { granting, sentRequests, consent, ends, records, telling }: Parts,
) {
  const { types, vocabulary, clock, parties } = ground
  const access = new CaseAccess({
    ...ground,
    counters: granting.counters,
    sentRequests,
    ...{ consent, ends },
    records: new GrantRecords(ground),
    ended: (tx, end) => records.ended(tx, end),
  })
  const files = new CaseFiles(ground)
  const questions = new Questions(ground)
  const catalogues = new PartnerCatalogues(ground)
  const findPartner = (reference: string) => directory.find(reference)
  const subjects = (caller: Caller) => subjectsOf(parties, caller)
  const own = {
    ...ground,
    ...telling,
    access,
    files,
    questions,
    catalogues,
    findPartner,
    subjectsOf: subjects,
  }
  const cases = new Cases(own)
  const opening = new Opening(own)
  const ratings = new Ratings(own)
  const partnerCases = new PartnerCases(own)
  return {
    files,
    questions,
    ratings,
    partnerCases,
    /** How an Ask compares with what its asker publishes. */
    judgeAsk: async (
      { purpose, details }: VerifiedAsk,
      asker: { did: Did; wallet: string },
      claims: readonly Parameters<typeof refOf>[1][],
    ) => {
      const named = typeof details.case === 'object' ? details.case : undefined
      const catalogue = await catalogues.find(asker, named)
      if (!catalogue) return { catalogue: 'unavailable', overAsked: [] } satisfies Judged
      const { fit, overAsked } = judge({ claims, purpose, question: named?.question }, catalogue.questions)
      return { catalogue: fit, overAsked } satisfies Judged
    },
    /** A request that is part of a case opens the case with everybody it asks. */
    whenAsked: async (
      tx: Tx,
      asker: { did: Did; name: string; wallet: string },
      { details, wantedUntil }: VerifiedAsk,
      requests: readonly { readonly id: string; readonly subjectParty: string }[],
    ) => {
      if (typeof details.case !== 'object') return
      const until = wantedUntil ?? addDuration(clock.now(), 'P1Y')
      const parts = requests.map(({ id, subjectParty }) => ({ id, subjectParty, until }))
      await partnerCases.asked(tx, asker, details.case, parts)
    },
    operations: {
      ...{ clock, questions, opening, cases, ratings },
      claimName: (claim: Parameters<typeof refOf>[1]) => refOf(types, claim),
      targetsFrom: (refs: readonly string[]) => targetsFrom(types, refs),
      lastMoment: (text: string) => lastMoment(text, clock),
      purposeIri: (code: string) => vocabulary.requirePurpose(code).iri,
      legalBasisIri: (code: string) => vocabulary.requireLegalBasis(code).iri,
    },
    handlers: {
      'case-opened': {
        isExpected: (from, tell) => partnerCases.expects(from, tell),
        accept: (tx, { issuer, tell }) => partnerCases.opened(tx, issuer, tell),
      },
      'case-closed': {
        isExpected: (from, tell) => cases.knows(from, tell.case),
        accept: (tx, { issuer, tell }) => cases.closedByPartner(tx, issuer, tell.case),
      },
    } satisfies Pick<TellHandlers, 'case-opened' | 'case-closed'>,
  }
}
