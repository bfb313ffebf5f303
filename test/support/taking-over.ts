import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TestNode } from './nodes.ts'

/** What people of these tests consent with. */
export const SECRET = 'de broodjes liggen onder de linnen doek'

/** What somebody gets who takes her account over. */
export async function activate(link: string): Promise<string> {
  const { origin, hash } = new URL(link)
  const response = await fetch(`${origin}/api/v1/activations`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ code: hash.slice(1), secret: SECRET }),
  })
  const { token } = (await response.json()) as { token: string }
  return token
}

/** The first administrator takes her account over, and keeps what opens it where the tests find it. */
export async function takeOver({ config }: Pick<TestNode, 'config'>): Promise<void> {
  const file = (kind: string) => join(config.dataDir, 'tokens', `${config.administrator.account}.${kind}`)
  const link = readFileSync(file('welcome'), 'utf8').trim()
  writeFileSync(file('token'), await activate(link))
  writeFileSync(file('secret'), SECRET)
}
