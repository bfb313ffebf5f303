import { html } from '../../documents/index.ts'
import type { ToHandIn } from '../../registration/index.ts'
import { wordsOf } from './page-words.ts'
import { framed, type Place } from './pages.ts'

/** One thing that was asked for, and a form to hand it in with: without scripts. */
export function evidencePage({ kind, organisation }: ToHandIn, token: string, place: Place): string {
  const t = wordsOf(place.language)
  const action = `/invitation/evidence?t=${encodeURIComponent(token)}&lang=${place.language}`
  return framed({
    ...place,
    heading: t.evidence_title,
    body: html`<p>${t.evidence_for} <strong>${organisation}</strong></p>
<p>${t.evidence_what} <strong>${t[`evidence_${kind}`]}</strong></p>
<form method="post" action="${action}" enctype="multipart/form-data">
<p><label for="file">${t.evidence_file}</label>
<input id="file" name="file" type="file" required accept="application/pdf,image/png,image/jpeg" aria-describedby="h-file"></p>
<p id="h-file"><small>${t.evidence_help}</small></p>
<p><button>${t.evidence_go_on}</button></p>
<p><small>${t.once}</small></p>
</form>`,
  })
}
