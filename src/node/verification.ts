import { join } from 'node:path'
import { keepSession } from '../sign-in/index.ts'
import { VC_JOSE, VC_JWT } from '../vc-jwt/index.ts'
import {
  Client,
  loadPresets,
  pageRoutes,
  Sessions,
  sdJwtFormat,
  Verifications,
  WalletSignIn,
  w3cFormat,
  walletSignInRoutes,
} from '../verification/index.ts'
import { CONSOLE_PATH } from './console-address.ts'
import { DATA_ROOT, type Ground } from './ground.ts'
import type { Network } from './network.ts'
import { ownCertificate } from './own-certificate.ts'
import type { openSignIn } from './sign-in.ts'

/** Signing in with the role in a wallet. */
export function openWalletSignIn(
  ground: Ground,
  { verifications, sessions }: ReturnType<typeof openVerification>,
  signIn: ReturnType<typeof openSignIn>,
) {
  const { config, store, clock, parties } = ground
  const [origin] = signIn.origins
  return walletSignInRoutes({
    walletSignIn: new WalletSignIn({
      ...{ store, clock, parties, verifications, sessions, webSessions: signIn.sessions },
      returnTo: (path) => {
        const page = new URL(`${origin}${CONSOLE_PATH}/sign-in`)
        if (path !== '/') page.searchParams.set('to', path)
        return page.href
      },
    }),
    attempt: signIn.walletAttempt,
    keep: (request, secret) => keepSession(signIn.routes, request, secret),
    ...{ origins: signIn.origins, name: config.organisation.name },
  })
}

/** Asking any standard wallet: presets, who we are to wallets, and the formats we read. */
export function openVerification(ground: Ground, network: Network) {
  const { config, types, parties, signerOf, clock, webhooks, verifyCredential } = ground
  const certificate = ownCertificate(config.verifier, ground.secrets.verifierKey, ground)
  const organisation = () => parties.organisation()
  const sessions = new Sessions({
    ...ground,
    scope: async () => (await organisation()).id,
    whenFinished: (tx, { id, preset, state }) =>
      webhooks.announce(tx, {
        type: 'nl.regie.verification.finished',
        subject: id,
        orderBy: id,
        data: { verification: id, preset, state },
      }),
  })
  const client = new Client({
    organisation,
    signerOf,
    certifiedKey: async () => certificate?.current() ?? null,
    isDevelopment: config.loopback,
  })
  const w3c = { verifyW3c: ground.verifyW3c, verifier: network.verifier }
  const verifications = new Verifications({
    ...{ sessions, client, clock, baseUrl: config.url },
    presets: loadPresets(join(DATA_ROOT, 'policy', 'presets'), types),
    formats: [
      sdJwtFormat({ verifyCredential, verifier: network.verifier }),
      w3cFormat(VC_JWT, w3c),
      w3cFormat(VC_JOSE, w3c),
    ],
    facts: async () => ({ policy_digest: (await network.policies.current()).digest }),
  })
  const pages = pageRoutes({
    ...{ sessions, verifications, verifier: network.verifier, types },
    isSecure: config.url.startsWith('https:'),
  })
  return { sessions, verifications, pages, isDevelopment: config.loopback }
}
