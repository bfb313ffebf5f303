import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { packageRoot } from '../../test/support/build.ts'
import { planNetwork } from './plan.ts'

const dir = mkdtempSync(join(tmpdir(), 'regie-plan-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

function plan(change: (text: string) => string = (text) => text, env = {}) {
  const path = join(dir, 'agent.yml')
  writeFileSync(path, change(readFileSync(join(packageRoot, 'agent.yml'), 'utf8')))
  return planNetwork(path, packageRoot, { REGIE_DATA: dir, ...env })
}

test('the company of agent.yml gets a trust anchor, a partner and a chain beside it', () => {
  const { company, trustAnchor, partner, chainPort } = plan()
  expect([company, trustAnchor, partner].map(({ settings }) => settings.url)).toEqual([
    'http://127.0.0.1:4800',
    'http://127.0.0.1:4801',
    'http://127.0.0.1:4802',
  ])
  expect([company, trustAnchor, partner].map(({ settings }) => settings.dataDir)).toEqual(
    ['company', 'myobi', 'partner'].map((name) => join(dir, name)),
  )
  expect(chainPort).toBe(4845)
})

test('REGIE_PORT moves all of them', () => {
  const { company, trustAnchor, partner, chainPort } = plan(undefined, { REGIE_PORT: '6000' })
  const ports = [company, trustAnchor, partner].map(({ settings }) => settings.listen.port)
  expect([...ports, chainPort]).toEqual([6000, 6001, 6002, 6045])
})

test('what the environment holds for the company is not passed to its neighbours', () => {
  const { company, trustAnchor, partner } = plan(undefined, { REGIE_MASTER_KEY: 'k', REGIE_OTHER: 'x' })
  expect(company.env).toMatchObject({ REGIE_MASTER_KEY: 'k', REGIE_OTHER: 'x', REGIE_DATA: dir })
  for (const { env } of [trustAnchor, partner])
    expect(Object.keys(env).sort()).toEqual(['REGIE_DATA', 'REGIE_PORT'])
})

test.each([
  ['node.name', (text: string) => text.replace('name: company', 'name: myobi')],
  ['node.name', (text: string) => text.replace('name: company', 'name: chain')],
  ['node.listen.port', (text: string) => text.replace('4800', '4802')],
  ['node.listen.port', (text: string) => text.replace('4800', '4845')],
])('a company that takes the %s of another part is refused', (path, change) => {
  expect(() => plan(change)).toThrow(
    expect.objectContaining({ code: 'config_invalid', params: { file: 'agent.yml', path } }),
  )
})
