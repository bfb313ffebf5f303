import encodeQR from 'qr'
import { expect, test } from 'vitest'
import { qrSvg } from './qr-svg.ts'

test('the image has the dark modules of the code, and white around them', () => {
  const text = 'openid4vp://?client_id=x&request_uri=https%3A%2F%2Fverifier.example'
  const svg = qrSvg(text)
  const size = Number(/viewBox="0 0 (\d+) /.exec(svg)?.[1])
  const drawn = Array.from({ length: size }, () => Array<boolean>(size).fill(false))
  for (const [, x, y, length] of svg.matchAll(/M(\d+) (\d+)h(\d+)v1h-\3z/g))
    drawn[Number(y)]?.fill(true, Number(x), Number(x) + Number(length))
  expect(drawn).toEqual(encodeQR(text, 'raw', { ecc: 'low', mask: 3, border: 4 }))
  expect(drawn[3]).not.toContain(true)
})
