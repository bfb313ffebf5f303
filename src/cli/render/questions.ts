import { oneLine } from '../text.ts'
import { type NamedParty, partyText, purposeText } from './access-requests.ts'
import { durationText } from './duration.ts'
import { commandsText, type Fact, factsText, paragraph, parts, quoted } from './facts.ts'
import type { Renderer } from './renderer.ts'
import { meaning, say } from './say.ts'
import type { View } from './view.ts'

interface Question {
  readonly code: string
  readonly version: number
  readonly title: { readonly nl: string; readonly en: string }
  readonly purpose: string
  readonly legal_basis: string
  readonly claims: readonly string[]
  readonly reason: string
  readonly value: string
  readonly retention: string | null
  readonly length: string
  readonly roles: readonly string[]
  readonly state?: string
}

const questionText = (question: Question, view: View): string => {
  const { code, version, title, state } = question
  const retired = state === 'retired' ? `  ${meaning(view, 'question_retired')}` : ''
  const facts: Fact[] = [
    [say(view, 'question'), oneLine(title[view.language])],
    [say(view, 'needs'), question.claims.map(oneLine)],
    [say(view, 'for what'), purposeText([question.purpose], view)],
    [say(view, 'legal basis'), oneLine(view.termOf(question.legal_basis))],
    [say(view, 'why'), oneLine(question.reason)],
    [say(view, 'what it brings the owner'), oneLine(question.value)],
    [say(view, 'data are kept for'), question.retention && durationText(question.retention, view)],
    [say(view, 'a case lasts'), durationText(question.length, view)],
    [say(view, 'who looks'), question.roles.map(oneLine).join(', ')],
  ]
  return `${oneLine(code)}  ${say(view, 'version {version}', { version })}${retired}\n${factsText(facts, view)}`
}

/** One question of our catalogue. */
export const renderQuestion: Renderer = (value, view) => questionText(value as Question, view)

/** Our catalogue. */
export const renderQuestions: Renderer = (value, view) => {
  const { items } = value as { items: readonly Question[] }
  if (items.length === 0) return say(view, '(no kinds of question)')
  return items.map((question) => questionText(question, view)).join('\n\n')
}

/** What a partner says it needs, with the line that opens a case for it. */
export const renderPublished: Renderer = (value, view) => {
  const { partner, items } = value as { partner: NamedParty; items: readonly Question[] }
  const name = partyText(partner)
  if (items.length === 0) return paragraph(say(view, '{name} does not say what it needs.', { name }), view)
  const text = say(view, 'What {name} says it needs:', { name })
  const open = ({ code, version }: Question) =>
    `${view.regie} cases open --partner ${quoted(name)} --question ${oneLine(code)} --seen-version ${version} --about …`
  return parts(
    paragraph(text, view),
    ...items.map(
      (question) =>
        `${questionText(question, view)}\n${commandsText([[say(view, 'open a case'), open(question)]])}`,
    ),
  )
}

/** Whether we would ask more than our own catalogue says. */
export const renderChecked: Renderer = (value, view) => {
  const { catalogue, over_asked: more } = value as { catalogue: string; over_asked: readonly string[] }
  return parts(
    paragraph(meaning(view, `own_${catalogue}`), view),
    more.length > 0 && factsText([[say(view, 'too much'), more.map(oneLine)]], view),
  )
}
