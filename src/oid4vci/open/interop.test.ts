import { createHash, randomBytes } from 'node:crypto'
import {
  type CallbackContext,
  clientAuthenticationAnonymous,
  clientAuthenticationClientAttestationJwt,
  clientAuthenticationNone,
  type Jwk,
  type JwtSigner,
  setGlobalConfig,
} from '@openid4vc/oauth2'
import {
  AuthorizationFlow,
  Openid4vciClient,
  type Openid4vciRetrieveCredentialsError,
  Openid4vciWalletProvider,
} from '@openid4vc/openid4vci'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { onEachEngine } from '../../../test/support/engines.ts'
import { OfferNode, World } from '../../../test/support/offer-node.ts'
import { newKey, OpenWallet, sign, type WalletKey } from '../../../test/support/open-wallet.ts'
import {
  decryptJwe,
  encryptJwe,
  jwkThumbprint,
  newEncryptionKey,
  parseEncryptionJwk,
  parsePublicJwk,
  signJws,
} from '../../jose/index.ts'
import { readSdJwt } from '../../sd-jwt/index.ts'

setGlobalConfig({ allowInsecureUrls: true })

const CLIENT = 'wallet.example'
const REDIRECT = 'https://wallet.example/cb'

onEachEngine((engine) => {
  const world = new World()
  const provider = newKey()
  let node: OfferNode
  let strict: OfferNode
  let wallet: OpenWallet
  let strictWallet: OpenWallet
  /** Keys of the wallet by thumbprint. */
  const keys = new Map<string, WalletKey>([[jwkThumbprint(provider.jwk), provider]])
  const mine = newEncryptionKey('mine')

  beforeAll(async () => {
    node = await OfferNode.start(engine, world)
    wallet = new OpenWallet(node, await node.createParty('organisation'))
    strict = await OfferNode.start(engine, world, {
      ...{ requireDpop: true, requireWalletAttestation: true, requireKeyAttestation: true },
      walletProviders: [{ name: 'Walletmaker', keys: [provider.jwk] }],
    })
    strictWallet = new OpenWallet(strict, await strict.createParty('organisation'))
  })
  beforeEach(() => expect([...node.faults, ...strict.faults]).toEqual([]))

  function signerOf(key = newKey()): JwtSigner & { method: 'jwk' } {
    keys.set(jwkThumbprint(key.jwk), key)
    return { method: 'jwk', alg: 'ES256', publicJwk: { ...key.jwk } as Jwk }
  }

  /** What the library leaves to its caller; the calls themselves go over real HTTP. */
  const callbacks = (
    more: Partial<CallbackContext> = {},
  ): CallbackContext & Pick<Required<CallbackContext>, 'fetch'> => ({
    fetch,
    hash: (data, alg) => createHash(alg.replace('-', '')).update(data).digest(),
    generateRandom: (length) => randomBytes(length),
    signJwt: async (signer, { header, payload }) => {
      if (signer.method !== 'jwk') throw new Error('only keys in the header here')
      const key = keys.get(jwkThumbprint(parsePublicJwk(signer.publicJwk)))
      if (!key) throw new Error('no such key')
      const { alg: _alg, ...rest } = header
      const jwt = await signJws({ kid: undefined, ...rest } as never, payload, key.signer)
      return { jwt, signerJwk: signer.publicJwk }
    },
    verifyJwt: () => ({ verified: false }),
    decryptJwe: () => ({ decrypted: false }),
    encryptJwe: () => {
      throw new Error('nothing is encrypted this way')
    },
    clientAuthentication: clientAuthenticationAnonymous(),
    ...more,
  })

  async function begin(link: string, more: Partial<CallbackContext> = {}) {
    const client = new Openid4vciClient({ callbacks: callbacks(more) })
    const credentialOffer = await client.resolveCredentialOffer(link)
    const issuerMetadata = await client.resolveIssuerMetadata(credentialOffer.credential_issuer)
    return { client, credentialOffer, issuerMetadata }
  }
  type Begun = Awaited<ReturnType<typeof begin>>

  async function fetchCredential(
    { client, issuerMetadata }: Begun,
    accessToken: string,
    more: {
      dpop?: { signer: JwtSigner & { method: 'jwk' }; nonce?: string }
      clientId?: string
      payload?: Record<string, unknown>
      keyAttestation?: (nonce: string, jwk: Jwk) => Promise<string>
    } = {},
  ) {
    const { c_nonce: nonce } = await client.requestNonce({ issuerMetadata })
    const signer = signerOf()
    const { jwt } = await client.createCredentialRequestJwtProof({
      issuerMetadata,
      signer,
      nonce,
      credentialConfigurationId: 'company-profile',
      issuedAt: new Date(world.clock.now()),
      ...(more.clientId && { clientId: more.clientId }),
      ...(more.keyAttestation && { keyAttestationJwt: await more.keyAttestation(nonce, signer.publicJwk) }),
    })
    return client.retrieveCredentials({
      issuerMetadata,
      accessToken,
      credentialConfigurationId: 'company-profile',
      proofs: { jwt: [jwt] },
      ...(more.dpop && { dpop: more.dpop }),
      ...(more.payload && { additionalRequestPayload: more.payload }),
    })
  }
  const firstOf = (body: { credentials?: unknown } | undefined) =>
    readSdJwt((body?.credentials as { credential: string }[] | undefined)?.[0]?.credential ?? '').payload

  /** The holder in a browser: looks at the page and agrees. */
  async function agree(url: string): Promise<string> {
    const page = await fetch(url)
    const text = await page.text()
    const value = (name: string) => new RegExp(`name="${name}" value="([^"]*)"`).exec(text)?.[1] ?? ''
    const reply = await fetch(/<form method="post" action="([^"]*)"/.exec(text)?.[1] ?? '', {
      method: 'POST',
      redirect: 'manual',
      headers: { cookie: (page.headers.get('set-cookie') ?? '').split(';')[0] ?? '' },
      body: new URLSearchParams({
        ...{ request_uri: value('request_uri'), ticket: value('ticket'), decision: 'allow' },
      }),
    })
    return reply.headers.get('location') ?? ''
  }

  describe.each([
    ['Bearer', false],
    ['DPoP', true],
  ])('with a %s token, a wallet on @openid4vc', (type, withDpop) => {
    test.each(['reference', 'value'])('redeems a pre-authorized offer by %s', async (by) => {
      const offer = await wallet.offer({ by, tx_code_length: 6 })
      const begun = await begin(offer.link)
      const signer = signerOf()
      const { accessTokenResponse, dpop } = await begun.client.retrievePreAuthorizedCodeAccessTokenFromOffer({
        ...begun,
        txCode: String(offer.tx_code),
        ...(withDpop && { dpop: { signer } }),
      })
      expect(accessTokenResponse.token_type).toBe(type)
      const { access_token: token } = accessTokenResponse
      const bound = withDpop ? { dpop: { signer, ...(dpop?.nonce && { nonce: dpop.nonce }) } } : {}
      const { credentialResponse } = await fetchCredential(begun, token, bound)
      expect(firstOf(credentialResponse)).toMatchObject({ name: 'Verzonnen B.V.' })
      await begun.client.sendNotification({
        issuerMetadata: begun.issuerMetadata,
        accessToken: token,
        ...bound,
        notification: {
          notificationId: String(credentialResponse?.notification_id),
          event: 'credential_accepted',
        },
      })
    })

    test.each(['scope', 'authorization_details'])(
      'goes by the authorization endpoint, with %s',
      async (how) => {
        const offer = await wallet.offer({ grants: ['authorization_code'] })
        let identifier: string | undefined
        // The library knows no credential_identifier in version 1.0: it is put in on the way.
        const naming: typeof fetch = (input, init) => {
          if (identifier === undefined || !String(input).endsWith('/credential')) return fetch(input, init)
          const { credential_configuration_id: _, ...body } = JSON.parse(String(init?.body))
          return fetch(input, {
            ...init,
            body: JSON.stringify({ ...body, credential_identifier: identifier }),
          })
        }
        const begun = await begin(offer.link, {
          clientAuthentication: clientAuthenticationNone({ clientId: CLIENT }),
          fetch: naming as never,
        })
        const signer = signerOf()
        const details = [{ type: 'openid_credential', credential_configuration_id: 'company-profile' }]
        const asked = await begun.client.initiateAuthorization({
          ...begun,
          ...{ clientId: CLIENT, redirectUri: REDIRECT },
          ...(how === 'scope'
            ? { scope: 'urn:regie:credential:company-profile:1' }
            : { additionalRequestPayload: { authorization_details: details } }),
          ...(withDpop && { dpop: { signer } }),
        })
        if (asked.authorizationFlow !== AuthorizationFlow.Oauth2Redirect) throw new Error('no redirect')
        const url = await agree(asked.authorizationRequestUrl)
        const answered = begun.client.parseAndVerifyAuthorizationResponseRedirectUrl({
          url,
          authorizationServerMetadata: begun.issuerMetadata.authorizationServers[0] as never,
        })
        const { accessTokenResponse } = await begun.client.retrieveAuthorizationCodeAccessTokenFromOffer({
          ...begun,
          authorizationCode: String((answered as { code?: string }).code),
          pkceCodeVerifier: String(asked.pkce?.codeVerifier),
          redirectUri: REDIRECT,
          ...(withDpop && { dpop: { signer } }),
        })
        expect(accessTokenResponse.token_type).toBe(type)
        const identifiers = (
          accessTokenResponse.authorization_details as { credential_identifiers: string[] }[] | undefined
        )?.[0]?.credential_identifiers
        identifier = identifiers?.[0]
        const { credentialResponse } = await fetchCredential(begun, accessTokenResponse.access_token, {
          clientId: CLIENT,
          ...(withDpop && { dpop: { signer } }),
        })
        expect(firstOf(credentialResponse)).toMatchObject({ name: 'Verzonnen B.V.' })
      },
    )
  })

  /** The library asks for an encrypted answer, but cannot encrypt what it asks: that is done on the way. */
  test('a wallet on @openid4vc gets an encrypted answer', async () => {
    const offer = await wallet.offer()
    let answeredIn = ''
    const encrypting: typeof fetch = async (input, init) => {
      if (!String(input).endsWith('/credential')) return fetch(input, init)
      const url = new URL(wallet.url)
      const metadata = (await (
        await fetch(`${url.origin}/.well-known/openid-credential-issuer${url.pathname}`)
      ).json()) as { credential_request_encryption: { jwks: { keys: object[] } } }
      const recipient = parseEncryptionJwk(metadata.credential_request_encryption.jwks.keys[0])
      const body = await encryptJwe(JSON.parse(String(init?.body)), { recipient, enc: 'A256GCM' })
      const headers = new Headers(init?.headers)
      headers.set('content-type', 'application/jwt')
      const reply = await fetch(input, { ...init, headers, body } as RequestInit)
      answeredIn = reply.headers.get('content-type') ?? ''
      const opened = await decryptJwe(await reply.text(), { keyOf: () => mine.privateKey, maxBytes: 100_000 })
      return Response.json(opened.payload)
    }
    const begun = await begin(offer.link, { fetch: encrypting as never })
    const { accessTokenResponse } = await begun.client.retrievePreAuthorizedCodeAccessTokenFromOffer(begun)
    const { credentialResponse } = await fetchCredential(begun, accessTokenResponse.access_token, {
      payload: { credential_response_encryption: { jwk: mine.publicJwk, alg: 'ECDH-ES', enc: 'A128GCM' } },
    })
    expect(answeredIn).toMatch(/^application\/jwt/)
    expect(firstOf(credentialResponse)).toMatchObject({ name: 'Verzonnen B.V.' })
  })

  test('a wallet on @openid4vc waits for what we look at first', async () => {
    const offer = await wallet.offer({ deferred: true })
    const begun = await begin(offer.link)
    const signer = signerOf()
    const { accessTokenResponse } = await begun.client.retrievePreAuthorizedCodeAccessTokenFromOffer({
      ...begun,
      dpop: { signer },
    })
    const { access_token: accessToken } = accessTokenResponse
    const { credentialResponse } = await fetchCredential(begun, accessToken, { dpop: { signer } })
    const transactionId = String(credentialResponse?.transaction_id)
    const again = () =>
      begun.client.retrieveDeferredCredentials({
        ...{ issuerMetadata: begun.issuerMetadata, accessToken, transactionId, dpop: { signer } },
      })
    expect((await again()).deferredCredentialResponse).toMatchObject({
      transaction_id: transactionId,
      interval: 5,
    })
    await wallet.operate('issuing.approve', { id: offer.id })
    expect(firstOf((await again()).deferredCredentialResponse)).toMatchObject({ name: 'Verzonnen B.V.' })
  })

  test('a wallet its provider vouches for, with a key its provider vouches for', async () => {
    const offer = await strictWallet.offer()
    const instance = signerOf()
    const walletProvider = new Openid4vciWalletProvider({ callbacks: callbacks() })
    const by = signerOf(provider)
    const clientAttestationJwt = await walletProvider.createWalletAttestationJwt({
      ...{ clientId: CLIENT, issuer: 'https://walletmaker.example', signer: by },
      confirmation: { jwk: instance.publicJwk },
      expiresAt: new Date(world.clock.now() + 3_600_000),
    })
    const begun = await begin(offer.link, {
      clientAuthentication: clientAuthenticationClientAttestationJwt({
        callbacks: callbacks(),
        clientAttestationJwt,
      }),
    })
    const signer = signerOf()
    const { accessTokenResponse } = await begun.client.retrievePreAuthorizedCodeAccessTokenFromOffer({
      ...begun,
      dpop: { signer },
    })
    const { credentialResponse } = await fetchCredential(begun, accessTokenResponse.access_token, {
      dpop: { signer },
      clientId: CLIENT,
      // The library writes the type of a draft there.
      keyAttestation: (nonce, jwk) => {
        const iat = wallet.seconds()
        const payload = { iat, exp: iat + 3600, nonce, attested_keys: [jwk] }
        return sign({ typ: 'key-attestation+jwt' }, payload, provider)
      },
    })
    expect(firstOf(credentialResponse)).toMatchObject({ name: 'Verzonnen B.V.' })
  })

  test('what we refuse is an error it knows', async () => {
    const offer = await wallet.offer()
    const begun = await begin(offer.link)
    const { accessTokenResponse } = await begun.client.retrievePreAuthorizedCodeAccessTokenFromOffer(begun)
    const { access_token: token } = accessTokenResponse
    await fetchCredential(begun, token)
    const again = await fetchCredential(begun, token).catch(
      (error: Openid4vciRetrieveCredentialsError) => error,
    )
    expect(again).toMatchObject({
      response: {
        credentialErrorResponseResult: { success: true, data: { error: 'credential_request_denied' } },
      },
    })
  })
})
