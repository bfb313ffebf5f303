import { expect, test } from 'vitest'
import { administratorFor } from './hosted-administrator.ts'

test.each([
  ['Bram Korst', 'bram', 'Bram', 'Korst'],
  ['  Zoë   van der Laan ', 'zoe', 'Zoë', 'van der Laan'],
  ['Nina', 'nina', 'Nina', 'Nina'],
  ['李 小龍', 'beheerder', '李', '小龍'],
  ['4711 B.V.', 'beheerder', '4711', 'B.V.'],
])('%s has the account %s', (name, account, givenName, familyName) => {
  const contact = { name, email: 'post@bakker.example', language: 'nl' } as const
  expect(administratorFor(contact)).toEqual({ account, givenName, familyName, email: contact.email })
})
