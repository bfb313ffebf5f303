import { Channels, subjectsOf } from '../access/index.ts'
import type { Caller, Did } from '../core/index.ts'
import type { Push, TellHandlers } from '../events/index.ts'
import { CallUps, Delivery, Inbox, Messages, Stops, type TellingPort } from '../messages/index.ts'
import type { Ground } from './ground.ts'
import type { Network } from './network.ts'

/** What deals with messages that come in, and with what became of ours. */
export interface Messaging {
  readonly delivery: Delivery
  readonly handlers: Pick<TellHandlers, 'message' | 'messages-stopped' | 'message-closed'>
}

type Teller = Pick<Push, 'tell' | 'whenTried'>

/** What people write to each other along grants. */
export function openMessaging(ground: Ground, { directory, partners, trust }: Network, telling: Teller) {
  const { parties, webhooks } = ground
  const us = async () => (await parties.organisation()).id
  const tell: TellingPort = {
    message: (tx, to, message) => telling.tell(tx, to, message),
    stopped: (tx, to, stop) => telling.tell(tx, to, { kind: 'messages-stopped', ...stop }),
    closed: (tx, to, message) => telling.tell(tx, to, { kind: 'message-closed', message }),
    notTaken: (tx, to, told, reason) =>
      telling.tell(tx, to, { kind: 'tell-settled', tell: told, outcome: 'impossible', reason }),
  }
  const channels = new Channels(ground)
  const delivery = new Delivery({ ...ground, channels })
  const messages = new Messages({ ...ground, channels, tell, delivery, us })
  const stops = new Stops({ ...ground, channels, tell })
  telling.whenTried(
    'message',
    (id, outcome) => delivery.tried(id, outcome),
    (id) => delivery.mayLeave(id),
  )
  const inRole = async (role: Parameters<typeof partners.inRole>[0]) =>
    (await partners.inRole(role)).map(({ row: { id, did }, content: { name } }) => ({ id, did, name }))
  const callUps = new CallUps({ ...ground, channels, messages, tell, inRole, us })
  const inbox = new Inbox({
    ...{ ...ground, channels, tell, callUps, us },
    announce: (tx, { type, message, kind, partner }) =>
      webhooks.announce(tx, {
        type: `nl.regie.message.${type}`,
        subject: message,
        orderBy: partner,
        data: { message, kind, partner },
      }),
  })
  const handlers: Messaging['handlers'] = {
    message: {
      isExpected: (from, message) => inbox.isExpected(from, message),
      accept: (tx, { id, issuer, tell: message }) => inbox.accept(tx, issuer, message, id),
    },
    'messages-stopped': {
      isExpected: (from, { grant }) => stops.isGrantorOf(from, grant),
      accept: (tx, { issuer, tell: { grant, topic } }) => stops.theyStopped(tx, issuer, grant, topic),
    },
    'message-closed': {
      isExpected: (from, { message }) => inbox.hasFrom(from, message),
      accept: (tx, { issuer, tell: { message } }) => inbox.closed(tx, issuer, message),
    },
  }
  return {
    ...{ inbox, delivery, handlers },
    operations: {
      ...{ ...ground, messages, inbox, callUps, stops, us },
      partiesOf: (caller: Caller) => subjectsOf(parties, caller),
      organisationName: (did: string) => trust.nameOf(did as Did),
      identify: (reference: string) => directory.identify(reference),
      partner: (reference: string): Promise<{ did: Did; name: string }> => directory.find(reference),
    },
  }
}
