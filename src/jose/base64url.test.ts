import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeBase64url, encodeBase64url } from './base64url.ts'

test('any bytes come back from base64url', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      expect(new Uint8Array(decodeBase64url(encodeBase64url(bytes)))).toEqual(bytes)
    }),
  )
})

test('a text that decodes is the only spelling of its bytes', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'AEQgwx09-_+/= \n~.') }), (text) => {
      const read = attempt(() => decodeBase64url(text))
      if (read !== undefined) expect(encodeBase64url(read)).toBe(text)
      else expect(Buffer.from(text, 'base64url').toString('base64url')).not.toBe(text)
    }),
  )
})

test.each([
  ['padding', 'QQ=='],
  ['whitespace', 'QU JD'],
  ['a line break at the end', 'QUJD\n'],
  ['the alphabet of base64', 'ab+/'],
  ['one character left over', 'QUJDR'],
  ['unused bits that are set, two characters', 'QR'],
  ['unused bits that are set, three characters', 'QUJ'],
  ['a letter outside ASCII', 'QUJé'],
])('%s is not base64url', (_, text) => {
  expect(() => decodeBase64url(text)).toThrow(expect.objectContaining({ code: 'base64url_invalid' }))
})

test('text is encoded as UTF-8', () => {
  expect(encodeBase64url('é')).toBe('w6k')
})

function attempt<T>(run: () => T): T | undefined {
  try {
    return run()
  } catch {
    return undefined
  }
}
