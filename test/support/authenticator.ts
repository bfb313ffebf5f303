import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto'

const sha256 = (data: Buffer | string) => createHash('sha256').update(data).digest()
const base64url = (data: Buffer | string) => Buffer.from(data).toString('base64url')
const PRESENT = 0x01
const VERIFIED = 0x04
const NEW_KEY = 0x40

/** What may be wrong with an answer. */
export interface Wrong {
  readonly origin?: string
  readonly challenge?: string
  readonly rpId?: string
  /** Nobody looked at her face or asked her code. */
  readonly unverified?: true
  /** Instead of one more than the time before. */
  readonly counter?: number
  /** Signed with another key. */
  readonly forged?: true
}

/** A passkey without a browser (WebAuthn Level 3, sections 5 and 6): P-256, no attestation. */
export function newAuthenticator(origin: string) {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
  const id = randomBytes(32)
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
  let counter = 0

  const clientData = (type: string, challenge: string, wrong: Wrong) =>
    Buffer.from(
      JSON.stringify({
        type,
        challenge: wrong.challenge ?? challenge,
        origin: wrong.origin ?? origin,
        crossOrigin: false,
      }),
    )
  const authenticatorData = (flags: number, wrong: Wrong, more: Buffer = Buffer.alloc(0)) => {
    counter++
    const count = Buffer.alloc(4)
    count.writeUInt32BE(wrong.counter ?? counter)
    const seen = wrong.unverified ? flags : flags | VERIFIED
    return Buffer.concat([sha256(wrong.rpId ?? new URL(origin).hostname), Buffer.from([seen]), count, more])
  }
  const envelope = { id: base64url(id), rawId: base64url(id), type: 'public-key', clientExtensionResults: {} }

  return {
    id: base64url(id),
    /** Answers `navigator.credentials.create`. */
    create({ challenge }: { readonly challenge: string }, wrong: Wrong = {}) {
      const key = Buffer.concat([
        // COSE_Key: EC2, ES256, P-256.
        Buffer.from('a5010203262001215820', 'hex'),
        Buffer.from(x, 'base64url'),
        Buffer.from('225820', 'hex'),
        Buffer.from(y, 'base64url'),
      ])
      const about = Buffer.concat([Buffer.alloc(16), Buffer.from([0, id.length]), id, key])
      const data = authenticatorData(PRESENT | NEW_KEY, wrong, about)
      const attestation = Buffer.concat([
        // {"fmt": "none", "attStmt": {}, "authData": bytes}
        Buffer.from('a363666d74646e6f6e656761747453746d74a06861757468446174615900', 'hex'),
        Buffer.from([data.length]),
        data,
      ])
      const clientDataJSON = base64url(clientData('webauthn.create', challenge, wrong))
      return {
        ...envelope,
        response: { clientDataJSON, attestationObject: base64url(attestation), transports: ['internal'] },
      }
    },
    /** Answers `navigator.credentials.get`. */
    get({ challenge }: { readonly challenge: string }, wrong: Wrong = {}) {
      const client = clientData('webauthn.get', challenge, wrong)
      const data = authenticatorData(PRESENT, wrong)
      const signed = Buffer.concat([data, sha256(client)])
      const signature = sign('sha256', signed, wrong.forged ? other : privateKey)
      return {
        ...envelope,
        response: {
          clientDataJSON: base64url(client),
          authenticatorData: base64url(data),
          signature: base64url(signature),
        },
      }
    },
  }
}
