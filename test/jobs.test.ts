import { beforeAll, describe, expect, test } from 'vitest'
import { onEachEngine } from './support/engines.ts'
import { openImport } from './support/import-list.ts'
import { registerAll, startTrio, type TestTrio } from './support/nodes.ts'

interface Job {
  id: string
  state: string
  result: Record<string, unknown> | null
  ended_at: string | null
}

onEachEngine((engine) => {
  let trio: TestTrio
  beforeAll(async () => {
    trio = await startTrio(engine)
    await registerAll(trio)
    await trio.company.call('company', 'POST', '/people', {
      ...{ account: 'sanne', given_name: 'Sanne', family_name: 'Nietje', role: 'account_manager' },
      ...{ email: 'sanne@nietmachine.example', roles: ['coordinator'] },
    })
  })

  /** What a page that watches is told, until it is over. */
  const watch = async (id: string, account = 'company') => {
    const response = await fetch(`${trio.company.url}/api/v1/jobs/${id}/events`, {
      headers: { authorization: `Bearer ${trio.company.token(account)}` },
    })
    const text = await response.text()
    const events = text
      .split('\n')
      .flatMap((line) => (line.startsWith('data: ') ? [JSON.parse(line.slice(6)) as Job] : []))
    return { status: response.status, type: response.headers.get('content-type'), events, text }
  }
  const start = async (id: string, what: 'apply' | 'undo') => {
    const job = await trio.company.call<Job>('company', 'POST', `/partners/imports/${id}/jobs`, { what })
    expect(job.status, JSON.stringify(job.body)).toBe(202)
    return job.body.id
  }
  const partners = async () =>
    (await trio.company.call<{ items: object[] }>('company', 'GET', '/partners?limit=200')).body.items.length

  describe('an import as a job', () => {
    test('is watched until it is done, and undone again', async () => {
      const before = await partners()
      const id = await openImport(trio.company, ['examples/auditfile.xaf'])
      const done = await watch(await start(id, 'apply'))
      expect(done.type).toBe('text/event-stream')
      expect(done.events.at(-1)).toMatchObject({ state: 'done', result: { new: 25 } })
      expect(await partners()).toBe(before + 25)
      const undone = await watch(await start(id, 'undo'))
      expect(undone.events.at(-1)).toMatchObject({ state: 'done', result: { removed: 25, kept: 0 } })
      expect(await partners()).toBe(before)
    })

    test('leaves alone whom somebody invited, and takes back who was to be told', async () => {
      const toTell = async () =>
        (
          await trio.company.call<{ items: { id: string; partner: string }[] }>(
            ...(['company', 'GET', '/informing?limit=200'] as const),
          )
        ).body.items
      const before = await toTell()
      const id = await openImport(trio.company, ['examples/auditfile.xaf', 'examples/debiteuren.csv'])
      await watch(await start(id, 'apply'))
      expect((await toTell()).length).toBeGreaterThan(before.length)
      const { body } = await trio.company.call<{ items: { id: string; name: string }[] }>(
        ...(['company', 'GET', '/partners?network_state=not_in_network&limit=1'] as const),
      )
      const [wanted] = body.items
      const invited = await trio.company.call('company', 'POST', '/invitations', {
        ...{ partners: [wanted?.id], why: 'Wij willen samen veilig delen' },
      })
      expect(invited.status, JSON.stringify(invited.body)).toBe(201)
      const undone = await watch(await start(id, 'undo'))
      expect(undone.events.at(-1)).toMatchObject({ state: 'done', result: { kept: 1 } })
      const left = await trio.company.call<{ items: { id: string }[] }>(
        'company',
        'GET',
        '/partners?limit=200',
      )
      expect(left.body.items.map(({ id }) => id)).toContain(wanted?.id)
      const known = new Set([...before.map(({ partner }) => partner), wanted?.id])
      expect((await toTell()).filter(({ partner }) => !known.has(partner))).toEqual([])
    })

    test('that cannot be says why', async () => {
      const id = await openImport(trio.company, ['examples/debiteuren.csv'])
      const { events } = await watch(await start(id, 'apply'))
      expect(events.at(-1)).toMatchObject({ state: 'failed', code: 'import_nothing_picked' })
    })

    test('of somebody else is not there, whoever asks and however', async () => {
      const id = await openImport(trio.company, ['examples/auditfile.xaf'])
      const job = await start(id, 'apply')
      await watch(job)
      expect(await watch(job, 'sanne')).toMatchObject({ status: 404, events: [] })
      for (const path of [`/jobs/${job}`, `/jobs/${job}/cancellation`]) {
        const method = path.endsWith('cancellation') ? 'POST' : 'GET'
        const { status, body } = await trio.company.call<{ code: string }>('sanne', method, path)
        expect([status, body.code]).toEqual([404, 'job_unknown'])
      }
    })
  })
})
