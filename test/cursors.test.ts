import { expect, test } from 'vitest'
import { startTrio, type TestNode } from './support/nodes.ts'

interface Described {
  readonly parameters?: readonly { readonly name: string }[]
}

/** Every list that goes on where a cursor says, from what the node tells about itself. */
async function listsOf({ url }: TestNode): Promise<string[]> {
  const { paths } = (await (await fetch(`${url}/api/openapi.json`)).json()) as {
    paths: Record<string, { get?: Described }>
  }
  return Object.keys(paths).filter(
    (path) => !path.includes('{') && paths[path]?.get?.parameters?.some(({ name }) => name === 'cursor'),
  )
}

test('a cursor that no list ever gave is refused by every list, not taken for a place in it', async () => {
  const { myobi } = await startTrio('sqlite')
  const roles = [
    'contact_person',
    'account_manager',
    'coordinator',
    'administrator',
    'servicedesk',
    'auditor',
  ]
  const ans = { account: 'ans', given_name: 'Ans', family_name: 'Alleen', email: 'ans@alleen.example' }
  await myobi.call(myobi.config.name, 'POST', '/people', { ...ans, role: 'tester', roles })
  const headers = { authorization: `Bearer ${myobi.token('ans')}` }
  const answers = new Map<string, string>()
  const lists = await listsOf(myobi)
  expect(lists.length).toBeGreaterThan(15)
  for (const path of lists) {
    const response = await fetch(`${myobi.url}/api/v1${path}?cursor=zzz`, { headers })
    const { code } = (await response.json()) as { code?: string }
    answers.set(path, `${response.status} ${code}`)
  }
  const ranked = [
    '/partners/quality',
    '/partners/duplicates',
    '/partners/reciprocity',
    '/registrations/queue',
  ]
  const expected = (path: string) => (ranked.includes(path) ? '400 invalid_cursor' : '400 invalid_input')
  expect(Object.fromEntries(answers)).toEqual(Object.fromEntries(lists.map((path) => [path, expected(path)])))
})
