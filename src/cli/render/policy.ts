import { oneLine, printable } from '../text.ts'
import { commandsText, type Fact, factsText, paragraph, parts } from './facts.ts'
import type { Renderer } from './renderer.ts'
import { say } from './say.ts'
import { shortSigned } from './short.ts'
import { cell } from './value.ts'
import { readingWidth, type View } from './view.ts'
import { wrap } from './wrap.ts'

interface Policy {
  readonly version: number
  readonly effective: string
  readonly digest: string
  readonly documents: readonly { readonly lang: string; readonly title: string; readonly text: string }[]
}

/** The policy's text in the reader's language, what an acceptance signs, and how to accept. */
export const renderPolicy: Renderer = (value, view) => {
  const policy = value as Policy
  const accept = `--accept ${policy.version}`
  return parts(
    policyText(policy, view),
    commandsText([
      [say(view, 'accept for the company'), `${view.regie} register ${accept}`],
      [say(view, 'accept for yourself'), `${view.regie} policy accept ${accept}`],
    ]),
  )
}

/** The same without how: for where that is said already. */
export const renderPolicyText: Renderer = (value, view) => policyText(value as Policy, view)

/** Version and digest, then the text itself. */
function policyText({ version, effective, digest, documents }: Policy, view: View): string {
  const inLanguage = documents.filter(({ lang }) => lang === view.language)
  const readable = inLanguage.length > 0 ? inLanguage : documents.filter(({ lang }) => lang === 'nl')
  const [first] = readable
  const title =
    readable.length > 1 ? `TTP-policy, ${say(view, 'version {version}', { version })}` : first?.title
  const facts: Fact[] = [
    [say(view, 'version'), String(version)],
    [say(view, 'in force since'), cell(effective, view)],
    [say(view, 'digest'), oneLine(digest)],
  ]
  const texts = readable.flatMap((one) => {
    const body = reflowed(bodyOf(one), view)
    return readable.length > 1 ? [oneLine(one.title).toUpperCase(), body] : [body]
  })
  return parts(oneLine(title ?? '').toUpperCase(), factsText(facts, view), ...texts)
}

/** A document without its own heading, which is above it already. */
function bodyOf(document: Policy['documents'][number]): string {
  const text = printable(document.text).trim()
  const title = oneLine(document.title)
  return text.startsWith(`# ${title}\n`) ? text.slice(title.length + 2).trimStart() : text
}

/** Paragraphs in full lines of the terminal; without one as they were written. */
function reflowed(text: string, view: View): string {
  const width = readingWidth(view)
  if (width === undefined) return text
  return text
    .split(/\n{2,}/)
    .map((block) =>
      // A numbered clause, an item or a heading begins a line of its own.
      block
        .replaceAll(/\n(?!\s*(?:\d+\.\d+\.\s|[-*#|]))\s*/g, ' ')
        .split('\n')
        .flatMap((line) => wrap(line, width))
        .join('\n'),
    )
    .join('\n\n')
}

/** What was signed just now. */
export const renderAccepted: Renderer = (value, view) =>
  acceptedText(
    value as Accepted,
    view,
    'You accepted version {version} of the TTP-policy, signed with your own key.',
  )

export const renderAcceptedForCompany: Renderer = (value, view) => {
  const { missing } = value as { readonly missing: number }
  return parts(
    acceptedText(
      value as Accepted,
      view,
      'You accepted version {version} of the TTP-policy for the company.',
    ),
    missing > 0 &&
      paragraph(
        say(view, 'It counts once the others who must sign with you accept too: {missing}.', { missing }),
        view,
      ),
  )
}

interface Accepted {
  readonly policy_version: number
  readonly acceptance: { readonly digest: string; readonly signed: string }
}

function acceptedText(
  { policy_version: version, acceptance }: Accepted,
  view: View,
  sentence:
    | 'You accepted version {version} of the TTP-policy, signed with your own key.'
    | 'You accepted version {version} of the TTP-policy for the company.',
): string {
  return parts(
    paragraph(say(view, sentence, { version }), view),
    factsText(
      [
        [
          say(view, 'signed acceptance'),
          [oneLine(acceptance.digest), shortSigned(oneLine(acceptance.signed))],
        ],
      ],
      view,
    ),
  )
}
