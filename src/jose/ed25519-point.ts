/** The field and the curve constant of edwards25519 (RFC 8032, section 5.1). */
const P = 2n ** 255n - 19n
const D = 37095705934669439343138083508754565189542113879843219016388785533085940283555n

/** y-coordinates of the points of small order: with such a key anybody can sign anything. */
const SMALL_ORDER = new Set([
  0n,
  1n,
  P - 1n,
  0x05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826n,
  0x7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7n,
])

/**
 * True when 32 bytes are the one encoding of a point on edwards25519 that is not of small order.
 * OpenSSL takes any 32 bytes as a public key, so the check is ours.
 */
export function isEd25519Point(bytes: Uint8Array): boolean {
  if (bytes.length !== 32) return false
  const y = BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`) & (2n ** 255n - 1n)
  if (y >= P || SMALL_ORDER.has(y)) return false
  const square = (y * y) % P
  // x² = (y² - 1) / (d·y² + 1) has a root exactly when numerator times denominator has one.
  const product = ((square + P - 1n) * ((D * square + 1n) % P)) % P
  return power(product, (P - 1n) / 2n) === 1n
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n
  let factor = base
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * factor) % P
    factor = (factor * factor) % P
  }
  return result
}
