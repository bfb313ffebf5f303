export interface Derivation {
  readonly alg: 'argon2id'
  readonly v: 19
  readonly m: number
  readonly t: number
  readonly p: number
  readonly salt: string
}

/** RFC 9106, section 4, the second recommended option, as docs/wallet-file.md writes it. */
const COST = { alg: 'argon2id', v: 19, m: 65_536, t: 3, p: 4 } as const

export const newDerivation = (): Derivation => ({
  ...COST,
  salt: base64url(crypto.getRandomValues(new Uint8Array(16))),
})

/** The key of a file, made of a passphrase that stays in this browser; base64url. It takes a few seconds. */
export async function keyOf(passphrase: string, { m, t, p, salt }: Derivation): Promise<string> {
  const { argon2idAsync } = await import('@noble/hashes/argon2.js')
  const password = new TextEncoder().encode(passphrase.normalize('NFKC'))
  return base64url(await argon2idAsync(password, bytesOf(salt), { m, t, p, dkLen: 32 }))
}

/** How the key of a wallet file was made, as its header says; null where it says nothing that a node would read. */
export function derivationOf(file: string): Derivation | null {
  try {
    const [header = ''] = file.split('.')
    const { kdf } = JSON.parse(new TextDecoder().decode(bytesOf(header)))
    const { alg, v, m, t, p, salt } = kdf
    const isOurs =
      alg === 'argon2id' &&
      v === 19 &&
      within(m, 19_456, 1_048_576) &&
      within(t, 2, 10) &&
      within(p, 1, 16) &&
      typeof salt === 'string' &&
      within(bytesOf(salt).length, 16, 64)
    return isOurs ? { alg, v, m, t, p, salt } : null
  } catch {
    return null
  }
}

const within = (value: unknown, least: number, most: number) =>
  Number.isInteger(value) && Number(value) >= least && Number(value) <= most

const base64url = (bytes: Uint8Array) =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')

const bytesOf = (text: string) =>
  Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (character) =>
    character.charCodeAt(0),
  )
