import { oneLine } from '../text.ts'
import { renderDownloaded } from './downloads.ts'
import { commandsText, factsText, parts } from './facts.ts'
import { momentText } from './moment.ts'
import type { Renderer } from './renderer.ts'
import { meaning, say, sayAll } from './say.ts'
import { tableText } from './table.ts'
import { cell } from './value.ts'
import type { View } from './view.ts'

interface Listed {
  readonly id: string
  readonly title: string
  readonly state: string
  readonly version: number
  readonly changed_at: string
}

interface Person {
  readonly id: string
  readonly name: string | null
}

interface Shown extends Listed {
  readonly description: string
  readonly value?: { readonly amount: number; readonly why: string }
  readonly measures: readonly string[]
  readonly digest: string
  readonly owner: Person
  readonly need_to_know: { readonly persons: readonly Person[]; readonly roles: readonly string[] }
  readonly documents: readonly {
    readonly id: string
    readonly name: string
    readonly size: number
    readonly digest: string
  }[]
}

const stateText = ({ state }: { readonly state: string }, view: View) => meaning(view, `secret_${state}`)
const personText = ({ id, name }: Person) => oneLine(name ?? id)

const renderSecrets: Renderer = (value, view) => {
  const { items } = value as { items: readonly Listed[] }
  if (items.length === 0) return say(view, '(no trade secrets that you need to know of)')
  const head = sayAll(view, 'id', 'title', 'version', 'state', 'changed')
  const rows = items.map((one) => [
    ...[oneLine(one.id), oneLine(one.title), String(one.version)],
    ...[stateText(one, view), momentText(one.changed_at, view)],
  ])
  return tableText({ head, rows, id: 0 }, view)
}

/** One that was registered just now. */
const renderRegistered: Renderer = (value, view) => {
  const one = value as Listed
  const { regie } = view
  return parts(
    factsText(headOf(one, view), view),
    commandsText([
      [
        say(view, 'put a document with it'),
        `${regie} trade-secrets attach ${oneLine(one.id)} <file> --name <name>`,
      ],
    ]),
  )
}

const headOf = (one: Listed, view: View) =>
  [
    [say(view, 'id'), oneLine(one.id)],
    [say(view, 'title'), oneLine(one.title)],
    [say(view, 'version'), String(one.version)],
    [say(view, 'state'), stateText(one, view)],
  ] as const

const renderSecret: Renderer = (value, view) => {
  const one = value as Shown
  const { persons, roles } = one.need_to_know
  return parts(
    factsText(
      [
        ...headOf(one, view),
        [say(view, 'answers for it'), personText(one.owner)],
        [
          say(view, 'need to know'),
          [...persons.map(personText), ...roles.map((role) => meaning(view, role))],
        ],
        [say(view, 'measures'), one.measures.map(oneLine)],
        ...(one.value
          ? [[say(view, 'worth'), `€ ${cell(one.value.amount, view)}: ${oneLine(one.value.why)}`] as const]
          : []),
        [say(view, 'digest'), oneLine(one.digest)],
      ],
      view,
    ),
    one.description.split('\n').map(oneLine).join('\n'),
    one.documents.length > 0 &&
      tableText(
        {
          head: sayAll(view, 'id', 'document', 'bytes', 'digest'),
          rows: one.documents.map((doc) => [
            ...[oneLine(doc.id), oneLine(doc.name), cell(doc.size, view), oneLine(doc.digest)],
          ]),
          id: 0,
        },
        view,
      ),
  )
}

const renderLooks: Renderer = (value, view) => {
  const { items } = value as {
    items: readonly { person: Person; version: number; document: string | null; at: string }[]
  }
  if (items.length === 0) return say(view, '(nobody looked)')
  const rows = items.map((look) => [
    ...[momentText(look.at, view), personText(look.person), String(look.version)],
    look.document === null ? '' : oneLine(look.document),
  ])
  return tableText({ head: sayAll(view, 'when', 'who', 'version', 'document'), rows }, view)
}

const renderProof: Renderer = (value, view) => {
  const proof = value as { id: string; version: number; digest: string; registered_at: string; text: string }
  return parts(
    factsText(
      [
        [say(view, 'id'), oneLine(proof.id)],
        [say(view, 'version'), String(proof.version)],
        [say(view, 'digest'), oneLine(proof.digest)],
      ],
      view,
    ),
    oneLine(proof.text),
  )
}

const renderWithdrawn: Renderer = (value, view) => {
  const one = value as { id: string; state: string }
  return factsText(
    [
      [say(view, 'id'), oneLine(one.id)],
      [say(view, 'state'), stateText(one, view)],
    ],
    view,
  )
}

export const tradeSecretRenderers: Readonly<Record<string, Renderer>> = {
  'trade-secrets.add': renderRegistered,
  'trade-secrets.attach': renderSecret,
  'trade-secrets.change': renderRegistered,
  'trade-secrets.download': renderDownloaded,
  'trade-secrets.list': renderSecrets,
  'trade-secrets.log': renderLooks,
  'trade-secrets.proof': renderProof,
  'trade-secrets.show': renderSecret,
  'trade-secrets.withdraw': renderWithdrawn,
}
