import {
  addDuration,
  type Clock,
  type Did,
  isRefusal,
  newId,
  Refusal,
  seconds,
  type UserCaller,
  unlockOf,
} from '../core/index.ts'
import type { Parties } from '../parties/index.ts'
import type { Store, Tx } from '../store/index.ts'
import { type AgreementFiles, partiesOf } from './agreement-files.ts'
import type { AuthorityPort, PeoplePort, SigningPorts, TellAgreement } from './ports.ts'
import { refusalFor, unknownAgreement } from './refusals.ts'
import { sign } from './signature.ts'
import type { Doer, Steps } from './steps.ts'
import type { AgreementRow } from './tables.ts'
import { requireSoundTerms, type Terms } from './terms.ts'

export interface NegotiationDeps extends Pick<SigningPorts, 'signerOf'> {
  readonly store: Store
  readonly files: AgreementFiles
  readonly steps: Steps
  readonly clock: Clock
  readonly parties: Pick<Parties, 'organisation' | 'require'>
  readonly people: PeoplePort
  readonly authority: AuthorityPort
  /** By DID, KVK number or name. @throws Refusal `partner_unknown` and others */
  readonly partner: (reference: string) => Promise<{ readonly did: Did; readonly name: string }>
  readonly tell: TellAgreement
}

/** A text somebody proposes; the agreement and its parties are filled in. */
export type NewText = Omit<Terms, 'agreement' | 'parties'>

/** Which version a person has before her: what changed meanwhile she did not see. */
interface Seen {
  readonly version: number
}

/** What our people do with agreements: each step is told to the other company. */
export class Negotiation {
  readonly #deps: NegotiationDeps

  constructor(deps: NegotiationDeps) {
    this.#deps = deps
  }

  /**
   * Begins an agreement with a partner, by a first text.
   * @throws Refusal `partner_unknown`, `agreement_with_oneself`, `agreement_too_long`, `agreement_dates_wrong`
   */
  async begin(
    caller: UserCaller,
    reference: string,
    text: NewText,
    why: string | null,
  ): Promise<AgreementRow> {
    const { store, files, clock, parties } = this.#deps
    const [partner, us] = await Promise.all([this.#deps.partner(reference), parties.organisation()])
    if (partner.did === us.did)
      throw new Refusal('invalid', 'agreement_with_oneself', 'an agreement is between two companies')
    const now = clock.now()
    const row = newRow({ id: newId(), partner: partner.did, partnerName: partner.name, startedBy: 'us' }, now)
    const terms = requireSoundTerms({ ...text, agreement: row.id, parties: [us.did, partner.did] })
    const doer = await this.#doer(caller)
    return store.transact(async (tx) => {
      await files.open(tx, row)
      return this.#propose(tx, row, doer, caller, { terms, why })
    })
  }

  /** Proposes another text; it is compared with the one before. @throws Refusal as {@link begin}, `agreement_…` */
  async propose(
    caller: UserCaller,
    id: string,
    { version, ...text }: NewText & Seen,
    why: string | null,
  ): Promise<AgreementRow> {
    const us = await this.#deps.parties.organisation()
    const doer = await this.#doer(caller)
    return this.#deps.store.transact(async (tx) => {
      const row = await this.#require(tx, id)
      if (row.version !== version)
        throw new Refusal('conflict', 'agreement_version_differs', 'another version of the text is there')
      const terms = requireSoundTerms({ ...text, agreement: id, parties: partiesOf(row, us.did) })
      return this.#propose(tx, row, doer, caller, { terms, why })
    })
  }

  /** @throws Refusal `agreement_unknown` */
  async comment(caller: UserCaller, id: string, text: string): Promise<AgreementRow> {
    const doer = await this.#doer(caller)
    return this.#deps.store.transact(async (tx) => {
      const row = await this.#require(tx, id)
      const step = newId()
      await this.#deps.steps.comment(tx, row, doer, step, text)
      const told = { ...this.#named(row), step: 'comment' as const, by: doer.name, text }
      await this.#deps.tell(tx, row.partner, { kind: 'agreement-moved', ...told }, step)
      return row
    })
  }

  /**
   * Says of the other party's text that nothing need change, or agrees to a reviewed text.
   * @throws Refusal `agreement_unknown`, `agreement_state_conflict`, `agreement_version_differs`,
   *   `agreement_own_text`, `agreement_author_approves`, `agreement_already_approved`
   */
  async agree(
    caller: UserCaller,
    id: string,
    { kind, version, text }: Seen & { kind: 'review' | 'approve'; text: string | null },
  ): Promise<AgreementRow> {
    const { store, steps, tell } = this.#deps
    const doer = await this.#doer(caller)
    const authorities = await this.#deps.people.withRole('contract_authority')
    return store.transact(async (tx) => {
      const row = await this.#require(tx, id)
      if (kind === 'approve') await this.#requireOther(tx, row, caller, authorities)
      const step = newId()
      const after = await steps.agree(tx, row, doer, { id: step, kind, version, text })
      const told = { ...this.#named(row), step: kind, by: doer.name, ...(text && { text }) }
      await tell(tx, row.partner, { kind: 'agreement-moved', ...told }, step)
      return after
    })
  }

  /**
   * Signs the approved text with the signatory's own key; her company says that she signs for it. Of who must sign
   * together the other party hears once all did.
   * @throws Refusal `agreement_unknown`, `agreement_state_conflict`, `agreement_version_differs`,
   *   `agreement_already_signed`, `not_representative`, `joint_representation_incomplete`, `consent_locked`
   */
  async sign(caller: UserCaller, id: string, { version, digest }: Seen & { digest?: string | undefined }) {
    const { store, files, steps, clock, parties, authority, tell } = this.#deps
    const found = await files.find(files.reader, id)
    if (!found) throw unknownAgreement()
    if (found.version !== version || !found.digest || (digest !== undefined && digest !== found.digest))
      throw new Refusal('conflict', 'agreement_version_differs', 'another version of the text is there')
    // Today's authority counts, not that of the day the text was approved.
    const hers = await authority.require(caller.personId)
    const lapsed = hers.representation === 'JOINT' ? await this.#lapsedOf(found) : new Set<string>()
    const [us, person, doer] = await Promise.all([
      parties.organisation(),
      parties.require(caller.personId),
      this.#doer(caller),
    ])
    const what = { agreement: id, version, digest: found.digest }
    const own = await sign(
      { ...what, organisation: us.did, counterparty: found.partner },
      { person: person.did, representation: hers.representation, unlock: unlockOf(caller) },
      seconds(clock.now()),
      this.#deps,
    )
    return store.transact(async (tx) => {
      const row = await this.#require(tx, id)
      const step = newId()
      const signedBefore = hers.representation === 'JOINT' ? ((await files.openPart(row))?.by ?? []) : []
      const part = signedBefore.filter(({ personId }) => !lapsed.has(personId))
      if (part.some(({ personId }) => personId === caller.personId))
        throw refusalFor('agreement_already_signed', row.state)
      const by = [...part, { personId: caller.personId, person: person.did, name: doer.name, signed: own }]
      const others = hers.representation === 'JOINT' ? hers.others : []
      if (others.some((other) => !by.some(({ person }) => person === other)))
        return steps.signInPart(tx, row, doer, step, { version, by })
      const together = part.map(({ signed }) => signed)
      const signed = { ...own, ...(together.length > 0 && { together }) }
      const after = await steps.sign(tx, row, doer, { id: step, version, signed })
      const names = by.map(({ name }) => name).join(', ')
      await tell(
        tx,
        row.partner,
        { kind: 'agreement-signed', ...what, ...signed, by: names.slice(0, 200) },
        step,
      )
      return after
    })
  }

  /** Who signed a part and may not bind the company any more: what she signed does not count. */
  async #lapsedOf(row: AgreementRow): Promise<ReadonlySet<string>> {
    const { files, authority } = this.#deps
    const lapsed = new Set<string>()
    for (const { personId } of (await files.openPart(row))?.by ?? [])
      await authority.require(personId).catch((error: unknown) => {
        if (!isRefusal(error)) throw error
        lapsed.add(personId)
      })
    return lapsed
  }

  /**
   * Ends it with a reason: after its notice, or at once where that is said.
   * @throws Refusal `agreement_unknown`, `agreement_state_conflict`
   */
  async terminate(
    caller: UserCaller,
    id: string,
    { reason, atOnce }: { readonly reason: string; readonly atOnce: boolean },
  ): Promise<AgreementRow> {
    const { store, files, steps, clock, tell } = this.#deps
    const doer = await this.#doer(caller)
    return store.transact(async (tx) => {
      const row = await this.#require(tx, id)
      const text = await files.text(tx, row, row.version)
      const notice = text && (await files.openText(text)).terms.notice
      const now = clock.now()
      const effective = atOnce || row.state !== 'in_force' || !notice ? now : addDuration(now, notice)
      const step = newId()
      const after = await steps.terminate(tx, row, doer, { id: step, reason, effective })
      const told = { agreement: id, reason, by: doer.name, effective: seconds(effective) }
      await tell(tx, row.partner, { kind: 'agreement-ended', ...told }, step)
      return after
    })
  }

  async #propose(
    tx: Tx,
    row: AgreementRow,
    doer: Doer,
    caller: UserCaller,
    { terms, why }: { readonly terms: Terms; readonly why: string | null },
  ): Promise<AgreementRow> {
    const { steps, tell } = this.#deps
    const step = newId()
    const version = row.version + 1
    const proposal = { id: step, version, terms, why, authorParty: caller.personId }
    const after = await steps.propose(tx, row, doer, proposal)
    const told = { ...this.#named(after), terms, by: doer.name, ...(why && { why }) }
    await tell(tx, row.partner, { kind: 'agreement-proposed', ...told }, step)
    return after
  }

  /**
   * Four eyes: who wrote the text is not the one to approve it. Where a company has one person who may approve, that is
   * she: a company of one can have agreements.
   */
  async #requireOther(
    tx: Tx,
    row: AgreementRow,
    { personId }: UserCaller,
    authorities: readonly string[],
  ): Promise<void> {
    const text = await this.#deps.files.text(tx, row, row.version)
    if (text?.authorParty === personId && authorities.some((other) => other !== personId))
      throw new Refusal(
        'forbidden',
        'agreement_author_approves',
        'somebody else than its author approves a text',
      )
  }

  async #require(tx: Tx, id: string): Promise<AgreementRow> {
    const row = await this.#deps.files.hold(tx, id)
    if (!row) throw unknownAgreement()
    return row
  }

  async #doer(caller: UserCaller): Promise<Doer> {
    return { side: 'us', caller, name: await this.#deps.people.nameOf(caller.personId) }
  }

  #named({ id, version, digest }: AgreementRow) {
    return { agreement: id, version, digest: digest ?? '' }
  }
}

/** An agreement of which nothing is there yet. */
export const newRow = (
  about: Pick<AgreementRow, 'id' | 'partner' | 'partnerName' | 'startedBy'>,
  now: number,
): AgreementRow => ({
  ...about,
  ...{ state: 'draft', version: 0, digest: null, proposedBy: about.startedBy },
  ...{ approvedByUs: null, approvedByThem: null, ourSignature: null, theirSignature: null, ourPart: null },
  ...{ startsAt: null, endsAt: null, renewal: null, tradeSecrets: 0, noticeBy: null, noticeAt: null },
  ...{ receipt: null, depositedAt: null, depositError: null, templateId: null, templateVersion: null },
  ...{ revision: 0, createdAt: now, changedAt: now },
})
