import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { dirname } from 'node:path'
import { expect, test } from 'vitest'
import { atEnd } from '../../test/support/endings.ts'
import { newStorage } from '../../test/support/engines.ts'
import { administrator } from '../../test/support/nodes.ts'
import { asDid, silentLog, systemClock } from '../core/index.ts'
import { openGround } from './ground.ts'

test('the chain and the own systems may be in the own network; nobody else can have us call there', async () => {
  const asked: string[] = []
  const chain = createServer((request, response) => {
    asked.push(String(request.url))
    response.setHeader('content-type', 'application/json').end('{"jsonrpc":"2.0","id":1,"result":"0x0"}')
  }).listen(0, '127.0.0.1')
  await once(chain, 'listening')
  const rpcUrl = `http://127.0.0.1:${(chain.address() as AddressInfo).port}`
  const erp = createServer((_, response) => response.end()).listen(0, '127.0.0.1')
  await once(erp, 'listening')
  const erpHost = `127.0.0.1:${(erp.address() as AddressInfo).port}`
  const login = createServer((_, response) => response.end()).listen(0, '127.0.0.1')
  await once(login, 'listening')
  const loginUrl = `http://127.0.0.1:${(login.address() as AddressInfo).port}`
  const storage = newStorage('sqlite')
  const ground = await openGround({
    config: {
      name: 'company',
      url: 'https://regie.example',
      listen: { host: '127.0.0.1', port: 0 },
      dataDir: storage.engine === 'sqlite' ? dirname(storage.file) : '',
      storage,
      organisation: { name: 'Nietmachine B.V.' },
      administrator: administrator('company', ['coordinator']),
      chain: { chainId: 31337, rpcUrl, registry: '0xdca7ef03e98e0dc2b855be647c39abe984fcf21b' },
      trustAnchor: { url: 'https://myobi.example' },
      isTrustAnchor: false,
      loopback: false,
      egress: { allowHosts: [erpHost] },
      openid: {
        ...{ issuer: loginUrl, clientId: 'regie', label: { nl: 'Aanmelden', en: 'Sign in' }, scopes: [] },
        ...{ accountClaim: 'email', groupsClaim: 'groups', groups: [], create: false },
      },
      localTokens: false,
    },
    secrets: { masterKey: randomBytes(32) },
    log: silentLog,
    clock: systemClock,
  })
  atEnd(async () => {
    await Promise.all(
      [ground.egress, ground.chainEgress, ground.webhookEgress, ground.loginEgress, ground.store].map((one) =>
        one.dispose(),
      ),
    )
    chain.close()
    erp.close()
    login.close()
  })
  await ground.agent
    .resolve(asDid('did:ethr:0x7a69:0x0000000000000000000000000000000000000001'))
    .catch(() => undefined)
  const callsToTheChain = asked.length
  expect(callsToTheChain).toBeGreaterThan(0)
  await expect(ground.egress.request(rpcUrl)).rejects.toMatchObject({ code: 'egress_refused_url' })
  expect((await ground.webhookEgress.request(`http://${erpHost}`)).status).toBe(200)
  expect((await ground.loginEgress.request(loginUrl)).status).toBe(200)
  for (const [egress, url] of [
    [ground.egress, `http://${erpHost}`],
    [ground.chainEgress, `http://${erpHost}`],
    [ground.webhookEgress, rpcUrl],
    [ground.loginEgress, rpcUrl],
    [ground.egress, loginUrl],
    [ground.webhookEgress, loginUrl],
  ] as const)
    await expect(egress.request(url)).rejects.toMatchObject({ code: 'egress_refused_url' })
  expect(asked).toHaveLength(callsToTheChain)
})
