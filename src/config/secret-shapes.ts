import { isRefusal, Refusal } from '../core/index.ts'
import { parsePublicJwk } from '../jose/index.ts'

const SECRET_NAME =
  /secret|passw|passphrase|mnemonic|credential|seed|(private|master|relay|api|access|signing|encryption)[_-]?key|token$/i
const SECRET_VALUES: readonly RegExp[] = [
  /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
  /^(0x)?[0-9a-f]{64}$/i,
  // 32 bytes in base64: mixed, so that a long word or folder is not taken for one.
  /^(?=.*[a-z])(?=.*[A-Z])(?=.*\d)[A-Za-z0-9+_-][A-Za-z0-9+/_-]{42}=?$/,
  // An address with a password in it.
  /^[a-z][a-z0-9+.-]*:\/\/[^/\s@]*:[^/\s@]+@/i,
]

/**
 * Refuses a file that holds a secret: it is shared, copied and committed.
 * @throws Refusal `secret_in_config` naming the key, never the value
 */
export function refuseSecrets(value: unknown, file: string, path: readonly string[] = []): void {
  if (typeof value === 'string' && SECRET_VALUES.some((shape) => shape.test(value.trim())))
    throw found(file, path)
  if (typeof value !== 'object' || value === null) return
  const isPublicKey = isPublicJwk(value)
  for (const [key, inner] of Object.entries(value)) {
    // A coordinate looks like a key of 32 bytes.
    if (isPublicKey && (key === 'x' || key === 'y')) continue
    if (!Array.isArray(value) && SECRET_NAME.test(key)) throw found(file, [...path, key])
    refuseSecrets(inner, file, [...path, key])
  }
}

function isPublicJwk(value: object): boolean {
  if (!('kty' in value)) return false
  try {
    parsePublicJwk(value)
    return true
  } catch (error) {
    if (isRefusal(error)) return false
    throw error
  }
}

function found(file: string, path: readonly string[]): Refusal {
  const where = path.join('.')
  return new Refusal(
    'invalid',
    'secret_in_config',
    `${file}: ${where || 'the file'} holds a secret; give it in the environment or in a file that only you can read`,
    { params: { file, path: where } },
  )
}
