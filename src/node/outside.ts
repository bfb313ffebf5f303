import { Anchors, type AnchorUse, loadAnchors, Revocations } from '../certificates/index.ts'
import { type Config, trustOf } from '../config/index.ts'
import type { Clock } from '../core/index.ts'
import { IssuerMetadata } from '../credentials/index.ts'
import type { Egress } from '../egress/index.ts'

/**
 * Whose keys count that are not those of DIDs: who has a certificate of an anchor of `agent.yml`, and who publishes keys
 * at an address that stands there.
 * @throws Refusal `certificate_anchor_invalid`
 */
export function openOutside(
  config: Config,
  { clock, egress }: { readonly clock: Clock; readonly egress: Egress },
) {
  const { anchors: files, issuers } = trustOf(config)
  const revocations = new Revocations({ clock, egress })
  const anchors = new Anchors(
    loadAnchors(files.map(({ certificatePath: path, ...anchor }) => ({ ...anchor, path }))),
    { clock, revocations },
  )
  const permitted = issuers.flatMap(({ accept }) =>
    accept.flatMap((one) => (one !== 'network' && 'url' in one ? [one.url] : [])),
  )
  const metadata = new IssuerMetadata({ clock, egress, permitted: new Set(permitted) })
  const isFor = (use: AnchorUse) => files.some(({ uses }) => uses.includes(use))
  return {
    ...(isFor('verifiers') && { certifiedVerifier: (x5c: unknown) => anchors.verify(x5c, 'verifiers') }),
    ...(isFor('wallet-providers') && {
      certifiedProvider: async (x5c: unknown) => {
        const { anchorName, name, key } = await anchors.verify(x5c, 'wallet-providers')
        return { name: `${name} (${anchorName})`, keys: [key], listSigner: `anchor ${anchorName}` }
      },
      certifiedProviderList: (x5c: unknown) => anchors.verify(x5c, 'wallet-providers'),
    }),
    ...(isFor('holders') && {
      certifiedHolder: async (x5c: unknown) => (await anchors.verify(x5c, 'holders')).key,
    }),
    certified: (x5c: unknown) => anchors.verify(x5c, 'issuers'),
    publishedKey: (url: string, kid: string | undefined) => metadata.requireKey(url, kid),
    /** The same, where the web server that hands something out may be asked as well. */
    publishedKeyFrom: (from: string) => (url: string, kid: string | undefined) =>
      metadata.requireKey(url, kid, from),
  }
}
