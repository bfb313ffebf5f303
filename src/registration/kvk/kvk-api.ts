import { z } from 'zod'
import { isRefusal, Refusal } from '../../core/index.ts'
import type { Egress, EgressJson } from '../../egress/index.ts'
import type { RegisterFacts } from './facts.ts'

/** The trade register. */
export interface TradeRegister {
  /** What the answers are called where they are kept. */
  readonly source: string
  /**
   * @param kvkNumber 8 digits
   * @throws Refusal `kvk_not_configured`, `kvk_unknown`, `kvk_unreachable`, `kvk_busy`, `kvk_key_refused`,
   *   `kvk_malformed`, `kvk_other_company`
   */
  find(kvkNumber: string): Promise<RegisterFacts>
  /** The likeliest first, ten at most. @throws Refusal as find */
  search(name: string): Promise<readonly RegisterHit[]>
}

export interface RegisterHit {
  readonly kvk_number: string
  readonly name: string
  readonly locality: string | null
}

export interface KvkApiDeps {
  readonly egress: Pick<Egress, 'json'>
  /** Such as `https://api.kvk.nl/api`; no trailing slash. */
  readonly url: string
  /** Undefined where this node has none. */
  readonly key: string | undefined
}

const TIMEOUT_MS = 8_000
const line = z.string().max(500)
const day = z.string().regex(/^\d{8}$/)
const address = z.object({
  type: line,
  indAfgeschermd: line.optional(),
  straatnaam: line.optional(),
  huisnummer: z.number().int().optional(),
  huisletter: line.optional(),
  huisnummerToevoeging: line.optional(),
  postcode: line.optional(),
  plaats: line.optional(),
})

/** What we need of a Basisprofiel, version 1.5 of its OpenAPI document. What concerns persons (RSIN) is not read. */
const profile = z.object({
  kvkNummer: z.string().regex(/^\d{8}$/),
  naam: line,
  statutaireNaam: line.optional(),
  handelsnamen: z
    .array(z.object({ naam: line }))
    .max(1_000)
    .optional(),
  formeleRegistratiedatum: day.optional(),
  materieleRegistratie: z.object({ datumEinde: day.nullish() }).optional(),
  _embedded: z
    .object({
      hoofdvestiging: z.object({ adressen: z.array(address).max(20).optional() }).optional(),
      eigenaar: z
        .object({ rechtsvorm: line.optional(), adressen: z.array(address).max(20).optional() })
        .optional(),
    })
    .optional(),
})

/** An answer of Zoeken, version 2. */
const found = z.object({
  resultaten: z
    .array(
      z.object({
        kvkNummer: z.string().regex(/^\d{8}$/),
        naam: line,
        adres: z.object({ binnenlandsAdres: z.object({ plaats: line.optional() }).optional() }).optional(),
      }),
    )
    .max(100),
})

/** KVK Handelsregister: Zoeken v2 and Basisprofiel v1, as published at developers.kvk.nl. */
export function createKvkApi({ egress, url, key }: KvkApiDeps): TradeRegister {
  const ask = async (path: string): Promise<EgressJson> => {
    if (key === undefined)
      throw new Refusal('unavailable', 'kvk_not_configured', 'this node has no key for the trade register')
    const answer = await egress
      .json(`${url}${path}`, { headers: { apikey: key }, timeoutMs: TIMEOUT_MS })
      .catch((cause: unknown) => {
        if (isRefusal(cause, 'egress_bad_response', 'egress_too_large')) throw malformed(cause)
        if (isRefusal(cause)) throw unreachable(cause)
        throw cause
      })
    requireAnswered(answer.status)
    return answer
  }
  return {
    source: 'KVK Basisprofiel v1',
    find: async (kvkNumber) => {
      const { json } = await ask(`/v1/basisprofielen/${kvkNumber}`)
      const parsed = profile.safeParse(json)
      if (!parsed.success) throw malformed()
      if (parsed.data.kvkNummer !== kvkNumber)
        throw new Refusal(
          'upstream',
          'kvk_other_company',
          'the trade register answered about another company',
        )
      return factsOf(parsed.data)
    },
    search: async (name) => {
      const { json } = await ask(`/v2/zoeken?naam=${encodeURIComponent(name)}&resultatenPerPagina=10`)
      const parsed = found.safeParse(json)
      if (!parsed.success) throw malformed()
      return parsed.data.resultaten.slice(0, 10).map(({ kvkNummer, naam, adres }) => ({
        ...{ kvk_number: kvkNummer, name: naam },
        locality: adres?.binnenlandsAdres?.plaats ?? null,
      }))
    },
  }
}

/** @throws Refusal */
function requireAnswered(status: number): void {
  if (status === 200) return
  if (status === 404) throw new Refusal('not_found', 'kvk_unknown', 'the trade register does not have this')
  if (status === 401 || status === 403)
    throw new Refusal('upstream', 'kvk_key_refused', 'the trade register does not take our key')
  if (status === 429)
    throw new Refusal('unavailable', 'kvk_busy', 'the trade register was asked too often: ask later')
  if (status >= 500) throw unreachable()
  throw malformed()
}

function factsOf(read: z.output<typeof profile>): RegisterFacts {
  const { hoofdvestiging, eigenaar } = read._embedded ?? {}
  const addresses = hoofdvestiging?.adressen ?? eigenaar?.adressen ?? []
  const visited = addresses.find(({ type }) => type === 'bezoekadres')
  const ended = read.materieleRegistratie?.datumEinde
  const names = [read.statutaireNaam, ...(read.handelsnamen ?? []).map(({ naam }) => naam)]
  return {
    kvk_number: read.kvkNummer,
    name: read.naam,
    names: [...new Set(names.flatMap((name) => name ?? []))].slice(0, 50),
    legal_form: eigenaar?.rechtsvorm ?? null,
    address: visited && visited.indAfgeschermd !== 'Ja' ? addressOf(visited) : null,
    registered_on: dated(read.formeleRegistratiedatum),
    ended_on: dated(ended ?? undefined),
  }
}

function addressOf(read: z.output<typeof address>): RegisterFacts['address'] {
  const { straatnaam, huisnummer, huisletter = '', huisnummerToevoeging = '', postcode, plaats } = read
  if (!straatnaam || !plaats) return null
  const number = huisnummer === undefined ? '' : ` ${huisnummer}${huisletter}`
  const addition = huisnummerToevoeging && ` ${huisnummerToevoeging}`
  return {
    street_address: `${straatnaam}${number}${addition}`,
    postal_code: postcode ?? null,
    locality: plaats,
  }
}

/** The register writes days as 20260131, and 00 for a part nobody knows. */
const dated = (text: string | undefined): string | null =>
  text === undefined ? null : `${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6)}`

const unreachable = (cause?: unknown) =>
  new Refusal('unavailable', 'kvk_unreachable', 'the trade register does not answer now', { cause })
const malformed = (cause?: unknown) =>
  new Refusal('upstream', 'kvk_malformed', 'the trade register answered something else than was asked', {
    cause,
  })
