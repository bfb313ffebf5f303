import { oneLine } from '../text.ts'
import { renderDownloaded } from './downloads.ts'
import { commandsText, factsText, parts } from './facts.ts'
import { momentText } from './moment.ts'
import type { Renderer } from './renderer.ts'
import { meaning, say, sayAll } from './say.ts'
import { tableText } from './table.ts'
import { cell } from './value.ts'
import type { View } from './view.ts'

interface Shared {
  readonly id: string
  readonly partner: { readonly did: string; readonly name: string }
  readonly agreement: string
  readonly label: string
  readonly purpose: string
  readonly state: string
  readonly need_to_know: { readonly persons: readonly string[]; readonly roles: readonly string[] }
  readonly digest: string
  readonly shared_at: string
  readonly return_by: string | null
  readonly end_code: string | null
  readonly how: string | null
  readonly refused?: string | null
}

interface Fetched {
  readonly id: string
  readonly label: string
  readonly title: string
  readonly description: string
  readonly purpose: string
  readonly digest: string
  readonly documents: readonly { readonly id: string; readonly name: string; readonly size: number }[]
}

function stateText({ state, how, refused }: Shared, view: View): string {
  if (refused) return meaning(view, refused)
  return meaning(view, how === null ? `share_${state}` : `share_${how}`)
}

const tableOf = (items: readonly Shared[], view: View) =>
  tableText(
    {
      head: sayAll(view, 'id', 'what', 'partner', 'state', 'since', 'to be returned by'),
      rows: items.map((one) => [
        ...[oneLine(one.id), oneLine(one.label), oneLine(one.partner.name), stateText(one, view)],
        ...[
          momentText(one.shared_at, view),
          one.return_by === null || one.how !== null ? '' : momentText(one.return_by, view),
        ],
      ]),
      id: 0,
    },
    view,
  )

const factsOf = (one: Shared, view: View) =>
  factsText(
    [
      [say(view, 'id'), oneLine(one.id)],
      [say(view, 'what'), oneLine(one.label)],
      [say(view, 'partner'), oneLine(one.partner.name)],
      [say(view, 'what for'), oneLine(one.purpose)],
      [say(view, 'under'), oneLine(one.agreement)],
      [
        say(view, 'need to know'),
        [
          ...one.need_to_know.persons.map(oneLine),
          ...one.need_to_know.roles.map((role) => meaning(view, role)),
        ],
      ],
      [say(view, 'digest'), oneLine(one.digest)],
      [say(view, 'state'), stateText(one, view)],
      ...(one.end_code === null ? [] : [[say(view, 'reason'), meaning(view, one.end_code)] as const]),
      ...(one.return_by === null || one.how !== null
        ? []
        : [[say(view, 'to be returned by'), momentText(one.return_by, view)] as const]),
    ],
    view,
  )

const renderShare: Renderer = (value, view) => factsOf(value as Shared, view)

const renderShares: Renderer = (value, view) => {
  const { items } = value as { items: readonly Shared[] }
  return items.length === 0 ? say(view, '(nothing is shared)') : tableOf(items, view)
}

const renderReceived: Renderer = (value, view) => {
  const { items } = value as { items: readonly Shared[] }
  if (items.length === 0) return say(view, '(nothing is shared with you)')
  const { regie } = view
  const open = items.find(({ state }) => state === 'live')
  const over = items.find(({ state }) => state === 'ended')
  return parts(
    tableOf(items, view),
    commandsText([
      ...(open ? [[say(view, 'read it'), `${regie} trade-secrets fetch ${oneLine(open.id)}`] as const] : []),
      ...(over
        ? [
            [
              say(view, 'say that it is gone'),
              `${regie} trade-secrets confirm ${oneLine(over.id)} --how destroyed`,
            ] as const,
          ]
        : []),
    ]),
  )
}

const renderFetched: Renderer = (value, view) => {
  const one = value as Fetched
  const { regie } = view
  const [first] = one.documents
  return parts(
    factsText(
      [
        [say(view, 'title'), oneLine(one.title)],
        [say(view, 'what for'), oneLine(one.purpose)],
        [say(view, 'digest'), oneLine(one.digest)],
      ],
      view,
    ),
    one.description.split('\n').map(oneLine).join('\n'),
    first &&
      tableText(
        {
          head: sayAll(view, 'id', 'document', 'bytes'),
          rows: one.documents.map((doc) => [oneLine(doc.id), oneLine(doc.name), cell(doc.size, view)]),
          id: 0,
        },
        view,
      ),
    first &&
      commandsText([
        [
          say(view, 'save a document'),
          `${regie} trade-secrets fetch-document ${oneLine(one.id)} ${oneLine(first.id)} --out <file>`,
        ],
      ]),
  )
}

export const sharedSecretRenderers: Readonly<Record<string, Renderer>> = {
  'trade-secrets.confirm': renderShare,
  'trade-secrets.fetch': renderFetched,
  'trade-secrets.fetch-document': renderDownloaded,
  'trade-secrets.received': renderReceived,
  'trade-secrets.share': renderShare,
  'trade-secrets.shares': renderShares,
  'trade-secrets.unshare': renderShare,
}
