import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { packageRoot } from './support/build.ts'
import { startTestNetwork, type TestNetwork } from './support/network.ts'

/** The lines of the README's story, as a reader copies them. */
function storyLines(): string[] {
  const readme = readFileSync(join(packageRoot, 'README.md'), 'utf8')
  const story = readme.slice(readme.indexOf('## The story'), readme.indexOf('## How it works'))
  const blocks = [...story.matchAll(/```sh\n(.*?)```/gs)].map(([, block = '']) => block)
  return blocks.flatMap((block) => block.split('\n')).filter((line) => line !== '')
}

const lines = storyLines()
const refusalOf = (line: string) => /# refused: (\w+)$/.exec(line)?.[1]

let network: TestNetwork
beforeAll(async () => {
  network = await startTestNetwork()
}, 240_000)
afterAll(() => network?.dispose())

test('the README tells the whole story', () => {
  expect(lines.length).toBeGreaterThan(30)
  expect(lines.filter(refusalOf)).toHaveLength(3)
})

/** The test's network is on other ports than the one a reader starts. */
const here = (line: string) => line.replaceAll('http://127.0.0.1:4801', network.urls.myobi)

const said = new Map<string, string>()
const outputOf = (part: string) => [...said].find(([line]) => line.includes(part))?.[1] ?? ''

test.each(lines)('$ %s', { timeout: 120_000 }, async (line) => {
  const refused = refusalOf(line)
  let result = await network.run(here(line))
  // Offers travel after the command that made them: what a reader finds a second later, a script must wait for.
  for (let tries = 0; !refused && !line.endsWith('# revoked') && result.code !== 0 && tries < 20; tries++) {
    await pause(250)
    result = await network.run(here(line))
  }
  said.set(line, result.stdout)
  if (line.endsWith('# revoked'))
    expect([result.code, result.stdout]).toEqual([1, expect.stringContaining('NOT VERIFIED')])
  else if (refused) expect([result.code, result.stderr]).toEqual([1, expect.stringContaining(`[${refused}]`)])
  else expect([result.code, result.stderr]).toEqual([0, expect.anything()])
})

test('what was read carries its source, and nothing more than was granted', () => {
  const read = outputOf('--as sanne read --partner "Bakkerij De Kruimelkoning B.V."')
  expect(read).toMatch(/company-registration\.kvk_number +48245915 +attested by MYOBI/)
  expect(read).toMatch(/company-profile\.email +info@bakkerij-de-kruimelkoning\.example +says so itself/)
  expect(read).toMatch(/contact-person\.email +bram@bakkerij-de-kruimelkoning\.example/)
  expect(read).not.toContain('iban')
})

test('a correction is told, and the next read brings it', () => {
  expect(outputOf('B.V." --claims company-profile.email')).toContain(
    'administratie@bakkerij-de-kruimelkoning.example',
  )
  expect(outputOf('notices list')).toContain('company-profile.email')
})

test('the partner in the list is known to be in the network', () => {
  expect(outputOf('partners list')).toContain('in the network')
})

test('the record is intact and the log names the employee', () => {
  expect(outputOf('audit verify')).toMatch(/intact +yes/)
  expect(outputOf('--as bram log')).toContain('Sanne Nietje (account_manager)')
})
