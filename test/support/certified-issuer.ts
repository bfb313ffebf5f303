import { X509Certificate } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  Anchors,
  type Issued,
  issueLeaf,
  issueList,
  newAuthority,
  OwnCertificate,
  Revocations,
  readCertificate,
} from '../../src/certificates/index.ts'
import { Refusal, silentLog } from '../../src/core/index.ts'
import { atEnd } from './endings.ts'
import type { World } from './offer-node.ts'

export const CRL = 'http://127.0.0.1:9/ca.crl'

/** An authority with a list of what it took back, a certificate of it in a file, and who trusts that authority. */
export class CertifiedRoom {
  readonly world: World
  readonly root: Issued
  readonly leaf: Issued
  readonly certificate: OwnCertificate
  readonly #file: string
  /** Serial numbers it took back. */
  readonly revoked: string[] = []

  static async open(world: World, days = 400, dnsNames = ['issuer.example']): Promise<CertifiedRoom> {
    const root = await newAuthority('Root', { from: Date.now() - 3_600_000, days: 4_000 })
    const validity = { from: Date.now() - 3_600_000, days }
    const leaf = await issueLeaf(root, { name: 'Issuing department', dnsNames, validity, crlUrl: CRL })
    return new CertifiedRoom(world, root, leaf)
  }

  private constructor(world: World, root: Issued, leaf: Issued) {
    const dir = mkdtempSync(join(tmpdir(), 'regie-certified-'))
    atEnd(() => rmSync(dir, { recursive: true, force: true }))
    this.#file = join(dir, 'issuer.pem')
    this.world = world
    this.root = root
    this.leaf = leaf
    this.write(leaf)
    const { clock } = world
    const path = this.#file
    this.certificate = new OwnCertificate({ path, privateKey: leaf.privateKey, clock, log: silentLog })
  }

  /** Puts another certificate in the file. */
  write({ certificate }: Issued, above = this.root): void {
    writeFileSync(this.#file, `${certificate}\n${above.certificate}\n`)
  }

  /** A newer certificate for the same key. */
  renew(authority = this.root, days = 800): Promise<Issued> {
    return issueLeaf(authority, {
      ...{ name: 'Issuing department', dnsNames: ['issuer.example'], crlUrl: CRL },
      validity: { from: Date.now() - 3_600_000, days },
      privateKey: this.leaf.privateKey,
    })
  }

  revoke({ certificate }: Issued): void {
    this.revoked.push(readCertificate(new X509Certificate(certificate).raw).serialNumber)
  }

  /** Who believes certificates of these authorities. */
  trusting(...authorities: readonly { name: string; authority: Issued }[]) {
    const { clock } = this.world
    const anchors = new Anchors(
      authorities.map(({ name, authority }) => ({
        ...{ name, uses: ['issuers', 'wallet-providers'] as const, revocation: 'when_known' as const },
        certificate: readCertificate(new X509Certificate(authority.certificate).raw),
      })),
      { clock, revocations: new Revocations({ clock, egress: { request: () => this.#list(authorities) } }) },
    )
    return (x5c: unknown) => anchors.verify(x5c, 'issuers')
  }

  async #list(authorities: readonly { authority: Issued }[]) {
    const [first] = authorities
    if (!first) throw new Refusal('upstream', 'egress_unreachable', 'not there')
    const from = this.world.clock.now() - 60_000
    const body = await issueList(first.authority, this.revoked, { from, days: 1 })
    return { status: 200, headers: {}, body }
  }
}
