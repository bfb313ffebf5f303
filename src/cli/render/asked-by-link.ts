import { oneLine } from '../text.ts'
import { commandsText, type Fact, factsText, paragraph, parts } from './facts.ts'
import type { Renderer } from './renderer.ts'
import { meaning, say, sayAll } from './say.ts'
import { tableText } from './table.ts'
import { cell } from './value.ts'
import type { View } from './view.ts'

interface Summary {
  readonly id: string
  readonly state: string
  readonly code: string | null
  readonly of: string
  readonly verifier: { readonly client_id: string; readonly name: string | null; readonly standing: string }
  readonly asked_at: string
  readonly expires_at: string
}

interface Candidate {
  readonly id: string
  readonly type: string
  readonly issuer: string
  readonly issued_at: string
  readonly chosen: boolean
  readonly shows_more: boolean
  readonly shows: readonly { readonly claim: string; readonly value: unknown; readonly asked: boolean }[]
  readonly forbidden_by: string | null
}

interface Query {
  readonly id: string
  readonly required: boolean
  readonly asks: readonly { readonly claim: string; readonly one_of: readonly unknown[] | null }[]
  readonly candidates: readonly Candidate[]
  readonly missing: readonly { readonly type: string; readonly from: string; readonly name: string | null }[]
}

interface Asked extends Summary {
  readonly answered_at: string | null
  readonly answerable: boolean
  readonly queries: readonly Query[]
  readonly signs_for: readonly string[]
}

const verifierText = ({ name, client_id: id, standing }: Summary['verifier'], view: View): string =>
  `${oneLine(name ?? id)} (${meaning(view, `verifier_${standing}`)})`

function factsOf(summary: Summary, view: View): Fact[] {
  const { verifier, of, state, code, expires_at: until } = summary
  return [
    ['id', oneLine(summary.id)],
    [say(view, 'who asks'), verifierText(verifier, view)],
    [say(view, 'is'), verifier.name === null ? null : oneLine(verifier.client_id)],
    [say(view, 'whose'), meaning(view, `shown_of_${of}`)],
    [
      say(view, 'state'),
      [meaning(view, `shown_${state}`), ...(code ? [meaning(view, code)] : [])].join(': '),
    ],
    [say(view, 'can be answered until'), cell(until, view)],
  ]
}

/** Who asks, what it would see of what, what else would do, what is missing, and how to answer. */
export const renderAskedByLink: Renderer = (value, view) => {
  const asked = value as Asked
  const { id, state, queries, signs_for: texts, answered_at: where, answerable } = asked
  const isOpen = state === 'pending'
  return parts(
    factsText(
      [...factsOf(asked, view), [say(view, 'the answer goes to'), where && oneLine(where)]],
      view,
      '',
    ),
    ...queries.map((query) => queryText(query, view)),
    ...texts.map((text) => paragraph(`${say(view, 'By showing it you sign for:')} ${oneLine(text)}`, view)),
    isOpen && !answerable && paragraph(say(view, 'You do not hold what this asks for.'), view),
    isOpen &&
      commandsText([
        ...queries.flatMap(({ candidates }) => namingOf(asked.id, candidates, view)),
        ...(answerable && queries.every(({ candidates }) => !needsNaming(candidates))
          ? ([[say(view, 'show it'), `${view.regie} presentations accept ${oneLine(id)}`]] as const)
          : []),
        [say(view, 'say no'), `${view.regie} presentations decline ${oneLine(id)}`],
      ]),
  )
}

const needsNaming = (candidates: readonly Candidate[]): boolean =>
  candidates.length > 0 && candidates.every(({ shows_more: more }) => more)

/** What can be shown only whole is shown where somebody says which. */
const namingOf = (request: string, candidates: readonly Candidate[], view: View) =>
  needsNaming(candidates)
    ? candidates.map(
        ({ id }) =>
          [
            say(view, 'show it whole'),
            `${view.regie} presentations accept ${oneLine(request)} --credentials ${oneLine(id)}`,
          ] as const,
      )
    : []

function queryText({ id, required, asks, candidates, missing }: Query, view: View): string {
  const probes = asks.flatMap(({ claim, one_of: values }) =>
    values === null ? [] : [`${oneLine(claim)} = ${values.map((one) => cell(one, view)).join(' | ')}`],
  )
  return parts(
    factsText(
      [
        [say(view, 'part'), `${oneLine(id)}${required ? '' : ` (${say(view, 'may be left out')})`}`],
        [say(view, 'asks whether'), probes],
        ...missing.map(
          ({ type, from, name }): Fact => [
            say(view, 'missing'),
            `${oneLine(type)}: ${[meaning(view, `source_${from}`), ...(name ? [oneLine(name)] : [])].join(', ')}`,
          ],
        ),
      ],
      view,
      '',
    ),
    ...candidates.map((one) => candidateText(one, view)),
  )
}

function candidateText(candidate: Candidate, view: View): string {
  const { id, type, issuer, issued_at: at, chosen, shows, forbidden_by: rule, shows_more: more } = candidate
  const head = say(view, chosen ? 'would be shown' : 'would do as well')
  return [
    `${head}: ${oneLine(type)}, ${cell(at, view)}`,
    `  ${oneLine(id)}`,
    factsText(
      [
        [say(view, 'issuer'), cell(issuer, view)],
        ...(more ? [[say(view, 'shown'), meaning(view, 'shown_whole')] as const] : []),
        ...shows.map(
          ({ claim, value, asked }): Fact => [
            asked ? oneLine(claim) : `${oneLine(claim)} (${say(view, 'not asked')})`,
            cell(value, view),
          ],
        ),
        ...(rule ? [[say(view, 'forbidden here'), meaning(view, rule)] as const] : []),
      ],
      view,
    ),
  ].join('\n')
}

/** What verifiers asked by a link. */
export const renderAllAskedByLink: Renderer = (value, view) => {
  const { items } = value as { items: readonly Summary[] }
  if (items.length === 0) return say(view, '(nobody asked)')
  const rows = items.map((one) => [
    oneLine(one.id),
    meaning(view, `shown_${one.state}`),
    verifierText(one.verifier, view),
    meaning(view, `shown_of_${one.of}`),
    cell(one.asked_at, view),
  ])
  return tableText({ head: sayAll(view, 'id', 'state', 'who asks', 'whose', 'when'), rows, id: 0 }, view)
}

/** What came of a yes or a no, and where the verifier goes on. */
export const renderAnsweredByLink: Renderer = (value, view) => {
  const { redirect_uri: redirect, ...summary } = value as Summary & { redirect_uri?: string | null }
  return parts(
    factsText(factsOf(summary, view), view, ''),
    // Folded it could not be opened.
    redirect &&
      factsText([[say(view, 'go on in your browser'), oneLine(redirect)]], { ...view, width: undefined }, ''),
    summary.state === 'failed' &&
      commandsText([
        [say(view, 'send it again'), `${view.regie} presentations accept ${oneLine(summary.id)} --again`],
      ]),
  )
}
