import { beforeAll, describe, expect, test } from 'vitest'
import { accessEventTable, grantLinkTable, receivedGrantTable } from '../src/access/index.ts'
import { givenDelegationTable } from '../src/chains/index.ts'
import { heldCredentialTable, issuedCredentialTable } from '../src/credentials/index.ts'
import { readSdJwt } from '../src/sd-jwt/index.ts'
import { IsNull, rows } from '../src/store/index.ts'
import { ask, cook, type Draft, post, type Recipe, verdict } from './support/attacker.ts'
import { addBroker, BROKER_KVK, setAttestation } from './support/broker.ts'
import { onEachEngine } from './support/engines.ts'
import { bare, type Inside, openInside } from './support/inside.ts'
import {
  eventually,
  newRequest,
  settleTrio,
  startTrio,
  type TestNode,
  type TestTrio,
} from './support/nodes.ts'

interface Page {
  items: { id: string; state: string }[]
}

const claims = ['company-profile.email', 'company-profile.iban']

onEachEngine((engine) => {
  let trio: TestTrio
  let broker: TestNode
  let inside: { company: Inside; partner: Inside; broker: Inside; myobi: Inside }
  let grant: string
  let delegation: string
  let link: string

  const items = async (node: TestNode, as: string, path: string) =>
    (await node.call<Page>(as, 'GET', path)).body.items
  const live = async (node: TestNode, as: string) =>
    (await items(node, as, '/access/grants/received')).filter(({ state }) => state === 'live')

  const heldDelegation = async () => {
    const { store, credentials } = inside.broker
    const row = await store.reader.findOneBy(receivedGrantTable, { id: link })
    const credential = row && (await credentials.findHeld(store.reader, row.credentialId))
    if (!credential) throw new Error('the wallet holds no delegation')
    return { row, credential }
  }

  /** Passes the grant on, and hands out what the intermediary then holds. */
  const passOn = async (until = 'P5D') => {
    const [held] = await live(trio.company, 'sanne')
    const { body } = await trio.company.call<{ id: string }>('company', 'POST', '/delegations', {
      grant: held?.id,
      to: BROKER_KVK,
      roles: ['adviser'],
      claims: ['company-profile.email'],
      until,
    })
    await eventually(
      async () => (await live(broker, 'tess')).some(({ id }) => id === body.id),
      'the delegation',
    )
    link = body.id
    const { row, credential } = await heldDelegation()
    delegation = await inside.broker.credentials.open(credential)
    grant = row.delegation?.grant ?? ''
  }

  const withPaper = (data: string) => (draft: Draft) => {
    draft.verifier_info = [...(draft.verifier_info ?? []), { format: 'dc+sd-jwt', data }]
  }
  const good = (): Recipe => ({
    wallet: inside.partner.wallet,
    claims: ['company-profile.email'],
    grant,
    actor: 'tess',
    tamper: withPaper(delegation),
  })
  const asked = async (recipe: Partial<Recipe> = {}, asker = inside.broker) =>
    verdict(await ask(asker, { ...good(), ...recipe }))

  /** The owner's own row, whatever the grant credential of the principal says. */
  const ownerSays = (delegation: object) =>
    inside.partner.store.transact((tx) =>
      rows(tx, 'UPDATE given_grant SET delegation = ? RETURNING id', [JSON.stringify(delegation)]),
    )

  /** A delegation in the words of the one that holds, by whom and to whom it pleases. */
  const forged = async (by: Inside, subject: Inside, more: object = {}, said: object = {}) => {
    const { row, credential } = await heldDelegation()
    const { payload } = await inside.broker.credentials.read(credential)
    const delegation = { ...(payload.delegation as object), ...said }
    const { compact } = await by.store.transact((tx) =>
      by.credentials.issue(tx, {
        issuer: { partyId: by.organisation.id, did: by.organisation.did },
        type: 'access-delegation',
        subject: subject.organisation.did,
        claims: { delegation: JSON.parse(JSON.stringify(delegation)) },
        expiresAt: row.expiresAt,
        ...more,
      }),
    )
    return compact
  }

  /** By the link, over a delegation of its principal that says something else. */
  const askedSaying = async (said: object) => {
    const { store } = inside.company
    await store.transact((tx) => tx.delete(issuedCredentialTable, { id: link }))
    return asked({ tamper: withPaper(await forged(inside.company, inside.broker, { id: link }, said)) })
  }

  beforeAll(async () => {
    trio = await startTrio(engine)
    await settleTrio(trio)
    broker = await addBroker(trio)
    await trio.company.call('sanne', 'POST', '/access/requests', {
      ...newRequest,
      claims,
      pass_on: 'Onze tussenpersoon maakt uw offerte',
    })
    const [waiting] = await items(trio.partner, 'partner', '/access/requests?state=pending')
    await trio.partner.call('partner', 'POST', `/access/requests/${waiting?.id}/approval`, {
      allow_passing_on: true,
    })
    await eventually(async () => (await live(trio.company, 'sanne')).length === 1, 'the grant')
    const [company, partner, middle, myobi] = await Promise.all(
      [trio.company, trio.partner, broker, trio.myobi].map((node) => openInside(node, trio.clock)),
    )
    if (!company || !partner || !middle || !myobi) throw new Error('a node is missing')
    inside = { company, partner, broker: middle, myobi }
    await passOn()
  })

  test('an Ask in order is answered, once', async () => {
    const request = await cook(inside.broker, good())
    const send = async () => verdict(await post(inside.partner.wallet, { request }))
    expect([await send(), await send()]).toEqual(['200', '409 ask_replayed'])
  })

  describe('an Ask is refused', () => {
    test('without the link', async () => {
      expect(await asked({ tamper: () => undefined })).toBe('403 grant_for_another_party')
    })

    test('with the link and not the grant', async () => {
      expect(await asked({ grant: null })).toBe('400 ask_malformed')
    })

    test('from whoever got hold of another’s link', async () => {
      expect(await asked({ actor: 'sanne' }, inside.company)).toBe('403 delegation_for_another_party')
    })

    test('by a delegation the owner was not told of', async () => {
      const tamper = withPaper(await forged(inside.company, inside.broker))
      expect(await asked({ tamper })).toBe('403 delegation_unknown')
    })

    test('by a delegation that the intermediary made itself', async () => {
      const tamper = withPaper(await forged(inside.broker, inside.broker, { id: link }))
      expect(await asked({ tamper })).toBe('403 principal_unknown delegation_invalid')
    })

    test('by a delegation of the delegation', async () => {
      const tamper = withPaper(await forged(inside.broker, inside.company))
      expect(await asked({ actor: 'sanne', tamper }, inside.company)).toBe('403 delegation_unknown')
    })

    test('by a delegation without what it says', async () => {
      expect(await asked({ tamper: withPaper(bare(delegation)) })).toBe('403 delegation_invalid')
    })

    test('for more than was passed on', async () => {
      expect(await asked({ claims })).toBe('403 claim_not_delegated')
    })

    test('for another purpose', async () => {
      const edit = (draft: Draft) => {
        draft['urn:regie:access'].purpose = ['https://w3id.org/dpv#Marketing']
      }
      expect(await asked({ edit })).toBe('403 purpose_not_delegated purpose_not_granted')
    })

    test('from somebody whose role was not named, or of whom nothing is proven', async () => {
      expect(await asked({ actor: 'otto' })).toBe('403 role_not_delegated')
      expect(await asked({ actor: null })).toBe('403 actor_unproven')
    })

    test('by a grant that is not passed on', async () => {
      await ownerSays({ max_depth: 0 })
      expect(await asked()).toBe('403 delegation_not_allowed')
      await ownerSays({ max_depth: 1 })
      expect(await asked()).toBe('200')
    })

    test('by a grant that lets others look', async () => {
      await ownerSays({ max_depth: 1, recipients: { roles: ['trainee'] } })
      expect(await asked()).toBe('403 delegation_exceeds_grant')
      expect(await asked({ actor: 'otto' })).toBe('403 delegation_exceeds_grant role_not_delegated')
      await ownerSays({ max_depth: 1 })
      expect(await asked()).toBe('200')
    })
  })

  test('a Tell of a link over more than the grant, or to a stranger, is not taken in', async () => {
    const before = await inside.partner.store.reader.countBy(grantLinkTable, {})
    const [held] = await live(trio.company, 'sanne')
    const wider = { grant: held?.id, to: BROKER_KVK, roles: ['adviser'], claims: ['company-profile.website'] }
    expect(await trio.company.call('company', 'POST', '/delegations', wider)).toMatchObject({
      body: { code: 'delegation_exceeds_grant' },
    })
    expect(await inside.partner.store.reader.countBy(grantLinkTable, {})).toBe(before)
  })

  test('a Tell of a link for others than the owner lets look is not taken in', async () => {
    const before = await inside.partner.store.reader.countBy(grantLinkTable, {})
    await ownerSays({ max_depth: 1, recipients: { roles: ['trainee'] } })
    const [held] = await live(trio.company, 'sanne')
    const { body } = await trio.company.call<{ id: string }>('company', 'POST', '/delegations', {
      ...{ grant: held?.id, to: BROKER_KVK, roles: ['adviser'] },
    })
    const made = () => items(trio.company, 'company', '/delegations')
    await eventually(
      async () => (await made()).some(({ id, state }) => id === body.id && state === 'ended'),
      'the owner’s no',
    )
    await ownerSays({ max_depth: 1 })
    expect(await inside.partner.store.reader.countBy(grantLinkTable, {})).toBe(before)
  })

  test('once a cut is acknowledged nobody is let in, however many ask', async () => {
    const tries = Array.from({ length: 12 }, () => asked())
    const cut = trio.partner.call('partner', 'POST', `/access/links/${link}/cut`)
    const [{ status }, ...got] = await Promise.all([cut, ...tries])
    expect(status).toBe(200)
    for (const one of got) expect(['200', '403 delegation_cut']).toContain(one)
    expect(await asked()).toBe('403 delegation_cut')
    const cutAt = (await inside.partner.store.reader.findOneBy(grantLinkTable, { id: link }))?.cutAt
    const looks = await inside.partner.store.reader.findBy(accessEventTable, {
      linkId: link,
      outcome: 'permit',
    })
    for (const { at } of looks) expect(at).toBeLessThanOrEqual(cutAt ?? 0)
  })

  test('a Tell of a new link to whoever was cut is not taken in, whatever the principal’s node knows', async () => {
    await eventually(
      async () =>
        (await items(trio.company, 'company', '/delegations')).every(({ state }) => state === 'ended'),
      'the cut, at the principal',
    )
    const owners = inside.partner.store.reader
    const before = await owners.countBy(grantLinkTable, {})
    // A principal that pays no heed to what it was told.
    await inside.company.store.transact((tx) =>
      rows(tx, 'UPDATE given_delegation SET ended_code = ? RETURNING id', ['delegation_revoked']),
    )
    const [held] = await live(trio.company, 'sanne')
    const { body, status } = await trio.company.call<{ id: string }>('company', 'POST', '/delegations', {
      grant: held?.id,
      to: BROKER_KVK,
      roles: ['adviser'],
    })
    expect(status).toBe(201)
    await eventually(async () => {
      const made = await trio.company.call<{ items: { id: string; ended: string | null }[] }>(
        ...(['company', 'GET', '/delegations'] as const),
      )
      return made.body.items.find(({ id }) => id === body.id)?.ended === 'delegation_cut_by_owner'
    }, 'the owner’s no')
    expect(await owners.countBy(grantLinkTable, {})).toBe(before)
    expect(await asked()).toBe('403 delegation_cut')
    const [cut] = await items(trio.partner, 'partner', '/access/links')
    await trio.partner.call('partner', 'POST', `/access/links/${cut?.id}/allowance`)
    expect(await asked()).toBe('403 delegation_cut')
    await eventually(
      async () =>
        !(await inside.company.store.reader.existsBy(givenDelegationTable, {
          endedCode: 'delegation_cut_by_owner',
          allowedAt: IsNull(),
        })),
      'the owner’s word',
    )
  })

  test('a delegation that was taken back or ran out opens nothing', async () => {
    await eventually(async () => (await live(broker, 'tess')).length === 0, 'the end at the intermediary')
    await passOn()
    expect(await asked()).toBe('200')
    await trio.company.call('company', 'POST', `/delegations/${link}/withdrawal`)
    await eventually(async () => (await asked()).includes('delegation_revoked'), 'the withdrawal')
    await passOn('P1D')
    expect(await asked()).toBe('200')
    trio.clock.advance(2 * 86_400_000)
    expect(await asked()).toContain('delegation_expired')
  })

  test('nobody reads for a principal, or as an intermediary, that is out of the network', async () => {
    await passOn()
    expect(await asked()).toBe('200')
    const { store } = inside.myobi
    const standing = (did: string, state: string) =>
      store.transact((tx) =>
        rows(tx, 'UPDATE registry_entry SET state = ? WHERE did = ? RETURNING did', [state, did]),
      )
    await standing(inside.company.organisation.did, 'suspended')
    trio.clock.advance(61_000)
    expect(await asked()).toBe('403 principal_suspended')
    await standing(inside.company.organisation.did, 'active')
    trio.clock.advance(61_000)
    expect(await asked()).toBe('200')
    expect(await asked({ attestation: null })).toBe('403 attestation_missing')
  })

  test('nobody reads by a delegation that says something else than the owner was told', async () => {
    const { did } = await inside.broker.person('otto')
    expect(await askedSaying({})).toBe('200')
    for (const recipients of [
      { roles: ['adviser', 'trainee'] },
      { roles: ['adviser'], persons: [did] },
      { roles: ['adviser'], systems: [did] },
    ])
      expect(await askedSaying({ recipients })).toBe('403 delegation_invalid')
  })

  test('nothing is passed on by who holds no attestation itself', async () => {
    const { store, credentials, organisation } = inside.company
    const { vct } = credentials.types.byName('ttp-policy-attestation')
    const mine = { holderParty: organisation.id, vct }
    const [held] = await live(trio.company, 'sanne')
    await store.transact((tx) => tx.update(heldCredentialTable, mine, { state: 'superseded' }))
    const order = { grant: held?.id, to: BROKER_KVK, roles: ['adviser'] }
    expect(await trio.company.call('company', 'POST', '/delegations', order)).toMatchObject({
      status: 409,
      body: { code: 'attestation_missing' },
    })
    await store.transact((tx) => tx.update(heldCredentialTable, mine, { state: 'current' }))
  })

  describe('the attestation of a principal, which its delegation carries,', () => {
    const attestedBy = (attestation: string | undefined) => askedSaying({ attestation })
    const held = async (whose: Inside) => bare(await whose.held(whose.organisation, 'ttp-policy-attestation'))
    /** In the words of the principal's own attestation. */
    const attestation = async (by: Inside, subject: Inside, more: object = {}, said: object = {}) => {
      const compact = await inside.company.held(inside.company.organisation, 'ttp-policy-attestation')
      const { party_kind, policy, acceptance } = readSdJwt(compact).payload
      return by.store.transact((tx) =>
        by.credentials.issue(tx, {
          issuer: { partyId: by.organisation.id, did: by.organisation.did },
          type: 'ttp-policy-attestation',
          subject: subject.organisation.did,
          claims: JSON.parse(JSON.stringify({ party_kind, policy, acceptance, ...said })),
          ...more,
        }),
      )
    }

    test('must be there, and be its own', async () => {
      const { company, broker: middle, partner } = inside
      expect(await attestedBy(await held(company))).toBe('200')
      expect(await attestedBy(undefined)).toBe('403 principal_missing')
      expect(await attestedBy(await held(middle))).toBe('403 principal_invalid')
      expect(await attestedBy(await held(partner))).toBe('403 principal_invalid')
    })

    test('must be the trust anchor’s, of an organisation, and in its time', async () => {
      const { company, myobi } = inside
      const now = trio.clock.now()
      const made = async (...args: Parameters<typeof attestation>) =>
        bare((await attestation(...args)).compact)
      expect(await attestedBy(await made(myobi, company))).toBe('200')
      expect(await attestedBy(await made(company, company))).toBe('403 principal_invalid')
      expect(await attestedBy(await made(myobi, company, {}, { party_kind: 'person' }))).toBe(
        '403 principal_invalid',
      )
      const past = { issuedAt: now - 120_000, expiresAt: now - 60_000 }
      expect(await attestedBy(await made(myobi, company, past))).toBe('403 principal_expired')
    })

    test('must not be taken back, though the registry still names its holder as active', async () => {
      const { company, myobi } = inside
      const { id, compact } = await attestation(myobi, company)
      await myobi.store.transact((tx) => myobi.credentials.revoke(tx, id))
      await setAttestation(myobi, '48316274', 'suspended')
      trio.clock.advance(61_000)
      expect(await attestedBy(bare(compact))).toBe('403 principal_revoked')
      expect(await asked()).toBe('403 principal_suspended')
      await setAttestation(myobi, '48316274', 'valid')
      trio.clock.advance(61_000)
      expect(await asked()).toBe('200')
    })

    test('must be known to hold: while nobody can say so, nothing opens', async () => {
      await trio.myobi.node.dispose()
      trio.clock.advance(61_000)
      expect(await asked()).toBe('403 attestation_unknown principal_unknown')
      await trio.myobi.restart()
      expect(await asked()).toBe('200')
    })
  })
})
