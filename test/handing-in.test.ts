import { createHash, randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { silentLog } from '../src/core/index.ts'
import { signMessage } from '../src/registration/messages.ts'
import { rows } from '../src/store/index.ts'
import { onEachEngine } from './support/engines.ts'
import { type Inside, openInside } from './support/inside.ts'
import { mailsOf } from './support/invitations.ts'
import { startTrio, type TestNode, type TestTrio } from './support/nodes.ts'

const PDF = Buffer.from('%PDF-1.7\nuittreksel van het Handelsregister\n%%EOF\n')
const EICAR = ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR', '-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'].join('')

onEachEngine((engine) => {
  let trio: TestTrio
  let atMyobi: Inside
  let atCompany: Inside
  /** Of the company, that came with a node of its own. */
  let file = ''
  const desk = <T = Record<string, unknown>>(method: string, path: string, body?: object) =>
    trio.myobi.call<T>('myobi', method, path, body)
  const stateOf = async (id: string, kind: string) => {
    const { body } = await desk<{ items: { kind: string; state: string; digest: string | null }[] }>(
      'GET',
      `/registrations/${id}/evidence`,
    )
    return body.items.find((item) => item.kind === kind)?.state
  }
  const send = async (node: TestNode, path: string, bytes: Uint8Array, token?: string) => {
    const answer = await fetch(`${node.url}/api/v1${path}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/octet-stream',
        ...(token && { authorization: `Bearer ${token}` }),
      },
      body: new Uint8Array(bytes),
    })
    const body = (await answer.json()) as { code?: string; kind?: string }
    return [answer.status, body.code ?? body.kind]
  }
  const handIn = (kind: string, bytes: Uint8Array = PDF) =>
    send(trio.company, `/registrations/mine/evidence/${kind}`, bytes, trio.company.token('company'))

  beforeAll(async () => {
    trio = await startTrio(engine, silentLog)
    for (const name of ['company', 'partner'] as const) {
      const { body } = await trio[name].call<{ id: string }>(name, 'POST', '/registrations/applications', {
        accept: 1,
      })
      if (name === 'company') file = body.id
    }
    ;[atMyobi, atCompany] = [
      await openInside(trio.myobi, trio.clock),
      await openInside(trio.company, trio.clock),
    ]
  }, 60_000)

  describe('from its own node', () => {
    test('a company hands in what its case needs; again only after it was refused', async () => {
      expect(await handIn('kvk_extract')).toEqual([201, 'kvk_extract'])
      expect(await stateOf(file, 'kvk_extract')).toBe('received')
      expect(await handIn('kvk_extract')).toEqual([409, 'evidence_move_refused'])
      await desk('POST', `/registrations/${file}/evidence/kvk_extract/refuse`, {
        reason: 'ouder dan drie maanden',
      })
      expect(await handIn('kvk_extract')).toEqual([201, 'kvk_extract'])
    })

    test.each([
      ['a program', Buffer.from('MZ is what a program begins with'), 400, 'file_type_not_allowed'],
      ['what a scanner stops', Buffer.concat([PDF, Buffer.from(EICAR)]), 400, 'file_infected'],
      ['nothing', Buffer.alloc(0), 400, 'file_empty'],
      ['too much', Buffer.concat([PDF, Buffer.alloc(10 * 1024 * 1024)]), 413, 'file_too_large'],
    ])('%s is refused and leaves nothing', async (_what, bytes, status, code) => {
      expect(await handIn('bank_account', bytes)).toEqual([status, code])
      expect(await stateOf(file, 'bank_account')).toBe('missing')
    })

    test('what is of a person, or looked up by us, is handed in by nobody', async () => {
      for (const kind of ['identity', 'domain_control']) expect((await handIn(kind))[0]).toBe(400)
      expect(await handIn('limited_authority')).toEqual([409, 'evidence_not_asked'])
    })

    describe('what is signed counts', () => {
      const message = async (more: object = {}, by = atCompany) => {
        const iat = Math.floor(trio.clock.now() / 1000)
        return signMessage(
          'submission',
          {
            ...{ iss: by.organisation.did, aud: trio.myobi.url, case: file, kind: 'authority' as const },
            digest: `sha-256:${createHash('sha256').update(PDF).digest('base64url')}`,
            ...{ iat, exp: iat + 60, jti: randomUUID() },
            ...more,
          },
          by.signer,
        )
      }
      const given = async (compact: string, bytes: Uint8Array = PDF) =>
        send(trio.myobi, `/registrations/evidence?submission=${compact}`, bytes)

      test('for no other file', async () => {
        const other = Buffer.concat([PDF, Buffer.from('%')])
        expect(await given(await message(), other)).toEqual([422, 'evidence_digest_differs'])
      })
      test('for no other trust anchor, and for a minute', async () => {
        expect(await given(await message({ aud: 'https://elders.example' }))).toEqual([422, 'wrong_audience'])
        const iat = Math.floor(trio.clock.now() / 1000) - 120
        expect(await given(await message({ iat, exp: iat + 60 }))).toEqual([400, 'jws_expired'])
      })
      test('for no case of another, nor one that is not there: it is told the same', async () => {
        const other = await openInside(trio.partner, trio.clock)
        expect(await given(await message({}, other))).toEqual([404, 'registration_unknown'])
        expect(await given(await message({ case: randomUUID() }))).toEqual([404, 'registration_unknown'])
        expect(await given(await message({ iss: atCompany.organisation.did }, other))).toEqual([
          ...[422, 'signer_mismatch'],
        ])
      })
      test('once', async () => {
        const compact = await message()
        expect(await given(compact)).toEqual([201, 'authority'])
        await desk('POST', `/registrations/${file}/evidence/authority/refuse`, { reason: 'niet gewaarmerkt' })
        expect(await given(compact)).toEqual([409, 'message_replayed'])
      })
    })
  })

  describe('by the link of a mail', () => {
    let invited = ''
    const address = 'ina@inktvlek.example'
    const page = (token: string) => `${trio.myobi.url}/invitation/evidence?t=${token}&lang=nl`
    const upload = async (token: string, bytes: Uint8Array = PDF, field = 'file') => {
      const body = new FormData()
      body.set(field, new File([new Uint8Array(bytes)], 'Uittreksel\u0007.pdf', { type: 'application/pdf' }))
      const answer = await fetch(page(token), { method: 'POST', body })
      return [answer.status, /<p role="status"[^>]*>([^<]*)/.exec(await answer.text())?.[1] ?? ''] as const
    }
    /** Asks for more. @returns the tokens of the mail, in its order */
    const ask = async (...kinds: string[]) => {
      const asked = await desk('POST', `/registrations/${invited}/ask`, {
        kinds,
        text: 'Van dit jaar, graag.',
      })
      expect(asked.status).toBe(200)
      const mail = (await mailsOf(atMyobi)).findLast(({ to }) => to === address)
      expect(mail).toMatchObject({ template: 'registration-asked', language: 'nl' })
      return [...(mail?.body ?? '').matchAll(/\/invitation\/evidence\?t=([\w-]+)/g)].map(
        ([, token = '']) => token,
      )
    }

    beforeAll(async () => {
      await trio.myobi.call(null, 'POST', '/invited/requests', {
        organisation: { name: 'Drukkerij De Inktvlek B.V.', kvk_number: '30000001' },
        contact: { name: 'Ina Inkt', email: address, language: 'nl' },
      })
      const { body } = await desk<{ items: { case: string }[] }>('GET', '/invited')
      invited = body.items[0]?.case ?? ''
    })

    test('what was asked for is handed in on a page without scripts, once, sealed and with its digest in the log', async () => {
      const [token = '', ...more] = await ask('kvk_extract', 'identity', 'domain_control')
      expect(more).toEqual([])
      const shown = await (await fetch(page(token))).text()
      expect(shown).toContain('een uittreksel van het Handelsregister')
      expect(shown).not.toContain('<script')
      const before = await stateOf(invited, 'kvk_extract')
      expect([before, await upload(token)]).toEqual([
        'missing',
        [200, 'De servicedesk kijkt ernaar. U hoeft nu niets te doen.'],
      ])
      expect(await stateOf(invited, 'kvk_extract')).toBe('received')
      expect((await upload(token))[0]).toBe(410)
      const found = await rows<{ data: unknown; action: string }>(
        atMyobi.store.reader,
        `SELECT * FROM audit_entry WHERE action = 'registration.evidence_received' ORDER BY id DESC LIMIT 1`,
        [],
      )
      expect(JSON.stringify(found)).toContain(createHash('sha256').update(PDF).digest('base64url'))
      expect(JSON.stringify(found)).not.toContain('Uittreksel')
    })

    test('each thing has a link of its own; a newer one for the same ends the one before', async () => {
      const [bank = '', authority = ''] = await ask('bank_account', 'authority')
      const [newer = ''] = await ask('bank_account')
      expect((await upload(bank))[1]).toContain('er is een nieuwere verstuurd')
      expect((await upload(newer))[0]).toBe(200)
      expect((await upload(authority))[0]).toBe(200)
      expect([await stateOf(invited, 'bank_account'), await stateOf(invited, 'authority')]).toEqual([
        ...['received', 'received'],
      ])
      // What is there stays, also for who has a link that works.
      const [again = ''] = await ask('bank_account')
      expect(await upload(again)).toEqual([
        409,
        'Dit document is al aangeleverd. De servicedesk kijkt ernaar.',
      ])
    })

    test.each([
      ['a program', Buffer.from('MZ is what a program begins with'), 400, 'PDF, PNG en JPEG'],
      ['what a scanner stops', Buffer.concat([PDF, Buffer.from(EICAR)]), 400, 'virusscanner'],
      ['too much', Buffer.concat([PDF, Buffer.alloc(10 * 1024 * 1024 + 20_000)]), 413, 'groter dan 10 MB'],
    ])('%s is refused with a sentence, and the link goes on working', async (_what, bytes, status, words) => {
      await desk('POST', `/registrations/${invited}/evidence/kvk_extract/refuse`, { reason: 'onleesbaar' })
      const [token = ''] = await ask('kvk_extract')
      const refused = await upload(token, bytes)
      expect(refused[0]).toBe(status)
      expect(refused[1]).toContain(words)
      expect((await upload(token, PDF, 'iets_anders'))[0]).toBe(400)
      expect((await upload(token))[0]).toBe(200)
    })

    test('many at the same moment are one', async () => {
      await desk('POST', `/registrations/${invited}/evidence/kvk_extract/refuse`, { reason: 'onleesbaar' })
      const [token = ''] = await ask('kvk_extract')
      const tries = await Promise.all(Array.from({ length: 4 }, () => upload(token)))
      expect(tries.filter(([status]) => status === 200)).toHaveLength(1)
    })

    test('when the case is over nothing is taken in', async () => {
      await desk('POST', `/registrations/${invited}/evidence/kvk_extract/refuse`, { reason: 'onleesbaar' })
      const [token = ''] = await ask('kvk_extract')
      await desk('POST', `/registrations/${invited}/decline`, { reason: 'Niet in het register.' })
      expect((await fetch(page(token))).status).toBe(409)
      expect((await upload(token))[0]).toBe(409)
      await desk('POST', `/registrations/${file}/decline`, { reason: 'Niet in het register.' })
      expect((await handIn('bank_account'))[1]).toBe('registration_already_decided')
    })
  })
})
