import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { packageRoot } from '../../test/support/build.ts'
import { loadTerms, termIn } from './terms.ts'

const order = 'https://w3id.org/dpv#CustomerOrderManagement'
const contract = 'https://w3id.org/dpv/legal/eu/gdpr#A6-1-b'

test('purposes and legal bases read by their label, in either language', () => {
  const terms = loadTerms(pathToFileURL(`${packageRoot}/policy/`))
  expect([order, contract].map(termIn(terms, 'en'))).toEqual(['Handling orders', 'Performance of a contract'])
  expect([order, contract].map(termIn(terms, 'nl'))).toEqual([
    'Bestellingen afhandelen',
    'Uitvoering van een overeenkomst',
  ])
})

test('a term without a label, or without a vocabulary, is the last part of its IRI', () => {
  const terms = loadTerms(new URL('file:///nowhere/'))
  expect([order, 'plain'].map(termIn(terms, 'nl'))).toEqual(['CustomerOrderManagement', 'plain'])
})
