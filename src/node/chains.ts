import {
  Links,
  lastMoment,
  type NewLink,
  ReceivedDelegations,
  type ReceivedGrants,
  refOf,
  targetsFrom,
} from '../access/index.ts'
import { type chainsOperations, Delegations } from '../chains/index.ts'
import { type Did, milliseconds, seconds } from '../core/index.ts'
import type { TellHandler, TellOf } from '../events/index.ts'
import type { Records } from '../records/index.ts'
import type { Tx } from '../store/index.ts'
import type { Ground } from './ground.ts'
import type { Network } from './network.ts'
import type { Telling } from './telling.ts'

export interface ChainsDeps {
  readonly telling: Telling
  readonly grants: ReceivedGrants
  readonly records: Records
  readonly offer: ConstructorParameters<typeof Delegations>[0]['offer']
}

/** Chains: who reads on behalf of whom, as owner of the data, as holder of a grant, and as intermediary. */
export function openChains(ground: Ground, { trust, directory }: Network, deps: ChainsDeps) {
  const { telling, grants, records } = deps
  const links = new Links({
    ...ground,
    nameOf: (did) => trust.nameOf(did),
    whenCut: async (tx, by, { id, grantorParty, delegate, delegateName, principal }, { granteeName }) => {
      const told = [
        { grantee: delegate, granteeName: delegateName },
        { grantee: principal, granteeName },
      ]
      for (const party of told)
        await telling.notices.ended(tx, by, { id, grantorParty, ...party }, 'delegation_cut')
    },
    whenAllowed: async (tx, { id, principal }) => {
      await telling.tell(tx, principal, { kind: 'delegation-allowed', delegation: id })
    },
  })
  const received = new ReceivedDelegations({ ...ground, partner: (did) => directory.find(did) })
  const tellEnded = async (tx: Tx, to: Did, delegation: string, reason: string) => {
    await telling.tell(tx, to, { kind: 'grant-ended', grant: delegation, reason })
  }
  const delegations = new Delegations({
    ...ground,
    tellEnded,
    grant: (id) => grants.passable(id),
    partner: (reference) => directory.find(reference),
    tell: (tx, to, { recipients, expiresAt, claims, purpose, ...told }) =>
      telling.tell(tx, to, {
        kind: 'delegated',
        ...told,
        claims: claims.map(({ vct, path }) => ({ vct, path: [...path] })),
        purpose: [...purpose],
        ...(recipients.roles && { roles: [...recipients.roles] }),
        ...(recipients.persons && { persons: [...recipients.persons] }),
        ...(recipients.systems && { systems: [...recipients.systems] }),
        until: seconds(expiresAt),
      }),
    offer: deps.offer,
  })
  telling.whenTried('delegated', (id, outcome) => delegations.tried(id, outcome))
  const isOurs = async (to: Did) => (await ground.parties.organisation()).did === to

  const delegated: TellHandler<'delegated'> = {
    isExpected: async (from, tell) =>
      (await isOurs(tell.to))
        ? (await trust.standingOf(from)) === 'valid'
        : links.isExpected(from, linkOf(tell)),
    accept: async (tx, { issuer, tell }) => {
      const code = (await isOurs(tell.to))
        ? await received.expect(tx, issuer, tell.delegation)
        : await links.accept(tx, issuer, linkOf(tell))
      if (code) await tellEnded(tx, issuer, tell.delegation, code)
    },
  }

  const allowed: TellHandler<'delegation-allowed'> = {
    isExpected: (from, { delegation }) => delegations.isOwner(ground.store.reader, from, delegation),
    accept: (tx, { issuer, tell }) => delegations.allowed(tx, issuer, tell.delegation),
  }

  /** Whether somebody who is not the owner of a grant of ours may say that something ended. */
  const mayEnd = async (from: Did, id: string) =>
    (await links.isPrincipal(from, id)) ||
    (await delegations.isParty(from, id)) ||
    (await grants.find(ground.store.reader, id))?.delegation?.principal === from

  /** What ends with a grant, a link or a delegation, on whichever side we are of it. */
  const ended = async (tx: Tx, from: Did, { grant: id, code }: { grant: string; code: string }) => {
    await links.withdrawn(tx, from, id)
    await delegations.refused(tx, from, id, code)
    await delegations.grantEnded(tx, from, id, code)
    const held = await grants.find(tx, id)
    if (held?.delegation?.principal === from)
      await records.ended(tx, { grantId: id, partner: held.partner, code })
  }

  /** Whether this comes from the owner, who keeps what became of what it told us. */
  const isOwner = async (tx: Tx, from: Did, id: string) =>
    (await grants.find(tx, id))?.partner === from || (await delegations.isOwner(tx, from, id))

  return { links, delegations, received, ended, mayEnd, isOwner, delegated, allowed }
}

/** What the operations of the holder of a grant run on. */
export const chainsDeps = (
  { types, clock, vocabulary }: Ground,
  { delegations }: ReturnType<typeof openChains>,
): Parameters<typeof chainsOperations>[0] => ({
  delegations,
  claimsFrom: (refs) => targetsFrom(types, refs),
  claimName: (claim) => refOf(types, claim),
  purposeIri: (code) => vocabulary.requirePurpose(code).iri,
  lastMoment: (text) => lastMoment(text, clock),
})

const linkOf = ({
  grant,
  delegation,
  to,
  claims,
  purpose,
  roles,
  persons,
  systems,
  until,
}: TellOf<'delegated'>): NewLink => ({
  id: delegation,
  grantId: grant,
  delegate: to,
  claims,
  purpose,
  recipients: { ...(roles && { roles }), ...(persons && { persons }), ...(systems && { systems }) },
  expiresAt: milliseconds(until),
})
