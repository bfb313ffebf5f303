import type { Audit } from '../../audit/index.ts'
import { type Clock, type Did, milliseconds, Refusal } from '../../core/index.ts'
import {
  type CredentialReport,
  type Credentials,
  credentialDigest,
  type HeldCredentialRow,
  heldCredentialTable,
  type VerifyCredential,
} from '../../credentials/index.ts'
import { isJsonObject, parseJws, parsePublicJwk, type Signer, verifyJws } from '../../jose/index.ts'
import type { Call } from '../../oauth/index.ts'
import type { Party } from '../../parties/index.ts'
import { parseSdJwt } from '../../sd-jwt/index.ts'
import { change, type Reader, type Store, type Tx } from '../../store/index.ts'
import { FORMAT, PRE_AUTHORIZED_CODE, PROOF_TYP } from '../names.ts'
import { type CredentialOffer, parseCredentialOffer } from '../offer.ts'
import { createProof } from '../proof.ts'
import { FailedTries } from './failed-tries.ts'
import { requireGenuine } from './genuine.ts'
import { fetchCredentials, fetchNonce, fetchToken, findIssuer, type KnownIssuer } from './issuer-client.ts'

/** A credential that came in and is genuine. */
export interface Received {
  readonly row: HeldCredentialRow
  readonly compact: string
  readonly report: CredentialReport
  readonly holder: Party
  /** The URL it was fetched from. */
  readonly credentialIssuer: string
  /** The one it takes the place of. */
  readonly replaced: HeldCredentialRow | null
}

/** What a wallet takes, and from whom; the rooms that wait for credentials say so. */
export interface WalletPolicy {
  /**
   * Asked first, before anything is fetched: whether this party expects something from that URL. Cheap. An offer comes
   * again when our answer got lost, so it must go on saying yes for a while after what it waited for came in.
   */
  acceptsFrom(question: {
    readonly holderParty: Party
    readonly credentialIssuer: string
    readonly configurationIds: readonly string[]
  }): Promise<boolean>
  /** Whether a genuine credential that we do not hold yet is wanted. @throws Refusal when it is not */
  accepts(report: CredentialReport, compact: string, holder: Party, credentialIssuer: string): Promise<void>
  /**
   * Whether a party has one such credential of an issuer at a time, so that a newer one takes its place. Without it,
   * or when it says no, each is held beside the others.
   */
  replaces?(report: CredentialReport, holder: Party): boolean
  /** What a credential is about, where an issuer says one thing of each and not one thing in all. */
  matterOf?(vct: string | null, claims: Readonly<Record<string, unknown>>): string
  /** What else changes with it, in the transaction that keeps it. Called once for each credential. */
  received(tx: Tx, received: Received): Promise<void>
}

export interface WalletDeps {
  readonly store: Store
  readonly clock: Clock
  readonly audit: Audit
  readonly egress: Call
  readonly credentials: Pick<Credentials, 'hold' | 'read'>
  readonly verify: VerifyCredential
  /** The signer a DID of ours signs with now. */
  readonly signerOf: (did: Did) => Promise<Signer>
  /** A holder key that signs under the did:jwk it is. */
  readonly holderSigner: (kid: string) => Promise<Signer>
  readonly policy: WalletPolicy
}

type Fetched = Omit<Received, 'row' | 'replaced'> & { readonly bindingKey: string | null }

/**
 * Takes offers that are sent here, for the parties of this node, and keeps what was offered. Nobody signs such an offer:
 * who sends it is unknown. That is harmless where an offer is redeemable with one DID only, as those of the network are.
 * One of any other issuer could be made for somebody else, whose data would then be in our wallet, also when that issuer
 * is one we trust. So what nobody here expects is refused before anything is fetched or written, and offers of other
 * issuers come in by somebody of ours who brings them: `open-wallet/`.
 */
export class Wallet {
  readonly #deps: WalletDeps
  readonly #tries: FailedTries

  constructor(deps: WalletDeps) {
    this.#deps = deps
    this.#tries = new FailedTries(deps.clock)
  }

  /**
   * Redeems an offer. Returning means its credentials are kept; the same ones again change nothing.
   * @param text the Credential Offer object as JSON
   * @throws Refusal of kind `upstream` or `unavailable` when a later try may succeed; any other is final:
   *   `offer_not_expected`, `invalid_offer`, `credential_not_genuine`, `credential_for_another_party`,
   *   `credential_type_differs`, `credential_key_differs`, and those of the policy. `offer_not_now` when too many
   *   failed just now: later
   */
  async receive(holder: Party, text: string): Promise<void> {
    const offer = parseCredentialOffer(text)
    const credentialIssuer = offer.credential_issuer
    const configurationIds = offer.credential_configuration_ids
    const { policy } = this.#deps
    if (!(await policy.acceptsFrom({ holderParty: holder, credentialIssuer, configurationIds })))
      throw new Refusal('forbidden', 'offer_not_expected', 'this party expects nothing from that issuer')
    const fetched = await this.#tries.run(`${new URL(credentialIssuer).origin} ${holder.id}`, () =>
      this.#fetch(holder, offer),
    )
    // What came before was accepted then; the answer that said so may have got lost.
    for (const { report, compact } of fetched)
      if (!(await this.#holds(this.#deps.store.reader, holder, compact)))
        await policy.accepts(report, compact, holder, credentialIssuer)
    await this.#keep(fetched)
  }

  async #fetch(holder: Party, offer: CredentialOffer): Promise<Fetched[]> {
    const { egress } = this.#deps
    const ids = offer.credential_configuration_ids
    const issuer = await findIssuer(egress, offer.credential_issuer, ids)
    const code = offer.grants[PRE_AUTHORIZED_CODE]['pre-authorized_code']
    const accessToken = await fetchToken(egress, issuer, code)
    const fetched: Fetched[] = []
    for (const id of ids) fetched.push(...(await this.#fetchOne(holder, issuer, accessToken, id)))
    return fetched
  }

  async #fetchOne(
    holder: Party,
    issuer: KnownIssuer,
    accessToken: string,
    configurationId: string,
  ): Promise<Fetched[]> {
    const { egress, clock } = this.#deps
    const nonce = await fetchNonce(egress, issuer)
    const signer = await this.#signerOf(holder)
    const proof = await createProof({
      ...{ signer, audience: issuer.identifier, nonce, clientId: null, now: clock.now() },
    })
    const compacts = await fetchCredentials(egress, issuer, { accessToken, configurationId, proof })
    return Promise.all(
      compacts.map(async (compact) => {
        const report = await this.#deps.verify(compact, { keyBinding: 'forbidden', fresh: true })
        requireGenuine(report)
        requireFor(holder, report, issuer.types.get(configurationId))
        const bindingKey = isBound(compact, proof) ? (holder.presentationKid ?? signer.kid) : null
        return { compact, report, holder, credentialIssuer: issuer.identifier, bindingKey }
      }),
    )
  }

  /** What comes in does not wait for a person to open her consent key: she named another key to fetch it with. */
  #signerOf({ did, presentationKid }: Party): Promise<Signer> {
    const { signerOf, holderSigner } = this.#deps
    return presentationKid === null ? signerOf(did) : holderSigner(presentationKid)
  }

  async #keep(fetched: readonly Fetched[]): Promise<void> {
    const { store, audit, credentials, policy } = this.#deps
    await once(() =>
      store.transact(async (tx) => {
        for (const { bindingKey, ...credential } of fetched) {
          const { holder, compact } = credential
          if (await this.#holds(tx, holder, compact)) continue
          const before = policy.replaces?.(credential.report, holder)
            ? await this.#current(tx, holder, credential.report)
            : null
          const isNewer = before === null || before.issuedAt <= issuedAtOf(compact)
          const replaces = before && isNewer ? { replaces: before } : {}
          const row = await credentials.hold(tx, { compact, holderParty: holder.id, bindingKey, ...replaces })
          // Offers can overtake each other: what was issued before what we have is no longer in force.
          if (!isNewer) await change(tx, heldCredentialTable, { id: row.id }, { state: 'superseded' })
          await policy.received(tx, { ...credential, row, replaced: isNewer ? before : null })
          await audit.record(tx, 'system', 'credential.received', { credential: row.id, type: row.vct })
        }
      }),
    )
  }

  /** What a party holds of this type from this issuer about the same. */
  async #current(
    tx: Tx,
    holder: Party,
    { vct, issuer, claims }: CredentialReport,
  ): Promise<HeldCredentialRow | null> {
    const { credentials, policy } = this.#deps
    if (vct === null || issuer === null) return null
    const found = await tx.find(heldCredentialTable, {
      where: { holderParty: holder.id, format: FORMAT, vct, issuer, state: 'current' },
      order: { issuedAt: 'DESC', id: 'DESC' },
    })
    if (!policy.matterOf) return found[0] ?? null
    const matter = policy.matterOf(vct, claims)
    for (const row of found)
      if (policy.matterOf(vct, (await credentials.read(row)).payload) === matter) return row
    return null
  }

  #holds(reader: Reader, holder: Party, compact: string): Promise<boolean> {
    const key = { holderParty: holder.id, digest: credentialDigest(compact) }
    return reader.existsBy(heldCredentialTable, key)
  }
}

const issuedAtOf = (compact: string): number =>
  milliseconds(Number(parseSdJwt(compact).issuerSigned.payload.iat))

function requireFor(holder: Party, report: CredentialReport, vct: string | undefined): void {
  if (report.subject !== holder.did)
    throw new Refusal(
      'unprocessable',
      'credential_for_another_party',
      'the credential is about somebody else',
    )
  if (report.vct !== vct)
    throw new Refusal(
      'unprocessable',
      'credential_type_differs',
      'the credential is of another type than offered',
    )
}

/**
 * Whether presenting it takes the key that made the proof; false when it takes none.
 * @throws Refusal `credential_key_differs` when it takes another one
 */
function isBound(compact: string, proof: string): boolean {
  const { cnf } = parseSdJwt(compact).issuerSigned.payload
  if (cnf === undefined) return false
  try {
    verifyJws(parseJws(proof), parsePublicJwk(isJsonObject(cnf) ? cnf.jwk : undefined), { typ: PROOF_TYP })
    return true
  } catch (cause) {
    throw new Refusal(
      'unprocessable',
      'credential_key_differs',
      'the credential is bound to a key we did not prove',
      { cause },
    )
  }
}

const UNIQUE_VIOLATION = '23505'

/** On Postgres two deliveries of one offer can meet: the one that loses finds the credential when it looks again. */
async function once(keep: () => Promise<void>): Promise<void> {
  try {
    await keep()
  } catch (error) {
    const { driverError } = error as { driverError?: { code?: unknown } }
    if (driverError?.code !== UNIQUE_VIOLATION) throw error
    await keep()
  }
}
