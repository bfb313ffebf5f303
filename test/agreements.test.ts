import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { signDeposit } from '../src/agreements/deposit-message.ts'
import { AgreementFiles, digestOf } from '../src/agreements/index.ts'
import type { Did } from '../src/core/index.ts'
import { CredentialTypes } from '../src/credentials/index.ts'
import { createSecurityEvent, type Tell } from '../src/events/index.ts'
import { rows } from '../src/store/index.ts'
import { agreeing, giveContractRoles } from './support/agreements.ts'
import { onEachEngine } from './support/engines.ts'
import { type Inside, openInside } from './support/inside.ts'
import { eventually, newRequest, settleTrio, startTrio, type TestTrio } from './support/nodes.ts'

onEachEngine((engine) => {
  let trio: TestTrio
  let company: Inside
  let partner: Inside
  const { show, step, reaches, inState, begin, approved, inForce, text } = agreeing(() => trio)

  /** What somebody else says in a token that is really signed by the partner. */
  const tellAsPartner = async (tell: Tell) => {
    const { did } = partner.organisation
    const { wallet } = company
    const event = { id: randomUUID(), tell, at: trio.clock.now(), issuer: did, audience: wallet }
    const response = await fetch(`${wallet}/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/secevent+jwt' },
      body: await createSecurityEvent(event, partner.signer),
    })
    const body = response.status === 202 ? null : ((await response.json()) as { description: string })
    return { status: response.status, code: body?.description }
  }

  beforeAll(async () => {
    trio = await startTrio(engine)
    await settleTrio(trio)
    company = await openInside(trio.company, trio.clock)
    partner = await openInside(trio.partner, trio.clock)
    for (const inside of [company, partner]) await giveContractRoles(inside)
  })

  describe('an agreement between two companies', () => {
    test('is negotiated with visible changes, and comes into force at both nodes', async () => {
      const id = await begin()
      const theirs = await show(trio.partner, id)
      expect(theirs).toMatchObject({ waits_for: 'us', terms: { ...text, agreement: id } })
      expect(theirs.digest).toBe(digestOf(theirs.terms))

      const better = { ...text, body: text.body.replace('twee', 'drie') }
      const proposed = await step(trio.partner, id, 'versions', { version: 1, ...better, why: 'Te kort' })
      expect(proposed).toMatchObject({ status: 201, body: { version: 2 } })
      await reaches(trio.company, id, ({ version }) => version === 2, 'the other text')
      const { body: changes } = await trio.company.call<{ pieces: { change: string; text: string }[] }>(
        'company',
        'GET',
        `/agreements/${id}/changes?from=1&to=2`,
      )
      expect(changes.pieces.filter(({ change }) => change !== 'same')).toEqual([
        { change: 'removed', text: 'De leverancier levert binnen twee dagen.\n' },
        { change: 'added', text: 'De leverancier levert binnen drie dagen.\n' },
      ])
      await step(trio.company, id, 'comments', { text: 'Drie is goed.' })
      await reaches(
        trio.partner,
        id,
        ({ steps }) => steps.some((one) => one.text === 'Drie is goed.'),
        'the comment',
      )

      expect(await step(trio.partner, id, 'review', { version: 2 })).toMatchObject({
        body: { code: 'agreement_own_text' },
      })
      expect(await step(trio.company, id, 'review', { version: 1 })).toMatchObject({
        body: { code: 'agreement_version_differs' },
      })
      expect(await step(trio.company, id, 'signature', { version: 2 })).toMatchObject({
        body: { code: 'agreement_state_conflict' },
      })
      expect((await step(trio.company, id, 'review', { version: 2 })).status).toBe(201)
      await inState(trio.partner, id, 'external_approval')
      await Promise.all(
        [trio.company, trio.partner].map((node) => step(node, id, 'approval', { version: 2 })),
      )
      for (const node of [trio.company, trio.partner]) await inState(node, id, 'approved')
      const signed = await Promise.all(
        [trio.company, trio.partner].map((node) => step(node, id, 'signature', { version: 2 })),
      )
      expect(signed.map(({ status }) => status)).toEqual([201, 201])
      expect(await step(trio.company, id, 'signature', { version: 2 })).toMatchObject({
        body: { code: 'agreement_already_signed' },
      })
      const [ours, others] = await Promise.all([
        inState(trio.company, id, 'in_force'),
        inState(trio.partner, id, 'in_force'),
      ])
      expect(ours.digest).toBe(others.digest)
      expect(ours.deposited_at).toBe(others.deposited_at)
      const paper = await fetch(`${trio.partner.url}/api/v1/agreements/${id}/pdf`, {
        headers: { authorization: `Bearer ${trio.partner.token('partner')}` },
      })
      expect(paper.status).toBe(200)
      expect(
        Buffer.from(await paper.arrayBuffer())
          .subarray(0, 5)
          .toString(),
      ).toBe('%PDF-')
    })

    test('is held by both as a credential of the trust anchor, who never has the text', async () => {
      for (const { store } of [company, partner])
        await eventually(async () => {
          const found = await rows(
            store.reader,
            "SELECT id FROM held_credential WHERE vct = 'urn:regie:credential:agreement:1'",
          )
          return found.length > 0
        }, 'the credential')
      const myobi = await openInside(trio.myobi, trio.clock)
      expect(await rows(myobi.store.reader, 'SELECT id FROM agreement_text')).toEqual([])
      expect(await rows(myobi.store.reader, 'SELECT id FROM agreement_deposit')).toHaveLength(1)
    })

    test('leaves no word of it in clear in either database', async () => {
      for (const { store } of [company, partner])
        for (const table of ['agreement', 'agreement_text', 'agreement_step', 'outbox', 'audit_entry']) {
          const kept = await rows(store.reader, `SELECT * FROM ${table}`)
          expect(JSON.stringify(kept)).not.toMatch(/leverancier|Kantoorartikelen|Te kort|Drie is goed/i)
        }
    })

    test('is not signed by somebody whose authority ended after it was approved', async () => {
      const id = await approved()
      const us = await company.person('company')
      const profile = await company.parties.profile(us.id)
      const { representation: _, ...without } = profile
      await company.store.transact((tx) => company.parties.setProfile(tx, us.id, without))
      expect(await step(trio.company, id, 'signature')).toMatchObject({
        status: 403,
        body: { code: 'not_representative' },
      })
      await company.store.transact((tx) => company.parties.setProfile(tx, us.id, profile))
      expect((await step(trio.company, id, 'signature')).status).toBe(201)
    })
  })

  describe('a partner', () => {
    test('cannot send another text under a digest, or one of another agreement', async () => {
      const id = await begin()
      const { terms } = await show(trio.company, id)
      const tell = { kind: 'agreement-proposed', agreement: id, version: 2, by: 'Ada' } as const
      const other = { ...terms, body: 'Alles is gratis.' }
      expect(await tellAsPartner({ ...tell, terms: other, digest: digestOf(terms) })).toEqual({
        status: 400,
        code: 'agreement_digest_wrong',
      })
      const foreign = { ...terms, agreement: randomUUID() }
      expect(await tellAsPartner({ ...tell, terms: foreign, digest: digestOf(foreign) })).toEqual({
        status: 400,
        code: 'agreement_parties_wrong',
      })
      expect(await show(trio.company, id)).toMatchObject({ version: 1 })
    })

    test('cannot sign another version, or sign with what another signed', async () => {
      const [one, other] = [await approved(), await approved()]
      expect((await step(trio.partner, other, 'signature')).status).toBe(201)
      await reaches(trio.company, other, ({ signed }) => signed.them, 'their signature')
      const { digest } = await show(trio.company, one)
      const files = new AgreementFiles(company)
      const row = await files.find(files.reader, other)
      const theirs = row && (await files.openSignature(row, 'them'))
      if (!theirs) throw new Error('they signed')
      const tell = { kind: 'agreement-signed', agreement: one, version: 1, digest, by: 'Ada' } as const
      expect(await tellAsPartner({ ...tell, ...theirs })).toEqual({
        status: 400,
        code: 'agreement_version_differs',
      })
      const [head = '', body = '', signature = ''] = theirs.signature.split('.')
      const forged = `${head}.${body}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`
      const replayed = { ...tell, agreement: other, digest: row?.digest ?? '', ...theirs, signature: forged }
      expect((await tellAsPartner(replayed)).status).toBe(400)
      expect(await show(trio.company, one)).toMatchObject({ signed: { us: false, them: false } })
    })
  })

  describe('the trust anchor', () => {
    test('takes the same deposit again, and nothing else under its id, nor from somebody else', async () => {
      const id = await inForce()
      const files = new AgreementFiles(company)
      const row = await files.find(files.reader, id)
      const [ours, theirs] = row
        ? [await files.openSignature(row, 'us'), await files.openSignature(row, 'them')]
        : []
      if (!row?.digest || !ours || !theirs) throw new Error('it was signed')
      const anchor = await openInside(trio.myobi, trio.clock)
      const what = {
        ...{ agreement: id, version: 1, digest: row.digest },
        parties: [company.organisation.did, partner.organisation.did] as [Did, Did],
        signatures: [ours, theirs] as [typeof ours, typeof ours],
      }
      const hand = async (deposit: typeof what, by: Inside = company) => {
        const said = { iss: by.organisation.did, aud: anchor.organisation.did, now: trio.clock.now() }
        const response = await fetch(`${trio.myobi.url}/api/v1/agreements/deposits`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ deposit: await signDeposit(deposit, { ...said, signer: by.signer }) }),
        })
        return {
          status: response.status,
          body: (await response.json()) as { receipt?: string; code?: string },
        }
      }
      const first = await Promise.all([hand(what), hand(what, partner)])
      for (const { status, body } of first) expect([status, body.receipt]).toEqual([201, row.receipt])
      const other = { ...what, digest: `sha-256:${'A'.repeat(43)}` }
      expect(await hand(other)).toMatchObject({ body: { code: 'agreement_version_differs' } })
      const swapped = { ...what, signatures: [theirs, ours] as [typeof ours, typeof ours] }
      expect(await hand(swapped)).toMatchObject({ body: { code: 'agreement_signature_invalid' } })
      expect(await hand(what, anchor)).toMatchObject({ body: { code: 'signer_mismatch' } })
    })
  })

  describe('a grant that names an agreement', () => {
    const ask = (agreement: string) =>
      trio.company.call<{ id: string; code: string }>('sanne', 'POST', '/access/requests', {
        ...newRequest,
        ...{ claims: ['company-profile.email'], agreement },
      })
    const read = async () =>
      (
        await trio.company.call<{ claims: object[]; code?: string }>('sanne', 'POST', '/access/reads', {
          partner: '48245915',
        })
      ).body

    test('is asked for only while the agreement is in force', async () => {
      const id = await begin()
      expect(await ask(id)).toMatchObject({ status: 409, body: { code: 'agreement_not_in_force' } })
    })

    test('closes with the agreement at once, at both nodes', async () => {
      const id = await inForce()
      expect((await ask(id)).status).toBe(201)
      const waiting = await trio.partner.call<{ items: { id: string }[] }>(
        'partner',
        'GET',
        '/access/requests?state=pending',
      )
      const path = `/access/requests/${waiting.body.items[0]?.id}/approval`
      const { body } = await trio.partner.call<{ grant: { id: string } }>('partner', 'POST', path, {})
      await eventually(async () => {
        const held = await rows(company.store.reader, "SELECT id FROM received_grant WHERE state = 'live'")
        return held.length === 1
      }, 'the grant')
      expect(JSON.stringify(await read())).toContain('info@kruimelkoning.example')

      const ended = await step(trio.partner, id, 'termination', { reason: 'Wanprestatie', at_once: true })
      expect(ended).toMatchObject({ status: 201, body: { state: 'terminated' } })
      const [given] = await rows<{ revoked_at: number | null }>(
        partner.store.reader,
        'SELECT revoked_at FROM given_grant WHERE id = ?',
        [body.grant.id],
      )
      expect(given?.revoked_at).not.toBeNull()
      expect(JSON.stringify(await read())).not.toContain('info@kruimelkoning.example')
      await inState(trio.company, id, 'terminated')
      await eventually(async () => {
        const held = await rows<{ ended_code: string }>(
          company.store.reader,
          "SELECT ended_code FROM received_grant WHERE state = 'ended'",
        )
        return held.some(({ ended_code: code }) => code === 'agreement_ended')
      }, 'the end of the grant')
    })
  })

  describe('a claim that is a trade secret', () => {
    let dataClass: 'confidential' | 'trade_secret' = 'confidential'
    const find = CredentialTypes.prototype.find
    beforeAll(() => {
      // The network has no such type yet: both nodes take this claim for a secret, from when we say so.
      vi.spyOn(CredentialTypes.prototype, 'find').mockImplementation(function (this: CredentialTypes, vct) {
        const type = find.call(this, vct)
        const claim = type?.name === 'company-profile' && type.findClaim(['iban'])
        if (claim) claim.regie.data_class = dataClass
        return type
      })
    })
    afterAll(() => vi.restoreAllMocks())
    const from = (as: typeof dataClass) => {
      dataClass = as
    }
    const ask = (agreement?: string) =>
      trio.company.call<{ code: string }>('sanne', 'POST', '/access/requests', {
        ...newRequest,
        ...{ claims: ['company-profile.iban'], ...(agreement && { agreement }) },
      })
    const approve = async () => {
      const waiting = await trio.partner.call<{ items: { id: string }[] }>(
        'partner',
        'GET',
        '/access/requests?state=pending',
      )
      const path = `/access/requests/${waiting.body.items[0]?.id}/approval`
      return trio.partner.call<{ code: string; grant: { id: string } }>('partner', 'POST', path, {})
    }
    const granted = async () => {
      const { status, body } = await approve()
      expect(status).toBe(201)
      await eventually(async () => {
        const held = await rows(company.store.reader, 'SELECT id FROM received_grant WHERE id = ?', [
          body.grant.id,
        ])
        return held.length === 1
      }, 'the grant')
    }
    const read = async () =>
      JSON.stringify(
        await trio.company.call('sanne', 'POST', '/access/reads', {
          ...{ partner: '48245915', claims: ['company-profile.iban'] },
        }),
      )
    const refused = { status: 409, body: { code: 'secret_needs_agreement' } }
    const IBAN = 'NL91ABNA0417164300'

    test('is asked for, agreed to and read only under an agreement that covers trade secrets', async () => {
      from('trade_secret')
      expect(await ask()).toMatchObject(refused)
      expect(await ask(await inForce())).toMatchObject(refused)
      // An asker whose node does not know, or does not care, that it is a secret.
      from('confidential')
      expect((await ask()).status).toBe(201)
      from('trade_secret')
      expect(await approve()).toMatchObject(refused)
      from('confidential')
      await granted()
      expect(await read()).toContain(IBAN)
      from('trade_secret')
      const closed = await read()
      expect(closed).not.toContain(IBAN)
      expect(closed).toContain('secret_needs_agreement')
    })

    test('closes when that agreement ends', async () => {
      from('trade_secret')
      const id = await inForce({ trade_secrets: true })
      expect((await ask(id)).status).toBe(201)
      await granted()
      expect(await read()).toContain(IBAN)
      await step(trio.partner, id, 'termination', { reason: 'Wanprestatie', at_once: true })
      expect(await read()).not.toContain(IBAN)
    })
  })
})
