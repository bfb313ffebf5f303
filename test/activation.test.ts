import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Did, silentLog } from '../src/core/index.ts'
import { atEnd } from './support/endings.ts'
import { newStorage, onEachEngine } from './support/engines.ts'
import { openInside } from './support/inside.ts'
import { administrator, startNode, startTrio, type TestClock, type TestNode } from './support/nodes.ts'
import { freePort } from './support/ports.ts'

type Body = Record<string, unknown> & {
  code?: string
  token: string
  activation_code: string
  recovery_codes: string[]
}
const HOUR_MS = 3_600_000
const SECRET = 'de koekjestrommel staat op zolder'
const OTHER = 'een heel ander geheim dan daarnet'

onEachEngine((engine) => {
  describe('a node that keeps nothing of its people', () => {
    let node: TestNode
    let clock: TestClock
    beforeAll(async () => {
      const trio = await startTrio(engine)
      clock = trio.clock
      const port = await freePort()
      const dir = mkdtempSync(join(tmpdir(), 'regie-activation-'))
      node = await startNode(
        {
          ...trio.company.config,
          name: 'kantoor',
          url: `http://127.0.0.1:${port}`,
          listen: { host: '127.0.0.1', port },
          dataDir: join(dir, 'kantoor'),
          storage: newStorage(engine),
          organisation: { name: 'Kantoor B.V.' },
          administrator: administrator('kantoor', []),
          localTokens: false,
        },
        { relayKey: '', clock, log: silentLog },
      )
      atEnd(async () => {
        await node.node.dispose()
        rmSync(dir, { recursive: true, force: true })
      })
    })

    async function send(token: string | null, path: string, body: object, session?: string) {
      const response = await fetch(`${node.url}/api/v1${path}`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(token && { authorization: `Bearer ${token}` }),
          ...(session && { 'regie-consent': session }),
        },
        body: JSON.stringify(body),
      })
      return { status: response.status, body: (await response.json()) as Body }
    }

    let serial = 0
    async function add(): Promise<Body> {
      const person = { account: `nieuw${++serial}`, given_name: 'Noor', family_name: 'Nieuw', role: 'buyer' }
      const email = 'noor@kantoor.example'
      const { status, body } = await send(node.token('kantoor'), '/people', { ...person, email })
      expect(status).toBe(201)
      return body
    }

    const activate = (code: string, secret = SECRET) => send(null, '/activations', { code, secret })
    const unlock = (token: string, secret: string) => send(token, '/me/consent/unlock', { secret })
    const setSecret = (token: string, body: object) => send(token, '/me/consent/secret', body)
    const recover = (token: string, code: string, newOne: string) =>
      send(token, '/me/consent/recovery', { recovery_code: code, new_secret: newOne })

    async function newcomer() {
      const { activation_code } = await add()
      const { status, body } = await activate(activation_code)
      expect(status).toBe(200)
      return { token: body.token, codes: body.recovery_codes }
    }

    test('has no secret of anybody, and its first administrator activates with a code beside her token', async () => {
      const tokens = join(node.config.dataDir, 'tokens')
      expect(readdirSync(tokens).sort()).toEqual(['kantoor.activation', 'kantoor.token', 'kantoor.welcome'])
      const set = (session?: string) =>
        send(node.token('kantoor'), '/me/profile', { job_title: 'Directeur' }, session)
      expect((await set()).body.code).toBe('consent_locked')
      const code = readFileSync(join(tokens, 'kantoor.activation'), 'utf8').trim()
      const { body } = await activate(code)
      expect(body.recovery_codes).toHaveLength(8)
      const { body: opened } = await unlock(body.token, SECRET)
      expect((await set(opened.token)).status).toBe(200)
    })

    test('before she activates nobody signs for her, and whoever has database and master key neither', async () => {
      const { did } = await add()
      const thief = await openInside(node, clock)
      await expect(thief.agent.signerOf(did as Did)).rejects.toMatchObject({ code: 'consent_locked' })
    })

    test('a code works once, for three days, with a secret that is not too short', async () => {
      const { activation_code: code } = await add()
      expect((await activate(code, 'kort')).body.code).toBe('invalid_input')
      const both = await Promise.all([activate(code), activate(code, OTHER)])
      expect(both.map(({ status }) => status).sort()).toEqual([200, 403])
      expect((await activate(code)).body.code).toBe('activation_invalid')
      const { activation_code: late } = await add()
      clock.advance(73 * HOUR_MS)
      expect((await activate(late)).body.code).toBe('activation_invalid')
      expect((await activate(`regie_${'x'.repeat(43)}`)).body.code).toBe('activation_invalid')
    })

    test('another secret takes the one she has, and the old one then opens nothing', async () => {
      const { token } = await newcomer()
      const wrong = await setSecret(token, { secret: OTHER, new_secret: OTHER })
      expect([wrong.status, wrong.body.code]).toEqual([403, 'consent_secret_wrong'])
      const { body: before } = await unlock(token, SECRET)
      expect((await setSecret(token, { secret: SECRET, new_secret: OTHER })).status).toBe(200)
      expect((await unlock(token, SECRET)).body.code).toBe('consent_secret_wrong')
      expect((await unlock(token, OTHER)).status).toBe(201)
      const stale = await send(token, '/me/profile', { job_title: 'Inkoper' }, before.token)
      expect(stale.body.code).toBe('consent_locked')
    })

    test('a recovery code sets a new secret once, however it is written; new codes end the old', async () => {
      const { token, codes } = await newcomer()
      const [first = '', second = ''] = codes
      const typed = first.toLowerCase().replaceAll('-', ' ')
      expect((await recover(token, typed, OTHER)).body).toEqual({
        recovery_codes_left: 7,
      })
      expect((await unlock(token, OTHER)).status).toBe(201)
      const again = await recover(token, first, SECRET)
      expect(again.body.code).toBe('consent_secret_wrong')
      const { body: renewed } = await send(token, '/me/consent/codes', { secret: OTHER })
      expect(new Set([...renewed.recovery_codes, ...codes]).size).toBe(16)
      const ended = await recover(token, second, SECRET)
      expect(ended.body.code).toBe('consent_secret_wrong')
    })

    test('what a secret goes into or comes out of is kept for no repetition', async () => {
      const response = await fetch(`${node.url}/api/v1/me/consent/unlock`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${node.token('kantoor')}`,
          'content-type': 'application/json',
          'idempotency-key': 'again',
        },
        body: JSON.stringify({ secret: SECRET }),
      })
      expect([response.status, ((await response.json()) as Body).code]).toEqual([
        400,
        'idempotency_not_supported',
      ])
    })
  })
})
