import {
  browserSupportsWebAuthn,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  startAuthentication,
  startRegistration,
} from '@simplewebauthn/browser'
import { post, setConsent } from './api/call'

type Asked<O> = O & { readonly prf_input: string }
interface Prf {
  readonly prf?: { readonly results?: { readonly first?: BufferSource } }
}

export const passkeysWork = browserSupportsWebAuthn

/**
 * Signs in with a passkey; where the passkey can, it opens her key as well.
 * @param again she is signed in, and shows with one of hers that she is there
 */
export async function signInWithPasskey(again = false): Promise<{ readonly unlocked: boolean }> {
  const { prf_input, ...options } = await post<Asked<PublicKeyCredentialRequestOptionsJSON>>(
    '/session/passkey/options',
    { again },
  )
  const response = await startAuthentication({
    optionsJSON: { ...options, extensions: extensionsOf(prf_input) },
  })
  const prf = takeOutput(response)
  const { consent } = await post<{ consent: { token: string } | null }>('/session/passkey', {
    response,
    ...(prf && { prf }),
  })
  if (consent) setConsent(consent.token)
  return { unlocked: consent !== null }
}

/** Makes a passkey on this device. @returns whether it opens the key she consents with as well */
export async function addPasskey(name: string): Promise<{ readonly opens_key: boolean }> {
  const { prf_input, ...options } = await post<Asked<PublicKeyCredentialCreationOptionsJSON>>(
    '/session/passkeys/options',
    {},
  )
  const response = await startRegistration({
    optionsJSON: { ...options, extensions: extensionsOf(prf_input) },
  })
  const prf = takeOutput(response)
  return post('/session/passkeys', { response, name, ...(prf && { prf }) })
}

const extensionsOf = (input: string) =>
  ({ prf: { eval: { first: new TextEncoder().encode(input) } } }) as AuthenticationExtensionsClientInputs

/** What the passkey worked out; it is sent by itself and not with the rest. */
function takeOutput(response: { clientExtensionResults: object }): string | null {
  const results = response.clientExtensionResults as Prf
  const first = results.prf?.results?.first
  if (results.prf) response.clientExtensionResults = {}
  if (!first) return null
  const bytes = new Uint8Array(first instanceof ArrayBuffer ? first : first.buffer)
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '')
}
