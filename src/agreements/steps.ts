import type { Audit } from '../audit/index.ts'
import { type Caller, type Clock, type Did, endOfDay } from '../core/index.ts'
import type { Tx } from '../store/index.ts'
import { type AgreementFiles, type SignedPart, standingOf } from './agreement-files.ts'
import { type Move, moved, type Side } from './life.ts'
import type { WhenOver } from './ports.ts'
import { refusalFor } from './refusals.ts'
import type { SignedBy } from './signed.ts'
import type { AgreementRow, AgreementTextRow } from './tables.ts'
import { digestOf, type Terms } from './terms.ts'

export interface StepsDeps {
  readonly files: AgreementFiles
  readonly clock: Clock
  readonly audit: Audit
  readonly whenOver: WhenOver
  /** Has the trust anchor keep the digest and both signatures, after the commit and until it does. */
  readonly deposit: (tx: Tx, agreementId: string) => Promise<void>
}

/** Who did something, as the audit log and the history have it. */
export interface Doer {
  readonly side: Side
  readonly caller: Caller | 'system'
  readonly name: string
}

/** A text as it is proposed, by us or to us. */
export interface Proposal {
  readonly id: string
  readonly version: number
  readonly terms: Terms
  readonly why: string | null
  readonly authorParty: string | null
}

/** What happens to an agreement, whoever did it: the same at both nodes. */
export class Steps {
  readonly #deps: StepsDeps

  constructor(deps: StepsDeps) {
    this.#deps = deps
  }

  /** @throws Refusal `agreement_state_conflict`, `agreement_version_differs`, `agreement_already_signed` */
  async propose(tx: Tx, row: AgreementRow, doer: Doer, proposal: Proposal): Promise<AgreementRow> {
    const { files, clock } = this.#deps
    const { id, version, terms, why, authorParty } = proposal
    const digest = digestOf(terms)
    const state = this.#next(row, { kind: 'propose', by: doer.side, version })
    await files.addText(
      tx,
      {
        id,
        agreementId: row.id,
        version,
        proposedBy: doer.side,
        authorParty,
        digest,
        createdAt: clock.now(),
      },
      { terms, by: doer.name, why },
    )
    const set: Partial<AgreementRow> = {
      ...{ state, version, digest, proposedBy: doer.side, approvedByUs: null, approvedByThem: null },
      ...{ ourSignature: null, theirSignature: null, ourPart: null },
      startsAt: startOfDay(terms.starts_on),
      endsAt: terms.ends_on === undefined ? null : endOfDay(terms.ends_on) + 1,
      renewal: terms.renewal ?? null,
      tradeSecrets: terms.trade_secrets ? 1 : 0,
      templateId: terms.template?.id ?? null,
      templateVersion: terms.template?.version ?? null,
    }
    return this.#made(tx, row, doer, { id, kind: 'propose', text: why }, set, { version, digest })
  }

  /** Has nothing to change in a text, or agrees to it. */
  async agree(
    tx: Tx,
    row: AgreementRow,
    doer: Doer,
    step: { id: string; kind: 'review' | 'approve'; version: number; text: string | null },
  ): Promise<AgreementRow> {
    const state = this.#next(row, { kind: step.kind, by: doer.side, version: step.version })
    const at = this.#deps.clock.now()
    const approved = doer.side === 'us' ? { approvedByUs: at } : { approvedByThem: at }
    return this.#made(tx, row, doer, step, { state, ...(step.kind === 'approve' && approved) })
  }

  /** What both signed goes to the trust anchor. */
  async sign(
    tx: Tx,
    row: AgreementRow,
    doer: Doer,
    step: { id: string; version: number; signed: SignedBy },
  ): Promise<AgreementRow> {
    const { files, deposit } = this.#deps
    const state = this.#next(row, { kind: 'sign', by: doer.side, version: step.version })
    const sealed = await files.sealSignature(row.id, doer.side, step.signed)
    const set = doer.side === 'us' ? { ourSignature: sealed, ourPart: null } : { theirSignature: sealed }
    const now = await this.#made(tx, row, doer, { id: step.id, kind: 'sign', text: null }, { state, ...set })
    if (state === 'signed') await deposit(tx, row.id)
    return now
  }

  /** One of ours who must sign together signs; the other party hears once all did. */
  async signInPart(
    tx: Tx,
    row: AgreementRow,
    doer: Doer,
    id: string,
    part: SignedPart,
  ): Promise<AgreementRow> {
    this.#next(row, { kind: 'sign', by: doer.side, version: part.version })
    const ourPart = await this.#deps.files.sealPart(row.id, part)
    return this.#made(tx, row, doer, { id, kind: 'sign_in_part', text: null }, { ourPart })
  }

  async comment(tx: Tx, row: AgreementRow, doer: Doer, id: string, text: string): Promise<void> {
    await this.#made(tx, row, doer, { id, kind: 'comment', text }, {})
  }

  /**
   * Somebody ends it: at once, or when its notice is over.
   * @param effective milliseconds since the epoch
   */
  async terminate(
    tx: Tx,
    row: AgreementRow,
    doer: Doer,
    { id, reason, effective }: { id: string; reason: string; effective: number },
  ): Promise<AgreementRow> {
    const { clock, whenOver } = this.#deps
    const state = this.#next(row, { kind: 'terminate', by: doer.side })
    const notice = { noticeBy: doer.side, noticeAt: clock.now() }
    const step = { id, kind: 'terminate', text: reason }
    if (row.state === 'in_force' && effective > clock.now()) {
      const endsAt = row.endsAt === null ? effective : Math.min(row.endsAt, effective)
      return this.#made(tx, row, doer, step, { ...notice, endsAt, renewal: null })
    }
    const over = await this.#made(tx, row, doer, step, { ...notice, state, endsAt: clock.now() })
    await whenOver(tx, doer.caller, row.id)
    return over
  }

  /** What the clock does: it begins, is renewed, or ends. */
  async tick(tx: Tx, row: AgreementRow, set: Partial<AgreementRow>, id: string): Promise<AgreementRow> {
    const doer: Doer = { side: 'us', caller: 'system', name: '' }
    const kind = set.state ?? 'renewed'
    const after = await this.#made(tx, row, doer, { id, kind, text: null }, set)
    if (set.state === 'ended' || set.state === 'terminated') await this.#deps.whenOver(tx, 'system', row.id)
    return after
  }

  #next(row: AgreementRow, move: Move): AgreementRow['state'] {
    const next = moved(standingOf(row), move)
    if ('code' in next) throw refusalFor(next.code, row.state)
    return next.state
  }

  async #made(
    tx: Tx,
    row: AgreementRow,
    { side, caller, name }: Doer,
    { id, kind, text }: { id: string; kind: string; text: string | null },
    set: Partial<AgreementRow>,
    now: Pick<AgreementTextRow, 'version' | 'digest'> = { version: row.version, digest: row.digest ?? '' },
  ): Promise<AgreementRow> {
    const { files, clock, audit } = this.#deps
    const after = await files.save(tx, row, set, clock.now())
    const step = { id, agreementId: row.id, kind, side, version: now.version, at: clock.now() }
    await files.addStep(tx, step, { by: name, text })
    await audit.record(tx, caller, `agreement.${kind}`, {
      ...{ agreement: row.id, partner: row.partner as Did, side, version: now.version },
      ...(now.digest && { digest: now.digest }),
    })
    return after
  }
}

/** The first moment of a day in Amsterdam. */
const startOfDay = (day: string): number => {
  const before = new Date(Date.parse(`${day}T12:00:00Z`) - 86_400_000).toISOString().slice(0, 10)
  return endOfDay(before) + 1
}
