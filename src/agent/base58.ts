const ALPHABET = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'
const digits = new Map([...ALPHABET].map((character, value) => [character, value]))

/** Longer texts are refused: the work grows with the square of the length. */
const MAX_LENGTH = 256

/** Bytes of a base58 text in Bitcoin's alphabet (the multibase `z`), or null when it is not one. */
export function decodeBase58(text: string): Uint8Array | null {
  if (text.length === 0 || text.length > MAX_LENGTH) return null
  const bytes: number[] = []
  for (const character of text) {
    const value = digits.get(character)
    if (value === undefined) return null
    let carry = value
    for (let at = 0; at < bytes.length; at += 1) {
      carry += (bytes[at] ?? 0) * 58
      bytes[at] = carry & 0xff
      carry >>= 8
    }
    for (; carry > 0; carry >>= 8) bytes.push(carry & 0xff)
  }
  const zeros = /^1*/.exec(text)?.[0].length ?? 0
  return Uint8Array.from([...Array<number>(zeros).fill(0), ...bytes.reverse()])
}
