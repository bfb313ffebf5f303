import { z } from 'zod'
import { BoundedMap, type Caller, type Clock, type Did, isRefusal, Refusal } from '../core/index.ts'
import type { Parties } from '../parties/index.ts'
import type { Store, Tx } from '../store/index.ts'
import type { CaseFiles } from './case-files.ts'
import { caseTable } from './case-tables.ts'
import { wantedOf } from './opening.ts'
import type { AccessPort, CaseRef, CaseTell, PartnerAddress } from './ports.ts'
import type { Questions } from './questions.ts'

export interface PartnerCasesDeps {
  readonly store: Store
  readonly parties: Parties
  readonly clock: Clock
  readonly files: CaseFiles
  readonly questions: Questions
  readonly access: AccessPort
  /** By DID. @throws Refusal `partner_unknown` and others */
  readonly findPartner: (did: Did) => Promise<PartnerAddress>
}

type Opened = Extract<CaseTell, { kind: 'case-opened' }>

/** What one partner may have open here by itself. */
const MAX_OPEN = 50
const MAX_KNOWN = 1_000

const grantedCase = z.object({ id: z.string(), ref: z.string().min(1).max(100) })

/** Cases that others open: an asker with a request, an owner with a grant that answers our catalogue. */
export class PartnerCases {
  readonly #deps: PartnerCasesDeps
  // Who announced a case, from the look at it until it is taken in, in the same call.
  readonly #announced = new BoundedMap<PartnerAddress>(MAX_KNOWN)

  constructor(deps: PartnerCasesDeps) {
    this.#deps = deps
  }

  /**
   * An asker opened a case with parties of ours, in the transaction that writes down what it asks of them.
   * @throws Refusal `case_known`
   */
  async asked(
    tx: Tx,
    asker: PartnerAddress,
    { id: caseId, ref: about, question, version }: CaseRef,
    requests: readonly { readonly id: string; readonly subjectParty: string; readonly until: number }[],
  ): Promise<void> {
    const by: Caller = { kind: 'node', did: asker.did }
    for (const { id: requestId, subjectParty: party, until } of requests)
      await this.#deps.files.open(tx, by, {
        ...{ caseId, side: 'owning', party, partner: asker.did, partnerName: asker.name },
        ...{ question, version, requestId, openedBy: 'partner', until, about, title: null },
      })
  }

  /**
   * Whether an owner can open this case with us: it is a question of ours, and the owner is in the network.
   * @throws Refusal `too_many_cases`; of the registry when that does not answer
   */
  async expects(from: Did, { question, version, until }: Opened): Promise<boolean> {
    const { questions, clock, store, findPartner } = this.#deps
    if (until * 1000 <= clock.now() || !(await questions.findVersion(question, version))) return false
    const open = { partner: from, side: 'asking', openedBy: 'partner', state: 'open' } as const
    if ((await store.reader.countBy(caseTable, open)) >= MAX_OPEN)
      throw new Refusal('rate_limited', 'too_many_cases', 'too many cases of this partner are open')
    try {
      this.#announced.set(from, await findPartner(from))
      return true
    } catch (error) {
      if (isRefusal(error) && error.kind !== 'unavailable') return false
      throw error
    }
  }

  /** An owner opened a case: her grant is expected, as an answer to what our catalogue says. */
  async opened(tx: Tx, from: Did, tell: Opened): Promise<void> {
    const { questions, parties, access, files } = this.#deps
    const [partner, question] = [
      this.#announced.get(from),
      await questions.findVersion(tell.question, tell.version),
    ]
    if (!partner || !question) throw new Refusal('unavailable', 'case_not_now', 'say it again')
    if (await tx.existsBy(caseTable, { partner: from, caseId: tell.case })) return
    const until = tell.until * 1000
    const expected = await access.expect(tx, partner, { ...wantedOf(question, until), digest: tell.request })
    if (!expected) return
    const { code, version, title } = question
    const us = await parties.organisation()
    await files.open(
      tx,
      { kind: 'node', did: from },
      {
        ...{
          caseId: tell.case,
          side: 'asking',
          party: us.id,
          partner: from,
          partnerName: partner.name,
          title,
        },
        ...{ question: code, version, requestId: expected.id, openedBy: 'partner', until, about: null },
      },
    )
  }

  /** A grant came in for a request of ours: for a case that its owner opened it says what that is about. */
  async granted(tx: Tx, requestId: string, named: unknown): Promise<void> {
    const row = await tx.findOneBy(caseTable, { requestId, side: 'asking', openedBy: 'partner' })
    const parsed = grantedCase.safeParse(named)
    if (!row || !parsed.success || parsed.data.id !== row.caseId) return
    const { files } = this.#deps
    const { title } = await files.see(row)
    await files.name(tx, row, { about: parsed.data.ref, title })
  }
}
