import { isRefusal, Refusal } from '../core/index.ts'
import {
  contentEncryptions,
  type EncryptFor,
  type EncryptionJwk,
  encryptNested,
  KEY_AGREEMENT,
  parseEncryptionJwk,
} from '../jose/index.ts'
import { REQUEST_TYP } from '../oauth/index.ts'
import type { WalletMetadata } from './request.ts'

/**
 * The signed request object as the wallet wants it: encrypted to a key in `jwks` of its metadata, where it sent one to
 * encrypt to (OpenID4VP 1.0, section 5.10; RFC 9101, section 6.1).
 * @throws Refusal `wallet_unsupported` for a key or algorithm that is none of ours: it would not read the request
 */
export async function encryptForWallet(signed: string, wallet: WalletMetadata): Promise<string> {
  const to = recipientOf(wallet)
  return to ? encryptNested(signed, REQUEST_TYP, to) : signed
}

function recipientOf(wallet: WalletMetadata): EncryptFor | null {
  const {
    request_object_encryption_alg_values_supported: algs,
    request_object_encryption_enc_values_supported: encs,
  } = wallet
  // A key that says it is for signatures is there for something else.
  const keys = (wallet.jwks?.keys ?? []).filter(({ use }) => use !== 'sig')
  if (keys.length === 0) {
    if (algs?.length) throw unsupported()
    return null
  }
  const enc = contentEncryptions.findLast((one) => encs?.includes(one) ?? true)
  const recipient = keys.flatMap((key) => encryptionKeyOf(key) ?? [])[0]
  if (!enc || !recipient || !(algs?.includes(KEY_AGREEMENT) ?? true)) throw unsupported()
  return { recipient, enc }
}

function encryptionKeyOf(key: unknown): EncryptionJwk | null {
  try {
    return parseEncryptionJwk(key)
  } catch (error) {
    if (isRefusal(error)) return null
    throw error
  }
}

const unsupported = () =>
  new Refusal(
    'unprocessable',
    'wallet_unsupported',
    'this wallet wants its request encrypted in a way we cannot',
  )
