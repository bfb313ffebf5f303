import { Refusal } from '../core/index.ts'
import type { TellHandlers } from '../events/index.ts'
import {
  AnswerFetch,
  Documents,
  GivenShares,
  ReceivedShares,
  Register,
  type SecretSharingPorts,
  type SecretTell,
} from '../trade-secrets/index.ts'
import type { Exchange as Parts } from './exchange.ts'
import type { Ground } from './ground.ts'
import type { Network } from './network.ts'

type SecretHandlers = Pick<TellHandlers, SecretTell['kind']>

/** The register of our own trade secrets, and what of them, and of others’, is shared. */
export function openTradeSecrets(
  ground: Ground,
  { directory, trust }: Network,
  { telling, agreementsInForce }: Pick<Parts, 'telling' | 'agreementsInForce'>,
) {
  const { accounts, parties, webhooks } = ground
  const sharing: SecretSharingPorts = {
    agreements: agreementsInForce,
    tell: (tx, to, tell, id) => telling.tell(tx, to, tell, id),
    announce: (tx, { what, share, side, partner }) =>
      webhooks.announce(tx, {
        type: `nl.regie.secret.${what}`,
        ...{ subject: share, orderBy: partner, data: { share, side, partner } },
      }),
  }
  const register: Register = new Register({
    ...ground,
    whenWithdrawn: (tx, by, secret) => given.endOf(tx, by, secret),
  })
  const given: GivenShares = new GivenShares({
    ...{ ...ground, ...sharing, register },
    partner: (reference) => directory.find(reference),
  })
  const received = new ReceivedShares({
    ...{ ...ground, ...sharing },
    walletOf: async (did) => (await directory.find(did)).wallet,
    nameOf: (did) => trust.nameOf(did),
  })
  const answerFetch = new AnswerFetch({
    ...{ ...ground, ...sharing, shares: given },
    isMember: async (did) => (await trust.standingOf(did)) === 'valid',
  })
  telling.whenTried('secret-shared', (id, outcome) => given.tried(id, outcome))
  const handlers: SecretHandlers = {
    'secret-shared': {
      isExpected: (from, tell) => received.isExpected(from, tell),
      accept: (tx, { issuer, tell }) => received.shared(tx, issuer, tell),
    },
    'secret-share-ended': {
      isExpected: (from, tell) => received.isExpected(from, tell),
      accept: (tx, { issuer, tell }) => received.ended(tx, issuer, tell),
    },
    'secret-share-settled': {
      isExpected: (from, tell) => given.isExpected(from, tell),
      accept: (tx, { issuer, tell }) => given.settled(tx, issuer, tell),
    },
  }
  return {
    handlers,
    routes: { parties, answerFetch },
    /** An agreement is over: what was shared under it closes, at whichever side this is. */
    endUnder: async (...over: Parameters<GivenShares['endUnder']>) => {
      await given.endUnder(...over)
      await received.endUnder(...over)
    },
    sweep: async () => {
      await given.sweep()
      await received.sweep()
    },
    operations: {
      ...{ register, documents: new Documents({ ...ground, register }), given, received },
      personOf: async (account: string) => {
        const user = await accounts.findUser(account)
        if (user && (await accounts.isActive(user.personId))) return user.personId
        throw new Refusal('not_found', 'account_unknown', 'nobody has that account')
      },
      names: async (personIds: readonly string[]) => {
        const profiles = await parties.profiles([...new Set(personIds)])
        return new Map([...profiles].map(([id, { name }]) => [id, name]))
      },
    },
  }
}
