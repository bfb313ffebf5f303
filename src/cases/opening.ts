import { createHash } from 'node:crypto'
import {
  addDuration,
  type Caller,
  type Clock,
  type Did,
  isRefusal,
  newId,
  Refusal,
  seconds,
} from '../core/index.ts'
import type { Parties } from '../parties/index.ts'
import type { Store, Tx } from '../store/index.ts'
import type { CaseFiles, SeenCase } from './case-files.ts'
import type { PartnerCatalogue, PartnerCatalogues } from './partner-catalogues.ts'
import type { AccessPort, CaseTell, Part, PartnerAddress, Wanted } from './ports.ts'
import { type ClaimTarget, type Question, targetKey } from './question.ts'
import type { Questions } from './questions.ts'

export interface OpeningDeps {
  readonly store: Store
  readonly parties: Parties
  readonly clock: Clock
  readonly files: CaseFiles
  readonly questions: Questions
  readonly catalogues: PartnerCatalogues
  readonly access: AccessPort
  /** By DID, KVK number or name. @throws Refusal `partner_unknown` and others */
  readonly findPartner: (reference: string) => Promise<PartnerAddress>
  /** Tells an organisation something, after the commit and until it is taken. */
  readonly tell: (tx: Tx, to: Did, tell: CaseTell) => Promise<unknown>
  /** Tells it now. @throws Refusal of kind `conflict` when it will never take it, of another when that is not known */
  readonly tellNow: (to: Did, tell: CaseTell) => Promise<void>
}

/** What somebody of ours asks of a partner. */
export interface AskedQuestion {
  readonly partner: string
  readonly question: string
  /** What it is about, in words. */
  readonly about: string
  /** Milliseconds since the epoch; the length of the question unless told. */
  readonly until?: number
}

/** What an owner opens to a partner. */
export interface OwnQuestion extends AskedQuestion {
  /** Of the question, as she saw it. */
  readonly version: number
  /** Of what the question needs. */
  readonly only?: readonly ClaimTarget[]
}

/** How a case begins: the asker asks what its question needs, or the owner grants it by herself. */
export class Opening {
  readonly #deps: OpeningDeps

  constructor(deps: OpeningDeps) {
    this.#deps = deps
  }

  /**
   * Opens a case with a partner: asks for exactly what this kind of question needs.
   * @throws Refusal `question_unknown`, `question_retired`, `invalid_until`, and as `SentRequests.request`
   */
  async ask(caller: Caller, input: AskedQuestion): Promise<{ seen: SeenCase; requestState: string }> {
    const { questions, parties, access, store, files } = this.#deps
    const [question, us] = await Promise.all([questions.require(input.question), parties.organisation()])
    const { code, version, title } = question
    const { about } = input
    const caseId = newId()
    const until = this.#until(question, input.until)
    const wanted = wantedOf(question, until, { id: caseId, ref: about, question: code, version })
    let id = ''
    const sent = await access
      .ask(caller, input.partner, wanted, async (tx, { id: requestId, partner, partnerName }) => {
        const asked = {
          side: 'asking',
          party: us.id,
          openedBy: 'us',
          requestId,
          partner,
          partnerName,
        } as const
        id = await files.open(tx, caller, { caseId, ...asked, question: code, version, title, about, until })
      })
      .catch(async (error) => {
        // What the partner did not take is no case of anybody.
        if (id) await store.transact(async (tx) => files.close(tx, caller, await files.require(id, tx), 'us'))
        throw error
      })
    return { seen: await files.see(await files.require(id)), requestState: sent.state }
  }

  /** What a partner says it needs. @throws Refusal `catalogue_unavailable`, `partner_unknown` and others */
  async published(reference: string): Promise<{ partner: PartnerAddress; questions: readonly Question[] }> {
    const partner = await this.#deps.findPartner(reference)
    return { partner, questions: (await this.#catalogueOf(partner)).questions }
  }

  /**
   * Opens a case with a partner from the owner's side: what its catalogue asks of the caller's data is granted, and
   * nothing else.
   * @throws Refusal `catalogue_unavailable`, `question_unknown`, `question_changed`, `claim_not_requested`,
   *   `nothing_to_grant`, `invalid_until`; as `Consent.approve`; what the partner answers
   */
  async open(caller: Caller, input: OwnQuestion) {
    const { access, tellNow } = this.#deps
    const partner = await this.#deps.findPartner(input.partner)
    const { question, catalogue } = await this.#asked(partner, input)
    const parts = await access.partsOf(caller, narrowed(question, input.only))
    if (parts.length === 0)
      throw new Refusal('conflict', 'nothing_to_grant', 'none of what this question needs is yours to show')
    const caseId = newId()
    const until = this.#until(question, input.until)
    const digest = digestOf(caseId, catalogue)
    const announced = { question: question.code, version: question.version, request: digest }
    // The partner expects the grant before it is offered, and says now if it will not take it.
    await tellNow(partner.did, {
      kind: 'case-opened',
      case: caseId,
      ...announced,
      until: seconds(until),
    }).catch(async (error) => {
      if (!isRefusal(error) || error.kind !== 'conflict') await this.#takeBack(partner.did, caseId)
      throw error
    })
    const { compact } = catalogue
    return this.#give(caller, parts, {
      ...{ partner, question, caseId, until, digest, compact },
      about: input.about,
    }).catch(async (error) => {
      await this.#takeBack(partner.did, caseId)
      throw error
    })
  }

  async #give(
    caller: Caller,
    parts: readonly Part[],
    made: { partner: PartnerAddress; question: Question; caseId: string; about: string; until: number } & {
      compact: string
      digest: string
    },
  ) {
    const { store, files, access } = this.#deps
    const { partner, question, caseId, about, until, compact, digest } = made
    const { code, version, title, roles } = question
    const wanted = wantedOf(question, until, { id: caseId, ref: about, question: code, version })
    return store.transact(async (tx) => {
      const given = []
      for (const part of parts) {
        const requestId = newId()
        const own = { side: 'owning', party: part.subject, openedBy: 'us', requestId } as const
        const partnerName = partner.name
        const opened = { caseId, ...own, partner: partner.did, partnerName, question: code, version, title }
        const id = await files.open(tx, caller, { ...opened, about, until })
        const asked = { ...wanted, ...part, id: requestId, asker: partner, roles, compact, digest }
        const { grant, notHeld } = await access.give(tx, caller, asked)
        given.push({ seen: await files.see(await files.require(id, tx)), grant, notHeld })
      }
      return given
    })
  }

  /** Nothing was granted after all. */
  async #takeBack(partner: Did, caseId: string): Promise<void> {
    const { store, tell } = this.#deps
    await store.transact((tx) => tell(tx, partner, { kind: 'case-closed', case: caseId }))
  }

  async #asked(partner: PartnerAddress, input: { question: string; version: number }) {
    const catalogue = await this.#catalogueOf(partner, input)
    const question = catalogue.questions.find(({ code }) => code === input.question)
    if (!question)
      throw new Refusal('not_found', 'question_unknown', 'this partner answers no such kind of question')
    if (question.version !== input.version)
      throw new Refusal('conflict', 'question_changed', 'what this question needs has changed: look again', {
        params: { version: question.version },
      })
    return { question, catalogue }
  }

  async #catalogueOf(partner: PartnerAddress, version?: { question: string; version: number }) {
    const catalogue = await this.#deps.catalogues.find(partner, version)
    if (catalogue) return catalogue
    const sentence = 'what this partner says it needs cannot be read now'
    throw new Refusal('unavailable', 'catalogue_unavailable', sentence)
  }

  /** @throws Refusal `invalid_until` */
  #until({ length }: Question, until: number | undefined): number {
    const now = this.#deps.clock.now()
    const last = until ?? addDuration(now, length)
    if (last <= now) throw new Refusal('invalid', 'invalid_case_until', 'a case must end in the future')
    return Math.floor(last / 1000) * 1000
  }
}

/** What a question asks for, as a request. */
export const wantedOf = (
  { claims, purpose, legal_basis, reason, value, retention }: Question,
  wantedUntil: number,
  ref?: Wanted['details']['case'],
): Wanted => ({
  claims,
  purpose: [purpose],
  legalBasis: legal_basis,
  details: { relevance: reason, value, ...(retention && { retention }), ...(ref && { case: ref }) },
  wantedUntil,
})

/** @throws Refusal `claim_not_requested` */
function narrowed({ claims }: Question, only: readonly ClaimTarget[] | undefined): readonly ClaimTarget[] {
  const needed = new Set(claims.map(targetKey))
  if (only?.some((claim) => !needed.has(targetKey(claim))))
    throw new Refusal('invalid', 'claim_not_requested', 'this question does not need that')
  return only ?? claims
}

/** Stands for the digest of a signed request: the catalogue that says what is asked, and the case. */
const digestOf = (caseId: string, { digest }: PartnerCatalogue): string =>
  `sha-256:${createHash('sha256').update(`${caseId} ${digest}`).digest('base64url')}`
