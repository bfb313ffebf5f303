import fc from 'fast-check'
import { expect, test } from 'vitest'
import { encodeBase64url } from './base64url.ts'
import { parseBase64urlJson, parseJsonObject, parseJsonStrict } from './json.ts'

const utf8 = (text: string) => new TextEncoder().encode(text)
const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)

test('what JSON.stringify writes is read back, as text and as bytes', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
      const text = JSON.stringify(value)
      if (text.includes('"__proto__":')) return
      expect(parseJsonStrict(text)).toEqual(JSON.parse(text))
      expect(parseJsonStrict(utf8(text))).toEqual(JSON.parse(text))
    }),
  )
})

test('a member written twice is refused wherever it is', () => {
  fc.assert(
    fc.property(
      fc.string(),
      fc.jsonValue({ maxDepth: 2 }),
      fc.nat(4),
      fc.array(fc.string()),
      (name, value, depth, siblings) => {
        const member = (key: string) => `${JSON.stringify(key)}:${JSON.stringify(value)}`
        const members = [member(name), ...siblings.map(member), member(name)]
        const text = `${'{"a":['.repeat(depth)}{${members.join()}}${']}'.repeat(depth)}`
        expect(() => parseJsonStrict(text)).toThrow(/twice|__proto__/)
      },
    ),
  )
})

test.each([
  ['a member twice', '{"a":1,"a":2}', 'json_duplicate_member'],
  ['a member twice, once escaped', '{"a":1,"\\u0061":2}', 'json_duplicate_member'],
  ['a member twice deeper down', '[{"b":{"a":1,"a":1}}]', 'json_duplicate_member'],
  ['a member named __proto__', '{"__proto__":{"admin":true}}', 'json_forbidden_member'],
  ['a member named __proto__, escaped', '{"\\u005f_proto__":1}', 'json_forbidden_member'],
  ['33 levels', nested(33), 'json_too_deep'],
  ['5,000 levels', nested(5000), 'json_too_deep'],
  ['levels that never close', '{"a":'.repeat(5000), 'json_too_deep'],
  ['a number beyond what a double holds', '[1e999]', 'json_invalid_number'],
  ['half a surrogate pair in a value', '["\\ud800"]', 'json_invalid_string'],
  ['half a surrogate pair in a name', '{"\\udc00":1}', 'json_invalid_string'],
  ['an unfinished string', '{"a', 'json_invalid'],
  ['an unfinished escape', '{"a\\', 'json_invalid'],
  ['a comment', '{}//', 'json_invalid'],
  ['a trailing comma', '[1,]', 'json_invalid'],
  ['two values', '{}{}', 'json_invalid'],
  ['nothing', '', 'json_invalid'],
  ['a byte order mark', '\uFEFF{}', 'json_invalid'],
  ['NaN', '[NaN]', 'json_invalid'],
])('%s is refused', (_, text, code) => {
  expect(() => parseJsonStrict(text)).toThrow(expect.objectContaining({ code, kind: 'invalid' }))
  expect(() => parseJsonStrict(utf8(text))).toThrow(expect.objectContaining({ code }))
})

test.each([
  ['colons and brackets inside strings', '{"a:{[":"b:\\"}]{"}'],
  ['backslashes before a quote', '{"a":"\\\\","b":"\\\\\\""}'],
  ['names of Object.prototype', '{"constructor":1,"toString":2,"hasOwnProperty":3}'],
  ['32 levels', nested(32)],
  ['a whole surrogate pair as escapes', '["\\ud83d\\ude00"]'],
])('%s are read', (_, text) => {
  expect(parseJsonStrict(text)).toEqual(JSON.parse(text))
})

test('the replacement character itself is no fault', () => {
  expect(parseJsonStrict(utf8('"\uFFFD"'))).toBe('\uFFFD')
})

test('invalid UTF-8 is refused', () => {
  const overlong = Uint8Array.of(0x22, 0xc0, 0xaf, 0x22)
  expect(() => parseJsonStrict(overlong)).toThrow(expect.objectContaining({ code: 'json_invalid_utf8' }))
})

test('size is counted in bytes', () => {
  expect(() => parseJsonStrict('"éé"', { maxBytes: 5 })).toThrow(
    expect.objectContaining({ code: 'json_too_large' }),
  )
  expect(() => parseJsonStrict(utf8('"éé"'), { maxBytes: 5 })).toThrow(
    expect.objectContaining({ code: 'json_too_large' }),
  )
  expect(parseJsonStrict('"éé"', { maxBytes: 6 })).toBe('éé')
})

test('JSON in base64url is read as its bytes are, short and long', () => {
  for (const length of [1, 5000]) {
    const text = JSON.stringify({ a: `é\uFFFD${'x'.repeat(length)}` })
    expect(parseBase64urlJson(encodeBase64url(text))).toEqual(JSON.parse(text))
    const plain = JSON.stringify(['x'.repeat(length)])
    expect(parseBase64urlJson(encodeBase64url(plain), { maxBytes: plain.length })).toEqual(JSON.parse(plain))
    expect(() => parseBase64urlJson(encodeBase64url(plain), { maxBytes: plain.length - 1 })).toThrow(/large/)
    const broken = Uint8Array.from([0x22, ...Array(length).fill(0x78), 0xff, 0x22])
    expect(() => parseBase64urlJson(encodeBase64url(broken))).toThrow(/UTF-8/)
  }
  expect(() => parseBase64urlJson(encodeBase64url('{"a":1,"a":2}'))).toThrow(/twice/)
  expect(() => parseBase64urlJson(encodeBase64url('[[]]'), { maxDepth: 1 })).toThrow(/nested/)
})

test('depth is bounded as told', () => {
  expect(parseJsonStrict(nested(3), { maxDepth: 3 })).toEqual([[[]]])
  expect(() => parseJsonStrict(nested(3), { maxDepth: 2 })).toThrow(/nested/)
})

test.each(['[]', 'null', '"a"', '1'])('%s is not an object', (text) => {
  expect(() => parseJsonObject(text)).toThrow(expect.objectContaining({ code: 'json_not_object' }))
})

test('the message of a refusal does not repeat the input', () => {
  const refusal = attempt('{"secret-value" 1}')
  expect(refusal).toMatchObject({ code: 'json_invalid' })
  expect(`${refusal} ${refusal instanceof Error ? refusal.cause : ''}`).not.toContain('secret')
})

function attempt(text: string): unknown {
  try {
    return parseJsonStrict(text)
  } catch (error) {
    return error
  }
}
