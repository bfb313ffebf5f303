import { type DocumentLanguage, type Html, html, timeInWords } from '../documents/index.ts'
import { isJsonObject, type JsonValue } from '../jose/index.ts'
import type { Verification } from '../trust/index.ts'
import { inWords, type PageWords, wordsOf } from './page-words.ts'
import { back, framed, type Place } from './pages.ts'
import type { Check } from './result.ts'

export interface Told {
  readonly heading: string
  readonly accepted: boolean
  /** Of the whole; none for a proof that was pasted. */
  readonly checks: readonly Check[]
  readonly credentials: readonly Verification[]
}

/** The verdict, each check with its reason, and where what was shown comes from. */
export function resultPage({ heading, accepted, checks, credentials }: Told, place: Place): string {
  const { language } = place
  const t = wordsOf(language)
  return framed({
    ...place,
    heading,
    body: html`<p role="status" class="verdict${accepted ? '' : ' no'}">${accepted ? t.accepted : t.refused}</p>
${checks.length > 0 ? html`<h2>${t.reasons}</h2>${checksTable(checks, t, language)}` : null}
${credentials.map((one) => credentialPart(one, t, language))}
${back(t, language)}`,
  })
}

function credentialPart(one: Verification, t: PageWords, language: DocumentLanguage): Html {
  const { provenance } = one
  const time = (iso: string | null) => (iso === null ? '–' : timeInWords(Date.parse(iso), language))
  const claims = linesOf(one.claims)
  return html`<section>
<h2>${one.type ?? t.unread}</h2>
${claims.length > 0 ? html`<h3>${t.shown}</h3><dl>${claims.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>` : null}
<h3>${t.source}</h3>
<dl>
<dt>${t.issuer}</dt><dd>${provenance.issuer_name ?? '–'}</dd>
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
<table><thead><tr><th scope="col">${t.check}</th><th scope="col">${t.result}</th><th scope="col">${t.reason}</th></tr></thead>
<tbody>${checks.map(
  ({ check, ok, code }) => html`<tr><th scope="row">${inWords(check, language)}</th>
<td${ok ? '' : html` class="late"`}>${ok ? t.ok : t.not_ok}</td><td>${code === undefined ? '' : inWords(code, language)}</td></tr>`,
)}</tbody></table></div>`

const MAX_LINES = 200

/** Claims as names and values, those inside others with dots between. */
function linesOf(value: JsonValue, name = ''): readonly (readonly [string, string])[] {
  if (typeof value !== 'object' || value === null) return [[name, String(value)]]
  const members = isJsonObject(value)
    ? Object.entries(value)
    : (value as readonly JsonValue[]).map((item, at) => [String(at + 1), item] as const)
  return members
    .flatMap(([key, item]) => linesOf(item, name === '' ? key : `${name}.${key}`))
    .slice(0, MAX_LINES)
}
