import { createHash } from 'node:crypto'
import { BoundedMap, type Clock, type Did, isRefusal } from '../core/index.ts'
import type { Egress } from '../egress/index.ts'
import type { PublicJwk } from '../jose/index.ts'
import { CATALOGUE_PATH, CATALOGUE_TYP, MAX_CATALOGUE_BYTES, verifyCatalogue } from './catalogue-token.ts'
import type { Question } from './question.ts'

export interface PartnerCataloguesDeps {
  readonly egress: Pick<Egress, 'request'>
  readonly clock: Clock
  readonly requireKey: (kid: string, purpose: 'assertionMethod') => Promise<PublicJwk>
}

/** What a partner publishes; without questions it publishes nothing. */
export interface PartnerCatalogue {
  readonly questions: readonly Question[]
  /** As it was signed. */
  readonly compact: string
  /** SHA-256 of that, `sha-256:…`. */
  readonly digest: string
}

const MAX_AGE_MS = 60_000
const TIMEOUT_MS = 3_000
/** For all of it, the look-up of its key too. */
const PATIENCE_MS = 4_000
const MAX_KNOWN = 500

const none: PartnerCatalogue = { questions: [], compact: '', digest: '' }

/** What other organisations say they need, per kind of question. Nobody waits long for one. */
export class PartnerCatalogues {
  readonly #deps: PartnerCataloguesDeps
  readonly #known = new BoundedMap<{ readonly catalogue: PartnerCatalogue; readonly until: number }>(
    MAX_KNOWN,
  )
  readonly #asked = new Map<Did, Promise<PartnerCatalogue | null>>()

  constructor(deps: PartnerCataloguesDeps) {
    this.#deps = deps
  }

  /**
   * @param version of a question that was named: what is known is asked for anew when it has another
   * @returns null when it cannot be had, or is not what it should be
   */
  async find(
    partner: { readonly did: Did; readonly wallet: string },
    version?: { readonly question: string; readonly version: number },
  ): Promise<PartnerCatalogue | null> {
    const now = this.#deps.clock.now()
    const known = this.#known.get(partner.did)
    if (known && now < known.until && hasVersion(known.catalogue, version)) return known.catalogue
    const asked = this.#asked.get(partner.did) ?? this.#ask(partner)
    this.#asked.set(partner.did, asked)
    return asked
  }

  /** Once for all who want to know at the same moment. */
  async #ask(partner: { did: Did; wallet: string }): Promise<PartnerCatalogue | null> {
    try {
      const catalogue = await this.#inTime(this.#fetch(partner))
      const until = this.#deps.clock.now() + MAX_AGE_MS
      if (catalogue) this.#known.set(partner.did, { catalogue, until })
      return catalogue
    } finally {
      this.#asked.delete(partner.did)
    }
  }

  async #fetch({ did, wallet }: { did: Did; wallet: string }): Promise<PartnerCatalogue | null> {
    const { egress, clock, requireKey } = this.#deps
    try {
      const { status, body } = await egress.request(wallet + CATALOGUE_PATH, {
        accept: `application/${CATALOGUE_TYP}`,
        timeoutMs: TIMEOUT_MS,
        maxBytes: MAX_CATALOGUE_BYTES,
      })
      // A wallet that is no Regie has none.
      if (status === 404) return none
      if (status !== 200) return null
      const compact = body.toString('latin1')
      const questions = await verifyCatalogue(compact, did, clock.now(), requireKey)
      const digest = `sha-256:${createHash('sha256').update(compact).digest('base64url')}`
      return { questions, compact, digest }
    } catch (error) {
      if (isRefusal(error)) return null
      throw error
    }
  }

  async #inTime(work: Promise<PartnerCatalogue | null>): Promise<PartnerCatalogue | null> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<null>((resolve) => {
      timer = setTimeout(() => resolve(null), PATIENCE_MS)
    })
    try {
      return await Promise.race([work, late])
    } finally {
      clearTimeout(timer)
    }
  }
}

const hasVersion = (
  { questions }: PartnerCatalogue,
  wanted: { readonly question: string; readonly version: number } | undefined,
): boolean =>
  wanted === undefined ||
  questions.some(({ code, version }) => code === wanted.question && version >= wanted.version)
