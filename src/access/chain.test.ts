import { expect, test } from 'vitest'
import { asDid } from '../core/index.ts'
import type { LinkFacts, LinkProof, ShownLink } from './chain.ts'
import { type AskFacts, decide, type GrantFacts, type Recipients } from './decide.ts'

const owner = asDid('did:ethr:0x7a69:0x01')
const principal = asDid('did:ethr:0x7a69:0x02')
const broker = asDid('did:ethr:0x7a69:0x03')
const other = asDid('did:ethr:0x7a69:0x04')
const tess = asDid('did:jwk:tess')
const machine = asDid('did:jwk:machine')
const email = { vct: 'profile', path: ['email'] }
const iban = { vct: 'profile', path: ['iban'] }
const website = { vct: 'profile', path: ['website'] }
const now = 1_800_000_000_000

const grant: GrantFacts = {
  grantor: owner,
  grantee: principal,
  digest: 'd1',
  tuples: [email, iban].map((claim) => ({ ...claim, credentialId: 'c1' })),
  purpose: ['dpv:Service', 'dpv:Delivery'],
  legalBasis: 'gdpr:A6-1-b',
  recipients: { roles: ['account_manager'] },
  delegation: { max_depth: 1 },
  awaitsReturn: false,
  agreementInForce: true,
  closedSecrets: [],
  startsAt: now - 1_000,
  expiresAt: now + 1_000,
  revokedAt: null,
}
const link: LinkFacts = {
  grantId: 'g1',
  principal,
  delegate: broker,
  claims: [email],
  purpose: ['dpv:Service'],
  recipients: { roles: ['adviser'] },
  startsAt: now - 1_000,
  expiresAt: now + 500,
  cutAt: null,
  endedAt: null,
}
const shown: ShownLink = { id: 'l1', proof: 'valid', principal: 'valid' }
const ask: AskFacts = {
  asker: broker,
  actor: { kind: 'employee', did: tess, role: 'adviser' },
  subject: owner,
  claims: [email],
  purpose: ['dpv:Service'],
  legalBasis: 'gdpr:A6-1-b',
  grantDigest: 'd1',
  chain: { shown, grantId: 'g1', link },
}

interface Changed {
  readonly ask?: Partial<AskFacts>
  readonly grant?: Partial<GrantFacts>
  readonly link?: Partial<LinkFacts> | null
  readonly shown?: Partial<ShownLink>
  readonly at?: number
}
const run = (changed: Changed) => {
  const chain = {
    shown: { ...shown, ...changed.shown },
    grantId: 'g1',
    link: changed.link === null ? null : { ...link, ...changed.link },
  }
  return decide({ ...ask, chain, ...changed.ask }, { ...grant, ...changed.grant }, 'valid', changed.at ?? now)
}

/** A grant that says who inside an intermediary may look. */
const limitedTo = (recipients: Recipients) => ({ grant: { delegation: { max_depth: 1, recipients } } })
const exceeds = ['delegation_exceeds_grant']
const bySystem: Changed = {
  link: { recipients: { systems: [machine] } },
  ask: { actor: { kind: 'system', did: machine } },
}

test('an intermediary reads by a link what the grant froze', () => {
  expect(run({})).toEqual({ permit: true, tuples: [{ ...email, credentialId: 'c1' }] })
})

test.each<[string, Changed, string[]]>([
  ['without its link', { ask: { chain: null } }, ['grant_for_another_party']],
  ['by a link nobody told of', { link: null }, ['delegation_unknown']],
  ['by another’s link', { link: { delegate: other } }, ['delegation_for_another_party']],
  ['with a delegation to another', { shown: { proof: 'foreign' } }, ['delegation_for_another_party']],
  ['by a link of another grant', { link: { grantId: 'g2' } }, ['delegation_of_another_grant']],
  ['by a link of who does not hold the grant', { link: { principal: other } }, ['grant_for_another_party']],
  ['under a grant that is not passed on', { grant: { delegation: null } }, ['delegation_not_allowed']],
  ['under one of depth 0', { grant: { delegation: { max_depth: 0 } } }, ['delegation_not_allowed']],
  [
    'under one for others',
    { grant: { delegation: { max_depth: 1, to: [other] } } },
    ['delegation_not_allowed'],
  ],
  ['after the link was cut', { link: { cutAt: now } }, ['delegation_cut']],
  ['after it was taken back', { link: { endedAt: now } }, ['delegation_revoked']],
  ['after its credential was revoked', { shown: { proof: 'revoked' } }, ['delegation_revoked']],
  ['after the link ran out', { at: now + 500 }, ['delegation_expired']],
  ['after its credential ran out', { shown: { proof: 'expired' } }, ['delegation_expired']],
  ['before the link begins', { link: { startsAt: now + 30_001 } }, ['delegation_not_yet_valid']],
  ['with a delegation that does not hold', { shown: { proof: 'invalid' } }, ['delegation_invalid']],
  ['that cannot be checked', { shown: { proof: 'unverifiable' } }, ['delegation_unverifiable']],
  ['after the grant was revoked', { grant: { revokedAt: now } }, ['grant_revoked']],
  ['for a claim that was not passed on', { ask: { claims: [iban] } }, ['claim_not_delegated']],
  ['by a link wider than the grant', { link: { claims: [email, website] } }, ['delegation_exceeds_grant']],
  [
    'for what such a link adds',
    { link: { claims: [email, website] }, ask: { claims: [website] } },
    ['delegation_exceeds_grant', 'claim_not_granted'],
  ],
  ['by a link for others than the owner lets look', limitedTo({ roles: ['director'] }), exceeds],
  ['by a link for roles where it lets one person look', limitedTo({ persons: [tess] }), exceeds],
  [
    'by a link for a person where it lets roles look',
    { ...limitedTo({ roles: ['adviser'] }), link: { recipients: { persons: [tess] } } },
    exceeds,
  ],
  [
    'by a link for a system where it lets roles look',
    { ...limitedTo({ roles: ['adviser'] }), ...bySystem },
    exceeds,
  ],
  ['by a system where the owner let none read by itself', bySystem, exceeds],
  ['for another purpose', { ask: { purpose: ['dpv:Delivery'] } }, ['purpose_not_delegated']],
  [
    'by a role of the principal',
    { ask: { actor: { kind: 'employee', did: tess, role: 'account_manager' } } },
    ['role_not_delegated'],
  ],
  [
    'by somebody who was not named herself',
    { link: { recipients: { persons: [other] } } },
    ['role_not_delegated'],
  ],
  ['by a system', { ask: { actor: { kind: 'system', did: tess } } }, ['system_not_delegated']],
  ['by nobody in particular', { ask: { actor: null } }, ['actor_unproven']],
  ['while its principal is suspended', { shown: { principal: 'suspended' } }, ['principal_suspended']],
  ['while that cannot be told', { shown: { principal: 'unknown' } }, ['principal_unknown']],
])('an Ask %s is denied', (_when, changed, codes) => {
  expect(run(changed)).toEqual({ permit: false, codes })
})

test.each<[string, Changed]>([
  ['by a role that the owner lets look', limitedTo({ roles: ['adviser', 'director'] })],
  ['by who is named herself', { link: { recipients: { persons: [tess] } } }],
  [
    'by who is named herself, and whom the owner lets look',
    { ...limitedTo({ persons: [tess] }), link: { recipients: { persons: [tess] } } },
  ],
  ['by a system that the owner lets read by itself', { ...limitedTo({ systems: [machine] }), ...bySystem }],
  [
    'by a system where the owner let one of the grantee’s read by itself',
    { grant: { recipients: { systems: [other] } }, ...bySystem },
  ],
])('an Ask %s is permitted', (_when, changed) => {
  expect(run(changed).permit).toBe(true)
})

test('only a valid link lets anybody in', () => {
  const proofs: LinkProof[] = ['revoked', 'expired', 'invalid', 'unverifiable', 'foreign']
  for (const proof of proofs) expect(run({ shown: { proof } }).permit).toBe(false)
})
