import { type Did, Refusal } from '../../core/index.ts'
import type { Store, Tx } from '../../store/index.ts'
import { readMessage, requireFresh, requireSigned } from '../../trust/index.ts'
import type { CaseFiles } from '../case/case-files.ts'
import { alreadyDecided, isClosed } from '../case/case-state.ts'
import { submissionSchema, typOf } from '../messages.ts'
import { burn } from '../replay.ts'
import type { VerifyDeps } from '../verify-messages.ts'
import { type EvidenceKind, evidenceKinds, type HandedInKind, isHandedIn } from './checklist.ts'
import type { Evidence, ItemOf } from './evidence.ts'

/** One-use links to hand one thing in for one case; the mail room answers. */
export interface EvidenceLinks {
  /** Makes one; those made before for the same open nothing any more. */
  create(tx: Tx, link: { readonly about: string; readonly address: string }): Promise<string>
  /** What a link is about; looking uses nothing up. @throws Refusal `link_…` */
  look(token: string): Promise<string>
  /** Uses it up. @throws Refusal `link_…` */
  consume(tx: Tx, token: string): Promise<string>
}

export interface HandingInDeps extends VerifyDeps {
  readonly store: Store
  readonly caseFiles: CaseFiles
  readonly evidence: Evidence
  readonly links: EvidenceLinks
  /** Address of this trust anchor. */
  readonly url: string
}

/** Something that was asked for, and the link it can be handed in with; without one where it is no file. */
export interface AskedItem {
  readonly kind: EvidenceKind
  /** Whose, where it is of a person. */
  readonly whose: string | null
  readonly token: string | null
}

/** What a link opens. */
export interface ToHandIn {
  readonly kind: HandedInKind
  readonly organisation: string
  readonly language: 'nl' | 'en'
}

interface File {
  readonly content: AsyncIterable<Uint8Array>
  readonly name?: string | undefined
}

/** What a partner hands in itself: by the link of a mail, or from its node, which signs that the file is its own. */
export class HandingIn {
  readonly #deps: HandingInDeps

  constructor(deps: HandingInDeps) {
    this.#deps = deps
  }

  /** What is asked for, each thing that is a file with a link of its own. */
  async ask(
    tx: Tx,
    caseId: string,
    { kinds, address }: { readonly kinds: readonly EvidenceKind[]; readonly address: string },
  ): Promise<AskedItem[]> {
    const { evidence, links } = this.#deps
    const { items, representatives } = await evidence.of(caseId)
    const asked: AskedItem[] = []
    for (const kind of kinds) {
      const found = isHandedIn(kind) ? items.filter((item) => item.kind === kind) : []
      if (found.length === 0) asked.push({ kind, whose: null, token: null })
      for (const { representativeId } of found) {
        const about = aboutOf(caseId, { kind, representativeId })
        const whose = representatives.find(({ id }) => id === representativeId)?.said.name ?? null
        asked.push({ kind, whose, token: await links.create(tx, { about, address }) })
      }
    }
    return asked
  }

  /** What a link is for. @throws Refusal `link_…`, `registration_…` */
  async look(token: string): Promise<ToHandIn> {
    const { caseId, kind } = parseAbout(await this.#deps.links.look(token))
    const { row, organisation, invited } = await this.#deps.caseFiles.get(caseId)
    if (isClosed(row.state)) throw alreadyDecided(row.state)
    return { kind, organisation: organisation.name, language: invited?.contact.language ?? 'nl' }
  }

  /** @throws Refusal `link_…`, `registration_…`, `evidence_move_refused`, `file_…` */
  async byLink(token: string, { content, name }: File): Promise<void> {
    const { links, evidence } = this.#deps
    const { caseId, ...item } = parseAbout(await links.look(token))
    await evidence.handIn({ kind: 'anonymous' }, caseId, item, {
      ...{ content, name },
      proven: async (tx) => {
        await links.consume(tx, token)
      },
    })
  }

  /**
   * Takes in what a node signed and sends. Of another's case nothing is said but that it is not there.
   * @throws Refusal `submission_malformed`, `jws_…`, `message_replayed`, `registration_…`, `evidence_move_refused`,
   *   `evidence_digest_differs`, `file_…`
   */
  async bySignature(compact: string, content: AsyncIterable<Uint8Array>) {
    const { clock, url, caseFiles, evidence } = this.#deps
    const message = readMessage('submission', compact, submissionSchema)
    const { payload } = message
    requireFresh(payload, url, clock)
    await requireSigned(message, { ...this.#deps, typ: typOf.submission, purpose: 'authentication' })
    const iss = payload.iss as Did
    const { kind, case: caseId } = payload
    if ((await caseFiles.require(caseId)).organisation !== iss)
      throw new Refusal('not_found', 'registration_unknown', 'there is no such registration')
    await evidence.handIn({ kind: 'node', did: iss }, caseId, await this.#open(caseId, kind), {
      ...{ content, name: undefined },
      proven: async (tx, digest) => {
        await burn(tx, clock, { iss, jti: payload.jti, exp: payload.exp })
        if (digest !== payload.digest)
          throw new Refusal(
            'unprocessable',
            'evidence_digest_differs',
            'this is not the file that was signed for',
          )
      },
    })
    return { case: caseId, kind }
  }

  /** The item of this kind that waits for a file; where that is of persons, the first of them. */
  async #open(caseId: string, kind: HandedInKind): Promise<ItemOf> {
    const { items } = await this.#deps.evidence.of(caseId)
    const ofKind = items.filter((item) => item.kind === kind)
    const item = ofKind.find(({ state }) => state === 'missing' || state === 'refused') ?? ofKind[0]
    if (item) return { kind, representativeId: item.representativeId }
    throw new Refusal('conflict', 'evidence_not_asked', 'this case needs no such thing')
  }
}

const aboutOf = (caseId: string, { kind, representativeId }: ItemOf) =>
  [caseId, kind, ...(representativeId === null ? [] : [representativeId])].join(':')

function parseAbout(about: string): {
  readonly caseId: string
  kind: HandedInKind
  representativeId: string | null
} {
  const [caseId = '', name, representativeId = null] = about.split(':')
  const kind = evidenceKinds.find((one) => one === name)
  if (!kind || !isHandedIn(kind)) throw new Error('a link about nothing that is handed in')
  return { caseId, kind, representativeId }
}
