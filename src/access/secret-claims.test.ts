import { expect, test } from 'vitest'
import { type ClaimMetadata, loadCredentialTypes } from '../credentials/index.ts'
import { closedSecrets, requireNoClosedSecret } from './secret-claims.ts'

const claim = (path: ClaimMetadata['path'], data_class: ClaimMetadata['regie']['data_class']) =>
  ({ path, regie: { data_class } }) as ClaimMetadata
const claims = [
  claim(['name'], 'public'),
  claim(['recipe'], 'trade_secret'),
  claim(['suppliers'], 'confidential'),
  claim(['suppliers', null, 'price'], 'trade_secret'),
  claim(['suppliers', null, 'name'], 'confidential'),
]
const types = { find: (vct: string) => (vct === 'process' ? { metadata: { claims } } : null) }

test.each([
  ['what is no secret', 'process', ['name'], false],
  ['a secret', 'process', ['recipe'], true],
  ['what lies in a secret', 'process', ['recipe', 'steps'], true],
  ['what holds a secret', 'process', ['suppliers'], true],
  ['an element that holds a secret', 'process', ['suppliers', 3], true],
  ['a secret of an element', 'process', ['suppliers', 3, 'price'], true],
  ['what lies beside a secret', 'process', ['suppliers', 3, 'name'], false],
  ['what is of a type nobody can look up', 'passport', ['name'], true],
] as const)('%s is closed without an agreement: %#', (_, vct, path, isClosed) => {
  const target = { vct, path: [...path] }
  expect(closedSecrets(types, [target], false)).toEqual(isClosed ? [target] : [])
  expect(closedSecrets(types, [target], true)).toEqual([])
})

test('a request for one secret among other claims is refused as a whole', () => {
  const asked = ['name', 'recipe'].map((name) => ({ vct: 'process', path: [name] }))
  expect(() => requireNoClosedSecret(types, asked, false)).toThrow(
    expect.objectContaining({ code: 'secret_needs_agreement' }),
  )
  expect(() => requireNoClosedSecret(types, asked, true)).not.toThrow()
})

test('no type of the network holds a secret by mistake', () => {
  const shipped = loadCredentialTypes('credentials', 'schemas')
  const all = shipped
    .list()
    .flatMap(({ vct, metadata }) => metadata.claims.map(({ path }) => ({ vct, path: path as string[] })))
  expect(closedSecrets(shipped, all, false)).toEqual([])
})
