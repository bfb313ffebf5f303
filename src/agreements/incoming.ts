import { type Clock, type Did, milliseconds, Refusal } from '../core/index.ts'
import type { Parties } from '../parties/index.ts'
import type { Tx } from '../store/index.ts'
import { type AgreementFiles, partiesOf, standingOf } from './agreement-files.ts'
import { agreementStates, type MoveKind } from './life.ts'
import { newRow } from './negotiation.ts'
import type { AgreementTell, SigningPorts } from './ports.ts'
import { readSignature, verifyPerson } from './signature.ts'
import type { Doer, Steps } from './steps.ts'
import type { AgreementRow } from './tables.ts'
import { digestOf, requireSoundTerms } from './terms.ts'

export interface IncomingDeps extends Pick<SigningPorts, 'requireKey'> {
  readonly files: AgreementFiles
  readonly steps: Steps
  readonly clock: Clock
  readonly parties: Pick<Parties, 'organisation'>
  /** Whether an organisation is in the network, in good standing. */
  readonly isMember: (did: Did) => Promise<boolean>
  /** What the network calls it. */
  readonly nameOf: (did: Did) => Promise<string | null>
}

type TellOf<K extends AgreementTell['kind']> = Extract<AgreementTell, { kind: K }>

/** From which state a partner’s step counts: before that, what it builds on is still on its way to us. */
const BEGINS: Readonly<Partial<Record<MoveKind, (typeof agreementStates)[number]>>> = {
  review: 'external_review',
  approve: 'external_approval',
  sign: 'approved',
}

/** What the other party does with an agreement. What it may not do is refused, and it hears why. */
export class Incoming {
  readonly #deps: IncomingDeps

  constructor(deps: IncomingDeps) {
    this.#deps = deps
  }

  /** Any member may begin one; the rest is of who is party to it, once we have what it builds on. */
  async isExpected(from: Did, tell: AgreementTell): Promise<boolean> {
    const { files, isMember } = this.#deps
    const row = await files.find(files.reader, tell.agreement)
    if (tell.kind === 'agreement-proposed') {
      if (row) return row.partner === from && tell.version <= row.version + 1
      return tell.version === 1 && tell.terms.parties[0] === from && (await isMember(from))
    }
    if (row?.partner !== from) return false
    if (tell.kind === 'agreement-ended') return true
    if (tell.version > row.version) return false
    const begins = BEGINS[tell.kind === 'agreement-signed' ? 'sign' : (tell.step as MoveKind)]
    const isCurrent = tell.version === row.version && begins !== undefined
    return !isCurrent || agreementStates.indexOf(row.state) >= agreementStates.indexOf(begins)
  }

  /** @throws Refusal `agreement_digest_wrong`, `agreement_parties_wrong`, `agreement_too_long`, `agreement_…` */
  async proposed(tx: Tx, from: Did, id: string, tell: TellOf<'agreement-proposed'>): Promise<void> {
    const { files, steps, clock, parties, nameOf } = this.#deps
    const terms = requireSoundTerms(tell.terms)
    // What was told beside the text is not what anybody signs.
    if (digestOf(terms) !== tell.digest)
      throw new Refusal('unprocessable', 'agreement_digest_wrong', 'this digest is of another text')
    const us = await parties.organisation()
    const held = await files.hold(tx, tell.agreement)
    const about = { id: tell.agreement, partner: from, partnerName: (await nameOf(from)) ?? from }
    const row = held ?? newRow({ ...about, startedBy: 'them' }, clock.now())
    const [first, second] = partiesOf(row, us.did)
    if (row.partner !== from || terms.agreement !== row.id) throw wrongParties()
    if (terms.parties[0] !== first || terms.parties[1] !== second) throw wrongParties()
    if (!held) await files.open(tx, row)
    const { version, why = null, by } = tell
    const proposal = { id, version, terms, why, authorParty: null }
    await steps.propose(tx, row, this.#doer(from, by), proposal)
  }

  /** @throws Refusal `agreement_…` */
  async moved(tx: Tx, from: Did, id: string, tell: TellOf<'agreement-moved'>): Promise<void> {
    const { steps } = this.#deps
    const row = await this.#require(tx, from, tell.agreement)
    const doer = this.#doer(from, tell.by)
    const text = tell.text ?? null
    if (tell.step === 'comment') {
      if (text !== null) await steps.comment(tx, row, doer, id, text)
      return
    }
    requireSameText(row, tell)
    await steps.agree(tx, row, doer, { id, kind: tell.step, version: tell.version, text })
  }

  /** @throws Refusal `agreement_signature_invalid`, `agreement_version_differs`, `agreement_…`, `jws_…` */
  async signed(tx: Tx, from: Did, id: string, tell: TellOf<'agreement-signed'>): Promise<void> {
    const { parties, steps } = this.#deps
    const row = await this.#require(tx, from, tell.agreement)
    requireSameText(row, tell)
    const us = await parties.organisation()
    const { agreement, version, digest, signature, endorsement, together, by } = tell
    const signed = { signature, endorsement, ...(together && { together }) }
    const what = { agreement, version, digest, organisation: from, counterparty: us.did }
    // Hers holds its own key; her company's word is in the token that told us, and is verified again at the deposit.
    for (const one of readSignature(signed, what)) await verifyPerson(one, this.#deps)
    await steps.sign(tx, row, this.#doer(from, by), { id, version, signed })
  }

  /** @throws Refusal `agreement_state_conflict` */
  async ended(tx: Tx, from: Did, id: string, tell: TellOf<'agreement-ended'>): Promise<void> {
    const { steps } = this.#deps
    const row = await this.#require(tx, from, tell.agreement)
    // Both ended it at the same moment: it is over, and there is nothing to refuse.
    if (row.state === 'ended' || row.state === 'terminated') return
    const { reason, by, effective } = tell
    await steps.terminate(tx, row, this.#doer(from, by), { id, reason, effective: milliseconds(effective) })
  }

  async #require(tx: Tx, from: Did, id: string): Promise<AgreementRow> {
    const row = await this.#deps.files.hold(tx, id)
    if (row?.partner !== from)
      throw new Refusal('forbidden', 'event_not_expected', 'that party has nothing to tell us about this')
    return row
  }

  #doer(from: Did, name: string): Doer {
    return { side: 'them', caller: { kind: 'node', did: from }, name }
  }
}

/** @throws Refusal `agreement_version_differs` */
function requireSameText(row: AgreementRow, { version, digest }: { version: number; digest: string }): void {
  if (version !== standingOf(row).version || digest !== row.digest)
    throw new Refusal('conflict', 'agreement_version_differs', 'another version of the text is there')
}

const wrongParties = () =>
  new Refusal('unprocessable', 'agreement_parties_wrong', 'this text is of an agreement of others')
