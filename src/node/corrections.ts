import { GivenGrants, type ReceivedGrants, requireMayDecide, subjectsOf } from '../access/index.ts'
import type { Caller, Did } from '../core/index.ts'
import { Deciding, Proposing } from '../corrections/index.ts'
import type { Tell, TellHandlers, TellKind, Tried } from '../events/index.ts'
import type { RecordView } from '../records/index.ts'
import type { Tx } from '../store/index.ts'
import type { Ground } from './ground.ts'
import type { Network } from './network.ts'

export type CorrectionHandlers = Pick<TellHandlers, 'correction-proposed' | 'correction-settled'>

interface CorrectionsDeps {
  readonly telling: {
    readonly tell: (tx: Tx, to: Did, tell: Tell, id?: string) => Promise<unknown>
    readonly whenTried: (kind: TellKind, tried: Tried) => void
  }
  readonly grants: ReceivedGrants
  readonly recordView: Pick<RecordView, 'mayLook'>
}

/** What one party proposes to correct in another's data, on both sides. */
export function openCorrections(
  ground: Ground,
  { directory, trust }: Network,
  { telling, grants, recordView }: CorrectionsDeps,
) {
  const { parties, types, clock } = ground
  const proposing = new Proposing({
    ...ground,
    grants,
    mayLook: (caller, grantId) => recordView.mayLook(caller, grantId),
    scope: async () => (await parties.organisation()).id,
    tell: telling.tell,
  })
  const deciding = new Deciding({
    ...ground,
    grants: new GivenGrants(ground),
    owners: { requireMayDecide, subjectsOf: (caller: Caller) => subjectsOf(parties, caller) },
    tell: telling.tell,
  })
  telling.whenTried('correction-proposed', (id, outcome) => proposing.tried(id, outcome))
  const handlers: CorrectionHandlers = {
    'correction-proposed': {
      isExpected: (from, tell) => deciding.isExpected(from, tell),
      accept: (tx, { issuer, tell }) => deciding.receive(tx, issuer, tell),
    },
    'correction-settled': {
      isExpected: (from, { id }) => proposing.isExpected(from, id),
      accept: (tx, { issuer, tell }) => proposing.settled(tx, issuer, tell),
    },
  }
  return {
    ...{ proposing, deciding, handlers },
    operations: {
      ...{ proposing, deciding, types, grants },
      now: () => clock.now(),
      partner: (reference: string) => directory.find(reference),
      organisationName: (did: Did) => trust.nameOf(did),
    },
  }
}
