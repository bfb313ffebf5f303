import { beforeEach, describe, expect, test } from 'vitest'
import { accessEventTable } from '../src/access/index.ts'
import { Audit } from '../src/audit/index.ts'
import { retentionOf } from '../src/config/index.ts'
import { asDid, newId } from '../src/core/index.ts'
import { messageTables } from '../src/messages/index.ts'
import { logRetentions, stocksOf } from '../src/node/retention.ts'
import { entities, migrations } from '../src/node/schema.ts'
import { noticeTable } from '../src/notices/index.ts'
import { processingTables } from '../src/processing/index.ts'
import { ChangeFeed, recordTables } from '../src/records/index.ts'
import { Retention } from '../src/retention/index.ts'
import { rows, type Store } from '../src/store/index.ts'
import { onEachEngine, openTestStore } from './support/engines.ts'

const NOON = Date.UTC(2026, 10, 22, 12)
const DAY = 86_400_000
const bytes = Buffer.from('sealed')
const partner = asDid('did:web:partner.example')
const [, , ownLookTable, breachTable] = processingTables
const [messageTable, , , , callUpTable] = messageTables
const [partnerValueTable] = recordTables
const { looksMonths, messagesMonths, noticesMonths, withdrawnMonths, changesDays } = retentionOf({})
const { closedEvidenceMonths, registeredEvidenceMonths } = retentionOf({})

onEachEngine((engine) => {
  let store: Store
  let audit: Audit
  let feed: ChangeFeed
  const clock = { at: NOON, now: () => clock.at }
  const open = (atOnce?: number) =>
    new Retention({ store, clock, audit, stocks: stocksOf({}, feed) }, ...(atOnce ? [atOnce] : []))
  const insert = (table: unknown, row: object) =>
    store.transact((tx) => tx.insert(table as never, row as never))
  const idsOf = async (table: string, id = 'id') =>
    (await rows<Record<string, string>>(store.reader, `SELECT ${id} FROM ${table}`))
      .map((row) => row[id])
      .sort()
  const swept = async () =>
    (await audit.list({ limit: 100 })).items.filter(({ action }) => action === 'retention.swept').reverse()
  const look = (id: string, at: number) => ({
    ...{ id, at, actorParty: 'p', tokenId: null, partner, subject: null, grantId: null, claims: ['name'] },
  })
  const event = (id: string, at: number, more: object = {}) => ({
    ...{ id, at, subjectParty: 'p', asker: partner, grantId: 'g', linkId: null, actor: bytes },
    ...{ claims: [], purpose: [], outcome: 'permit', codes: [], ...more },
  })
  const message = (id: string, createdAt: number, more: object = {}) => ({
    ...{ id, direction: 'received', remoteId: id, tellId: null, kind: 'purchasing_question', grantId: 'g' },
    ...{
      partner,
      partnerName: 'P',
      party: 'p',
      answerTo: null,
      answerId: null,
      callUpId: null,
      sealed: bytes,
    },
    ...{ state: 'received', outcomeCode: null, attempts: 0, lastError: null, createdAt, toldAt: null },
    ...{ expiresAt: null, ...more },
  })
  const change = () =>
    store.transact((tx) => feed.append(tx, [{ partner, grantId: 'g', kind: 'value_read', claims: ['x'] }]))

  beforeEach(async () => {
    clock.at = NOON
    store = await openTestStore(engine, { entities, migrations })
    audit = new Audit({ store, clock, pseudonym: (id) => id })
    feed = new ChangeFeed({ store, clock, changed: async () => undefined })
  })

  /** Goes on until so many months after noon of the first day, and a day more. */
  const monthsLater = (months: number, days = 1) => {
    clock.at = new Date(NOON).setUTCMonth(10 + months) + days * DAY
  }

  test('looks of our own go when their time is over, and not a day before', async () => {
    await insert(ownLookTable, look('old', NOON))
    await insert(ownLookTable, look('new', NOON + 3 * DAY))
    monthsLater(looksMonths, 0)
    await open().sweep()
    expect(await idsOf('own_look')).toEqual(['new', 'old'])
    monthsLater(looksMonths)
    await open().sweep()
    expect(await idsOf('own_look')).toEqual(['new'])
    expect((await swept()).map(({ data }) => data)).toEqual([{ own_looks: 1 }])
  })

  test('files of a case go a year after it closed, those of a registered one seven years after it ended', async () => {
    const put = (table: string, row: Readonly<Record<string, string | number | null>>) =>
      store.transact((tx) =>
        rows(
          tx,
          `INSERT INTO ${table} (${Object.keys(row)}) VALUES (${Object.keys(row).map(() => '?')}) RETURNING *`,
          Object.values(row),
        ),
      )
    for (const [id, state, decided] of [
      ['open', 'investigating', null],
      ['closed', 'rejected', NOON],
      ['registered', 'registered', NOON - 400 * DAY],
    ] as const) {
      await put('registration_case', {
        ...{
          id,
          channel: 'applied',
          state,
          submitted_at: 0,
          state_since: 0,
          decided_at: decided,
          version: 1,
        },
        registration_id: state === 'registered' ? 'vc' : null,
      })
      await put('case_evidence', {
        ...{ id, case_id: id, kind: 'kvk_extract', state: 'checked', file_id: id, sealed: '', at: 0 },
      })
      await put('stored_file', {
        ...{ id, scope: id, media_type: 'application/pdf', size: 1, digest: 'd', chunks: 1, state: 'kept' },
        created_at: 0,
      })
      await put('file_chunk', { file_id: id, position: 0, sealed: '' })
    }
    await put('issued_credential', {
      ...{ id: 'vc', vct: 'v', issuer: 'i', issuer_party: 'p', subject: 's', digest: 'd', issued_at: 0 },
      expires_at: NOON,
    })
    const left = async () => [await idsOf('stored_file'), await idsOf('file_chunk', 'file_id')]
    const all = ['closed', 'open', 'registered']
    for (const [months, days, expected] of [
      [closedEvidenceMonths, 0, all],
      [closedEvidenceMonths, 1, ['open', 'registered']],
      [registeredEvidenceMonths, 0, ['open', 'registered']],
      [registeredEvidenceMonths, 1, ['open']],
    ] as const) {
      monthsLater(months, days)
      await open().sweep()
      expect(await left()).toEqual([expected, expected])
    }
    expect(await idsOf('case_evidence')).toEqual(all)
    expect((await swept()).map(({ data }) => data)).toEqual([{ evidence_files: 1 }, { evidence_files: 1 }])
  })

  test('looks that an open case may be about stay until it is closed', async () => {
    const scope = { from: NOON, until: NOON, askers: [], actors: [], tokens: [], grants: [], types: [] }
    await insert(breachTable, {
      ...{ id: 'b', state: 'open', discoveredAt: NOON, deadlineAt: NOON, scope, sealed: bytes },
      ...{ authority: null, persons: null, reportedAt: null, personsToldAt: null, nearToldAt: null },
      ...{ overdueToldAt: null, openedAt: NOON, closedAt: null, version: 1 },
    })
    await insert(ownLookTable, look('before', NOON - 1))
    await insert(ownLookTable, look('since', NOON))
    await insert(accessEventTable, event('e', NOON, { outcome: 'deny' }))
    monthsLater(looksMonths)
    await open().sweep()
    expect([await idsOf('own_look'), await idsOf('access_event')]).toEqual([['since'], ['e']])
    await store.transact((tx) => rows(tx, "UPDATE breach SET state = 'closed'"))
    // Another process, once the lease of the first is over.
    clock.at += 2 * 60_000
    await open().sweep()
    expect([await idsOf('own_look'), await idsOf('access_event')]).toEqual([[], []])
  })

  test('of who looked here the last look under each grant and link stays, without who it was', async () => {
    for (const [at, id, more] of [
      [0, 'a1', {}],
      [1, 'a2', {}],
      [2, 'a3', { outcome: 'deny' }],
      [3, 'b1', { linkId: 'l' }],
      [4, 'b2', { grantId: null }],
    ] as const)
      await insert(accessEventTable, event(id, NOON + at, more))
    monthsLater(looksMonths)
    await open().sweep()
    // The look by the link is a look under the grant.
    expect(await idsOf('access_event')).toEqual(['b1'])
    expect(await rows(store.reader, 'SELECT actor FROM access_event')).toEqual([{ actor: null }])
  })

  test('messages go with their answers; what waits, or can still be answered, stays', async () => {
    await insert(messageTable, message('m1', NOON, { answerId: 'm2' }))
    await insert(messageTable, message('m2', NOON + DAY * 400, { answerTo: 'm1' }))
    await insert(messageTable, message('waits', NOON, { state: 'waiting' }))
    await insert(messageTable, message('asked', NOON, { answerId: 'leaving' }))
    await insert(messageTable, message('leaving', NOON, { answerTo: 'asked', state: 'waiting' }))
    await insert(messageTable, message('open', NOON, { expiresAt: NOON + 10_000 * DAY }))
    await insert(messageTable, message('called', NOON, { callUpId: 'c1', expiresAt: NOON }))
    await insert(messageTable, message('new', NOON + 3 * DAY, { callUpId: 'c2' }))
    const callUp = {
      role: 'freelancer',
      sealed: bytes,
      wanted: null,
      yes: 0,
      no: 0,
      maybe: 0,
      createdAt: NOON,
    }
    for (const [id, state] of [['c1', 'closed'] as const, ['c2', 'closed'] as const, ['c3', 'open'] as const])
      await insert(callUpTable, { ...callUp, id, state, closedAt: null, expiresAt: NOON + 10_000 * DAY })
    monthsLater(messagesMonths)
    await open().sweep()
    expect(await idsOf('message')).toEqual(['asked', 'leaving', 'new', 'open', 'waits'])
    expect(await idsOf('call_up')).toEqual(['c2', 'c3'])
    expect((await swept()).map(({ data }) => data)).toEqual([{ messages: 2, call_ups: 1 }])
  })

  test('notices go once they were told; one that waits stays', async () => {
    const notice = {
      ...{
        kind: 'ended',
        grantId: 'g',
        subjectParty: 'p',
        recipient: partner,
        recipientName: 'P',
        claims: [],
      },
      ...{ reason: null, outcomeCode: null, attempts: 0, lastError: null, createdAt: NOON, toldAt: null },
      settledAt: null,
    }
    for (const state of ['acknowledged', 'impossible', 'told', 'waiting'] as const)
      await insert(noticeTable, { ...notice, id: state, state })
    monthsLater(noticesMonths)
    await open().sweep()
    expect(await idsOf('notice')).toEqual(['waiting'])
  })

  test('that a value was withdrawn is forgotten; what is current stays', async () => {
    const value = {
      ...{
        grantId: 'g',
        partner,
        subject: partner,
        vct: 'v',
        path: ['x'],
        sealed: null,
        mark: '',
        issuer: partner,
      },
      ...{
        selfDeclared: 0,
        trusted: 0,
        issuedAt: NOON,
        validUntil: null,
        statusAsOf: null,
        grantExpiresAt: NOON,
      },
      ...{ readAt: NOON, changedAt: null, withdrawnCode: null },
    }
    await insert(partnerValueTable, { ...value, id: 'gone', state: 'withdrawn', withdrawnAt: NOON })
    await insert(partnerValueTable, { ...value, id: 'late', state: 'withdrawn', withdrawnAt: NOON + 3 * DAY })
    await insert(partnerValueTable, { ...value, id: 'here', state: 'current', withdrawnAt: null })
    monthsLater(withdrawnMonths)
    await open().sweep()
    expect(await idsOf('partner_value')).toEqual(['here', 'late'])
  })

  describe('the change feed', () => {
    beforeEach(async () => {
      for (let n = 0; n < 3; n++) await change()
      clock.at += 10 * DAY
      await change()
      clock.at = NOON + (changesDays + 1) * DAY
    })
    const assessed = (seq: number) =>
      store.transact((tx) => rows(tx, 'UPDATE quality_head SET seq = ? RETURNING seq', [seq]))

    test('says that a place in it is too old, and where to go on: nobody skips a change without a word', async () => {
      await assessed(4)
      await open().sweep()
      const tooOld = { kind: 'gone', code: 'changes_too_old', params: { resume_after: '4' } }
      for (const after of [0, 2]) await expect(feed.list(after, 9)).rejects.toMatchObject(tooOld)
      expect((await feed.list(3, 9)).map(({ seq }) => seq)).toEqual([4])
      await change()
      expect((await feed.list(4, 9)).map(({ seq }) => seq)).toEqual([5])
    })

    test('keeps what the node itself has not read yet', async () => {
      await assessed(1)
      await open().sweep()
      expect((await feed.list(1, 9)).map(({ seq }) => seq)).toEqual([2, 3, 4])
    })

    test('goes on with its numbers when all of it is gone', async () => {
      await assessed(4)
      clock.at += 100 * DAY
      await open().sweep()
      expect(await feed.list(4, 9)).toEqual([])
      await change()
      expect((await feed.list(4, 9)).map(({ seq }) => seq)).toEqual([5])
    })
  })

  test('two processes do not do it twice, and every row that went is counted once', async () => {
    for (let n = 0; n < 40; n++) await insert(ownLookTable, look(newId(), NOON))
    monthsLater(looksMonths)
    await Promise.all([open(7).sweep(), open(7).sweep()])
    const counts = (await swept()).map(({ data }) => Number(data.own_looks))
    expect(counts).toEqual([7, 7, 7, 7, 7, 5])
    expect(await idsOf('own_look')).toEqual([])
    // One did all of it: whoever has the lease.
    expect(await idsOf('lease', 'holder')).toHaveLength(1)
  })

  test('what cannot be written down is not removed', async () => {
    await insert(ownLookTable, look('old', NOON))
    monthsLater(looksMonths)
    const retention = open()
    const record = audit.record.bind(audit)
    audit.record = () => Promise.reject(new Error('killed'))
    await expect(retention.sweep()).rejects.toThrow('killed')
    expect(await idsOf('own_look')).toEqual(['old'])
    audit.record = record
    await retention.sweep()
    expect([await idsOf('own_look'), (await swept()).length]).toEqual([[], 1])
  })

  test('a large backlog goes a few rows at a time, and the rest the next time', async () => {
    for (let n = 0; n < 45; n++) await insert(ownLookTable, look(newId(), NOON))
    monthsLater(looksMonths)
    const retention = open(2)
    await retention.sweep()
    expect(await idsOf('own_look')).toHaveLength(5)
    await retention.sweep()
    expect(await idsOf('own_look')).toEqual([])
  })

  test('the audit log is never shortened, and holds', async () => {
    for (let n = 0; n < 5; n++) await store.transact((tx) => audit.record(tx, 'system', 'grant.made', {}))
    await audit.seal()
    await insert(ownLookTable, look('old', NOON))
    monthsLater(1200)
    await open().sweep()
    await audit.seal()
    expect((await audit.list({ limit: 100 })).items).toHaveLength(6)
    expect(await audit.verify()).toMatchObject({ intact: true })
  })
})

test('the record of processing says what is done', () => {
  const said = logRetentions({
    retention: { ...retentionOf({}), looksMonths: 7, messagesMonths: 9, noticesMonths: 11 },
  })
  for (const language of ['nl', 'en'] as const) {
    const text = said.map((one) => one[language]).join(' ')
    for (const months of [7, 9, 11]) expect(text).toMatch(new RegExp(`\\b${months} (maanden|months)`))
  }
})
