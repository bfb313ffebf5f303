import type { CredentialType, CredentialTypes } from '../credentials/index.ts'
import { type DocumentLanguage, type Html, html, timeInWords } from '../documents/index.ts'
import { isJsonObject, type JsonValue } from '../jose/index.ts'
import type { ConcretePath } from '../sd-jwt/index.ts'
import type { Verification } from '../trust/index.ts'
import { inWords, type PageWords, wordsOf } from './page-words.ts'
import { announced, back, framed, type Place } from './pages.ts'
import type { Check } from './result.ts'

export interface Told {
  readonly heading: string
  readonly accepted: boolean
  /** Of the whole; none for a proof that was pasted. */
  readonly checks: readonly Check[]
  readonly credentials: readonly Verification[]
  /** A proof as somebody pasted it: genuine perhaps, but shown by whom? */
  readonly isPasted: boolean
  readonly types: Pick<CredentialTypes, 'find'>
}

/** The verdict, each check with its reason, and where what was shown comes from. */
export function resultPage(told: Told, place: Place): string {
  const { heading, accepted, checks, credentials, isPasted, types } = told
  const { language } = place
  const t = wordsOf(language)
  return framed({
    ...place,
    heading,
    title: `${verdictOf(told, t)} – ${heading}`,
    body: html`${announced(verdictOf(told, t), accepted ? 'verdict' : 'verdict no')}
${isPasted ? html`<p>${t.copy}</p>` : null}
${checks.length > 0 ? html`<h2>${t.reasons}</h2>${checksTable(checks, t, language)}` : null}
${credentials.map((one) => credentialPart(one, t, language, types))}
${back(t, language)}`,
  })
}

function verdictOf({ accepted, isPasted }: Told, t: PageWords): string {
  if (isPasted) return accepted ? t.genuine : t.not_genuine
  return accepted ? t.accepted : t.refused
}

function credentialPart(
  one: Verification,
  t: PageWords,
  language: DocumentLanguage,
  types: Pick<CredentialTypes, 'find'>,
): Html {
  const { provenance } = one
  const type = one.type === null ? null : types.find(one.type)
  const time = (iso: string | null) => (iso === null ? '–' : timeInWords(Date.parse(iso), language))
  const claims = linesOf(one.claims).map(([path, value]) => [labelOf(type, path, language), value] as const)
  return html`<section>
<h2>${type?.displayName(language) ?? one.type ?? t.unread}</h2>
${claims.length > 0 ? html`<h3>${t.shown}</h3><dl>${claims.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>` : null}
<h3>${t.source}</h3>
<dl>
<dt>${t.issuer}</dt><dd>${provenance.issuer_name ?? '–'}</dd>
${provenance.anchor === undefined ? null : html`<dt>${t.authority}</dt><dd>${provenance.anchor}</dd>`}
<dt>${t.did}</dt><dd>${one.issuer ?? '–'}</dd>
<dt>${t.issued}</dt><dd>${time(provenance.issued_at)}</dd>
<dt>${t.expires}</dt><dd>${time(provenance.expires_at)}</dd>
<dt>${t.status}</dt><dd>${time(provenance.status_as_of)}</dd>
</dl>
<h3>${t.reasons}</h3>
${checksTable(one.checks, t, language)}
</section>`
}

const checksTable = (
  checks: readonly Check[],
  t: PageWords,
  language: DocumentLanguage,
): Html => html`<div class="wide">
<table class="stack"><thead><tr><th scope="col">${t.check}</th><th scope="col">${t.result}</th><th scope="col">${t.reason}</th></tr></thead>
<tbody>${checks.map(
  ({ check, ok, code }) => html`<tr><th scope="row">${inWords(check, language)}</th>
<td data-column="${t.result}"${ok ? '' : html` class="late"`}>${ok ? t.ok : t.not_ok}</td>
<td data-column="${t.reason}"${code === undefined ? html` class="none"` : ''}>${code === undefined ? '' : inWords(code, language)}</td></tr>`,
)}</tbody></table></div>`

const MAX_LINES = 200

/** What a claim is called; its path where the type does not say. */
function labelOf(type: CredentialType | null, path: ConcretePath, language: DocumentLanguage): string {
  const pattern = path.map((step) => (typeof step === 'number' ? null : step))
  const name = type?.findClaim(pattern) && type.label(pattern, language)
  const at = path.flatMap((step) => (typeof step === 'number' ? [step + 1] : []))
  return name ? [name, ...at].join(' ') : path.join('.')
}

/** Claims as paths and values, those inside others too. */
function linesOf(value: JsonValue, path: ConcretePath = []): readonly (readonly [ConcretePath, string])[] {
  if (typeof value !== 'object' || value === null) return [[path, String(value)]]
  const members = isJsonObject(value) ? Object.entries(value) : [...(value as readonly JsonValue[]).entries()]
  return members.flatMap(([step, item]) => linesOf(item, [...path, step])).slice(0, MAX_LINES)
}
