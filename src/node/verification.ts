import { join } from 'node:path'
import { VC_JOSE, VC_JWT } from '../vc-jwt/index.ts'
import {
  Client,
  loadPresets,
  pageRoutes,
  Sessions,
  sdJwtFormat,
  Verifications,
  w3cFormat,
} from '../verification/index.ts'
import { DATA_ROOT, type Ground } from './ground.ts'
import type { Network } from './network.ts'
import { ownCertificate } from './own-certificate.ts'

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
