import { expect, test } from 'vitest'
import { blotter } from './blot.ts'

const gerda = blotter({
  own: ['Gerda Őzküçük', 'Őzküçük', 'Vries-Smit (de)', 'Bakker', 'gerda@rogge.example', '+31 6 8765 4321'],
  shared: ['Gerda', 'de', 'gerda'],
})

test.each([
  ['her name', 'Bel Gerda Őzküçük even', 'Bel █ even'],
  ['in capitals', 'GERDA ŐZKÜÇÜK', '█'],
  ['with accents that are characters of their own', 'Mevrouw Őzküçük'.normalize('NFD'), 'Mevrouw █'],
  ['over a line', 'Gerda\nŐzküçük', '█'],
  ['in the genitive', 'Őzküçüks dozen', '█ dozen'],
  ['her e-mail address', 'naar <Gerda@Rogge.example>.', 'naar <█>.'],
  ['her family name', 'mevrouw Bakker en BAKKER', 'mevrouw █ en █'],
  ['her number as it was written', '+31 6 8765 4321', '█'],
  ['what a pattern is written with', 'mevr. Vries-Smit (de), weduwe', 'mevr. █, weduwe'],
  ['her number without its country', 'tel. 06-87654321!', 'tel. █!'],
  ['her number with everything', '0031 (0)6 87 65 43 21', '█'],
  ['her given name beside what is hers alone', 'Gerda, ofwel G. Őzküçük', '█, ofwel G. █'],
])('takes out %s', (_case, text, left) => {
  expect([gerda.mentions(text), gerda.without(text)]).toEqual([true, left])
})

test.each([
  ['a given name alone, which others have', 'Gerda belde'],
  ['a longer word', 'Őzküçükstraat 4, xgerda@rogge.example, gerda@rogge.exampleton'],
  ['what her name is of others', 'de bakker bakt'],
  ['another number', '06 8765 4320 en 187654321'],
])('leaves %s', (_case, text) => {
  expect([gerda.mentions(text), gerda.without(text)]).toEqual([false, text])
})

test('looks in whatever JSON holds, and leaves the rest of it as it is', () => {
  const content = { subject: 'Hoi', list: [{ text: 'van Őzküçük' }, 3, null], choice: 'yes' }
  expect(gerda.without(content)).toEqual({
    subject: 'Hoi',
    list: [{ text: 'van █' }, 3, null],
    choice: 'yes',
  })
  const other = { subject: 'Hoi' }
  expect(gerda.without(other)).toBe(other)
})

test('who has no words is nowhere', () => {
  const nobody = blotter({ own: ['', ' ', 'x'], shared: ['Gerda'] })
  expect([nobody.mentions('x Gerda'), nobody.without('x Gerda')]).toEqual([false, 'x Gerda'])
})
