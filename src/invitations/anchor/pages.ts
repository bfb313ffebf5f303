import type { Language } from '../../core/index.ts'
import { Html, html, page } from '../../documents/index.ts'
import type { SetUp } from './hosted-partners.ts'
import { type InvitationWords, wordsOf } from './page-words.ts'
import type { Chosen, Invited } from './redemption.ts'
import type { Choice } from './tables.ts'

/** Where a page is, and in which language it is read. */
export interface Place {
  readonly language: Language
  /** Its own address, without the language: the switch leads back to it. */
  readonly path: string
}

interface Framed extends Place {
  readonly heading: string
  readonly title?: string
  readonly body: Html
}

/** A page with its heading, and the switch to the other language. */
export function framed({ language, path, heading, title = heading, body }: Framed): string {
  const t = wordsOf(language)
  const other = language === 'nl' ? 'en' : 'nl'
  const elsewhere = `${path}${path.includes('?') ? '&' : '?'}lang=${other}`
  return page({
    ...{ language, title, style: STYLE },
    header: html`<nav aria-label="${t.language}"><a href="${elsewhere}" lang="${other}" hreflang="${other}">${t.other}</a></nav>`,
    body: html`<h1>${heading}</h1>\n${body}`,
  })
}

/** Who invites, why, what happens, and the three things one can choose. Looking changes nothing. */
export function invitationPage(
  { organisation, inviters, choices }: Invited,
  token: string,
  place: Place,
): string {
  const { language } = place
  const t = wordsOf(language)
  const choice = (name: Choice) => html`<p class="choice">
<input type="radio" id="c-${name}" name="choice" value="${name}" required${name === 'decline' ? null : html` aria-describedby="h-${name}"`}>
<label for="c-${name}" class="beside">${t[name]}</label></p>
${name === 'decline' ? null : html`<p class="help" id="h-${name}"><small>${t[`${name}_help`]}</small></p>`}
${name === 'hosted' ? representation(t) : null}`
  return framed({
    ...place,
    heading: t.title,
    body: html`<p>${t.for} <strong>${organisation}</strong></p>
<h2>${t.who}</h2>
${inviters.length === 0 ? html`<p>${t.asked}</p>` : html`<dl>${inviters.map(({ name, why }) => html`<dt>${name}</dt><dd>${why}</dd>`)}</dl>`}
<h2>${t.what}</h2>
<ul><li>${t.what_1}</li><li>${t.what_2}</li><li>${t.what_3}</li></ul>
<form method="post" action="/invitation">
<input type="hidden" name="t" value="${token}">
<input type="hidden" name="lang" value="${language}">
<fieldset><legend>${t.choose}</legend>
${choices.includes('hosted') ? null : html`<p><small>${t.not_offered}</small></p>`}
${choices.map(choice)}
<p><label for="reason">${t.reason}</label>
<textarea id="reason" name="reason" rows="2" maxlength="500"></textarea></p>
</fieldset>
<p><button>${t.go_on}</button></p>
<p><small>${t.once}</small></p>
</form>`,
  })
}

const representation = (
  t: InvitationWords,
) => html`<p class="help"><label for="representation">${t.representation}</label>
<select id="representation" name="representation">
<option value="">${t.represents_not}</option>
<option value="SOLE">${t.represents_sole}</option>
<option value="JOINT">${t.represents_joint}</option>
</select></p>`

/** The node that was made, and a button for the code that opens it: looking uses nothing up. */
export function nodePage({ organisation, url }: SetUp, token: string, place: Place): string {
  const t = wordsOf(place.language)
  return framed({
    ...place,
    heading: t.node_title,
    body: html`<p>${t.node_for} <strong>${organisation}</strong></p>
<p>${t.node_at} <a href="${url}">${url}</a></p>
<p>${t.node_text}</p>
<form method="post" action="/invitation/node">
<input type="hidden" name="t" value="${token}">
<input type="hidden" name="lang" value="${place.language}">
<p><button>${t.node_go_on}</button></p>
<p><small>${t.once}</small></p>
</form>`,
  })
}

/** The code, once, and what to do with it. */
export function takenOverPage(taken: { url: string; code: string }, place: Place): string {
  const t = wordsOf(place.language)
  const { url, code } = taken
  return framed({
    ...place,
    heading: t.code_title,
    body: html`<p class="code long" role="status" tabindex="-1"${Html.of([' autofocus'], [])}><strong>${code}</strong></p>
<p>${t.taken_text}</p>
<ol>
<li>${t.taken_1} <code>regie --node ${url} activate</code></li>
<li>${t.taken_2} <code>export REGIE_TOKEN=…</code></li>
<li>${t.taken_3} <code>regie --node ${url} policy show</code></li>
<li>${t.taken_4} <code>regie --node ${url} register --accept 1</code></li>
</ol>`,
  })
}

/** What followed on the choice. */
export function chosenPage({ choice, code }: Chosen, place: Place): string {
  const t = wordsOf(place.language)
  if (choice === 'own_node' && code)
    return framed({
      ...place,
      heading: t.code_title,
      body: html`<p class="code" role="status" tabindex="-1"${Html.of([' autofocus'], [])}><strong>${code}</strong></p>
<p>${t.code_text}</p>
<p>${t.code_do}</p>
<p><code>regie register --invitation ${code}</code></p>`,
    })
  const [heading, text] =
    choice === 'hosted' ? [t.hosted_title, t.hosted_text] : [t.declined_title, t.declined_text]
  return sayingPage(heading, text, place)
}

/** The form of who was not invited. */
export function askPage(place: Place): string {
  const { language } = place
  const t = wordsOf(language)
  return framed({
    ...place,
    heading: t.ask_title,
    body: html`<p>${t.ask_intro}</p>
<form method="post" action="/invitation/ask">
<input type="hidden" name="lang" value="${language}">
<p><label for="organisation">${t.organisation}</label>
<input id="organisation" name="organisation" required maxlength="200" autocomplete="organization"></p>
<p><label for="kvk">${t.kvk}</label>
<input id="kvk" name="kvk" inputmode="numeric" pattern="[0-9]{8}" maxlength="8" autocomplete="off"></p>
<p><label for="name">${t.name}</label><input id="name" name="name" required maxlength="200" autocomplete="name"></p>
<p><label for="email">${t.email}</label>
<input id="email" name="email" type="email" required maxlength="254" autocomplete="email"></p>
<p><button>${t.ask_do}</button></p>
</form>`,
  })
}

/** One sentence, where there is nothing else to show; it has the focus, so that it is read out. */
export const sayingPage = (heading: string, text: string, place: Place): string =>
  framed({
    ...place,
    ...{ heading, title: `${text} – ${heading}` },
    body: html`<p role="status" tabindex="-1"${Html.of([' autofocus'], [])}>${text}</p>`,
  })

const STYLE = `
header { max-width: 60rem; margin: 0 auto; padding: .75rem 1rem 0; text-align: right }
a { color: inherit }
:focus-visible { outline: 3px solid #1f6feb; outline-offset: 2px }
label, legend { display: block; font-weight: 600; margin-bottom: .25rem }
label.beside { margin: 0; font-weight: 400 }
.choice { display: flex; align-items: baseline; gap: .5rem; margin: .75rem 0 0 }
.help { margin: 0 0 0 1.6rem }
.code { font-size: 1.5rem; letter-spacing: .05em; overflow-wrap: anywhere }
.code.long { font-size: 1.1rem; letter-spacing: normal }
li { margin: .5rem 0 }
li code { display: block; overflow-wrap: anywhere }
fieldset { border: 1px solid var(--line); border-radius: .375rem; padding: .75rem 1rem; margin: 1rem 0 }
input:not([type]), input[type=email], input[type=file], textarea, select { width: 100%; font: inherit; color: inherit; background: var(--paper);
  border: 1px solid var(--soft); border-radius: .375rem; padding: .5rem }
input[type=radio] { width: 1.5rem; height: 1.5rem; margin: 0; flex: none; align-self: center }
button { font: inherit; font-weight: 600; color: #fff; background: #1a5fb4; border: 0; border-radius: .375rem;
  padding: .7rem 1.25rem; min-height: 2.75rem; cursor: pointer }`
