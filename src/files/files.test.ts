import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { onEachEngine, openTestStore } from '../../test/support/engines.ts'
import { Vault, vaultKeyTable, vaultMigration } from '../vault/index.ts'
import { fileChunkTable, filesMigration, fileTables, storedFileTable } from './file-table.ts'
import { type FileRules, Files } from './files.ts'

const PDF = '%PDF-1.7\n'
const EICAR = ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR', '-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'].join('')
const rules: FileRules = { allowed: ['application/pdf', 'image/png'], maxBytes: 2_000_000 }

async function* inParts(bytes: Uint8Array, size = 70_001): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < bytes.length; from += size) yield bytes.subarray(from, from + size)
}
const pdf = (bytes: number) => Buffer.concat([Buffer.from(PDF), randomBytes(bytes)])

async function collect(content: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = []
  for await (const piece of content) pieces.push(piece)
  return Buffer.concat(pieces)
}

onEachEngine((engine) => {
  const open = async () => {
    let now = Date.parse('2026-11-22T12:00:00Z')
    const clock = { now: () => now }
    const store = await openTestStore(engine, {
      entities: [vaultKeyTable, ...fileTables],
      migrations: [vaultMigration, filesMigration],
    })
    const vault = await Vault.open({ store, clock, masterKey: Buffer.alloc(32, 7) })
    await store.transact((tx) => vault.createKey(tx, 'case:1'))
    const files = new Files({ store, vault, clock })
    const count = async () => [
      await store.reader.count(storedFileTable),
      await store.reader.count(fileChunkTable),
    ]
    return { store, vault, files, count, later: (ms: number) => (now += ms) }
  }

  test('a file comes out as it went in, and lies nowhere in the clear', async () => {
    const { store, files } = await open()
    const content = Buffer.concat([pdf(700_000), Buffer.from('the secret words')])
    const file = await files.stage('case:1', inParts(content), rules)
    expect(file).toMatchObject({ mediaType: 'application/pdf', size: content.length, chunks: 3 })
    await store.transact((tx) => files.keep(tx, file))
    const opened = await files.open(file.id, 'case:1')
    expect((await collect(opened.content)).equals(content)).toBe(true)
    const chunks = await store.reader.find(fileChunkTable)
    expect(Buffer.concat(chunks.map(({ sealed }) => sealed)).includes('the secret words')).toBe(false)
  })

  test('what is staged is there for nobody, is kept once, and is swept when nobody keeps it', async () => {
    const { store, files, count, later } = await open()
    const file = await files.stage('case:1', inParts(pdf(10)), rules)
    await expect(files.open(file.id, 'case:1')).rejects.toMatchObject({ code: 'file_unknown' })
    await store.transact((tx) => files.keep(tx, file))
    await expect(store.transact((tx) => files.keep(tx, file))).rejects.toMatchObject({ code: 'file_unknown' })
    await files.stage('case:1', inParts(pdf(10)), rules)
    later(59 * 60_000)
    await files.sweep()
    expect(await count()).toEqual([2, 2])
    later(2 * 60_000)
    await files.sweep()
    expect(await count()).toEqual([1, 1])
    expect((await files.open(file.id, 'case:1')).file.size).toBe(PDF.length + 10)
  })

  test('another’s file is not found, nor kept', async () => {
    const { store, files } = await open()
    const file = await files.stage('case:1', inParts(pdf(10)), rules)
    const keep = store.transact((tx) => files.keep(tx, { id: file.id, scope: 'case:2' }))
    await expect(keep).rejects.toMatchObject({ code: 'file_unknown' })
    await store.transact((tx) => files.keep(tx, file))
    await expect(files.open(file.id, 'case:2')).rejects.toMatchObject({ code: 'file_unknown' })
  })

  test.each([
    ['an empty file', Buffer.alloc(0), 'file_empty'],
    [
      'what says it is a PDF and is not',
      Buffer.from('MZ is what a program begins with'),
      'file_type_not_allowed',
    ],
    ['a kind that is not taken here', Buffer.from([0xff, 0xd8, 0xff, 0xe0]), 'file_type_not_allowed'],
    ['too much', pdf(2_000_000), 'file_too_large'],
    [
      'a virus test in the middle',
      Buffer.concat([pdf(300), Buffer.from(EICAR), randomBytes(9)]),
      'file_infected',
    ],
    [
      'one across two pieces',
      Buffer.concat([pdf(256 * 1024 - PDF.length - 30), Buffer.from(EICAR)]),
      'file_infected',
    ],
  ])('%s is refused and leaves nothing', async (_, content, code) => {
    const { files, count } = await open()
    await expect(files.stage('case:1', inParts(content), rules)).rejects.toMatchObject({ code })
    expect(await count()).toEqual([0, 0])
  })

  test('what breaks off on its way leaves nothing', async () => {
    const { files, count } = await open()
    async function* breaking() {
      yield* inParts(pdf(600_000))
      throw new Error('gone')
    }
    await expect(files.stage('case:1', breaking(), rules)).rejects.toThrow('gone')
    expect(await count()).toEqual([0, 0])
  })

  test('pieces that were swapped, left out or cut off are not given as the file', async () => {
    const { store, files } = await open()
    const file = await files.stage('case:1', inParts(pdf(600_000)), rules)
    await store.transact((tx) => files.keep(tx, file))
    const read = async () => collect((await files.open(file.id, 'case:1')).content)
    const [first, second] = await store.reader.find(fileChunkTable, { order: { position: 'ASC' } })
    const write = (position: number, sealed: Buffer | undefined) =>
      store.transact((tx) =>
        tx.update(fileChunkTable, { fileId: file.id, position }, { sealed: sealed as Buffer }),
      )
    await write(0, second?.sealed)
    await expect(read()).rejects.toMatchObject({ code: 'sealed_value_broken' })
    await write(0, first?.sealed)
    await store.transact((tx) => tx.update(storedFileTable, { id: file.id }, { chunks: 2 }))
    await expect(read()).rejects.toMatchObject({ code: 'file_broken' })
    await store.transact((tx) => tx.update(storedFileTable, { id: file.id }, { chunks: 4 }))
    await expect(read()).rejects.toMatchObject({ code: 'file_broken' })
  })

  test('of whose key was destroyed no file opens', async () => {
    const { store, vault, files } = await open()
    const file = await files.stage('case:1', inParts(pdf(10)), rules)
    await store.transact((tx) => files.keep(tx, file))
    await store.transact((tx) => vault.destroyKey(tx, 'case:1'))
    const read = async () => collect((await files.open(file.id, 'case:1')).content)
    await expect(read()).rejects.toMatchObject({ code: 'sealed_value_lost' })
  })
})
