import { oneLine } from '../text.ts'
import { factsText, parts } from './facts.ts'
import type { Renderer } from './renderer.ts'
import { meaning, say, sayAll } from './say.ts'
import { tableText } from './table.ts'
import { cell } from './value.ts'
import type { View } from './view.ts'

interface Template {
  readonly id: string
  readonly version: number
  readonly title: { readonly nl: string; readonly en: string }
  readonly digest: string
  readonly state?: string
}

interface Shown extends Template {
  readonly content: {
    readonly body: { readonly nl: string; readonly en: string }
    readonly fields: readonly {
      readonly name: string
      readonly type: string
      readonly label: Template['title']
    }[]
  }
}

const stateOf = ({ state = 'published' }: Template, view: View) => meaning(view, `template_${state}`)

/** Contract templates. */
export const renderContracts: Renderer = (value, view) => {
  const { items } = value as { items: readonly Template[] }
  if (items.length === 0) return say(view, '(no contract templates)')
  const head = sayAll(view, 'id', 'version', 'title', 'state')
  const rows = items.map((one) => [
    ...[oneLine(one.id), String(one.version), oneLine(one.title[view.language])],
    stateOf(one, view),
  ])
  return tableText({ head, rows, id: 0 }, view)
}

/** One that something was just done with. */
export const renderContract: Renderer = (value, view) => {
  const one = value as Template
  return factsText(
    [
      [say(view, 'id'), oneLine(one.id)],
      [say(view, 'version'), String(one.version)],
      [say(view, 'title'), oneLine(one.title[view.language])],
      [say(view, 'state'), stateOf(one, view)],
      [say(view, 'digest'), oneLine(one.digest)],
    ],
    view,
  )
}

/** One with its text and what it asks. */
export const renderShownContract: Renderer = (value, view) => {
  const { content } = value as Shown
  const rows = content.fields.map(({ name, type, label }) => [
    ...[oneLine(name), oneLine(label[view.language])],
    meaning(view, `field_${type}`),
  ])
  return parts(
    renderContract(value, view),
    content.body[view.language].split('\n').map(oneLine).join('\n'),
    tableText({ head: sayAll(view, 'field', 'what', 'type'), rows }, view),
  )
}

/** What is to be looked at again since a law changed. */
export const renderLawFlags: Renderer = (value, view) => {
  const { items } = value as {
    items: readonly {
      law: string
      since: string
      reason: string
      kind: string
      subject: string
      version: number
    }[]
  }
  if (items.length === 0) return say(view, '(nothing to look at again)')
  const rows = items.map((one) => [
    ...[meaning(view, `flagged_${one.kind}`), oneLine(one.subject), String(one.version), oneLine(one.law)],
    ...[cell(one.since, view), oneLine(one.reason)],
  ])
  return tableText({ head: sayAll(view, 'type', 'id', 'version', 'law', 'since', 'reason'), rows }, view)
}
