import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { silentLog } from '../src/core/index.ts'
import { importInto } from '../src/network/import-node.ts'
import { createNode, type Node } from '../src/node/index.ts'
import { deriveFileKey, newDerivation } from '../src/wallet-file/index.ts'
import { atEnd } from './support/endings.ts'
import { newStorage, onEachEngine } from './support/engines.ts'
import { eventually, newRequest, settleTrio, startTrio, type TestTrio } from './support/nodes.ts'

const cheap = () => ({ ...newDerivation(), m: 19_456, t: 2, p: 1 })
const PASSPHRASE = 'een zin die wij apart bewaren'

onEachEngine((engine) => {
  let trio: TestTrio
  let dir: string
  let file: Buffer
  let restored: Node
  const ask = async (passphrase = PASSPHRASE) => {
    const { key, derivation } = await deriveFileKey(passphrase, cheap())
    return { key: Buffer.from(key).toString('base64url'), kdf: derivation }
  }
  const fetchBackup = async (account: string, input: object, node = trio.partner) =>
    fetch(`${node.url}/api/v1/backups`, {
      method: 'POST',
      headers: { authorization: `Bearer ${node.token(account)}`, 'content-type': 'application/json' },
      body: JSON.stringify(input),
    })
  const reads = async () =>
    (await trio.company.call('company', 'POST', '/access/reads', { partner: '48245915' })).status

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'regie-backup-'))
    atEnd(() => rmSync(dir, { recursive: true, force: true }))
    trio = await startTrio(engine)
    await settleTrio(trio)
    await trio.company.call('company', 'POST', '/access/requests', {
      ...newRequest,
      claims: ['company-profile.email'],
    })
    const request = await eventually(async () => {
      const { body } = await trio.partner.call<{ items: { id: string }[] }>(
        'partner',
        'GET',
        '/access/requests?state=pending',
      )
      return body.items[0]?.id
    }, 'the request')
    await trio.partner.call('partner', 'POST', `/access/requests/${request}/approval`)
    await eventually(async () => (await reads()) === 200, 'the first read')
  })

  test('only its administrator takes a backup, and never without a key', async () => {
    expect((await fetchBackup('bram', await ask())).status).toBe(403)
    expect((await fetchBackup('partner', { ...(await ask()), key: 'short' })).status).toBe(400)
    expect(await (await fetchBackup('myobi', await ask(), trio.myobi)).json()).toMatchObject({
      code: 'backup_at_the_machine',
    })
  })

  test('a backup is taken while the node goes on, says nothing of whose it is, and stands in the record', async () => {
    const [answer] = await Promise.all([
      fetchBackup('partner', await ask()),
      ...Array.from({ length: 5 }, (_, n) =>
        trio.partner.call('partner', 'POST', '/profile', { description: `Versie ${n}` }),
      ),
    ])
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-disposition')).toMatch(/^attachment; filename=regie-[\d-]+\.regie$/)
    file = Buffer.from(await answer.arrayBuffer())
    for (const said of ['Kruimelkoning', 'kruimelkoning', '48245915', 'NL91ABNA'])
      expect(file.includes(said), said).toBe(false)
    const { body } = await trio.partner.call<{ items: { action: string }[] }>(
      'partner',
      'GET',
      '/audit?limit=50',
    )
    expect(body.items.map(({ action }) => action)).toContain('organisation.backup_made')
  })

  test('with another passphrase, or cut short, it makes nothing', async () => {
    const path = join(dir, 'backup.regie')
    writeFileSync(path, file)
    await expect(bringIn('wrong', path, 'een heel andere zin')).rejects.toMatchObject({
      code: 'node_file_passphrase_wrong',
    })
    const half = join(dir, 'half.regie')
    writeFileSync(half, file.subarray(0, file.length >> 1))
    await expect(bringIn('half', half)).rejects.toMatchObject({ code: 'node_file_damaged' })
  })

  test('when its machine is lost the node is made anew from it: same keys, same grants', async () => {
    const path = join(dir, 'backup.regie')
    await trio.partner.node.dispose()
    const { config, rows, takenAt } = await bringIn('restored', path)
    expect(rows).toBeGreaterThan(100)
    expect(Date.parse(takenAt ?? '')).toBeLessThanOrEqual(trio.clock.now())
    restored = await createNode({
      config,
      secrets: { masterKey: keyIn(config.dataDir) },
      log: silentLog,
      clock: trio.clock,
    })
    atEnd(() => restored.dispose())
    await restored.start()
    await eventually(async () => (await reads()) === 200, 'a read of the node that was made anew')
  })

  const keyIn = (folder: string) =>
    Buffer.from(readFileSync(join(folder, 'master.key'), 'utf8').trim(), 'base64url')

  /** Makes the partner's node anew, in a folder and a database of its own. */
  const bringIn = async (name: string, path: string, passphrase = PASSPHRASE) => {
    const config = { ...trio.partner.config, dataDir: join(dir, name), storage: newStorage(engine) }
    const made = await importInto(config, {
      file: path,
      keyFor: async ({ kdf }) => (await deriveFileKey(passphrase, kdf)).key,
    })
    return { ...made, config }
  }
})
