import type { Audit } from '../../audit/index.ts'
import { type Clock, type Did, newId, Refusal } from '../../core/index.ts'
import type { Files } from '../../files/index.ts'
import type { Parties } from '../../parties/index.ts'
import { rows, type Store, type Tx } from '../../store/index.ts'
import { requireFresh, requireSigned } from '../../trust/index.ts'
import { requireDocuments } from '../documents.ts'
import type { TradeSecretDocumentRow } from '../tables.ts'
import { requireCovered } from './covered.ts'
import { type GivenShares, unknownShare } from './given-shares.ts'
import { requireNeed, requireShareMove } from './life.ts'
import { FETCH_TYP, readFetch, type SecretFetch } from './messages.ts'
import type { AgreementsInForce, SecretKeys } from './ports.ts'

export interface AnswerFetchDeps extends Pick<SecretKeys, 'requireKey'> {
  readonly store: Store
  readonly clock: Clock
  readonly audit: Audit
  readonly files: Files
  readonly shares: Pick<GivenShares, 'find' | 'hold' | 'textOf'>
  readonly parties: Pick<Parties, 'organisation'>
  readonly agreements: AgreementsInForce
  /** Whether an organisation is in the network, in good standing. */
  readonly isMember: (did: Did) => Promise<boolean>
}

/** What a partner's question is answered with. */
export type HandedOut =
  | { readonly text: string }
  | { readonly document: TradeSecretDocumentRow; readonly content: AsyncIterable<Uint8Array> }

/** The one way a shared secret leaves. */
export class AnswerFetch {
  readonly #deps: AnswerFetchDeps

  constructor(deps: AnswerFetchDeps) {
    this.#deps = deps
  }

  /**
   * Answers a partner's signed question. Whether it may be seen now, and that it was seen, is one transaction before
   * anything is opened.
   * @throws Refusal `secret_fetch_malformed`, `wrong_audience`, `message_…`, `secret_share_…`, `secret_not_needed`,
   *   `partner_not_in_good_standing`, `agreement_not_in_force`, `secret_needs_agreement`, `file_unknown`, `jws_…`, `key_…`
   */
  async answer(compact: string): Promise<HandedOut> {
    const { clock, parties, isMember, files, shares, requireKey } = this.#deps
    const message = readFetch(compact)
    const { payload: question } = message
    requireFresh(question, (await parties.organisation()).did, clock)
    // Before anybody's DID is looked up: with whom nothing is shared is nobody.
    const known = await shares.find(question.share)
    if (known?.partner !== question.iss) throw unknownShare()
    await requireSigned(message, { typ: FETCH_TYP, purpose: 'assertionMethod', requireKey })
    if (!(await isMember(known.partner)))
      throw new Refusal('forbidden', 'partner_not_in_good_standing', 'that company is not in good standing')
    const { row, document } = await this.#deps.store.transact((tx) => this.#look(tx, question))
    if (!document) return { text: await shares.textOf(row) }
    const { content } = await files.open(document.id, row.secretId)
    return { document, content }
  }

  async #look(tx: Tx, { share, document: wanted, iss, jti, person, roles }: SecretFetch) {
    const { clock, audit, agreements, shares } = this.#deps
    const row = await shares.hold(tx, share)
    if (row?.partner !== iss) throw unknownShare()
    requireShareMove('look', row.state)
    await requireCovered(tx, agreements, row)
    requireNeed(row.needToKnow, { did: person, roles })
    // What was put with the secret later was not shared with it.
    const among = row.documents.filter((id) => id === wanted)
    const [document = null] =
      wanted === undefined ? [] : await requireDocuments(tx, row.secretId, among.length > 0 ? among : [''])
    const looked = await rows(
      tx,
      `INSERT INTO trade_secret_look (id, secret_id, version, person_id, document_id, at_ms, share_id, question)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (share_id, question) DO NOTHING RETURNING id`,
      [newId(), row.secretId, row.version, person, wanted ?? null, clock.now(), share, jti],
    )
    if (looked.length === 0)
      throw new Refusal('conflict', 'message_replayed', 'this message was sent before: sign a new one')
    await audit.record(tx, { kind: 'node', did: row.partner }, 'trade_secret.seen', {
      ...{ secret: row.secretId, version: row.version, share },
      ...(wanted && { document: wanted }),
    })
    return { row, document }
  }
}
