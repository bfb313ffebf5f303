import { isRefusal, newId, Refusal } from '../../core/index.ts'
import {
  type ContentEncryption,
  contentEncryptions,
  decryptJwe,
  type EncryptFor,
  type EncryptionKey,
  encryptJwe,
  findRecipient,
  KEY_AGREEMENT,
  newEncryptionKey,
} from '../../jose/index.ts'
import type { IssuerDocument } from './metadata.ts'
import { type Answer, answerInvalid } from './transport.ts'

const MAX_ANSWER_CHARS = 1024 * 1024

interface Own {
  readonly key: EncryptionKey
  readonly enc: ContentEncryption
}

/** Encrypts one Credential Request, and decrypts its answer with a key made for it (OpenID4VCI 1.0, section 10). */
export class Encryption {
  readonly #recipient: EncryptFor
  /** Ours, and how the answer is encrypted to it; null where the answer comes in the clear. */
  readonly #own: Own | null

  /**
   * What the issuer requires; null where it requires nothing.
   * @throws Refusal `encryption_unsupported`
   */
  static requiredBy(issuer: IssuerDocument): Encryption | null {
    const { credential_request_encryption: request, credential_response_encryption: response } = issuer
    if (!request?.encryption_required && !response?.encryption_required) return null
    // Our key in the clear could be put in another's place on the way: section 8.2 wants it encrypted.
    const to = request && findRecipient(request.jwks.keys, request.enc_values_supported)
    if (!to) throw unsupported()
    if (!response?.encryption_required) return new Encryption(to, null)
    const answerEnc = encOf(response.enc_values_supported)
    if (!response.alg_values_supported.includes(KEY_AGREEMENT) || !answerEnc) throw unsupported()
    return new Encryption(to, { key: newEncryptionKey(newId()), enc: answerEnc })
  }

  private constructor(recipient: EncryptFor, own: Own | null) {
    this.#recipient = recipient
    this.#own = own
  }

  seal(body: object): Promise<string> {
    // The algorithm is in the key since version 1.0; a library many issuers are made with wants it here as well.
    const own = this.#own && {
      credential_response_encryption: {
        jwk: this.#own.key.publicJwk,
        alg: KEY_AGREEMENT,
        enc: this.#own.enc,
      },
    }
    return encryptJwe({ ...body, ...own }, this.#recipient)
  }

  /** @throws Refusal `issuer_answer_invalid` for credentials in the clear, where they were to be encrypted */
  async open(answer: Answer): Promise<Answer> {
    const own = this.#own
    if (!own || answer.status > 299) return answer
    if (answer.jwt === null) throw answerInvalid()
    try {
      const { payload, enc } = await decryptJwe(answer.jwt, {
        keyOf: (kid) => (kid === undefined || kid === own.key.publicJwk.kid ? own.key.privateKey : null),
        maxBytes: MAX_ANSWER_CHARS,
      })
      if (enc !== own.enc) throw answerInvalid()
      return { status: answer.status, json: payload, jwt: null }
    } catch (error) {
      if (isRefusal(error)) throw answerInvalid()
      throw error
    }
  }
}

const encOf = (values: readonly string[] = []): ContentEncryption | undefined =>
  contentEncryptions.find((enc) => values.includes(enc))

const unsupported = () =>
  new Refusal('unprocessable', 'encryption_unsupported', 'the issuer wants an encryption that we do not have')
